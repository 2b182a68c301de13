//! What blocking a plug costs: one engine for fees after charging, for cars that take nothing, and for long stays.
//!
//! Pure: it is told what was seen and when, and says what is owed. It knows no station, no clock and no driver.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::tariff::{Amount, Line, Restrictions, VatRate, What};
use crate::unit::{Currency, MinorUnits};

/// Longest grace, interval and stay, in minutes: a month.
const MINUTES_MAX: i64 = 44_640;
/// Highest amount, in millionths: a hundred thousand of the main unit.
const AMOUNT_MAX: i64 = 100_000_000_000;
/// Least grace of a fee that is not a blocking fee by intervals.
const GRACE_LEAST_MIN: i64 = 10;
/// Least interval of a blocking fee.
const INTERVAL_LEAST_MIN: i64 = 5;
/// Most that one overstay may cost, in main units of a currency worth about as much as a pound or a euro.
const PLATFORM_CAP: i64 = 100;
/// Currencies whose main unit is worth far less, and how many make about one of those.
const SMALL_CURRENCIES: [(&str, i64); 12] = [
    ("DKK", 10),
    ("SEK", 10),
    ("NOK", 10),
    ("PLN", 5),
    ("CZK", 25),
    ("RON", 5),
    ("TRY", 40),
    ("THB", 40),
    ("MYR", 5),
    ("CNY", 8),
    ("HUF", 400),
    ("JPY", 150),
];
const MS_PER_MINUTE: i64 = 60_000;

/// When a plug counts as blocked. Any of those that are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = IdleFeeTriggers))]
#[serde(deny_unknown_fields, default)]
pub struct Triggers {
    /// The session has ended and the car still stands there.
    pub after_charging: bool,
    /// The car has taken nothing for this many minutes without a break: the session is stopped, and the time after it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_min: Option<i64>,
    /// The session is older than this many minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_stay_min: Option<i64>,
}

/// What blocking costs. Amounts contain VAT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = IdleFeeRules))]
#[serde(deny_unknown_fields)]
pub struct IdleFee {
    /// ISO 4217.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "EUR"))]
    pub currency: Currency,
    /// In percent. Absent: no VAT applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "20"))]
    pub vat: Option<VatRate>,
    /// Minutes before anything is owed.
    pub grace_min: i64,
    /// Once, when the grace is over.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "5.00"))]
    pub flat: Amount,
    /// For each interval.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "1.00"))]
    pub recurring: Amount,
    /// Minutes of an interval.
    pub every_min: i64,
    /// The first interval is owed when the grace is over; otherwise when it has passed.
    #[serde(default)]
    pub at_once: bool,
    /// Most that one overstay costs. Absent: the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub cap: Option<Amount>,
    /// There is no cap at all (a blocking fee by intervals).
    #[serde(default)]
    pub uncapped: bool,
    pub triggers: Triggers,
    /// The time in which the car took nothing before it was stopped counts as grace.
    #[serde(default)]
    pub idle_counts_as_grace: bool,
}

/// One fault: JSON pointer below the rules, and what would be right.
pub type Fault = (&'static str, &'static str);

impl IdleFee {
    /// A fee for each full interval, the first of which is the grace.
    pub fn blocking(currency: Currency, amount: Amount, interval_min: i64) -> Self {
        Self {
            currency,
            vat: None,
            grace_min: interval_min,
            flat: Amount(0),
            recurring: amount,
            every_min: interval_min,
            at_once: true,
            cap: None,
            uncapped: true,
            triggers: Triggers { after_charging: true, idle_min: Some(interval_min), max_stay_min: None },
            idle_counts_as_grace: false,
        }
    }

    /// Everything that is wrong; empty when the fee can be used.
    pub fn faults(&self) -> Vec<Fault> {
        let minutes = |value: i64, least: i64| (least..=MINUTES_MAX).contains(&value);
        let amount = |value: Amount| (0..=AMOUNT_MAX).contains(&value.0);
        let mut faults = Vec::new();
        let mut check = |holds: bool, fault: Fault| faults.extend((!holds).then_some(fault));
        let grace = if self.uncapped { INTERVAL_LEAST_MIN } else { GRACE_LEAST_MIN };
        check(minutes(self.grace_min, grace), ("/grace_min", "at least 10; 5 for a fee by intervals"));
        check(minutes(self.every_min, 1), ("/every_min", "from 1 to 44640"));
        check(amount(self.flat), ("/flat", "from 0 to 100000"));
        check(amount(self.recurring), ("/recurring", "from 0 to 100000"));
        check(self.flat.0 + self.recurring.0 > 0, ("/recurring", "a flat or a recurring fee"));
        let capped = |cap: Amount| (0..=platform_cap(self.currency).0).contains(&cap.0);
        check(self.cap.is_none_or(capped), ("/cap", "from 0 to the platform's highest fee"));
        check(!self.uncapped || self.cap.is_none(), ("/cap", "a cap, or none at all"));
        let rate = self.vat.is_none_or(|vat| (0..=1_000_000).contains(&vat.0));
        check(rate, ("/vat", "from 0 to 100 percent"));
        let Triggers { after_charging, idle_min, max_stay_min } = self.triggers;
        let any = after_charging || idle_min.is_some() || max_stay_min.is_some();
        check(any, ("/triggers", "at least one"));
        check(idle_min.is_none_or(|m| minutes(m, 1)), ("/triggers/idle_min", "from 1 to 44640"));
        check(max_stay_min.is_none_or(|m| minutes(m, 1)), ("/triggers/max_stay_min", "from 1 to 44640"));
        faults
    }

