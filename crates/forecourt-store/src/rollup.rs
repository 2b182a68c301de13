//! Sums that dashboards read, so that their cost does not grow with history.

use std::collections::BTreeMap;

use forecourt_core::id::{EvseNumber, OrganisationId, SiteId, StationId};

use crate::engine::values;
use crate::journal::write_many;
use crate::{StoreError, Tx};

/// Hours are kept for recent weeks only.
pub const HOURS_KEPT_DAYS: i64 = 42;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Organisation = 0,
    Site = 1,
    Evse = 2,
}

/// What one message adds to the sums. `day` counts local days of the site since 1970, `hour` UTC hours.
#[derive(Debug, Clone, Copy)]
pub struct RollupDelta {
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub station: StationId,
    pub evse: EvseNumber,
    pub day: i64,
    pub hour: i64,
    pub energy_wh: i64,
    pub sessions: i64,
    pub occupied_s: i64,
}

type DayKey = (Scope, i64, i64, i64);

/// Adds many deltas with few statements: equal keys are summed first.
pub(crate) async fn add(tx: &mut Tx, deltas: &[RollupDelta]) -> Result<(), StoreError> {
    let mut days: BTreeMap<DayKey, [i64; 3]> = BTreeMap::new();
    let mut hours: BTreeMap<(Scope, i64, i64), i64> = BTreeMap::new();
    for delta in deltas {
        let scopes = [
            (Scope::Organisation, delta.organisation.0, 0),
            (Scope::Site, delta.site.0, 0),
            (Scope::Evse, delta.station.0, i64::from(delta.evse.0)),
        ];
        for (scope, id, evse) in scopes {
            let sums = days.entry((scope, id, delta.day, evse)).or_default();
            sums[0] += delta.energy_wh;
            sums[1] += delta.sessions;
            sums[2] += delta.occupied_s;
            if scope != Scope::Evse && delta.energy_wh != 0 {
                *hours.entry((scope, id, delta.hour)).or_default() += delta.energy_wh;
            }
        }
    }
    let days = days.into_iter().map(|((scope, id, day, evse), [energy, sessions, occupied])| {
        values![scope as i64, id, evse, day, energy, sessions, occupied]
    });
    write_many(tx, DAY_INSERT, 7, DAY_CONFLICT, days).await?;
    let hours = hours.into_iter().map(|((scope, id, hour), energy)| values![scope as i64, id, hour, energy]);
    write_many(tx, HOUR_INSERT, 4, HOUR_CONFLICT, hours).await
}

const DAY_INSERT: &str =
    "INSERT INTO rollup_day (scope, scope_id, evse, day, energy_wh, sessions, occupied_s)";
const DAY_CONFLICT: &str = "ON CONFLICT (scope, scope_id, day, evse) DO UPDATE SET \
     energy_wh = rollup_day.energy_wh + excluded.energy_wh, sessions = rollup_day.sessions + excluded.sessions, \
     occupied_s = rollup_day.occupied_s + excluded.occupied_s";
const HOUR_INSERT: &str = "INSERT INTO rollup_hour (scope, scope_id, hour, energy_wh)";
const HOUR_CONFLICT: &str = "ON CONFLICT (scope, scope_id, hour) DO UPDATE SET energy_wh = rollup_hour.energy_wh + excluded.energy_wh";
