//! What every handler sees.

use std::num::NonZeroU32;
use std::sync::Arc;

use forecourt_app::App;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use metrics_exporter_prometheus::PrometheusHandle;

/// Requests of one API key a second, over time: a program that wants more has a mistake in it.
const REQUESTS_PER_SECOND: u32 = 50;
/// Requests of one API key at once: a nightly import may begin with a burst.
const REQUESTS_AT_ONCE: u32 = 500;

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
    /// Requests by API key.
    pub keys: DefaultKeyedRateLimiter<i64>,
}

impl Default for Limits {
    fn default() -> Self {
        let per_minute = NonZeroU32::new(SIGN_INS_PER_MINUTE).unwrap_or(NonZeroU32::MIN);
        let per_second = NonZeroU32::new(REQUESTS_PER_SECOND).unwrap_or(NonZeroU32::MIN);
        let at_once = NonZeroU32::new(REQUESTS_AT_ONCE).unwrap_or(NonZeroU32::MIN);
        Self {
            sign_in: RateLimiter::keyed(Quota::per_minute(per_minute)),
            keys: RateLimiter::keyed(Quota::per_second(per_second).allow_burst(at_once)),
        }
    }
}

impl Limits {
    /// Seconds this key has to wait before its next request; `None`: it may go on.
    pub fn key_waits(&self, key: i64) -> Option<u64> {
        let refused = self.keys.check_key(&key).err()?;
        Some(refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }

    /// Whether this address may take this step once more: one in which nothing can be guessed.
    pub fn may_try(&self, step: &str, address: &str) -> bool {
        let account = format!("{step} {address}");
        self.may_sign_in(&account, &account)
    }

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
