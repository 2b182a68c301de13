//! Removes messages and readings past their retention, a portion at a time.

use jiff::SignedDuration;

use crate::{App, AppError};

/// Portions per round: the rest waits for the next, so that stations are never held up for long.
const PORTIONS: usize = 50;

pub(super) async fn run(app: &App) -> Result<(), AppError> {
    let settings = app.settings();
    let now = app.now();
    let before = |days: i64| now - SignedDuration::from_hours(24 * days);
    for _ in 0..PORTIONS {
        let pruned = app
            .store
            .prune(before(settings.keep_messages_days), before(settings.keep_readings_days), now)
            .await?;
        if pruned.is_done() {
            break;
        }
    }
    Ok(())
}
