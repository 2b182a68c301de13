//! A plan as screens and programs see it.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{SessionId, StationId, ZoneId};
use forecourt_store::zone_plan::ZonePlanRecord;

use super::cars::{DepartureFrom, FreeWhy};
use super::make::{AheadPlan, NoPlanWhy};
use crate::{App, AppError, Principal};

/// What a zone wants planned, and its plan.
#[derive(Debug, Clone)]
pub struct ZonePlanView {
    pub zone: ZoneId,
    /// Plans are made for the zone at the top of its tree only.
    pub is_root: bool,
    /// The zone itself is on: nothing is planned for one that is off.
    pub zone_is_on: bool,
    pub record: Option<ZonePlanRecord>,
    pub price_profile: Option<String>,
    pub currency: Option<String>,
    pub time_zone: String,
    /// The plan, or why there is none; `None`: none was tried yet.
    pub outcome: Option<Result<Arc<AheadPlan>, NoPlanWhy>>,
}

/// What its zone's plan says of one session.
#[derive(Debug, Clone)]
pub struct SessionPlan {
    pub zone: ZoneId,
    pub zone_name: String,
    pub made_at: Timestamp,
    /// It is left out, and why.
    pub free: Option<FreeWhy>,
    pub begins: Option<Timestamp>,
    pub departs: Option<(Timestamp, DepartureFrom)>,
    pub wants_wh: i64,
    pub gets_wh: i64,
}

impl App {
    pub async fn zone_plan(&self, principal: &Principal, id: ZoneId) -> Result<ZonePlanView, AppError> {
        principal.require(Permission::Read)?;
        let zone = self.own_zone(principal, id).await?;
        let record = self.store.zone_plan(principal.organisation, id).await?;
        let profile = match &record {
            Some(record) => self.store.price_profile(principal.organisation, record.price_profile).await?,
            None => None,
        };
        let site = self.store.site(principal.organisation, zone.site).await?;
        let wants = record.as_ref().is_some_and(|record| record.enabled) && zone.enabled;
        Ok(ZonePlanView {
            zone: id,
            is_root: zone.parent.is_none(),
            zone_is_on: zone.enabled,
            outcome: self.power.ahead.made_of(id).filter(|_| wants).map(|made| made.outcome.clone()),
            currency: profile.as_ref().map(|profile| profile.market.currency.code().to_owned()),
            price_profile: profile.map(|profile| profile.name),
            time_zone: site.map_or_else(|| "UTC".to_owned(), |site| site.site.time_zone),
            record,
        })
    }

    /// What the plan of its zone says of a running session, if one does.
    pub(crate) fn plan_of_session(&self, station: StationId, session: SessionId) -> Option<SessionPlan> {
        let tree_plan = self.power.plan();
        let root = tree_plan.roots.get(&station)?;
        let tree = tree_plan.trees.iter().find(|tree| tree.root == *root)?;
        self.power.ahead.wishes_of(*root)?;
        let made = self.power.ahead.made_of(*root)?;
        let plan = made.outcome.as_ref().ok()?;
        let (zone, _) = tree.zones.first()?;
        let found = SessionPlan {
            zone: *root,
            zone_name: zone.name.clone(),
            made_at: plan.made_at,
            free: None,
            begins: None,
            departs: None,
            wants_wh: 0,
            gets_wh: 0,
        };
        if let Some(free) = plan.free.iter().find(|free| free.session == session) {
            return Some(SessionPlan { free: Some(free.why), ..found });
        }
        let car = plan.cars.iter().find(|car| car.session == session)?;
        Some(SessionPlan {
            begins: plan.begins(car),
            departs: Some((car.departs, car.departs_from)),
            wants_wh: car.wants.0,
            gets_wh: car.gets.0,
            ..found
        })
    }
}
