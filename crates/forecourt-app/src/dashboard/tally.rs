//! What the change of a session adds to the sums of its days, or takes back from them. Pure.

use std::collections::BTreeMap;

use forecourt_core::Timestamp;
use forecourt_core::metrics::{Sums, day_of, stretches};
use forecourt_core::session::Session;
use forecourt_core::tariff::Receipt;
use forecourt_store::{MoneyDelta, MoneySums, Place, RollupDelta};
use jiff::tz::TimeZone;

pub(crate) fn place_of(session: &Session) -> Place {
    Place {
        organisation: session.organisation,
        site: session.site,
        station: session.station,
        evse: session.evse,
    }
}

/// Energy belongs to the day it was told of, a completed session to the day it ended (C22), time to the day it passed.
pub(crate) fn of_session(before: Option<&Session>, after: &Session, zone: &TimeZone) -> Vec<RollupDelta> {
    let mut days: BTreeMap<i64, Sums> = BTreeMap::new();
    let energy_wh = after.energy().0 - before.map_or(0, |s| s.energy().0);
    let heard = day_of(after.last_heard_at, zone);
    if energy_wh != 0 {
        days.entry(heard).or_default().energy_wh += energy_wh;
    }
    let ended = |s: &Session| s.ended_at().map(|at| day_of(at, zone));
    if let Some(day) = before.and_then(ended) {
        days.entry(day).or_default().sessions -= 1;
    }
    if let Some(day) = ended(after) {
        days.entry(day).or_default().sessions += 1;
    }
    for (from, to) in moved(before, after) {
        for part in stretches(from, to, zone) {
            let sums = days.entry(part.day).or_default();
            sums.occupied_s += part.seconds;
            // Between two words of the station in which energy grew, it flowed.
            if energy_wh > 0 {
                sums.charging_s += part.seconds;
            }
        }
    }
    let hour = after.last_heard_at.as_second().div_euclid(3_600);
    let place = place_of(after);
    let delta = |(day, sums): (i64, Sums)| RollupDelta {
        place,
        day,
        hour: (sums.energy_wh != 0).then_some(hour),
        sums,
    };
    days.into_iter().filter(|(_, sums)| !sums.is_nothing()).map(delta).collect()
}

/// Until when a session is known to have held its place.
fn known_until(session: &Session) -> Timestamp {
    session.ended_at().unwrap_or(session.last_heard_at).max(session.started_at)
}

/// Stretches by which the time held has grown; ends before it begins where it has shrunk.
fn moved(before: Option<&Session>, after: &Session) -> Vec<(Timestamp, Timestamp)> {
    let Some(before) = before else { return vec![(after.started_at, known_until(after))] };
    let ends = [(after.started_at, before.started_at), (known_until(before), known_until(after))];
    ends.into_iter().filter(|(from, to)| from != to).collect()
}

/// What a price brings in place of the one that was counted before.
pub(crate) fn of_price(
    place: Place,
    counted: Option<Counted>,
    receipt: Option<(&Receipt, i64)>,
) -> (Vec<MoneyDelta>, Option<Counted>) {
    let new = receipt.map(|(receipt, day)| Counted {
        day,
        currency: receipt.currency,
        sums: MoneySums::of(receipt),
    });
    if counted == new {
        return (Vec::new(), new);
    }
    let delta = |c: Counted, sums| MoneyDelta { place, day: c.day, currency: c.currency, sums };
    let back = counted.map(|c| delta(c, c.sums.negated()));
    let brought = new.map(|c| delta(c, c.sums));
    (back.into_iter().chain(brought).collect(), new)
}

/// What a session brought to the sums of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub day: i64,
    pub currency: forecourt_core::unit::Currency,
    pub sums: MoneySums,
}

impl Counted {
    /// As it was counted when it was settled.
    pub fn of(receipt: &Receipt, session: &Session, zone: &TimeZone) -> Self {
        let day = day_of(session.ended_at().unwrap_or(session.last_heard_at), zone);
        Self { day, currency: receipt.currency, sums: MoneySums::of(receipt) }
    }
}
