//! A limit tried on an afternoon that was: two cars of 11 kW, on each database.

use forecourt_app::AppError;
use forecourt_app::power::{ChosenCharger, ModelVerdict, TrialRequest, ZoneRequest};
use forecourt_core::fact::{Boot, Fact, Phase, Reading};
use forecourt_core::power::{Distribution, PerPhase, Rotation};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};

use crate::support::{World, meter, start, tell, transaction, worlds};

const KWH: i64 = 11_040;

/// Two chargers, each with a car that took 16 A on three phases for an hour and stayed for `stays` minutes.
async fn afternoon(world: &World, stays: i64) -> Vec<ChosenCharger> {
    let verdict =
        ModelVerdict { vendor: "Voltaro".into(), model: "Box".into(), firmware: None, tested: true };
    world.app.set_model_verdict(&world.principal, verdict).await.expect("judged");
    let mut chosen = Vec::new();
    for identity in ["TRY1", "TRY2"] {
        let station = world.station(identity).await;
        let connection = world.connect(identity).await;
        let boot = Boot { vendor: "Voltaro".into(), model: "Box".into(), ..Boot::default() };
        tell(&connection, "BootNotification", Fact::Boot(boot)).await.expect("booted");
        let reference = start(&connection, 0, 0).await;
        for minute in [5, 30, 55] {
            world.minutes(minute);
            let Fact::Meter(mut report) = meter(minute, KWH * minute / 60, Some(&reference)) else {
                continue;
            };
            let power = Some(Watts(11_040));
            report.readings = report
                .readings
                .into_iter()
                .map(|reading| Reading { current: Some(MilliAmps(16_000)), power, ..reading })
                .collect();
            tell(&connection, "MeterValues", Fact::Meter(report)).await.expect("told");
        }
        world.minutes(stays);
        let ended = transaction(Phase::Ended, stays, KWH, Some(&reference));
        tell(&connection, "StopTransaction", ended).await.expect("ended");
        let rotation = Some(Rotation::Rst);
        chosen.push(ChosenCharger { station, phases: 3, rotation, priority: 0 });
    }
    chosen
}

fn tries(capacity: i64) -> TrialRequest {
    TrialRequest {
        from: "2026-06-15".parse().expect("a day"),
        days: 1,
        capacity: Err(PerPhase::even(MilliAmps(capacity))),
        buffer: PerMille(0),
        least_session: Watts(0),
        distribution: Distribution::Dynamic,
        priorities: Vec::new(),
    }
}

#[tokio::test]
async fn a_limit_is_tried_on_what_was() {
    for world in worlds().await {
        let chosen = afternoon(&world, 90).await;
        let first = chosen[0].station;
        let request = ZoneRequest {
            name: "Yard".into(),
            site: world.site,
            parent: None,
            meter_number: None,
            capacity: Err(PerPhase::even(MilliAmps(32_000))),
            voltage: MilliVolts(230_000),
            buffer: PerMille(0),
            least_session: Watts(0),
            distribution: Distribution::Dynamic,
            chargers: chosen,
        };
        let zone = world.app.add_zone(&world.principal, request).await.expect("a zone").record.id;

        // As wide as both: nobody feels it.
        let wide = world.app.try_zone(&world.principal, zone, tries(32_000)).await.expect("tried");
        assert_eq!((wide.sessions, wide.affected_count), (2, 0));
        assert_eq!(wide.unlimited.peak, MilliAmps(32_000));
        assert!(wide.now.is_none() && !wide.knows_load);

        // Half of it: an hour becomes two, and they leave after an hour and a half with three quarters.
        let half = world.app.try_zone(&world.principal, zone, tries(16_000)).await.expect("tried");
        assert_eq!(half.tried.peak, MilliAmps(16_000));
        assert_eq!((half.affected_count, half.tried.short_sessions), (2, 2));
        assert_eq!(half.tried.missing, WattHours(KWH / 4 * 2));
        assert!(half.affected.iter().all(|one| one.later_s.is_none() && one.got == WattHours(KWH * 3 / 4)));
        assert_eq!(half.circuits[0].capacity, MilliAmps(16_000));
        assert_eq!(half.points.len(), 24 * 12);
        assert_eq!(half.points.iter().map(|point| point.tried.0).max(), Some(16_000));

        // In turn, and one before the other: the other waits for an hour.
        let turn = TrialRequest {
            distribution: Distribution::Sequential,
            priorities: vec![(first, 5)],
            ..tries(16_000)
        };
        let turn = world.app.try_zone(&world.principal, zone, turn).await.expect("tried");
        assert_eq!(turn.affected_count, 1);
        assert_ne!(turn.affected[0].station, first);
        assert!(turn.affected[0].waited_s >= 3_600, "{:?}", turn.affected[0]);

        // Switched on, what is in force stands beside it; nothing was changed by trying.
        world.app.switch_zone(&world.principal, zone, true).await.expect("on");
        let on = world.app.try_zone(&world.principal, zone, tries(16_000)).await.expect("tried");
        assert_eq!(on.now.map(|now| now.peak), Some(MilliAmps(32_000)));
        let kept = world.app.zone(&world.principal, zone).await.expect("a zone").record;
        assert_eq!(kept.capacity, PerPhase::even(MilliAmps(32_000)));

        let empty = TrialRequest { from: "2026-06-01".parse().expect("a day"), ..tries(16_000) };
        assert_eq!(world.app.try_zone(&world.principal, zone, empty).await.expect("tried").sessions, 0);
        for bad in [TrialRequest { days: 8, ..tries(16_000) }, tries(0)] {
            let refused = world.app.try_zone(&world.principal, zone, bad).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
        }
    }
}
