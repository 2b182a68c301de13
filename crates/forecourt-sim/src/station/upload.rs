//! The log of a simulated station on its way to where the CSMS wants it.

/// Sends a few honest lines by HTTP PUT; other schemes are not simulated.
pub(super) async fn send_log(location: String, identity: String) {
    if !location.starts_with("http") {
        tracing::warn!(identity, location, "a simulated station sends its log by HTTP only");
        return;
    }
    let text = format!("{identity}: a simulated station, nothing to report\n");
    let sent = reqwest::Client::new().put(&location).body(text).send().await;
    if let Err(error) = sent.and_then(reqwest::Response::error_for_status) {
        tracing::warn!(identity, %error, "the log was not taken");
    }
}
