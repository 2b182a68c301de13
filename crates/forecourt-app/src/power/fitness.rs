//! Which chargers may be chosen: those that were tested to obey a limit, or say of themselves that they do (C35).
//!
//! What the platform says of a model goes before what a charger says of itself.

use std::collections::HashMap;

use forecourt_core::access::Permission;
use forecourt_core::command::{Command, VariableName};
use forecourt_core::id::{OrganisationId, SiteId, StationId, ZoneId};
use forecourt_store::station::StationRecord;
use forecourt_store::zone::SmartChargingVerdict;
use serde::Serialize;
use serde_json::json;

use crate::accounts::checked_name;
use crate::tokens::checked_optional;
use crate::{App, AppError, Principal};

/// Levels of branches below the platform.
const DEPTH_MAX: usize = 16;
/// Verdicts one platform keeps.
const VERDICTS_MAX: usize = 2_000;

/// Whether a charger obeys limits, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fitness {
    /// The platform tested its model.
    Tested,
    /// It says so itself.
    Told,
    /// The platform found that its model does not.
    Unfit,
    /// It says of itself that it does not.
    Cannot,
    /// Nobody knows.
    Untested,
}

impl Fitness {
    pub fn may_be_chosen(self) -> bool {
        matches!(self, Self::Tested | Self::Told)
    }
}

/// A charger of a site, as somebody choosing sees it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub station: StationRecord,
    pub fitness: Fitness,
    /// The zone it hangs on already.
    pub zone: Option<ZoneId>,
    /// Phases it may have, by what is known of its EVSEs.
    pub is_direct: bool,
}

/// What the platform says of a model.
#[derive(Debug, Clone)]
pub struct ModelVerdict {
    pub vendor: String,
    pub model: String,
    pub firmware: Option<String>,
    pub tested: bool,
}

/// What is known of all chargers of an organisation.
pub(super) struct Known {
    verdicts: Vec<SmartChargingVerdict>,
    told: HashMap<StationId, bool>,
}

impl Known {
    pub fn fitness(&self, station: &StationRecord) -> Fitness {
        let (vendor, model) = (station.vendor.as_deref(), station.model.as_deref());
        let of_model = |v: &&SmartChargingVerdict| Some(&*v.vendor) == vendor && Some(&*v.model) == model;
        let firmware = station.firmware.as_deref().unwrap_or_default();
        let exact =
            self.verdicts.iter().filter(of_model).find(|v| !v.firmware.is_empty() && v.firmware == firmware);
        let said = exact.or_else(|| self.verdicts.iter().filter(of_model).find(|v| v.firmware.is_empty()));
        match (said.map(|v| v.tested), self.told.get(&station.id)) {
            (Some(true), _) => Fitness::Tested,
            (Some(false), _) => Fitness::Unfit,
            (None, Some(true)) => Fitness::Told,
            (None, Some(false)) => Fitness::Cannot,
            (None, None) => Fitness::Untested,
        }
    }
}

impl App {
    pub(super) async fn known_fitness(&self, organisation: OrganisationId) -> Result<Known, AppError> {
        let platform = self.platform_of(organisation).await?;
        let verdicts = self.store.smart_charging_verdicts(platform).await?;
        let mut told = HashMap::new();
        for (station, name, value) in self.store.smart_charging_told(organisation).await? {
            let can = match name.as_str() {
                "SupportedFeatureProfiles" => value.split(',').any(|word| word.trim() == "SmartCharging"),
                _ => value.eq_ignore_ascii_case("true"),
            };
            // Of several words the worst counts: a controller that is there and switched off obeys nothing.
            told.entry(station).and_modify(|all| *all &= can).or_insert(can);
        }
        Ok(Known { verdicts, told })
    }

