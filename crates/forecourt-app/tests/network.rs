//! Sites, chargers and what is done to many of them at once. On each database.

mod support;

use std::time::Duration;

use forecourt_app::bulk::NewBulkJob;
use forecourt_app::jobs::Job;
use forecourt_app::notes::Subject;
use forecourt_app::profile::ProfileEdit;
use forecourt_app::store::SiteFilter;
use forecourt_app::store::station::StationFilter;
use forecourt_app::{AppError, NewSite, SiteEdit};
use forecourt_core::command::{Command, ResetKind};
use forecourt_core::fact::{Boot, Fact, Phase};
use forecourt_core::id::{EvseNumber, StationId};
use forecourt_core::opening::SupportContact;
use support::obedient::{Obedient, yes};
use support::{World, start, tell, transaction, worlds};

fn boot() -> Fact {
    Fact::Boot(Boot {
        vendor: "Voltaro".into(),
        model: "Pillar 22".into(),
        serial: None,
        firmware: None,
        iccid: None,
        imsi: None,
        meter_serial: None,
        reason: Some("PowerUp".into()),
    })
}

fn reset(stations: Vec<StationId>) -> NewBulkJob {
    NewBulkJob {
        name: "reset".into(),
        request: r#"{"command":"reset","kind":"soft"}"#.into(),
        commands: vec![Command::Reset { kind: ResetKind::Soft, evse: None }],
        stations,
        at_once: 2,
    }
}

/// Waits for the work beside us, without ever assuming how long it takes.
async fn finished(world: &World, job: i64) -> Vec<(String, Option<String>)> {
    for _ in 0..600 {
        let (found, targets) = world.app.bulk_job(&world.principal, job).await.expect("job");
        if found.done_at.is_some() && targets.iter().all(|each| each.state == "done") {
            return targets.into_iter().map(|each| (each.identity, each.outcome)).collect();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the job did not end");
}

#[tokio::test]
async fn bulk_work_asks_each_station_once_and_goes_on_after_a_restart() {
    for world in worlds().await {
        let (one, two) = (world.station("CP1").await, world.station("CP2").await);
        let station = Obedient::connect(&world, "CP1", |_| yes()).await;
        let job = world.app.start_bulk(&world.principal, reset(vec![one, two, one])).await.expect("started");
        let outcomes = finished(&world, job.id).await;
        let said = |word: &str| Some(word.to_owned());
        assert_eq!(outcomes, [("CP1".to_owned(), said("accepted")), ("CP2".to_owned(), said("offline"))]);
        assert_eq!(station.leave().await.len(), 1);

        // What waited when the server stopped is taken up by the job of the one that follows.
        let world = world.restart().await;
        let (again, _) = world.app.bulk_job(&world.principal, job.id).await.expect("kept");
        assert_eq!((again.targets, again.finished, again.accepted), (2, 2, 1));
        Job::Bulk.run(&world.app).await.expect("nothing left");
        let over = world.app.cancel_bulk(&world.principal, job.id).await;
        assert!(matches!(over, Err(AppError::Conflict(_))), "{over:?}");
    }
}

#[tokio::test]
async fn a_site_moves_with_its_stations_and_leaves_its_past() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let connection = world.connect("CP1").await;
        tell(&connection, "BootNotification", boot()).await.expect("boot");
        let reference = start(&connection, 0, 0).await;
        let note = world.app.add_note(&world.principal, Subject::Site(world.site), "key with guard").await;
        note.expect("note");
        let other = world.app.add_organisation("Second", "Europe/Berlin", "EUR").await.expect("another");

        // A program never may; nor may a person who administers only one of the two.
        let refused = world.app.move_site(&world.principal, world.site, other.id).await;
        assert!(matches!(refused, Err(AppError::Forbidden(_))), "{refused:?}");

        let mine = world.app.add_operator(
            world.principal.organisation,
            forecourt_app::NewOperator {
                email: "mia@example.org".into(),
                name: "Mia".into(),
                password: "correct horse battery".into(),
                role: forecourt_core::access::Role::Admin,
            },
        );
        let mia = mine.await.expect("operator");
        let principal = world.app.principal_of_operator(&mia).await.expect("principal");
        let refused = world.app.move_site(&principal, world.site, other.id).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");

        let mut tx = world.app.store().begin().await.expect("begin");
        let here = world.app.store().membership(mia.id, principal.organisation).await.expect("read");
        let there =
            forecourt_app::store::MembershipRecord { organisation: other.id, ..here.expect("member") };
        tx.add_membership(&there).await.expect("member of both");
        tx.commit().await.expect("commit");

        // Not while somebody charges.
        let busy = world.app.move_site(&principal, world.site, other.id).await;
        assert!(matches!(busy, Err(AppError::Conflict(_))), "{busy:?}");
        let ended = transaction(Phase::Ended, 5, 400, Some(&reference));
        tell(&connection, "StopTransaction", ended).await.expect("stop");
        let moved = world.app.move_site(&principal, world.site, other.id).await.expect("moved");

        let sites = world.app.sites(&principal, SiteFilter::default(), None, 10).await.expect("sites").items;
        assert!(sites.is_empty(), "it is gone here");
        assert!(matches!(world.app.station(&principal, id).await, Err(AppError::NotFound(_))));
        let past = world.app.store().sessions_of_station(id).await.expect("sessions");
        assert_eq!(past.len(), 1, "what was charged stays here");
        assert_eq!(past.first().map(|s| s.organisation), Some(principal.organisation));

        let there = support::principal(other.id);
        let stations =
            world.app.stations(&there, &StationFilter::default(), None, 10).await.expect("stations");
        let station = stations.items.first().expect("moved along");
        assert_eq!((station.record.identity.as_str(), station.record.site), ("CP1", moved));
        assert_ne!(station.record.id, id, "under a number of its own");
        assert_eq!(station.evses.first().and_then(|evse| evse.max_power_w), Some(22_000));
        let lines = world.app.timeline(&there, station.record.id, None, None, 50).await.expect("timeline");
        assert!(lines.lines.is_empty(), "nothing of the past is seen there: {:?}", lines.lines);
        // And it may connect as theirs.
        let again = world.connect("CP1").await;
        assert_eq!(again.station(), station.record.id);
    }
}

