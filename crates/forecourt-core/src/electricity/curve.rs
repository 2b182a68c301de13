//! What the market asks over time. Prices hold for an hour or for a quarter of one; where both are known, the shorter
//! counts, and what an organisation brought itself counts more than the public feed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::tariff::Amount;

/// The shortest time a price holds: since October 2025 the market trades quarters of an hour.
pub const SLOT_MS: i64 = 15 * 60 * 1_000;
/// The longest time a price holds, in milliseconds.
const HOUR_MS: i64 = 4 * SLOT_MS;

/// Where a price is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpotSource {
    Feed,
    File,
    /// Made up for the demonstration.
    Demo,
}

/// What the market asks per kWh for a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotSlot {
    pub from: Timestamp,
    pub until: Timestamp,
    pub per_kwh: Amount,
    pub source: SpotSource,
}

impl SpotSlot {
    fn holds_at(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// Prices by the moments they begin at: each holds until the next, for an hour at most. The last holds as long as
    /// the one before it, or for `alone` where it is the only one.
    pub fn of_starts(
        starts: BTreeMap<Timestamp, Amount>,
        source: SpotSource,
        alone: SignedDuration,
    ) -> Vec<Self> {
        let hour = SignedDuration::from_millis(HOUR_MS);
        let mut length = alone;
        let mut next = starts.keys().copied().skip(1).collect::<Vec<_>>().into_iter();
        let slot = |(from, per_kwh): (Timestamp, Amount)| {
            if let Some(next) = next.next() {
                length = next.duration_since(from).min(hour);
            }
            Self { from, until: from.saturating_add(length).unwrap_or(from), per_kwh, source }
        };
        starts.into_iter().map(slot).collect()
    }
}

/// Prices of a zone in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpotCurve {
    own: BTreeMap<Timestamp, SpotSlot>,
    public: BTreeMap<Timestamp, SpotSlot>,
}

impl SpotCurve {
    pub fn of(own: impl IntoIterator<Item = SpotSlot>, public: impl IntoIterator<Item = SpotSlot>) -> Self {
        let by_start = |slot: SpotSlot| (slot.from, slot);
        Self {
            own: own.into_iter().map(by_start).collect(),
            public: public.into_iter().map(by_start).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.public.is_empty()
    }

    /// What holds at a moment.
    pub fn at(&self, moment: Timestamp) -> Option<&SpotSlot> {
        held(&self.own, moment).or_else(|| held(&self.public, moment))
    }

    /// One after the other, nothing twice; where nothing is known there is a gap.
    pub fn slots(&self) -> Vec<SpotSlot> {
        let all = self.own.values().chain(self.public.values());
        let mut edges: Vec<Timestamp> = all.flat_map(|slot| [slot.from, slot.until]).collect();
        edges.sort_unstable();
        edges.dedup();
        let pairs = edges.iter().copied().zip(edges.iter().copied().skip(1));
        pairs
            .filter_map(|(from, until)| self.at(from).map(|slot| SpotSlot { from, until, ..*slot }))
            .collect()
    }
}

/// The latest begun that still holds: a quarter inside an hour counts more than the hour.
fn held(slots: &BTreeMap<Timestamp, SpotSlot>, moment: Timestamp) -> Option<&SpotSlot> {
    let earliest = moment.saturating_sub(SignedDuration::from_millis(HOUR_MS)).unwrap_or(moment);
    slots.range(earliest..=moment).rev().map(|(_, slot)| slot).find(|slot| slot.holds_at(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-20T{text}:00Z").parse().expect("a time")
    }

    fn slot(from: &str, until: &str, price: i64, source: SpotSource) -> SpotSlot {
        SpotSlot { from: at(from), until: at(until), per_kwh: Amount(price), source }
    }

    #[test]
    fn the_shorter_counts_more_and_what_one_brought_oneself_most() {
        use SpotSource::{Feed, File};
        let curve = SpotCurve::of(
            [slot("10:30", "10:45", 9, File)],
            [
                slot("10:00", "11:00", 1, Feed),
                slot("10:15", "10:30", 2, Feed),
                slot("12:00", "13:00", 3, Feed),
            ],
        );
        let price = |text: &str| curve.at(at(text)).map(|slot| slot.per_kwh.0);
        let expected = [
            ("09:59", None),
            ("10:00", Some(1)),
            ("10:20", Some(2)),
            ("10:30", Some(9)),
            ("10:45", Some(1)),
            ("11:00", None),
            ("12:59", Some(3)),
            ("13:00", None),
        ];
        for (text, wanted) in expected {
            assert_eq!(price(text), wanted, "{text}");
        }
        let slots: Vec<i64> = curve.slots().iter().map(|slot| slot.per_kwh.0).collect();
        assert_eq!(slots, [1, 2, 9, 1, 3]);
    }

    #[test]
    fn a_price_holds_until_the_next_for_an_hour_at_most() {
        let starts = |texts: &[&str]| texts.iter().map(|text| (at(text), Amount(1))).collect();
        let minutes = |slots: Vec<SpotSlot>| -> Vec<i64> {
            slots.iter().map(|slot| slot.until.duration_since(slot.from).as_mins()).collect()
        };
        let hour = SignedDuration::from_hours(1);
        let feed = SpotSource::Feed;
        let mixed = SpotSlot::of_starts(starts(&["08:00", "09:00", "09:15", "09:30", "15:00"]), feed, hour);
        assert_eq!(minutes(mixed), [60, 15, 15, 60, 60]);
        let quarters = SpotSlot::of_starts(starts(&["09:00", "09:15"]), feed, hour);
        assert_eq!(minutes(quarters), [15, 15]);
        assert_eq!(minutes(SpotSlot::of_starts(starts(&["09:00"]), feed, hour)), [60]);
        assert!(SpotSlot::of_starts(BTreeMap::new(), feed, hour).is_empty());
    }
}
