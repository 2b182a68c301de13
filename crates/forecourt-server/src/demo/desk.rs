//! What lies on the desk of the demonstration: a few issues, one of them about a fault of the past days, and a rule that tells.

use std::sync::Arc;

use forecourt_app::alerts::AlertRuleEdit;
use forecourt_app::issues::IssueEdit;
use forecourt_app::store::fault::FaultFilter;
use forecourt_app::{App, AppError, Principal};
use forecourt_core::fault::Severity;

/// Title, text, priority, state.
const ISSUES: [(&str, &str, &str, &str); 2] = [
    (
        "Repaint the bay markings",
        "The lines of the two bays at the entrance can hardly be seen.",
        "low",
        "open",
    ),
    (
        "Call back the driver of the pool car",
        "Could not start on Monday evening; left a number.",
        "normal",
        "waiting",
    ),
];

pub async fn seed(app: &Arc<App>, administrator: &Principal) -> Result<(), AppError> {
    let people = app.people(administrator).await?;
    let maintenance = people.iter().find(|(_, name)| name.starts_with("Pieter")).map(|(id, _)| *id);
    let faults = app.faults(administrator, FaultFilter::default(), None, 1).await?.items;
    if let Some(fault) = faults.first() {
        let new = IssueEdit {
            title: Some(format!("Check {} after {}", fault.station_identity, fault.code)),
            text: Some("It recovered by itself. Please look at cable and plug at the next visit.".into()),
            priority: Some("high".into()),
            fault: Some(Some(fault.id)),
            assignee: Some(maintenance),
            ..IssueEdit::default()
        };
        let issue = app.add_issue(administrator, new).await?;
        app.comment_issue(administrator, issue.id, "On the tour of Thursday.").await?;
    }
    for (title, text, priority, state) in ISSUES {
        let new = IssueEdit {
            title: Some(title.into()),
            text: Some(text.into()),
            priority: Some(priority.into()),
            state: Some(state.into()),
            ..IssueEdit::default()
        };
        app.add_issue(administrator, new).await?;
    }
    let rule = AlertRuleEdit {
        name: Some("Critical faults".into()),
        kinds: Some(vec!["fault.opened".into(), "fault.solved".into()]),
        severity: Some(Severity::Critical),
        ..AlertRuleEdit::default()
    };
    app.add_alert_rule(administrator, rule).await.map(drop)
}
