//! The first screen: what is going on, and what needs a look.

use forecourt_core::access::Permission;
use forecourt_core::id::SiteId;
use forecourt_core::metrics::{Sums, day_of};
use forecourt_store::session::{SessionFilter, SessionRecord};
use forecourt_store::{Attention, Counts, HourTotal, Over, UnknownRecord, Upcoming};
use jiff::tz::TimeZone;

use crate::{App, AppError, Principal};

const DAYS_SHOWN: i64 = 30;
const HOURS_SHOWN: i64 = 48;
const SESSIONS_SHOWN: u32 = 10;
const UNKNOWN_SHOWN: u32 = 5;

#[derive(Debug, Clone)]
pub struct Overview {
    pub counts: Counts,
    /// Local day number of today in the organisation's time zone.
    pub today: i64,
    pub time_zone: String,
    pub days: Vec<(i64, Sums)>,
    pub hours: Vec<HourTotal>,
    pub recent: Vec<SessionRecord>,
    pub attention: Vec<Attention>,
    pub unknown: Vec<UnknownRecord>,
    pub upcoming: Vec<Upcoming>,
    pub storage_problem: Option<String>,
}

impl App {
    pub async fn overview(&self, principal: &Principal) -> Result<Overview, AppError> {
        principal.require(Permission::Read)?;
        let id = principal.organisation;
        let organisation = self.organisation(principal).await?;
        let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
        let now = self.now();
        let today = day_of(now, &zone);
        let hour = now.as_second().div_euclid(3_600);
        let sites = principal.sites();
        let only = sites.map(<[SiteId]>::to_vec);
        let over = Over { organisation: id, sites: only.clone(), from: today - DAYS_SHOWN + 1, to: today };
        let recent = SessionFilter { only, ..SessionFilter::default() };
        let recent = match principal.may(Permission::SessionsRead) {
            true => self.store.sessions(id, &recent, None, SESSIONS_SHOWN).await?.items,
            false => Vec::new(),
        };
        // Who knocks without being known belongs to no site.
        let unknown = match sites {
            None => self.store.unknown_stations(id, UNKNOWN_SHOWN).await?,
            Some(_) => Vec::new(),
        };
        Ok(Overview {
            counts: self.store.counts(id, sites).await?,
            today,
            days: self.store.sums_by_day(&over).await?,
            hours: self.store.hours(id, sites, hour - HOURS_SHOWN + 1).await?,
            recent,
            attention: self.store.attention(id, sites).await?,
            upcoming: self.store.upcoming(id, sites, now).await?,
            unknown,
            storage_problem: self.storage_problem(),
            time_zone: organisation.time_zone,
        })
    }
}
