//! Price profiles: kept, and looked at hour by hour.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::electricity::{HomePrice, PriceProfile};
use forecourt_core::id::{OrganisationId, PriceProfileId};
use forecourt_core::tariff::Amount;
use forecourt_store::StoreError;
use forecourt_store::price_profile::PriceProfileRecord;
use forecourt_store::spot::Market;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::electricity::{MarketWords, SpotDays, SpotView, may_price, read_market};
use crate::{App, AppError, FieldError, Principal};

/// Profiles of one organisation.
const PROFILES_MAX: usize = 200;

#[derive(Debug, Clone)]
pub struct ProfileEdit {
    pub name: String,
    pub market: MarketWords,
    pub content: PriceProfile,
}

/// What a kilowatt-hour costs for a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutlookRow {
    pub from: Timestamp,
    pub until: Timestamp,
    pub spot: Amount,
    pub total: Amount,
}

/// A profile's prices over some days, and that of this moment line by line.
#[derive(Debug, Clone)]
pub struct Outlook {
    pub market: Market,
    pub from: Timestamp,
    pub until: Timestamp,
    pub rows: Vec<OutlookRow>,
    /// `None`: no price of the market is known for now.
    pub now: Option<HomePrice>,
}

impl App {
    /// By name.
    pub async fn price_profiles(&self, principal: &Principal) -> Result<Vec<PriceProfileRecord>, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.store.price_profiles(principal.organisation).await?)
    }

    pub async fn price_profile(
        &self,
        principal: &Principal,
        id: PriceProfileId,
    ) -> Result<PriceProfileRecord, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.price_profile(principal.organisation, id).await?;
        found.ok_or(AppError::NotFound("price profile"))
    }

    /// The prices of the market it needs are followed from now on.
    pub async fn add_price_profile(
        &self,
        principal: &Principal,
        edit: ProfileEdit,
    ) -> Result<PriceProfileRecord, AppError> {
        may_price(principal)?;
        if self.store.price_profiles(principal.organisation).await?.len() >= PROFILES_MAX {
            return Err(AppError::Conflict(format!(
                "at most {PROFILES_MAX} price profiles; remove one first"
            )));
        }
        let (name, market) = checked(&edit)?;
        let record = PriceProfileRecord {
            id: PriceProfileId(self.id()),
            organisation: principal.organisation,
            name,
            market,
            content: edit.content,
            created_at: self.now(),
            version: 1,
            chargers: 0,
            owners: 0,
        };
        let mut tx = self.store.begin().await?;
        tx.add_price_profile(&record).await.map_err(named)?;
        tx.follow_market(principal.organisation, market, self.now()).await?;
        let note = self.note(principal, "price_profile.added", ("price_profile", record.id.0, &record.name));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        Ok(record)
    }

    /// Holds from now on. What was charged before keeps its price.
    pub async fn edit_price_profile(
        &self,
        principal: &Principal,
        id: PriceProfileId,
        expected: Option<i64>,
        edit: ProfileEdit,
    ) -> Result<PriceProfileRecord, AppError> {
        may_price(principal)?;
        let old = self.price_profile(principal, id).await?;
        let (name, market) = checked(&edit)?;
        let version = expected.unwrap_or(old.version);
        let record = PriceProfileRecord { name, market, content: edit.content, version, ..old.clone() };
        let mut tx = self.store.begin().await?;
        tx.change_price_profile(&record).await.map_err(named)?;
        tx.follow_market(principal.organisation, market, self.now()).await?;
        let note = self.note(principal, "price_profile.edited", ("price_profile", id.0, &record.name));
        tx.audit(&note.changed(described(&old), described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        self.price_profile(principal, id).await
    }

    pub async fn delete_price_profile(
        &self,
        principal: &Principal,
        id: PriceProfileId,
    ) -> Result<(), AppError> {
        may_price(principal)?;
        let old = self.price_profile(principal, id).await?;
        let mut tx = self.store.begin().await?;
        if !tx.delete_price_profile(principal.organisation, id).await? {
            let text = "chargers or owners follow this profile; give them another first";
            return Err(AppError::Conflict(text.into()));
        }
        let note = self.note(principal, "price_profile.deleted", ("price_profile", id.0, &old.name));
        tx.audit(&note.gone(&described(&old))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        Ok(())
    }

    /// What a profile that may not exist yet would cost.
    pub async fn preview_price_profile(
        &self,
        principal: &Principal,
        market: &MarketWords,
        content: &PriceProfile,
        days: &SpotDays,
    ) -> Result<Outlook, AppError> {
        principal.require(Permission::Read)?;
        no_faults(content)?;
        let view = self.spot_days(principal, market, days).await?;
        let now = self.home_price_now(principal.organisation, view.market, content).await?;
        Ok(outlook(view, content, now))
    }

    pub async fn price_profile_outlook(
        &self,
        principal: &Principal,
        id: PriceProfileId,
        days: &SpotDays,
    ) -> Result<Outlook, AppError> {
        let record = self.price_profile(principal, id).await?;
        self.outlook_of(principal.organisation, &record, days).await
    }

    pub(super) async fn outlook_of(
        &self,
        organisation: OrganisationId,
        record: &PriceProfileRecord,
        days: &SpotDays,
    ) -> Result<Outlook, AppError> {
        let view = self.market_days(organisation, record.market, days).await?;
        let now = self.home_price_now(organisation, record.market, &record.content).await?;
        Ok(outlook(view, &record.content, now))
    }

    /// The price of this moment; `None` where the market's is not known.
    pub(super) async fn home_price_now(
        &self,
        organisation: OrganisationId,
        market: Market,
        content: &PriceProfile,
    ) -> Result<Option<HomePrice>, AppError> {
        let now = self.now();
        let next = now.saturating_add(SignedDuration::from_millis(1)).unwrap_or(now);
        let curve = self.spot_curve(organisation, market, (now, next)).await?;
        let local = now.to_zoned(market.zone.clock()).datetime();
        Ok(curve.at(now).map(|slot| content.price(slot.per_kwh, local)))
    }
}

fn outlook(view: SpotView, content: &PriceProfile, now: Option<HomePrice>) -> Outlook {
    let clock = view.market.zone.clock();
    let row = |slot: &forecourt_core::electricity::SpotSlot| {
        let local = slot.from.to_zoned(clock.clone()).datetime();
        let total = content.price(slot.per_kwh, local).total;
        OutlookRow { from: slot.from, until: slot.until, spot: slot.per_kwh, total }
    };
    let rows = view.slots.iter().map(row).collect();
    Outlook { market: view.market, from: view.from, until: view.until, rows, now }
}

fn named(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::field("/name", "a profile with this name exists already"),
        other => other.into(),
    }
}

fn no_faults(content: &PriceProfile) -> Result<(), AppError> {
    let faults = content.faults();
    if faults.is_empty() {
        return Ok(());
    }
    let shape = |(field, message): (String, &str)| FieldError {
        field: format!("/content{field}"),
        message: message.to_owned(),
    };
    Err(AppError::Invalid(faults.into_iter().map(shape).collect()))
}

fn checked(edit: &ProfileEdit) -> Result<(String, Market), AppError> {
    let name = checked_name("/name", &edit.name)?;
    let market = read_market(&edit.market)?;
    no_faults(&edit.content)?;
    Ok((name, market))
}

fn described(record: &PriceProfileRecord) -> Value {
    json!({"name": record.name, "zone": record.market.zone.code, "currency": record.market.currency.code(),
        "vat": record.content.vat, "components": record.content.components})
}
