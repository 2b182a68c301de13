//! Sites: added, changed, taken away.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{SiteId, TariffId};
use forecourt_core::opening::{Fault, OpeningHours, SupportContact};
use forecourt_store::{Cursor, Page, SiteFilter, SiteRecord, SiteWithCounts, StoreError};
use serde_json::{Value, json};

use crate::accounts::{checked_currency, checked_name, checked_zone};
use crate::tokens::checked_optional;
use crate::{App, AppError, FieldError, Principal};

/// Kinds of site: seen by all, by admitted groups, or by selected drivers.
const KINDS: [&str; 3] = ["public", "semi_public", "private"];
/// Degrees in millionths.
const LATITUDE_MAX_E6: i64 = 90_000_000;
const LONGITUDE_MAX_E6: i64 = 180_000_000;

#[derive(Debug, Clone, Default)]
pub struct NewSite {
    pub name: String,
    pub time_zone: String,
    pub currency: String,
    pub address: Option<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub latitude_e6: Option<i64>,
    pub longitude_e6: Option<i64>,
    pub kind: Option<String>,
    pub free_charging: bool,
    pub tariff: Option<TariffId>,
    /// Kept from drivers and from what is published.
    pub hidden: bool,
    pub opening_hours: Option<OpeningHours>,
    pub support: Option<SupportContact>,
}

/// `None` leaves a member as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct SiteEdit {
    pub name: Option<String>,
    pub time_zone: Option<String>,
    pub currency: Option<String>,
    pub address: Option<Option<String>>,
    pub postal_code: Option<Option<String>>,
    pub city: Option<Option<String>>,
    pub country: Option<Option<String>>,
    pub latitude_e6: Option<Option<i64>>,
    pub longitude_e6: Option<Option<i64>>,
    pub kind: Option<String>,
    pub free_charging: Option<bool>,
    pub tariff: Option<Option<TariffId>>,
    pub visible: Option<bool>,
    pub opening_hours: Option<Option<OpeningHours>>,
    pub support: Option<Option<SupportContact>>,
}

impl App {
    pub async fn sites(
        &self,
        principal: &Principal,
        filter: SiteFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SiteWithCounts>, AppError> {
        principal.require(Permission::Read)?;
        let filter = SiteFilter { only: principal.sites().map(<[SiteId]>::to_vec), ..filter };
        Ok(self.store.sites(principal.organisation, &filter, cursor, limit).await?)
    }

    pub async fn site(&self, principal: &Principal, id: SiteId) -> Result<SiteWithCounts, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.site(principal.organisation, id).await?;
        found.filter(|_| principal.sees(id)).ok_or(AppError::NotFound("site"))
    }

    pub async fn add_site(&self, principal: &Principal, new: NewSite) -> Result<SiteWithCounts, AppError> {
        principal.require(Permission::Network)?;
        principal.require_every_site()?;
        let record = checked(SiteRecord {
            id: SiteId(self.id()),
            organisation: principal.organisation,
            name: new.name,
            address: new.address,
            postal_code: new.postal_code,
            city: new.city,
            country: new.country,
            latitude_e6: new.latitude_e6,
            longitude_e6: new.longitude_e6,
            time_zone: new.time_zone,
            currency: new.currency,
            kind: new.kind.unwrap_or_else(|| KINDS[0].into()),
            free_charging: new.free_charging,
            tariff: new.tariff,
            visible: !new.hidden,
            opening_hours: new.opening_hours,
            support: new.support,
            image: None,
            created_at: self.now(),
            version: 1,
        })?;
        if let Some(tariff) = record.tariff {
            self.checked_tariff_of_site(principal, tariff, &record.currency).await?;
        }
        let mut tx = self.store.begin().await?;
        tx.add_site(&record).await?;
        let note = self.note(principal, "site.added", ("site", record.id.0, &record.name));
        tx.audit(&note.made(&words(&record))).await?;
        if let Some(support) = &record.support {
            // The one entered first becomes the organisation's.
            tx.put_default_support(principal.organisation, support, self.now(), true).await?;
        }
        tx.commit().await?;
        self.tariffs.load(&self.store).await?;
        self.tell(principal, Some(record.id), None, What::Site);
        self.site(principal, record.id).await
    }

    pub async fn edit_site(
        &self,
        principal: &Principal,
        id: SiteId,
        expected: Option<i64>,
        edit: SiteEdit,
    ) -> Result<SiteWithCounts, AppError> {
        principal.require(Permission::Network)?;
        let mut site = self.site(principal, id).await?.site;
        let before = words(&site);
        if expected.is_some_and(|version| version != site.version) {
            return Err(AppError::Stale);
        }
        site.name = edit.name.unwrap_or(site.name);
        site.time_zone = edit.time_zone.unwrap_or(site.time_zone);
        site.currency = edit.currency.unwrap_or(site.currency);
        site.address = edit.address.unwrap_or(site.address);
        site.postal_code = edit.postal_code.unwrap_or(site.postal_code);
        site.city = edit.city.unwrap_or(site.city);
        site.country = edit.country.unwrap_or(site.country);
        site.latitude_e6 = edit.latitude_e6.unwrap_or(site.latitude_e6);
        site.longitude_e6 = edit.longitude_e6.unwrap_or(site.longitude_e6);
        site.kind = edit.kind.unwrap_or(site.kind);
        site.free_charging = edit.free_charging.unwrap_or(site.free_charging);
        site.tariff = edit.tariff.unwrap_or(site.tariff);
        site.visible = edit.visible.unwrap_or(site.visible);
        site.opening_hours = edit.opening_hours.unwrap_or(site.opening_hours);
        site.support = edit.support.unwrap_or(site.support);
        let site = checked(site)?;
        if let Some(tariff) = site.tariff {
            self.checked_tariff_of_site(principal, tariff, &site.currency).await?;
        }
        let mut tx = self.store.begin().await?;
        tx.change_site(&site).await?;
        let note = self.note(principal, "site.edited", ("site", id.0, &site.name));
        tx.audit(&note.changed(before, words(&site))).await?;
        if let Some(support) = &site.support {
            tx.put_default_support(principal.organisation, support, self.now(), true).await?;
        }
        tx.commit().await?;
        self.tariffs.load(&self.store).await?;
        self.refresh_stations_of(&site);
        self.tell(principal, Some(id), None, What::Site);
        self.site(principal, id).await
    }

