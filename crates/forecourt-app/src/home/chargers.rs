//! Home chargers: the list, what each costs now, and which prices it follows.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{DriverId, PriceProfileId, StationId};
use forecourt_store::home::{ClaimState, HomeChargerRecord, HomeFilter};
use forecourt_store::{Cursor, Page};
use serde_json::json;

use super::Outlook;
use crate::electricity::SpotDays;
use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Rows read at a time.
const PAGE: u32 = 500;
const COLUMNS: [&str; 9] = [
    "Charge box",
    "Name",
    "Site",
    "Owner",
    "E-mail",
    "Claim state",
    "Price profile",
    "Status",
    "Last session",
];

impl App {
    /// By identity.
    pub async fn home_chargers(
        &self,
        principal: &Principal,
        filter: HomeFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<HomeChargerRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        let filter = HomeFilter { only: principal.sites().map(<[_]>::to_vec), ..filter };
        let now = self.now();
        Ok(self.store.home_chargers(principal.organisation, &filter, now, cursor, limit).await?)
    }

    pub async fn home_charger(
        &self,
        principal: &Principal,
        id: StationId,
    ) -> Result<HomeChargerRecord, AppError> {
        let filter = HomeFilter { station: Some(id), ..HomeFilter::default() };
        let mut found = self.home_chargers(principal, filter, None, 1).await?;
        found.items.pop().ok_or(AppError::NotFound("home charger"))
    }

    pub fn claim_state(&self, record: &HomeChargerRecord) -> ClaimState {
        match (&record.owner, &record.invitation) {
            (Some(_), _) => ClaimState::Claimed,
            (None, Some(invitation)) if invitation.expires_at > self.now() => ClaimState::Invited,
            (None, Some(_)) => ClaimState::Expired,
            (None, None) => ClaimState::Nobody,
        }
    }

    /// `None`: the profile of its owner, if there is one.
    pub async fn set_home_profile(
        &self,
        principal: &Principal,
        id: StationId,
        profile: Option<PriceProfileId>,
    ) -> Result<HomeChargerRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let record = self.home_charger(principal, id).await?;
        let name = self.profile_name(principal, profile).await?;
        let mut tx = self.store.begin().await?;
        tx.set_home_profile(principal.organisation, id, profile).await?;
        let note = self.note(principal, "home_charger.priced", ("station", id.0, &record.identity));
        let before = json!({"price_profile": record.profile.as_ref().map(|(_, name)| name)});
        tx.audit(&note.changed(before, json!({ "price_profile": name }))).await?;
        tx.commit().await?;
        self.tell(principal, Some(record.site), Some(id), What::Station);
        self.home_charger(principal, id).await
    }

    pub async fn driver_home_profile(
        &self,
        principal: &Principal,
        id: DriverId,
    ) -> Result<Option<PriceProfileId>, AppError> {
        self.driver(principal, id).await?;
        Ok(self.store.home_profile_of_driver(principal.organisation, id).await?)
    }

    /// For everything the driver has at home, but for chargers with a profile of their own.
    pub async fn set_driver_home_profile(
        &self,
        principal: &Principal,
        id: DriverId,
        profile: Option<PriceProfileId>,
    ) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        let driver = self.driver(principal, id).await?;
        let name = self.profile_name(principal, profile).await?;
        let mut tx = self.store.begin().await?;
        tx.set_home_profile_of_driver(principal.organisation, id, profile).await?;
        let note = self.note(principal, "driver.home_priced", ("driver", id.0, &driver.name));
        tx.audit(&note.made(&json!({ "price_profile": name }))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }

    async fn profile_name(
        &self,
        principal: &Principal,
        profile: Option<PriceProfileId>,
    ) -> Result<Option<String>, AppError> {
        let Some(id) = profile else { return Ok(None) };
        let found = self.store.price_profile(principal.organisation, id).await?;
        let found =
            found.ok_or_else(|| AppError::field("/price_profile_id", "there is no such price profile"))?;
        Ok(Some(found.name))
    }

    /// What a kilowatt-hour costs at a home charger: now, and over some days.
    pub async fn home_charger_price(
        &self,
        principal: &Principal,
        id: StationId,
        days: &SpotDays,
    ) -> Result<(String, Outlook), AppError> {
        let record = self.home_charger(principal, id).await?;
        let (profile, name) =
            effective(&record).ok_or(AppError::NotFound("price profile of this charger"))?;
        let found = self.store.price_profile(principal.organisation, profile).await?;
        let found = found.ok_or(AppError::NotFound("price profile of this charger"))?;
        Ok((name, self.outlook_of(principal.organisation, &found, days).await?))
    }

    pub async fn home_charger_sheet(
        &self,
        principal: &Principal,
        filter: HomeFilter,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.home_chargers(principal, filter.clone(), cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(|record| self.home_row(record)));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Home chargers", name, zone, self.now(), &COLUMNS, rows))
    }

    fn home_row(&self, record: HomeChargerRecord) -> Vec<Cell> {
        let state = claim_word(self.claim_state(&record));
        let profile = effective(&record).map(|(_, name)| name);
        let (name, email) = match (record.owner, record.invitation) {
            (Some(owner), _) => (owner.name, owner.email),
            (None, Some(invitation)) => (invitation.name, invitation.email),
            (None, None) => (String::new(), record.contact.unwrap_or_default()),
        };
        vec![
            Cell::Text(record.identity),
            Cell::from(record.name),
            Cell::Text(record.site_name),
            Cell::Text(name),
            Cell::Text(email),
            Cell::from(state),
            Cell::from(profile),
            Cell::from(if record.online { record.status } else { Some("Offline".into()) }),
            Cell::from(record.last_session_at),
        ]
    }
}

/// Its own profile, else that of its owner.
pub fn effective(record: &HomeChargerRecord) -> Option<(PriceProfileId, String)> {
    record.profile.clone().or_else(|| record.owner_profile.clone())
}

pub fn claim_word(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Nobody => "nobody",
        ClaimState::Invited => "invited",
        ClaimState::Expired => "expired",
        ClaimState::Claimed => "claimed",
    }
}
