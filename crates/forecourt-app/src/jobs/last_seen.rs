//! Writes when stations were last heard: in memory at once, in storage in portions.

use forecourt_store::journal::Unit;

use crate::{App, AppError};

pub(super) async fn run(app: &App) -> Result<(), AppError> {
    let mut seen = Vec::new();
    for live in app.directory.all() {
        let record = live.record();
        let heard = live.link().last_seen;
        if let Some(at) = heard.filter(|at| record.last_seen_at.is_none_or(|stored| stored < *at)) {
            seen.push((record.id, at));
        }
    }
    if seen.is_empty() {
        return Ok(());
    }
    app.journal.append(Unit { seen: seen.clone(), ..Unit::default() }).await?;
    for (station, at) in seen {
        if let Some(live) = app.directory.get(station) {
            let mut record = (*live.record()).clone();
            record.last_seen_at = Some(at);
            live.set_record(record);
        }
    }
    Ok(())
}
