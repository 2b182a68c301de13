//! Reports go out by themselves: once, for whole days, in the name of somebody who may still see them.

mod support;

use forecourt_app::jobs::Job;
use forecourt_app::reports::{Every, NewSchedule, Tab};
use forecourt_app::sheet::Format;
use forecourt_app::store::MailFilter;
use forecourt_app::{AppError, NewOperator};
use forecourt_core::access::Role;
use support::*;

fn every_day() -> NewSchedule {
    NewSchedule {
        tab: Tab::Overview,
        format: Format::Pdf,
        every: Every::Day,
        site: None,
        recipients: vec!["finance@example.org".into(), "Mia@Example.org".into()],
    }
}

#[tokio::test]
async fn a_scheduled_report_is_written_once_a_morning() {
    for world in worlds().await {
        let app = &world.app;
        // A program has no name to send letters in.
        let refused = app.add_report_schedule(&world.principal, every_day()).await;
        assert!(matches!(refused, Err(AppError::Forbidden(_))), "{refused:?}");
        let new = NewOperator {
            email: "mia@example.org".into(),
            name: "Mia".into(),
            password: "correct horse battery".into(),
            role: Role::Operator,
        };
        app.add_operator(world.principal.organisation, new).await.expect("operator");
        let operator = app.store().operator_by_email("mia@example.org").await.expect("read").expect("Mia");
        let mia = app.principal_of_operator(&operator).await.expect("Mia's rights");
        app.add_report_schedule(&mia, every_day()).await.expect("scheduled");
        let letters = async || {
            let all = MailFilter::default();
            app.store().mail(mia.organisation, all, None, 50).await.expect("letters").items
        };
        Job::Reports.run(app).await.expect("looked");
        assert_eq!(letters().await.len(), 0);
        // Six in the morning of the next day, in Copenhagen.
        world.minutes(16 * 60 + 1);
        for _ in 0..2 {
            Job::Reports.run(app).await.expect("looked");
            let found = letters().await;
            assert_eq!(found.len(), 2);
            assert!(found[0].subject.contains("2026-06-15"), "{}", found[0].subject);
            assert!(found[0].body.contains("from=2026-06-15&to=2026-06-15"), "{}", found[0].body);
        }
        let kept = app.report_schedules(&mia).await.expect("schedules");
        assert!(kept[0].last_sent_at.is_some() && kept[0].problem.is_none());
        app.delete_report_schedule(&mia, kept[0].id).await.expect("removed");
        world.minutes(3 * 24 * 60);
        Job::Reports.run(app).await.expect("looked");
        assert_eq!(letters().await.len(), 2);
    }
}
