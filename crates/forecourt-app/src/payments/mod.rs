//! Drivers pay by card: what an organisation wants of them, its payment provider, and every payment's way.
//!
//! The provider's word is asked for, never taken from a message: a message is only a knock on the door. What moved is
//! posted as the difference to what the ledger has, so that hearing it twice or late changes nothing.

mod course;
mod desk;
mod letters;
mod methods;
mod provider;
mod rounds;
mod shown;
mod stripe;

use forecourt_core::Timestamp;
use forecourt_core::billing::{PaymentRules, Strategy};
use forecourt_core::id::{DriverId, OrganisationId};
use forecourt_core::token::KnownToken;
use forecourt_core::unit::{Currency, MinorUnits};
use forecourt_store::StoreError;
use forecourt_store::payment::PaymentSettingRecord;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::terms::NotAdmitted;
use crate::{App, AppError, Principal};
use provider::{Provider, ProviderError};
use stripe::Stripe;

pub use desk::{PaymentDetail, RefundOf};
pub use methods::CardPage;
pub use shown::{ShownEnd, ShownPayment};

/// Longest key and secret, in characters.
const SECRET_MAX_CHARS: usize = 500;
/// Largest amount of a rule, in the currency's smallest unit.
const AMOUNT_MAX: i64 = 100_000_000;
/// What the sealed texts are for; opened for nothing else.
const KEY_PURPOSE: &str = "key of a payment provider";
const WEBHOOK_PURPOSE: &str = "signing secret of a payment provider";

/// What an organisation wants of drivers, in memory: a start asks for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PayingTerms {
    pub rules: PaymentRules,
    pub currency: Currency,
    /// Cards are taken: without a provider nobody can have one on file.
    pub takes_cards: bool,
}

impl PayingTerms {
    pub fn of(setting: &PaymentSettingRecord) -> Self {
        Self { rules: setting.rules, currency: setting.currency, takes_cards: setting.provider != "manual" }
    }
}

/// What an operator says of it. Secrets: `None` leaves them as they were.
#[derive(Debug, Clone, Default)]
pub struct PaymentSettingEdit {
    pub provider: String,
    pub secret_key: Option<String>,
    pub webhook_secret: Option<String>,
    pub address: Option<String>,
    pub strategy: String,
    pub currency: String,
    pub hold: String,
    pub least_balance: String,
    pub most_owed: String,
    pub collects: bool,
}

impl App {
    pub async fn payment_setting(
        &self,
        principal: &Principal,
    ) -> Result<Option<PaymentSettingRecord>, AppError> {
        self.require_money(principal)?;
        Ok(self.store.payment_setting(principal.organisation).await?)
    }

    /// Where the provider sends its messages.
    pub fn payment_events_address(&self, principal: &Principal) -> String {
        let page = self.settings().page_url;
        format!("{}/api/v1/payment-events/{}", page.trim_end_matches('/'), principal.organisation)
    }

    /// Sets it up. The provider is asked whether the key works, so that a wrong one is found now.
    pub async fn set_payment_setting(
        &self,
        principal: &Principal,
        expected: Option<i64>,
        edit: PaymentSettingEdit,
    ) -> Result<PaymentSettingRecord, AppError> {
        self.require_billing(principal)?;
        let old = self.store.payment_setting(principal.organisation).await?;
        let mut record = self.checked_setting(principal, old.as_ref(), edit)?;
        if let Some(provider) = self.payment_provider(&record)? {
            let account = provider.account().await;
            record.account =
                Some(account.map_err(|error| AppError::field("/secret_key", error.to_string()))?);
        }
        let mut tx = self.store.begin().await?;
        let expected = expected.or(old.as_ref().map(|old| old.version));
        tx.put_payment_setting(&record, expected).await?;
        if let Some(old) = &old
            && (&old.account, &old.address) != (&record.account, &record.address)
        {
            tx.forget_payment_customers(principal.organisation, self.now()).await?;
        }
        let organisation = self.organisation(principal).await?;
        let subject = ("organisation", principal.organisation.0, organisation.name.as_str());
        let note = self.note(principal, "payments.set_up", subject);
        let before = old.as_ref().map_or(Value::Null, told);
        tx.audit(&note.changed(before, told(&record))).await?;
        tx.commit().await?;
        self.price_book.load(&self.store).await?;
        self.payment_setting(principal).await?.ok_or(AppError::NotFound("payment setting"))
    }

