//! Subscriptions: when their periods begin, and what of a session an allowance covers (C14).

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::unit::WattHours;

/// How often a subscription renews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Renewal {
    Week,
    Month,
    Year,
}

impl Renewal {
    /// When a period begins, the first being 0. Periods count from the first day, so that one that began on the 31st
    /// comes back to it after a shorter month. The time of day is that of the zone.
    pub fn period_start(self, started_at: Timestamp, period: i64, zone: &TimeZone) -> Timestamp {
        let span = match self {
            Self::Week => Span::new().try_weeks(period),
            Self::Month => Span::new().try_months(period),
            Self::Year => Span::new().try_years(period),
        };
        let first = started_at.to_zoned(zone.clone());
        span.and_then(|span| first.checked_add(span)).map_or(Timestamp::MAX, |at| at.timestamp())
    }
}

/// What of a session's energy an allowance covers, of which some is used already. `None`: it has no limit.
pub fn covered(allowance: Option<WattHours>, used: WattHours, energy: WattHours) -> WattHours {
    let energy = energy.0.max(0);
    match allowance {
        None => WattHours(energy),
        Some(allowance) => WattHours(energy.min((allowance.0 - used.0).max(0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_that_began_on_the_31st_comes_back_to_it() {
        let zone = TimeZone::get("Europe/Copenhagen").expect("a zone");
        let from: Timestamp = "2026-01-31T10:00:00+01:00".parse().expect("a time");
        let day = |period| {
            Renewal::Month.period_start(from, period, &zone).to_zoned(zone.clone()).date().to_string()
        };
        assert_eq!(
            [day(0), day(1), day(2), day(3)],
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
        );
        // Over the change of the clocks the time of day stays.
        let at = Renewal::Month.period_start(from, 2, &zone).to_zoned(zone.clone());
        assert_eq!(at.time().to_string(), "10:00:00");
        let week = Renewal::Week.period_start(from, 1, &zone).to_zoned(zone);
        assert_eq!(week.date().to_string(), "2026-02-07");
    }

    #[test]
    fn an_allowance_covers_what_is_left_of_it_and_no_more() {
        let of = |allowance: Option<i64>, used, energy| {
            covered(allowance.map(WattHours), WattHours(used), WattHours(energy)).0
        };
        assert_eq!(of(Some(10_000), 0, 4_000), 4_000);
        assert_eq!(of(Some(10_000), 8_000, 4_000), 2_000);
        assert_eq!(of(Some(10_000), 12_000, 4_000), 0);
        assert_eq!(of(None, 12_000, 4_000), 4_000);
        assert_eq!(of(Some(10_000), 0, -1), 0);
    }
}
