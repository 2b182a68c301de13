//! How long a station was up, day by day (C19): the sums that are written, and the stretch that is still open.

use std::collections::BTreeMap;

use forecourt_core::access::Permission;
use forecourt_core::id::StationId;
use forecourt_core::metrics::{Sums, stretches};

use crate::live::Live;
use crate::uptime::sums_of;
use crate::{App, AppError, Principal};

/// Longest history shown at once, in days.
pub const HISTORY_DAYS_MAX: i64 = 400;

impl App {
    /// By local day of the site (days since 1970), oldest first.
    pub async fn uptime_history(
        &self,
        principal: &Principal,
        station: StationId,
        days: i64,
    ) -> Result<Vec<(i64, Sums)>, AppError> {
        principal.require(Permission::Read)?;
        let live = self.own_station(principal, station)?;
        let since = self.today_of(&live) - days.clamp(1, HISTORY_DAYS_MAX) + 1;
        let written = self.store.uptime_by_day(station, since).await?;
        let mut by_day: BTreeMap<i64, Sums> = written.into_iter().collect();
        for (day, sums) in self.open_uptime(&live).await {
            if day >= since {
                by_day.entry(day).or_default().add(&sums);
            }
        }
        Ok(by_day.into_iter().collect())
    }

    /// Local day of the station's site.
    pub(super) fn today_of(&self, live: &Live) -> i64 {
        let now = self.now();
        let local = now.as_second() + i64::from(live.zone().to_offset(now).seconds());
        local.div_euclid(86_400)
    }

    /// What is not written yet, by day.
    pub(super) async fn open_uptime(&self, live: &Live) -> Vec<(i64, Sums)> {
        let (now, zone) = (self.now(), live.zone());
        let state = live.state.lock().await;
        let open = state.watched.iter().flat_map(|known| {
            let parts = stretches(known.since, now.max(known.since), &zone);
            parts.into_iter().map(|part| (part.day, sums_of(known.state, part.seconds, None)))
        });
        open.collect()
    }
}