    fn checked_setting(
        &self,
        principal: &Principal,
        old: Option<&PaymentSettingRecord>,
        edit: PaymentSettingEdit,
    ) -> Result<PaymentSettingRecord, AppError> {
        let by_card = match edit.provider.as_str() {
            "stripe" => true,
            "manual" => false,
            _ => return Err(AppError::field("/provider", "manual or stripe")),
        };
        let strategy = Strategy::parse(&edit.strategy)
            .ok_or_else(|| AppError::field("/strategy", "post_pay, pre_authorise or prepaid"))?;
        if strategy == Strategy::PreAuthorise && !by_card {
            return Err(AppError::field("/strategy", "nothing can be held without a payment provider"));
        }
        let currency = Currency::read(edit.currency.trim())
            .ok_or_else(|| AppError::field("/currency", "a currency of ISO 4217, such as EUR"))?;
        let amount = |field: &str, text: &str| {
            let read = forecourt_core::unit::read_fixed(text.trim(), currency.decimals());
            read.filter(|amount| (0..=AMOUNT_MAX).contains(amount))
                .map(MinorUnits)
                .ok_or_else(|| AppError::field(field, "an amount of this currency, not below zero"))
        };
        let rules = PaymentRules {
            strategy,
            hold: amount("/hold", &edit.hold)?,
            least_balance: amount("/least_balance", &edit.least_balance)?,
            most_owed: amount("/most_owed", &edit.most_owed)?,
        };
        if strategy == Strategy::PreAuthorise && rules.hold < stripe::least(currency) {
            let least = currency.text(stripe::least(currency));
            return Err(AppError::field("/hold", format!("at least {least}: less cannot be held")));
        }
        let address = edit.address.map(|text| text.trim().trim_end_matches('/').to_owned());
        let address = address.filter(|text| !text.is_empty() && text != stripe::USUAL_ADDRESS);
        if let Some(address) = &address {
            let checked = self.outside.check_url(address);
            checked.map_err(|error| AppError::field("/address", error.to_string()))?;
        }
        let kept = |new: Option<String>, old: Option<&String>, (field, purpose): (&str, &str)| match new {
            _ if !by_card => Ok(None),
            None => old.cloned().map(Some).ok_or_else(|| AppError::field(field, "is needed")),
            Some(text) => {
                let text = text.trim();
                if text.is_empty() || text.chars().count() > SECRET_MAX_CHARS || !text.is_ascii() {
                    return Err(AppError::field(field, "as the payment provider shows it"));
                }
                self.vault().seal(purpose, text.as_bytes()).map(Some)
            }
        };
        // A key must not be sent somewhere else than where it was meant for.
        let moved = old.is_some_and(|old| old.address != address);
        let old = old.filter(|_| !moved);
        let old_key = old.and_then(|old| old.secret_key.as_ref());
        let old_secret = old.and_then(|old| old.webhook_secret.as_ref());
        Ok(PaymentSettingRecord {
            organisation: principal.organisation,
            secret_key: kept(edit.secret_key, old_key, ("/secret_key", KEY_PURPOSE))?,
            webhook_secret: kept(edit.webhook_secret, old_secret, ("/webhook_secret", WEBHOOK_PURPOSE))?,
            provider: edit.provider,
            account: None,
            address: address.filter(|_| by_card),
            currency,
            rules,
            collects: edit.collects && by_card,
            changed_at: self.now(),
            version: 0,
        })
    }

    /// `None`: payments are noted by hand.
    pub(crate) fn payment_provider(
        &self,
        setting: &PaymentSettingRecord,
    ) -> Result<Option<Provider>, AppError> {
        let Some(sealed) = &setting.secret_key else { return Ok(None) };
        let key = self.vault().open(KEY_PURPOSE, sealed)?;
        Ok(Some(Provider::Stripe(Stripe {
            outside: self.outside.clone(),
            address: setting.address.clone().unwrap_or_else(|| stripe::USUAL_ADDRESS.into()),
            key: String::from_utf8_lossy(&key).into_owned(),
            now: self.now(),
        })))
    }

    /// The provider of an organisation that must have one.
    async fn needed_provider(
        &self,
        organisation: OrganisationId,
    ) -> Result<(PaymentSettingRecord, Provider), AppError> {
        let none = || AppError::Conflict("no payment provider is set up".into());
        let setting = self.store.payment_setting(organisation).await?.ok_or_else(none)?;
        let provider = self.payment_provider(&setting)?.ok_or_else(none)?;
        Ok((setting, provider))
    }

    /// Whether the driver behind a key may start what costs something, as the organisation wants it. A driver who owes
    /// and asks is tried again.
    pub(crate) async fn may_start_paying(
        &self,
        organisation: OrganisationId,
        known: Option<&KnownToken>,
        now: Timestamp,
    ) -> Result<Option<NotAdmitted>, StoreError> {
        let Some(terms) = self.price_book.pages().paying.get(&organisation).copied() else { return Ok(None) };
        let Some(holder) = known.map(|token| &token.holder) else { return Ok(None) };
        if holder.team.as_ref().is_some_and(|team| team.is_payer) {
            return Ok(None);
        }
        let Some(driver) = holder.driver.as_ref().map(|driver| driver.id) else { return Ok(None) };
        let mut standing = self.store.standing(organisation, driver, terms.currency, month_of(now)).await?;
        // Without a provider a driver pays by invoice.
        standing.has_method |= !terms.takes_cards;
        let refused = terms.rules.admits(standing).err().map(NotAdmitted::Paying);
        if terms.takes_cards && standing.left.0 < 0 {
            self.knock(driver, now).await?;
        }
        Ok(refused)
    }

    async fn knock(&self, driver: DriverId, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.try_payments_again(driver, now).await?;
        tx.commit().await
    }
}

/// Months from year 0.
fn month_of(at: Timestamp) -> i64 {
    let date = at.to_zoned(TimeZone::UTC).date();
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// For the record of who did what: never a secret.
fn told(setting: &PaymentSettingRecord) -> Value {
    let text = |amount: MinorUnits| setting.currency.text(amount);
    json!({
        "provider": setting.provider,
        "strategy": setting.rules.strategy.as_str(),
        "currency": setting.currency,
        "hold": text(setting.rules.hold),
        "least_balance": text(setting.rules.least_balance),
        "most_owed": text(setting.rules.most_owed),
        "collects": setting.collects,
        "account": setting.account,
        "address": setting.address,
    })
}

/// What an operator is told.
fn refused(error: ProviderError) -> AppError {
    AppError::Conflict(error.to_string())
}
