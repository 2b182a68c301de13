//! The calculator: what a session would cost, imagined or as one was. It keeps nothing.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{SessionId, SiteId, TariffId};
use forecourt_core::tariff::{Activity, Period, Receipt, Tariff, price};
use forecourt_core::unit::{WattHours, Watts};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::tariffs::check_rules;
use crate::{App, AppError, Principal};

/// What the calculator takes: a month of minutes, ten megawatt-hours, ten megawatts.
const MINUTES_MAX: i64 = 44_640;
const ENERGY_MAX_WH: i64 = 10_000_000;
const POWER_MAX_W: i64 = 10_000_000;

/// A question to the calculator.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// A kept tariff as it is valid at the start, or a draft.
    pub tariff: Option<TariffId>,
    pub draft: Option<Tariff>,
    /// Whose clock counts.
    pub site: Option<SiteId>,
    pub course: Course,
}

/// What is priced.
#[derive(Debug, Clone)]
pub enum Course {
    Imagined(Imagined),
    /// A session that was, by its readings.
    Session(SessionId),
}

#[derive(Debug, Clone)]
pub struct Imagined {
    pub start: Timestamp,
    pub energy: WattHours,
    pub charging_minutes: i64,
    pub occupied_minutes: i64,
    /// While it charges; what the energy comes to over the time where absent.
    pub power: Option<Watts>,
}

impl App {
    /// What a session would cost.
    pub async fn preview_tariff(&self, principal: &Principal, what_if: WhatIf) -> Result<Receipt, AppError> {
        principal.require(Permission::Read)?;
        let (periods, start, zone) = match what_if.course {
            Course::Imagined(imagined) => {
                let zone = self.zone_to_ask(principal, what_if.site).await?;
                (imagined.periods()?.to_vec(), imagined.start, zone)
            }
            Course::Session(id) => {
                principal.require(Permission::SessionsRead)?;
                let record = self.session(principal, id).await?;
                let zone = TimeZone::get(&record.site_time_zone).unwrap_or(TimeZone::UTC);
                (self.periods_of(&record.session).await?, record.session.started_at, zone)
            }
        };
        let rules = match (what_if.tariff, what_if.draft) {
            (None, Some(draft)) => {
                check_rules("/draft", &draft)?;
                draft
            }
            (Some(id), None) => {
                self.tariff(principal, id).await?;
                let none = || AppError::field("/start", "no version of this tariff is valid then");
                self.tariffs.valid_at(id, start).ok_or_else(none)?.rules.clone()
            }
            _ => return Err(AppError::field("/tariff_id", "either a tariff or a draft")),
        };
        Ok(price(&rules, &periods, &zone))
    }

    async fn zone_to_ask(&self, principal: &Principal, site: Option<SiteId>) -> Result<TimeZone, AppError> {
        let zone = match site {
            Some(site) => self.site(principal, site).await?.site.time_zone,
            None => {
                let organisation = self.store.organisation(principal.organisation).await?;
                organisation.ok_or(AppError::NotFound("organisation"))?.time_zone
            }
        };
        Ok(TimeZone::get(&zone).unwrap_or(TimeZone::UTC))
    }
}

impl Imagined {
    fn periods(&self) -> Result<[Period; 2], AppError> {
        self.check()?;
        let after = |at: Timestamp, minutes| {
            let later = at.saturating_add(SignedDuration::from_mins(minutes));
            later.map_err(|_| AppError::field("/start", "too far away"))
        };
        let unplugs = after(self.start, self.charging_minutes)?;
        let leaves = after(unplugs, self.occupied_minutes)?;
        let period =
            |from, to, energy, activity, power| Period { from, to, energy, activity, power, current: None };
        Ok([
            period(self.start, unplugs, self.energy, Activity::Charging, self.power),
            period(unplugs, leaves, WattHours::ZERO, Activity::Occupied, None),
        ])
    }

    fn check(&self) -> Result<(), AppError> {
        let within = |field: &'static str, value: i64, most: i64| {
            let fits = (0..=most).contains(&value);
            if fits { Ok(()) } else { Err(AppError::field(field, format!("from 0 to {most}"))) }
        };
        within("/energy_wh", self.energy.0, ENERGY_MAX_WH)?;
        within("/charging_minutes", self.charging_minutes, MINUTES_MAX)?;
        within("/occupied_minutes", self.occupied_minutes, MINUTES_MAX)?;
        within("/power_w", self.power.map_or(0, |power| power.0), POWER_MAX_W)
    }
}
