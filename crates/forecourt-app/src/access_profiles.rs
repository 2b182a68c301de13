//! Access profiles as operators keep them, and the rule for charge keys where charging costs something.

use forecourt_core::access::Permission;
use forecourt_core::access_profile::Rules;
use forecourt_core::change::What;
use forecourt_core::id::AccessProfileId;
use forecourt_store::StoreError;
use forecourt_store::access_profile::AccessProfileRecord;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::accounts::checked_name;
use crate::{App, AppError, FieldError, Principal};

/// Which charge keys may start a session that costs something (C26).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPayment {
    /// None.
    Never,
    /// None; where charging is free every one may.
    OnlyFree,
    /// Those whose owner, or whose owner's team, can pay.
    WithPayment,
    #[default]
    Always,
}

const WORDS: [(KeyPayment, &str); 4] = [
    (KeyPayment::Never, "never"),
    (KeyPayment::OnlyFree, "only_free"),
    (KeyPayment::WithPayment, "with_payment"),
    (KeyPayment::Always, "always"),
];

impl KeyPayment {
    pub fn parse(word: &str) -> Option<Self> {
        WORDS.iter().find(|(_, known)| *known == word).map(|(policy, _)| *policy)
    }

    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(policy, _)| *policy == self).map_or("always", |(_, word)| word)
    }
}

/// A profile as an operator writes it.
#[derive(Debug, Clone)]
pub struct ProfileEdit {
    pub name: String,
    pub active: bool,
    pub rules: Rules,
}

impl App {
    pub async fn access_profiles(&self, principal: &Principal) -> Result<Vec<AccessProfileRecord>, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.store.access_profiles(principal.organisation).await?)
    }

    pub async fn access_profile(
        &self,
        principal: &Principal,
        id: AccessProfileId,
    ) -> Result<AccessProfileRecord, AppError> {
        let all = self.access_profiles(principal).await?;
        all.into_iter().find(|profile| profile.id == id).ok_or(AppError::NotFound("access profile"))
    }

    pub async fn add_access_profile(
        &self,
        principal: &Principal,
        edit: ProfileEdit,
    ) -> Result<AccessProfileRecord, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let record = AccessProfileRecord {
            id: AccessProfileId(self.id()),
            organisation: principal.organisation,
            name: checked_name("/name", &edit.name)?,
            active: edit.active,
            rules: self.checked_rules(principal, edit.rules).await?,
            created_at: self.now(),
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        tx.add_access_profile(&record).await.map_err(name_taken)?;
        let note = self.note(principal, "access_profile.added", subject_of(&record));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.reload_prices(principal).await?;
        Ok(record)
    }

    /// All of a profile, in place of what it was.
    pub async fn set_access_profile(
        &self,
        principal: &Principal,
        id: AccessProfileId,
        expected: Option<i64>,
        edit: ProfileEdit,
    ) -> Result<AccessProfileRecord, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let known = self.access_profile(principal, id).await?;
        let record = AccessProfileRecord {
            name: checked_name("/name", &edit.name)?,
            active: edit.active,
            rules: self.checked_rules(principal, edit.rules).await?,
            version: expected.unwrap_or(known.version),
            ..known.clone()
        };
        let mut tx = self.store.begin().await?;
        tx.set_access_profile(&record).await.map_err(name_taken)?;
        let note = self.note(principal, "access_profile.edited", subject_of(&record));
        tx.audit(&note.changed(described(&known), described(&record))).await?;
        tx.commit().await?;
        self.reload_prices(principal).await?;
        self.access_profile(principal, id).await
    }

    pub async fn delete_access_profile(
        &self,
        principal: &Principal,
        id: AccessProfileId,
    ) -> Result<(), AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let known = self.access_profile(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_access_profile(id, self.now()).await?;
        let note = self.note(principal, "access_profile.deleted", subject_of(&known));
        tx.audit(&note.gone(&described(&known))).await?;
        tx.commit().await?;
        self.reload_prices(principal).await
    }

    pub async fn key_payment(&self, principal: &Principal) -> Result<KeyPayment, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.price_book.pages().payments.get(&principal.organisation).copied().unwrap_or_default())
    }

    pub async fn set_key_payment(&self, principal: &Principal, policy: KeyPayment) -> Result<(), AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let before = self.key_payment(principal).await?;
        let mut tx = self.store.begin().await?;
        tx.set_key_payment(principal.organisation, policy.as_str()).await?;
        let subject = ("organisation", principal.organisation.0, "");
        let note = self.note(principal, "organisation.key_payment_set", subject);
        tx.audit(&note.changed(json!({"policy": before.as_str()}), json!({"policy": policy.as_str()})))
            .await?;
        tx.commit().await?;
        self.reload_prices(principal).await
    }

    /// After idle fees, profiles or payment rules changed.
    pub(crate) async fn reload_prices(&self, principal: &Principal) -> Result<(), AppError> {
        self.price_book.load(&self.store).await?;
        self.tell(principal, None, None, What::Site);
        Ok(())
    }

    /// Rules that name only what is the organisation's.
    async fn checked_rules(&self, principal: &Principal, rules: Rules) -> Result<Rules, AppError> {
        let faults: Vec<FieldError> = rules
            .faults()
            .into_iter()
            .map(|(path, text)| FieldError { field: format!("/rules{path}"), message: text.to_owned() })
            .collect();
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        for site in &rules.places.sites {
            let found = self.site(principal, *site).await;
            found.map_err(|_| AppError::field("/rules/places", "there is no such site"))?;
        }
        let plugs = rules.places.evses.iter().map(|plug| plug.station_id);
        for station in rules.places.stations.iter().copied().chain(plugs) {
            let found = self.own_station(principal, station);
            found.map_err(|_| AppError::field("/rules/places", "there is no such charger"))?;
        }
        self.check_people(principal, &rules).await?;
        if let Some(tariff) = rules.tariff_id {
            let found = self.store.tariff(principal.organisation, tariff).await?;
            found.ok_or_else(|| AppError::field("/rules/tariff_id", "there is no such tariff"))?;
        }
        if let Some(fee) = rules.idle_fee_id {
            let pages = self.price_book.pages();
            let known = pages.fees.get(&fee).is_some_and(|fee| fee.organisation == principal.organisation);
            if !known {
                return Err(AppError::field("/rules/idle_fee_id", "there is no such fee"));
            }
        }
        Ok(rules)
    }

    async fn check_people(&self, principal: &Principal, rules: &Rules) -> Result<(), AppError> {
        let known = self.store.driver_groups(principal.organisation).await?;
        if rules.people.groups.iter().any(|group| !known.iter().any(|found| found.id == *group)) {
            return Err(AppError::field("/rules/people", "there is no such group"));
        }
        for driver in &rules.people.drivers {
            let found = self.store.driver(principal.organisation, *driver).await?;
            found.ok_or_else(|| AppError::field("/rules/people", "there is no such driver"))?;
        }
        Ok(())
    }
}

fn name_taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::field("/name", "another profile has this name"),
        other => other.into(),
    }
}

fn subject_of(record: &AccessProfileRecord) -> (&'static str, i64, &str) {
    ("access_profile", record.id.0, &record.name)
}

fn described(record: &AccessProfileRecord) -> serde_json::Value {
    json!({"name": record.name, "active": record.active, "rules": record.rules})
}
