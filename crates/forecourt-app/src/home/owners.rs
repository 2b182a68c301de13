//! Owners of home chargers: asked by letter or given a code, which works once; what a code leads to is decided when it
//! is used.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use forecourt_core::access::Permission;
use forecourt_core::change::{Change, What};
use forecourt_core::driver::DriverStatus;
use forecourt_core::id::{DriverId, StationId};
use forecourt_core::token::KnownToken;
use forecourt_store::Tx;
use forecourt_store::driver::DriverRecord;
use forecourt_store::home::{HomeChargerRecord, HomeClaim, HomeInvitation};
use serde_json::json;

use crate::accounts::{checked_email, checked_name};
use crate::drivers::{CODE_LASTS, CodeView, IssuedCode, Redemption, checked_phone, digest_of, fresh_code};
use crate::letters::Language;
use crate::{App, AppError, Principal, driver_letters};

/// Whose a charger is to be.
#[derive(Debug, Clone)]
pub enum NewOwner {
    Known(DriverId),
    /// By letter where there is an address; else with a code to hand over.
    Asked {
        name: String,
        email: Option<String>,
        language: Language,
    },
}

/// Whose each home charger is, in memory: a start must not wait for a query.
#[derive(Debug, Default)]
pub(crate) struct Owners(RwLock<HashMap<StationId, DriverId>>);

impl Owners {
    pub fn of(&self, station: StationId) -> Option<DriverId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&station).copied()
    }

    fn put(&self, all: HashMap<StationId, DriverId>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = all;
    }
}

impl App {
    pub(crate) async fn load_home_owners(&self) -> Result<(), AppError> {
        self.home_owners.put(self.store.home_owners().await?.into_iter().collect());
        Ok(())
    }

    /// A home charger that has an owner is private: it charges with the owner's keys only.
    pub(crate) fn may_charge_at_home(&self, station: StationId, known: Option<&KnownToken>) -> bool {
        let Some(owner) = self.home_owners.of(station) else { return true };
        known.is_some_and(|token| token.holder.driver.as_ref().is_some_and(|driver| driver.id == owner))
    }

    /// Gives a charger to a driver, or asks somebody to claim it. Who had it before has it no longer.
    pub async fn set_home_owner(
        &self,
        principal: &Principal,
        id: StationId,
        owner: NewOwner,
    ) -> Result<(HomeChargerRecord, Option<IssuedCode>), AppError> {
        principal.require(Permission::Drivers)?;
        let record = self.home_charger(principal, id).await?;
        let before = json!({"owner": record.owner.as_ref().map(|owner| owner.driver.to_string())});
        let mut tx = self.store.begin().await?;
        let (code, after) = match owner {
            NewOwner::Known(driver) => {
                let found = self.store.driver(principal.organisation, driver).await?;
                found.ok_or_else(|| AppError::field("/driver_id", "there is no such driver"))?;
                tx.end_home_owner(id, self.now()).await?;
                tx.set_home_invitation(principal.organisation, id, None).await?;
                let whose = (principal.organisation, id, driver);
                tx.add_home_owner(self.id(), whose, self.now(), None).await?;
                (None, json!({"owner": driver.to_string()}))
            }
            NewOwner::Asked { name, email, language } => {
                let issued = self.ask_owner(&mut tx, principal, &record, (&name, email, language)).await?;
                let after = json!({"owner": null, "asked": true, "by_letter": issued.by_letter});
                (Some(issued), after)
            }
        };
        let note = self.note(principal, "home_charger.owner_set", ("station", id.0, &record.identity));
        tx.audit(&note.changed(before, after)).await?;
        tx.commit().await?;
        self.load_home_owners().await?;
        self.tell(principal, Some(record.site), Some(id), What::Station);
        Ok((self.home_charger(principal, id).await?, code))
    }

    async fn ask_owner(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        record: &HomeChargerRecord,
        (name, email, language): (&str, Option<String>, Language),
    ) -> Result<IssuedCode, AppError> {
        let name = checked_name("/name", name)?;
        let email = match email.filter(|email| !email.trim().is_empty()) {
            Some(email) => checked_email("/email", &email)?,
            None => String::new(),
        };
        let code = fresh_code();
        let now = self.now();
        let expires_at = now.saturating_add(CODE_LASTS).unwrap_or(now);
        let language_word = language.word().to_owned();
        let invitation = HomeInvitation {
            name: name.clone(),
            email: email.clone(),
            language: language_word,
            at: now,
            expires_at,
        };
        tx.end_home_owner(record.station, now).await?;
        tx.set_home_invitation(
            principal.organisation,
            record.station,
            Some((&invitation, &digest_of(&code))),
        )
        .await?;
        let by_letter = !email.is_empty();
        if by_letter {
            let organisation = self.organisation(principal).await?;
            // Behind the #: neither servers nor proxies write it into a log.
            let link = format!("{}/redeem#{code}", self.settings().page_url);
            let names = (organisation.name.as_str(), name.as_str());
            let mut letter = driver_letters::home_charger(language, &email, names, (&code, &link));
            letter.organisation = Some(principal.organisation);
            tx.enqueue_mail(&self.letter(letter)).await?;
        }
        Ok(IssuedCode { code, expires_at, by_letter })
    }

