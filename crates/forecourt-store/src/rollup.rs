//! Sums that dashboards read, so that their cost does not grow with history.

mod read;

use std::collections::BTreeMap;

use forecourt_core::id::{EvseNumber, OrganisationId, SiteId, StationId};
use forecourt_core::metrics::{Availability, Sums};
use forecourt_core::tariff::{Receipt, What};
use forecourt_core::unit::Currency;

use crate::journal::rows::Kind::{Int, Text};
use crate::journal::rows::{Portion, RowStatement, cells};
use crate::words::word;

pub use read::{EnergyPrice, OpenStretch, Over, PlaceName};

/// Hours are kept for recent weeks only.
pub const HOURS_KEPT_DAYS: i64 = 42;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Organisation = 0,
    Site = 1,
    Evse = 2,
}

/// Whose sums a change belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub station: StationId,
    pub evse: EvseNumber,
}

impl Place {
    fn scopes(&self) -> [(Scope, i64, i64); 3] {
        [
            (Scope::Organisation, self.organisation.0, 0),
            (Scope::Site, self.site.0, 0),
            (Scope::Evse, self.station.0, i64::from(self.evse.0)),
        ]
    }
}

/// What one message adds to the sums. `day` counts local days of the site since 1970, `hour` UTC hours.
#[derive(Debug, Clone, Copy)]
pub struct RollupDelta {
    pub place: Place,
    pub day: i64,
    /// Of the energy; none where there is none.
    pub hour: Option<i64>,
    pub sums: Sums,
}

/// What a session's price adds to the money of a day, or takes back from it.
#[derive(Debug, Clone, Copy)]
pub struct MoneyDelta {
    pub place: Place,
    pub day: i64,
    pub currency: Currency,
    pub sums: MoneySums,
}

/// Money in the currency's smallest unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MoneySums {
    /// Priced sessions.
    pub sessions: i64,
    pub with_vat: i64,
    pub without_vat: i64,
    /// Parts of `with_vat`.
    pub energy: i64,
    pub charging_time: i64,
    pub idle_time: i64,
    pub flat: i64,
}

impl MoneySums {
    /// What one receipt brings.
    pub fn of(receipt: &Receipt) -> Self {
        let mut sums = Self {
            sessions: 1,
            with_vat: receipt.with_vat.0,
            without_vat: receipt.without_vat.0,
            ..Self::default()
        };
        for line in &receipt.lines {
            let part = match line.what {
                What::Energy => &mut sums.energy,
                What::ChargingTime | What::SessionTime => &mut sums.charging_time,
                What::OccupiedTime | What::IdleFee => &mut sums.idle_time,
                What::Flat | What::BookingFee | What::MinPrice | What::MaxPrice => &mut sums.flat,
            };
            *part += line.with_vat.0;
        }
        sums
    }

    pub fn add(&mut self, other: &Self) {
        self.sessions += other.sessions;
        self.with_vat += other.with_vat;
        self.without_vat += other.without_vat;
        self.energy += other.energy;
        self.charging_time += other.charging_time;
        self.idle_time += other.idle_time;
        self.flat += other.flat;
    }

    pub fn negated(&self) -> Self {
        Self {
            sessions: -self.sessions,
            with_vat: -self.with_vat,
            without_vat: -self.without_vat,
            energy: -self.energy,
            charging_time: -self.charging_time,
            idle_time: -self.idle_time,
            flat: -self.flat,
        }
    }
}

/// How an EVSE is from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AvailabilityRow {
    pub station: StationId,
    pub evse: EvseNumber,
    pub state: Availability,
    pub since: forecourt_core::Timestamp,
}

type DayKey = (Scope, i64, i64, i64);

/// Equal keys are summed first: a batch touches each sum once.
pub(crate) fn portions<'a>(deltas: impl Iterator<Item = RollupDelta>) -> [Portion<'a>; 2] {
    let mut days: BTreeMap<DayKey, Sums> = BTreeMap::new();
    let mut hours: BTreeMap<(Scope, i64, i64), i64> = BTreeMap::new();
    for delta in deltas {
        for (scope, id, evse) in delta.place.scopes() {
            days.entry((scope, id, delta.day, evse)).or_default().add(&delta.sums);
            if let Some(hour) = delta.hour.filter(|_| scope != Scope::Evse && delta.sums.energy_wh != 0) {
                *hours.entry((scope, id, hour)).or_default() += delta.sums.energy_wh;
            }
        }
    }
    let days = days.into_iter().map(|((scope, id, day, evse), s)| {
        cells![
            scope as i64,
            id,
            evse,
            day,
            s.energy_wh,
            s.sessions,
            s.occupied_s,
            s.charging_s,
            s.watched_s,
            s.offline_s,
            s.faulted_s,
            s.unavailable_s,
            s.capacity_wh
        ]
    });
    let hours = hours.into_iter().map(|((scope, id, hour), energy)| cells![scope as i64, id, hour, energy]);
    [DAY.with(days), HOUR.with(hours)]
}

