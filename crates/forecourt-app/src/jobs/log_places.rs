//! Notes which messages are whose, some seconds behind the newest.

use jiff::SignedDuration;

use crate::{App, AppError};

/// A batch of the journal is written long before this; what comes later still is placed when it is written.
const BEHIND: SignedDuration = SignedDuration::from_secs(5);

pub(super) async fn run(app: &App) -> Result<(), AppError> {
    app.store.place_messages(app.now() - BEHIND).await?;
    Ok(())
}