    /// From now on the charger is nobody's, and a code that was given for it no longer works.
    pub async fn remove_home_owner(
        &self,
        principal: &Principal,
        id: StationId,
    ) -> Result<HomeChargerRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let record = self.home_charger(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.end_home_owner(id, self.now()).await?;
        tx.set_home_invitation(principal.organisation, id, None).await?;
        let note = self.note(principal, "home_charger.owner_removed", ("station", id.0, &record.identity));
        let owner = record.owner.as_ref().map(|owner| owner.driver.to_string());
        tx.audit(&note.gone(&json!({ "owner": owner }))).await?;
        tx.commit().await?;
        self.load_home_owners().await?;
        self.tell(principal, Some(record.site), Some(id), What::Station);
        self.home_charger(principal, id).await
    }

    /// What a code of a home charger leads to; `None`: it is no such code.
    pub(crate) async fn look_at_home_code(&self, code: &str) -> Result<Option<CodeView>, AppError> {
        let claim = self.store.home_claim(&digest_of(code), self.now()).await?;
        let Some(claim) = claim else { return Ok(None) };
        let organisation = self.store.organisation(claim.organisation).await?;
        let name = claim.invitation.name.clone();
        Ok(Some(view(organisation.map(|o| o.name).unwrap_or_default(), name, &claim)))
    }

    /// Claims a home charger: with the driver who has the letter's address, else as a new driver.
    pub(crate) async fn redeem_home_code(
        &self,
        redemption: &Redemption,
    ) -> Result<Option<CodeView>, AppError> {
        let digest = digest_of(&redemption.code);
        let Some(claim) = self.store.home_claim(&digest, self.now()).await? else { return Ok(None) };
        let organisation = self.store.organisation(claim.organisation).await?;
        let mut tx = self.store.begin().await?;
        if !tx.use_home_code(claim.station, &digest).await? {
            return Ok(None);
        }
        let driver = self.claiming_driver(&mut tx, &claim, redemption).await?;
        tx.end_home_owner(claim.station, claim.invitation.at).await?;
        // What was charged since the letter was sent is the owner's.
        let whose = (claim.organisation, claim.station, driver.id);
        tx.add_home_owner(self.id(), whose, claim.invitation.at, Some(self.now())).await?;
        let actor = ("driver", driver.id.0, driver.name.as_str());
        let subject = ("station", claim.station.0, claim.identity.as_str());
        let note = self.note_by(claim.organisation, actor, "home_charger.claimed", subject);
        tx.audit(&note.made(&json!({"owner": driver.id.to_string()}))).await?;
        tx.commit().await?;
        self.known_tokens.forget();
        self.load_home_owners().await?;
        for (station, what) in [(Some(claim.station), What::Station), (None, What::Driver)] {
            let site = station.and(Some(claim.site));
            self.changes
                .publish(self.now(), Change { organisation: claim.organisation, site, station, what });
        }
        Ok(Some(view(organisation.map(|o| o.name).unwrap_or_default(), driver.name, &claim)))
    }

    async fn claiming_driver(
        &self,
        tx: &mut Tx,
        claim: &HomeClaim,
        redemption: &Redemption,
    ) -> Result<DriverRecord, AppError> {
        let name = checked_name("/name", &redemption.name)?;
        let phone = checked_phone(redemption.phone.clone())?;
        let email = &claim.invitation.email;
        // The code was sent to this address: whoever has it reads its letters.
        let known = match email.is_empty() {
            true => None,
            false => self.store.driver_by_email(claim.organisation, email).await?,
        };
        if let Some(mut driver) = known.filter(|driver| driver.deleted_at.is_none()) {
            if driver.joined_at.is_none() {
                driver.joined_at = Some(self.now());
                if driver.status == DriverStatus::Invited {
                    driver.status = DriverStatus::Active;
                }
                tx.change_driver(&driver).await?;
                tx.set_driver_code(driver.id, None).await?;
            }
            return Ok(driver);
        }
        let driver = DriverRecord {
            id: DriverId(self.id()),
            organisation: claim.organisation,
            number: format!("{:06}", tx.next_driver_number(claim.organisation).await?),
            name,
            email: email.clone(),
            phone,
            address: None,
            notes: None,
            status: DriverStatus::Active,
            fleet: None,
            can_pay: false,
            language: claim.invitation.language.clone(),
            code_expires_at: None,
            joined_at: Some(self.now()),
            created_at: self.now(),
            last_charge_at: None,
            deleted_at: None,
            version: 1,
            keys: 0,
        };
        tx.add_driver(&driver).await?;
        Ok(driver)
    }
}

fn view(organisation: String, name: String, claim: &HomeClaim) -> CodeView {
    let charger = claim.station_name.clone().unwrap_or_else(|| claim.identity.clone());
    CodeView {
        organisation,
        name,
        groups: Vec::new(),
        language: claim.invitation.language.clone(),
        home_charger: Some(charger),
    }
}
