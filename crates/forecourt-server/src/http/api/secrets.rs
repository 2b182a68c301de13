//! Secrets in what is shown. What is kept has been cleaned already; older rows have not.

pub use forecourt_app::secrets::redact;
