//! The first screen: what is going on, and what needs a look.

use forecourt_core::access::Permission;
use forecourt_store::session::{SessionFilter, SessionRecord};
use forecourt_store::{Attention, Counts, DayTotal, HourTotal, Scope, UnknownRecord};
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
    pub days: Vec<DayTotal>,
    pub hours: Vec<HourTotal>,
    pub recent: Vec<SessionRecord>,
    pub attention: Vec<Attention>,
    pub unknown: Vec<UnknownRecord>,
    pub storage_problem: Option<String>,
}

impl App {
    pub async fn overview(&self, principal: &Principal) -> Result<Overview, AppError> {
        principal.require(Permission::Read)?;
        let id = principal.organisation;
        let organisation = self.organisation(principal).await?;
        let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
        let now = self.now();
        let today = (now.as_second() + i64::from(zone.to_offset(now).seconds())).div_euclid(86_400);
        let hour = now.as_second().div_euclid(3_600);
        Ok(Overview {
            counts: self.store.counts(id).await?,
            today,
            days: self.store.days(Scope::Organisation, id.0, today - DAYS_SHOWN + 1).await?,
            hours: self.store.hours(Scope::Organisation, id.0, hour - HOURS_SHOWN + 1).await?,
            recent: self.store.sessions(id, &SessionFilter::default(), None, SESSIONS_SHOWN).await?.items,
            attention: self.store.attention(id).await?,
            unknown: self.store.unknown_stations(id, UNKNOWN_SHOWN).await?,
            storage_problem: self.storage_problem(),
            time_zone: organisation.time_zone,
        })
    }
}
