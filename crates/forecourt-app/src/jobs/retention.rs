//! Removes messages and readings past their retention, a portion at a time.

use jiff::SignedDuration;

use crate::{App, AppError};

/// Portions per round: the rest waits for the next, so that stations are never held up for long.
const PORTIONS: usize = 50;
/// What was told, or nobody wanted to know, is kept this long.
const KEEP_HAPPENINGS_DAYS: i64 = 30;

pub(super) async fn run(app: &App) -> Result<(), AppError> {
    let settings = app.settings();
    let now = app.now();
    let before = |days: i64| now - SignedDuration::from_hours(24 * days);
    let mut messages = 0;
    for _ in 0..PORTIONS {
        let pruned = app
            .store
            .prune(before(settings.keep_messages_days), before(settings.keep_readings_days), now)
            .await?;
        messages += pruned.messages;
        if pruned.is_done() {
            break;
        }
    }
    let mut tx = app.store.begin().await?;
    tx.forget_happenings(before(KEEP_HAPPENINGS_DAYS)).await?;
    tx.forget_chronicle(before(settings.keep_readings_days)).await?;
    tx.forget_deliveries(before(KEEP_HAPPENINGS_DAYS)).await?;
    tx.commit().await?;
    if messages > 0 {
        let stations: Vec<_> = app.directory.all().iter().map(|live| live.record().id).collect();
        app.store.forget_places(&stations, before(settings.keep_messages_days)).await?;
    }
    Ok(())
}