#[tokio::test]
async fn the_timeline_is_read_page_by_page_without_gap_or_repeat() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let connection = world.connect("CP1").await;
        for minute in 1..=20 {
            world.minutes(minute);
            tell(&connection, "BootNotification", boot()).await.expect("boot");
        }
        let all = world.app.timeline(&world.principal, id, None, None, 100).await.expect("all");
        // Added, connected, and twenty boots.
        assert_eq!((all.lines.len(), all.next), (22, None));
        assert!(all.lines.windows(2).all(|pair| pair[0].id > pair[1].id), "newest first");
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = world.app.timeline(&world.principal, id, before, None, 5).await.expect("page");
            seen.extend(page.lines.iter().map(|line| line.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, all.lines.iter().map(|line| line.id).collect::<Vec<_>>());
        // What happened at 12:05: that minute is the newest line.
        let until = Some(support::at(5) + jiff::SignedDuration::from_secs(59));
        let then = world.app.timeline(&world.principal, id, None, until, 1).await.expect("a moment");
        assert_eq!(
            then.lines.first().map(|line| (line.at, line.kind.as_str())),
            Some((support::at(5), "booted"))
        );
    }
}

#[tokio::test]
async fn the_first_support_contact_becomes_the_organisations() {
    for world in worlds().await {
        let contact = |phone: &str| SupportContact { phone: Some(phone.into()), ..SupportContact::default() };
        let edit = |phone: &str| SiteEdit { support: Some(Some(contact(phone))), ..SiteEdit::default() };
        world.app.edit_site(&world.principal, world.site, None, edit("+45 1")).await.expect("first");
        world.app.edit_site(&world.principal, world.site, None, edit("+45 2")).await.expect("second");
        let default = world.app.default_support(&world.principal).await.expect("default");
        assert_eq!(default.phone.as_deref(), Some("+45 1"));
        let blank = NewSite {
            name: "Quay".into(),
            time_zone: "UTC".into(),
            currency: "EUR".into(),
            support: Some(contact("  ")),
            ..NewSite::default()
        };
        let site = world.app.add_site(&world.principal, blank).await.expect("site");
        assert_eq!(site.site.support, None, "what is blank is none");

        // The organisation's details show the same contact, and change it.
        let mut details = world.app.profile(&world.principal).await.expect("profile").details;
        assert_eq!(details.driver_support.phone, "+45 1");
        details.driver_support.phone = "+45 9".into();
        let edit = ProfileEdit { details: Some(details), ..ProfileEdit::default() };
        let profile = world.app.edit_profile(&world.principal, None, edit).await.expect("edited");
        assert_eq!(profile.details.driver_support.phone, "+45 9");
        let default = world.app.default_support(&world.principal).await.expect("default");
        assert_eq!(default.phone.as_deref(), Some("+45 9"));
    }
}

#[tokio::test]
async fn a_bay_is_blocked_only_where_there_is_one() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let block = async |evse| world.app.set_bay(&world.principal, id, EvseNumber(evse), true, None).await;
        assert!(matches!(block(7).await, Err(AppError::NotFound(_))));
        block(1).await.expect("blocked");
        block(1).await.expect("said again");
        let view = world.app.station(&world.principal, id).await.expect("station");
        let held: Vec<_> = view.out_of_use.iter().map(|held| (held.evse.0, held.cause.as_str())).collect();
        assert_eq!(held, [(1, "bay")]);
    }
}
