//! What every handler sees.

use std::num::NonZeroU32;
use std::sync::Arc;

use forecourt_app::App;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use metrics_exporter_prometheus::PrometheusHandle;

/// Sign-in attempts of one address, and for one account, per minute.
const SIGN_INS_PER_MINUTE: u32 = 10;

#[derive(Clone, Debug)]
pub struct HttpState {
    pub app: Arc<App>,
    pub metrics: Option<PrometheusHandle>,
    pub limits: Arc<Limits>,
    /// E-mail and password of the demonstration, shown on the sign-in page.
    pub demo: Option<(String, String)>,
    /// Cookies travel over TLS only.
    pub secure_cookies: bool,
}

/// Counters of attempts.
#[derive(Debug)]
pub struct Limits {
    pub sign_in: DefaultKeyedRateLimiter<String>,
}

impl Default for Limits {
    fn default() -> Self {
        let per_minute = NonZeroU32::new(SIGN_INS_PER_MINUTE).unwrap_or(NonZeroU32::MIN);
        Self { sign_in: RateLimiter::keyed(Quota::per_minute(per_minute)) }
    }
}

impl Limits {
    /// Whether this address may try this account once more.
    pub fn may_sign_in(&self, address: &str, account: &str) -> bool {
        // Names that are tried once are forgotten again, or the table would grow with every guess.
        if self.sign_in.len() > 10_000 {
            self.sign_in.retain_recent();
        }
        self.sign_in.check_key(&format!("a {address}")).is_ok()
            && self.sign_in.check_key(&format!("e {account}")).is_ok()
    }
}