    /// Stations hold their site's rules in memory.
    fn refresh_stations_of(&self, site: &SiteRecord) {
        for live in self.directory.all() {
            let record = live.record();
            if record.site == site.id {
                let mut record = (*record).clone();
                record.site_name = site.name.clone();
                record.site_time_zone = site.time_zone.clone();
                record.free_charging = site.free_charging;
                live.set_record(record);
            }
        }
    }

    /// Away from every list; its sessions keep naming it. Only where no charger is in service.
    pub async fn delete_site(&self, principal: &Principal, id: SiteId) -> Result<(), AppError> {
        principal.require(Permission::NetworkDelete)?;
        let site = self.site(principal, id).await?.site;
        let mut tx = self.store.begin().await?;
        tx.delete_site(principal.organisation, id, self.now()).await.map_err(|error| match error {
            StoreError::Conflict => {
                AppError::Conflict("chargers are in service here; move or remove them first".into())
            }
            other => other.into(),
        })?;
        let note = self.note(principal, "site.removed", ("site", id.0, &site.name));
        tx.audit(&note.gone(&words(&site))).await?;
        tx.commit().await?;
        self.tell(principal, Some(id), None, What::Site);
        Ok(())
    }

    /// Whom drivers of the organisation ask where a site names nobody.
    pub async fn default_support(&self, principal: &Principal) -> Result<SupportContact, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.store.default_support(principal.organisation).await?.unwrap_or_default())
    }

    pub async fn set_default_support(
        &self,
        principal: &Principal,
        support: SupportContact,
    ) -> Result<SupportContact, AppError> {
        principal.require(Permission::Network)?;
        principal.require_every_site()?;
        let support = support.trimmed();
        refuse_faults("", support.faults())?;
        let before = self.store.default_support(principal.organisation).await?.unwrap_or_default();
        let mut tx = self.store.begin().await?;
        tx.put_default_support(principal.organisation, &support, self.now(), false).await?;
        let subject = ("organisation", principal.organisation.0, "support contact");
        let note = self.note(principal, "support_contact.edited", subject);
        tx.audit(&note.changed(json!(before), json!(support))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Site);
        Ok(support)
    }
}

/// What the audit tells of a site.
pub(super) fn words(site: &SiteRecord) -> Value {
    json!({
        "name": site.name, "kind": site.kind, "visible": site.visible, "address": site.address,
        "postal_code": site.postal_code, "city": site.city, "country": site.country,
        "latitude_e6": site.latitude_e6, "longitude_e6": site.longitude_e6, "time_zone": site.time_zone,
        "currency": site.currency, "free_charging": site.free_charging,
        "tariff_id": site.tariff.map(|id| id.to_string()), "opening_hours": site.opening_hours,
        "support": site.support, "has_image": site.image.is_some(),
    })
}

pub(crate) fn refuse_faults(below: &str, faults: Vec<Fault>) -> Result<(), AppError> {
    let named = |(path, text): Fault| FieldError { field: format!("{below}{path}"), message: text.into() };
    let faults: Vec<FieldError> = faults.into_iter().map(named).collect();
    if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
}

fn checked(mut site: SiteRecord) -> Result<SiteRecord, AppError> {
    site.name = checked_name("/name", &site.name)?;
    checked_zone("/time_zone", &site.time_zone)?;
    checked_currency("/currency", &site.currency)?;
    site.address = checked_optional("/address", site.address)?;
    site.postal_code = checked_optional("/postal_code", site.postal_code)?;
    site.city = checked_optional("/city", site.city)?;
    site.country = checked_optional("/country", site.country)?;
    site.support = site.support.map(SupportContact::trimmed).filter(|support| !support.is_empty());
    refuse_faults("/support", site.support.as_ref().map(SupportContact::faults).unwrap_or_default())?;
    refuse_faults(
        "/opening_hours",
        site.opening_hours.as_ref().map(OpeningHours::faults).unwrap_or_default(),
    )?;
    if !KINDS.contains(&site.kind.as_str()) {
        return Err(AppError::field("/kind", format!("one of {}", KINDS.join(", "))));
    }
    if site.latitude_e6.is_some_and(|v| v.abs() > LATITUDE_MAX_E6) {
        return Err(AppError::field("/latitude", "between -90 and 90 degrees"));
    }
    if site.longitude_e6.is_some_and(|v| v.abs() > LONGITUDE_MAX_E6) {
        return Err(AppError::field("/longitude", "between -180 and 180 degrees"));
    }
    Ok(site)
}
