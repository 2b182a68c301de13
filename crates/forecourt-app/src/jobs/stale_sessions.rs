//! Ends sessions whose station will not: its connector is free, or it has been away too long. Marked provisional;
//! the station's own word, should it come, replaces the conclusion.

use jiff::SignedDuration;

use crate::{App, AppError};

/// Quieter than this before a session is looked at: twice the usual reading interval.
const QUIET: SignedDuration = SignedDuration::from_mins(5);
/// Sessions looked at in one round.
const AT_ONCE: i64 = 500;

pub(super) async fn run(app: &App) -> Result<(), AppError> {
    let before = app.now() - QUIET;
    for session in app.store.quiet_sessions(before, AT_ONCE).await? {
        app.close_if_stale(&session).await?;
    }
    Ok(())
}