    /// The most that one overstay costs.
    fn cap(&self) -> Option<Amount> {
        if self.uncapped {
            return None;
        }
        Some(self.cap.unwrap_or_else(|| platform_cap(self.currency)))
    }

    /// What is owed after a plug was blocked this long: how many intervals, and the amount, in millionths.
    pub fn owed(&self, blocked: SignedDuration) -> (i64, Amount) {
        let ms = i64::try_from(blocked.as_millis()).unwrap_or(i64::MAX);
        let over = ms.saturating_sub(self.grace_min.saturating_mul(MS_PER_MINUTE));
        // The grace ends in the moment it is full: what is owed then is owed at exactly that moment.
        if over < 0 || blocked.is_negative() || blocked.is_zero() {
            return (0, Amount(0));
        }
        let full = over / self.every_min.max(1).saturating_mul(MS_PER_MINUTE);
        let intervals = full + i64::from(self.at_once);
        let amount = self.flat.0.saturating_add(self.recurring.0.saturating_mul(intervals));
        (intervals, Amount(self.cap().map_or(amount, |cap| amount.min(cap.0))))
    }

    /// How long after the blocking began the grace ends.
    pub fn grace(&self) -> SignedDuration {
        SignedDuration::from_mins(self.grace_min)
    }

    /// The line of the receipt; none where nothing is owed. It names the time that is charged for: the grace and the full
    /// intervals, as far as they cost something.
    pub fn line(&self, from: Timestamp, blocked: SignedDuration) -> Option<Line> {
        let (intervals, amount) = self.owed(blocked);
        let to_cap = |cap: Amount| {
            let left = cap.0.saturating_sub(self.flat.0).max(0);
            if self.recurring.0 > 0 {
                left.saturating_add(self.recurring.0 - 1) / self.recurring.0
            } else {
                0
            }
        };
        let charged = self.cap().map_or(intervals, |cap| intervals.min(to_cap(cap)));
        let full = charged.saturating_sub(i64::from(self.at_once)).max(0);
        let minutes = full.saturating_mul(self.every_min).saturating_add(self.grace_min);
        let ms = minutes.saturating_mul(MS_PER_MINUTE);
        let (without_vat, with_vat) = crate::tariff::split_gross(amount, self.vat, self.currency);
        (with_vat != MinorUnits::ZERO).then(|| Line {
            what: What::IdleFee,
            element: None,
            measured: ms,
            billed: ms,
            unit_price: None,
            vat: self.vat,
            restrictions: Restrictions::default(),
            from,
            to: from.saturating_add(SignedDuration::from_millis(ms)).unwrap_or(from),
            without_vat,
            with_vat,
        })
    }
}

/// Most that one overstay may cost, whatever the operator sets.
pub fn platform_cap(currency: Currency) -> Amount {
    let worth = SMALL_CURRENCIES.iter().find(|(code, _)| *code == currency.code()).map_or(1, |(_, n)| *n);
    Amount(PLATFORM_CAP * worth * 1_000_000)
}

/// What has come of a session's fee so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// The blocking began; nothing counts before.
    pub began: Option<Timestamp>,
    /// It was seen to go on until then.
    pub seen: Option<Timestamp>,
    /// Time that counts, in milliseconds: seen time only.
    pub counted_ms: i64,
    /// The plug could not be seen, or was not blocked, at the last look.
    pub frozen: bool,
    pub ended: bool,
    /// A stop was sent because the car took nothing.
    pub stop_sent: Option<Timestamp>,
    /// Which letters went to the driver.
    pub told_before: bool,
    pub told_grace: bool,
    pub told_last: bool,
}

/// What was seen of the plug at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The car stands there.
    Blocked,
    /// Nothing can be said: the station is away. Since when.
    Unseen { since: Timestamp },
    /// The plug is free, out of order or in use again, since then.
    Over { since: Timestamp },
}

impl Course {
    pub fn begin(&mut self, at: Timestamp, head_start: SignedDuration) {
        if self.began.is_none() {
            self.began = Some(at);
            self.seen = Some(at);
            self.counted_ms = i64::try_from(head_start.as_millis()).unwrap_or(0).max(0);
        }
    }

    /// Takes in what was seen. Time before the blocking began, and time nobody saw, does not count.
    pub fn see(&mut self, sight: Sight, now: Timestamp) {
        let (Some(seen), false) = (self.seen, self.ended) else { return };
        let until = match sight {
            Sight::Blocked => now,
            Sight::Unseen { since } | Sight::Over { since } => since.min(now),
        };
        if !self.frozen && until > seen {
            self.counted_ms = self.counted_ms.saturating_add(until.as_millisecond() - seen.as_millisecond());
        }
        self.seen = Some(if self.frozen { now.max(seen) } else { until.max(seen) });
        self.frozen = matches!(sight, Sight::Unseen { .. });
        self.ended = matches!(sight, Sight::Over { .. });
    }

    pub fn blocked(&self) -> SignedDuration {
        SignedDuration::from_millis(self.counted_ms)
    }
}
