//! Reports: what a tab of the dashboard shows, as a file. Made from the same figures by the same formulas.

mod schedule;
mod tables;

use forecourt_core::access::Permission;
use forecourt_core::id::SiteId;
use jiff::civil::Date;

pub use schedule::{Every, NewSchedule};

use crate::dashboard::{By, Period};
use crate::sheet::Sheet;
use crate::{App, AppError, Principal};

/// A tab of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    Overview,
    Revenue,
    Utilisation,
    Sustainability,
    Performance,
}

impl Tab {
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Overview, Self::Revenue, Self::Utilisation, Self::Sustainability, Self::Performance];
        all.into_iter().find(|tab| tab.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Revenue => "revenue",
            Self::Utilisation => "utilisation",
            Self::Sustainability => "sustainability",
            Self::Performance => "performance",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Revenue => "Revenue",
            Self::Utilisation => "Utilisation",
            Self::Sustainability => "Sustainability",
            Self::Performance => "Performance",
        }
    }
}

/// A day of the calendar.
pub(crate) fn date(day: i64) -> Date {
    Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day.clamp(-100_000, 100_000)))
}

impl App {
    /// A tab's figures of a period as tables: whole, by day, by place.
    pub async fn report(
        &self,
        principal: &Principal,
        tab: Tab,
        period: Period,
        site: Option<SiteId>,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Reports)?;
        let found = self.dashboard(principal, period, site).await?;
        let sites = self.places(principal, period, site, By::Site).await?;
        let evses = self.places(principal, period, site, By::Evse).await?;
        let name = self.organisation(principal).await?.name;
        let place = site.and_then(|id| sites.iter().find(|line| line.place.site == id));
        let place = place.map(|line| format!("{} · ", line.place.site_name)).unwrap_or_default();
        Ok(Sheet {
            title: format!("{} report", tab.title()),
            organisation: name,
            period: Some(format!("{place}{} to {}", date(period.from), date(period.to))),
            zone: found.time_zone.clone(),
            made_at: self.now(),
            tables: tables::of(tab, &found, &sites, &evses),
        })
    }
}