    /// The head of the tree an organisation belongs to.
    async fn platform_of(&self, organisation: OrganisationId) -> Result<OrganisationId, AppError> {
        let mut at = organisation;
        for _ in 0..DEPTH_MAX {
            match self.store.organisation(at).await?.and_then(|found| found.parent) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        Ok(at)
    }

    /// The chargers of a site, with whether they may be chosen for a zone.
    pub async fn zone_candidates(
        &self,
        principal: &Principal,
        site: SiteId,
    ) -> Result<Vec<Candidate>, AppError> {
        principal.require(Permission::Read)?;
        self.site(principal, site).await?;
        let known = self.known_fitness(principal.organisation).await?;
        let chosen: HashMap<StationId, ZoneId> =
            self.store.all_zone_stations().await?.into_iter().map(|c| (c.station, c.zone)).collect();
        let here = self.directory.all().into_iter().filter(|live| {
            let record = live.record();
            record.organisation == principal.organisation && record.site == site
        });
        let records: Vec<StationRecord> = here.map(|live| (*live.record()).clone()).collect();
        let ids: Vec<StationId> = records.iter().map(|record| record.id).collect();
        let evses = self.store.evses(&ids).await?;
        let mut all: Vec<Candidate> = records
            .into_iter()
            .map(|station| Candidate {
                fitness: known.fitness(&station),
                zone: chosen.get(&station.id).copied(),
                is_direct: evses
                    .iter()
                    .any(|evse| evse.station == station.id && evse.current_kind.as_deref() == Some("dc")),
                station,
            })
            .collect();
        all.sort_by(|a, b| a.station.identity.cmp(&b.station.identity));
        Ok(all)
    }

    /// Asks a charger whether it knows smart charging.
    pub async fn probe_smart_charging(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Fitness, AppError> {
        principal.require(Permission::Power)?;
        let live = self.own_station(principal, station)?;
        if live.link().orders.is_none() {
            return Err(AppError::Conflict("the charger is not connected".into()));
        }
        let old = live.link().protocol == Some("ocpp1.6");
        let variable =
            |component: &str, name: &str| VariableName { component: component.into(), name: name.into() };
        let variables = match old {
            true => vec![variable("", "SupportedFeatureProfiles")],
            false => {
                vec![variable("SmartChargingCtrlr", "Available"), variable("SmartChargingCtrlr", "Enabled")]
            }
        };
        self.order(&live, Command::ReadVariables { variables }).await?;
        let known = self.known_fitness(principal.organisation).await?;
        Ok(known.fitness(&live.record()))
    }

    /// Whether a charger obeys limits, by what is known already.
    pub(crate) async fn fitness_of(&self, station: &StationRecord) -> Result<Fitness, AppError> {
        Ok(self.known_fitness(station.organisation).await?.fitness(station))
    }

    pub async fn model_verdicts(&self, principal: &Principal) -> Result<Vec<SmartChargingVerdict>, AppError> {
        principal.require(Permission::Read)?;
        let platform = self.platform_of(principal.organisation).await?;
        Ok(self.store.smart_charging_verdicts(platform).await?)
    }

    /// Only the platform says what was tested: its word holds for every branch.
    async fn as_platform(&self, principal: &Principal) -> Result<(), AppError> {
        principal.require(Permission::Administration)?;
        principal.require_every_site()?;
        if self.organisation(principal).await?.parent.is_some() {
            return Err(AppError::Forbidden("the platform says which models were tested"));
        }
        Ok(())
    }

    pub async fn set_model_verdict(
        &self,
        principal: &Principal,
        said: ModelVerdict,
    ) -> Result<SmartChargingVerdict, AppError> {
        self.as_platform(principal).await?;
        if self.store.smart_charging_verdicts(principal.organisation).await?.len() >= VERDICTS_MAX {
            return Err(AppError::Conflict(format!("at most {VERDICTS_MAX} models are judged")));
        }
        let record = SmartChargingVerdict {
            vendor: checked_name("/vendor", &said.vendor)?,
            model: checked_name("/model", &said.model)?,
            firmware: checked_optional("/firmware", said.firmware)?.unwrap_or_default(),
            tested: said.tested,
            said_by: principal.name(),
            at: self.now(),
        };
        let mut tx = self.store.begin().await?;
        tx.put_smart_charging_verdict(principal.organisation, &record).await?;
        let subject = ("organisation", principal.organisation.0, record.model.as_str());
        let note = self.note(principal, "smart_charging.judged", subject);
        let deed = json!({"vendor": record.vendor, "model": record.model, "firmware": record.firmware, "tested": record.tested});
        tx.audit(&note.made(&deed)).await?;
        tx.commit().await?;
        Ok(record)
    }

    pub async fn remove_model_verdict(
        &self,
        principal: &Principal,
        (vendor, model, firmware): (&str, &str, &str),
    ) -> Result<(), AppError> {
        self.as_platform(principal).await?;
        let mut tx = self.store.begin().await?;
        if !tx.remove_smart_charging_verdict(principal.organisation, (vendor, model, firmware)).await? {
            return Err(AppError::NotFound("verdict"));
        }
        let note = self.note(
            principal,
            "smart_charging.forgotten",
            ("organisation", principal.organisation.0, model),
        );
        tx.audit(&note.gone(&json!({"vendor": vendor, "model": model, "firmware": firmware}))).await?;
        Ok(tx.commit().await?)
    }
}