pub(crate) fn money<'a>(deltas: impl Iterator<Item = MoneyDelta>) -> Portion<'a> {
    let mut days: BTreeMap<(DayKey, String), MoneySums> = BTreeMap::new();
    for delta in deltas {
        for (scope, id, evse) in delta.place.scopes() {
            let key = ((scope, id, delta.day, evse), delta.currency.code().to_owned());
            days.entry(key).or_default().add(&delta.sums);
        }
    }
    MONEY.with(days.into_iter().map(|(((scope, id, day, evse), currency), m)| {
        cells![
            scope as i64,
            id,
            evse,
            day,
            currency,
            m.sessions,
            m.with_vat,
            m.without_vat,
            m.energy,
            m.charging_time,
            m.idle_time,
            m.flat
        ]
    }))
}

static DAY: RowStatement = RowStatement::new(
    "INSERT INTO rollup_day (scope, scope_id, evse, day, energy_wh, sessions, occupied_s, charging_s, watched_s, offline_s, \
     faulted_s, unavailable_s, capacity_wh) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
     ON CONFLICT (scope, scope_id, day, evse) DO UPDATE SET \
     energy_wh = rollup_day.energy_wh + excluded.energy_wh, sessions = rollup_day.sessions + excluded.sessions, \
     occupied_s = rollup_day.occupied_s + excluded.occupied_s, charging_s = rollup_day.charging_s + excluded.charging_s, \
     watched_s = rollup_day.watched_s + excluded.watched_s, offline_s = rollup_day.offline_s + excluded.offline_s, \
     faulted_s = rollup_day.faulted_s + excluded.faulted_s, \
     unavailable_s = rollup_day.unavailable_s + excluded.unavailable_s, \
     capacity_wh = rollup_day.capacity_wh + excluded.capacity_wh",
    &[Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int],
);
static HOUR: RowStatement = RowStatement::new(
    "INSERT INTO rollup_hour (scope, scope_id, hour, energy_wh) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (scope, scope_id, hour) DO UPDATE SET energy_wh = rollup_hour.energy_wh + excluded.energy_wh",
    &[Int, Int, Int, Int],
);
static MONEY: RowStatement = RowStatement::new(
    "INSERT INTO rollup_money (scope, scope_id, evse, day, currency, sessions, with_vat, without_vat, energy, \
     charging_time, idle_time, flat) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (scope, scope_id, day, evse, currency) DO UPDATE SET \
     sessions = rollup_money.sessions + excluded.sessions, with_vat = rollup_money.with_vat + excluded.with_vat, \
     without_vat = rollup_money.without_vat + excluded.without_vat, energy = rollup_money.energy + excluded.energy, \
     charging_time = rollup_money.charging_time + excluded.charging_time, \
     idle_time = rollup_money.idle_time + excluded.idle_time, flat = rollup_money.flat + excluded.flat",
    &[Int, Int, Int, Int, Text, Int, Int, Int, Int, Int, Int, Int],
);

pub(crate) static AVAILABILITY: RowStatement = RowStatement::new(
    "INSERT INTO availability (station_id, evse, state, since) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (station_id, evse) DO UPDATE SET state = excluded.state, since = excluded.since",
    &[Int, Int, Text, Int],
);

pub(crate) fn availability_cells(row: &AvailabilityRow) -> [crate::journal::rows::Cell<'_>; 4] {
    cells![row.station, row.evse.0, word(&row.state), row.since]
}

pub(crate) static BOOKING: RowStatement = RowStatement::new(
    "INSERT INTO session_booking (session_id, organisation_id, reservation_id) VALUES ($1, $2, $3) \
     ON CONFLICT (session_id) DO NOTHING",
    &[Int, Int, Int],
);
