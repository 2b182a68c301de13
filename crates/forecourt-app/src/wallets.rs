//! Drivers' wallets: what is in them, credit by hand, money received, vouchers.
//!
//! Nobody takes money out of a wallet by hand: a negative correction does not exist (C18).

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::billing::{Payer, Posting};
use forecourt_core::id::{DriverId, VoucherId};
use forecourt_core::unit::{Currency, MinorUnits, Money};
use forecourt_store::ledger::Cause;
use forecourt_store::wallet::{VoucherRecord, WalletFilter, WalletRecord};
use forecourt_store::{Cursor, Page};
use serde_json::json;

use crate::ledger::Told;
use crate::passwords::digest;
use crate::{App, AppError, Principal};

/// Largest single credit or voucher: a slip of the finger must not make a fortune (a million of the main unit).
const AMOUNT_MAX: i64 = 1_000_000;
/// Longest reason, in characters.
const TEXT_MAX_CHARS: usize = 300;
/// Vouchers made at once, for a company or an event.
const VOUCHERS_MAX: u32 = 500;
/// Letters of a code that are not taken for each other, and how many it has: 60 bits.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_CHARS: usize = 12;
/// Letters by which a list tells vouchers apart.
const CODE_SHOWN: usize = 4;
/// Kinds of vouchers.
pub const VOUCHER_KINDS: [&str; 3] = ["fixed", "refund", "corporate"];

/// What is added to a wallet by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// Given by the operator.
    Credit,
    /// The driver paid to the operator, in cash or to its bank.
    Cash,
    /// The driver paid to the payment provider or the platform.
    Held,
}

impl Added {
    pub fn parse(text: &str) -> Result<Self, AppError> {
        match text {
            "credit" => Ok(Self::Credit),
            "cash" => Ok(Self::Cash),
            "held" => Ok(Self::Held),
            _ => Err(AppError::field("/source", "credit, cash or held")),
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct NewVouchers {
    pub kind: String,
    pub amount: String,
    pub currency: String,
    pub expires_at: Option<Timestamp>,
    pub reason: String,
    pub count: u32,
}

impl App {
    pub async fn wallets(
        &self,
        principal: &Principal,
        filter: &WalletFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<WalletRecord>, AppError> {
        self.require_money(principal)?;
        let found = self.store.wallets(principal.organisation, filter, cursor, limit).await?;
        Ok(found.map(|(_, wallet)| wallet))
    }

    /// What a driver has left, in each currency.
    pub async fn wallet(&self, principal: &Principal, driver: DriverId) -> Result<Vec<Money>, AppError> {
        self.require_money(principal)?;
        self.driver(principal, driver).await?;
        let found = self.wallet_of(principal.organisation, driver).await?;
        Ok(found.into_iter().map(|(currency, amount)| Money { amount, currency }).collect())
    }

    pub async fn add_to_wallet(
        &self,
        principal: &Principal,
        driver: DriverId,
        added: Added,
        (amount, currency): (&str, &str),
        reason: &str,
    ) -> Result<(), AppError> {
        self.require_billing(principal)?;
        let name = self.driver(principal, driver).await?.name;
        let money = checked_amount(amount, currency)?;
        let reason = checked_reason(reason)?;
        let (kind, posting) = match added {
            Added::Credit => ("credit", Posting::credit(driver, money.amount)),
            Added::Cash => ("top_up", Posting::received(Payer::Driver(driver), money.amount)),
            Added::Held => ("top_up", Posting::paid_in(driver, money.amount)),
        };
        let mut tx = self.store.begin().await?;
        let told = Told {
            kind,
            currency: money.currency,
            cause: Cause { name: kind, id: self.id(), part: 0 },
            description: &reason,
            made_by: Some(principal.name()),
            payer: Payer::Driver(driver),
            session: None,
        };
        self.post(&mut tx, principal.organisation, self.now(), told, &posting).await?;
        let action = match added {
            Added::Credit => "wallet.credited",
            Added::Cash | Added::Held => "wallet.received",
        };
        let line = self.note(principal, action, ("driver", driver.0, &name));
        tx.audit(
            &line.made(&json!({ "amount": money.text(), "currency": money.currency, "reason": reason })),
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// Newest first.
    pub async fn vouchers(
        &self,
        principal: &Principal,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<VoucherRecord>, AppError> {
        self.require_money(principal)?;
        Ok(self.store.vouchers(principal.organisation, cursor, limit).await?)
    }

    /// The codes are shown this once.
    pub async fn make_vouchers(
        &self,
        principal: &Principal,
        new: NewVouchers,
    ) -> Result<Vec<(VoucherRecord, String)>, AppError> {
        self.require_billing(principal)?;
        let money = checked_amount(&new.amount, &new.currency)?;
        let reason = checked_reason(&new.reason)?;
        if !VOUCHER_KINDS.contains(&new.kind.as_str()) {
            return Err(AppError::field("/kind", "fixed, refund or corporate"));
        }
        if new.count == 0 || new.count > VOUCHERS_MAX {
            return Err(AppError::field("/count", format!("1 to {VOUCHERS_MAX}")));
        }
        if new.expires_at.is_some_and(|at| at <= self.now()) {
            return Err(AppError::field("/expires_at", "a time to come"));
        }
        let mut tx = self.store.begin().await?;
        let mut made = Vec::new();
        for _ in 0..new.count {
            let code = new_code();
            let record = VoucherRecord {
                id: VoucherId(self.id()),
                organisation: principal.organisation,
                code_end: code.chars().skip(CODE_CHARS - CODE_SHOWN).collect(),
                kind: new.kind.clone(),
                amount: money.amount,
                currency: money.currency,
                expires_at: new.expires_at,
                reason: reason.clone(),
                made_by: principal.name(),
                made_at: self.now(),
                withdrawn_at: None,
                redeemed_at: None,
                redeemed_by: None,
                driver_name: None,
            };
            tx.add_voucher(&record, &digest(code.as_bytes())).await?;
            made.push((record, spaced(&code)));
        }
        let first = made.first().map_or(0, |(record, _)| record.id.0);
        let line = self.note(principal, "voucher.made", ("voucher", first, &reason));
        let what = json!({ "count": new.count, "amount": money.text(), "currency": money.currency, "kind": new.kind });
        tx.audit(&line.made(&what)).await?;
        tx.commit().await?;
        Ok(made)
    }

    pub async fn withdraw_voucher(&self, principal: &Principal, id: VoucherId) -> Result<(), AppError> {
        self.require_billing(principal)?;
        let mut tx = self.store.begin().await?;
        let found = tx.voucher(principal.organisation, id).await?.ok_or(AppError::NotFound("voucher"))?;
        if !tx.withdraw_voucher(id, self.now()).await? {
            return Err(AppError::Conflict("this voucher has been redeemed or withdrawn already".into()));
        }
        let line = self.note(principal, "voucher.withdrawn", ("voucher", id.0, &found.code_end));
        tx.audit(&line.gone(&json!({ "amount": found.amount.0, "currency": found.currency }))).await?;
        Ok(tx.commit().await?)
    }

    /// By support for a driver. The same code for the same driver again changes nothing.
    pub async fn redeem_voucher(
        &self,
        principal: &Principal,
        driver: DriverId,
        code: &str,
    ) -> Result<VoucherRecord, AppError> {
        principal.require(Permission::Drivers)?;
        self.driver(principal, driver).await?;
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let hash = digest(plain.to_uppercase().as_bytes());
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let unknown = || AppError::field("/code", "there is no voucher with this code");
        let voucher = tx.voucher_by_code(principal.organisation, &hash).await?.ok_or_else(unknown)?;
        if voucher.redeemed_by == Some(driver) {
            return Ok(voucher);
        }
        if !tx.redeem_voucher(voucher.id, driver, now).await? {
            let why = match &voucher {
                v if v.redeemed_at.is_some() => "this voucher has been redeemed already",
                v if v.withdrawn_at.is_some() => "this voucher was withdrawn",
                _ => "this voucher has expired",
            };
            return Err(AppError::field("/code", why));
        }
        let told = Told {
            kind: "voucher",
            currency: voucher.currency,
            cause: Cause { name: "voucher", id: voucher.id.0, part: 0 },
            description: &voucher.reason,
            made_by: Some(principal.name()),
            payer: Payer::Driver(driver),
            session: None,
        };
        let posting = Posting::credit(driver, voucher.amount);
        self.post(&mut tx, principal.organisation, now, told, &posting).await?;
        let line = self.note(principal, "voucher.redeemed", ("voucher", voucher.id.0, &voucher.code_end));
        tx.audit(&line.changed(json!({ "driver": null }), json!({ "driver": driver }))).await?;
        tx.commit().await?;
        Ok(VoucherRecord { redeemed_at: Some(now), redeemed_by: Some(driver), ..voucher })
    }
}

/// An amount above zero as people write it: `12.50`.
pub(crate) fn checked_amount(amount: &str, currency: &str) -> Result<Money, AppError> {
    let currency = Currency::read(currency)
        .ok_or_else(|| AppError::field("/currency", "three capital letters, for example EUR"))?;
    let most = AMOUNT_MAX * 10_i64.pow(currency.decimals());
    let read = forecourt_core::unit::read_fixed(amount.trim(), currency.decimals());
    match read.filter(|amount| (1..=most).contains(amount)) {
        Some(amount) => Ok(Money { amount: MinorUnits(amount), currency }),
        None => Err(AppError::field("/amount", format!("above zero, at most {AMOUNT_MAX}, such as 12.50"))),
    }
}

pub(crate) fn checked_reason(reason: &str) -> Result<String, AppError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > TEXT_MAX_CHARS || reason.chars().any(char::is_control) {
        return Err(AppError::field("/reason", format!("one line of at most {TEXT_MAX_CHARS} characters")));
    }
    Ok(reason.to_owned())
}

fn new_code() -> String {
    let letter =
        |_| LETTERS.get(usize::from(rand::random::<u8>() % 32)).map_or('X', |byte| char::from(*byte));
    (0..CODE_CHARS).map(letter).collect()
}

/// `ABCD-EFGH-JKLM`, as it is read aloud.
fn spaced(code: &str) -> String {
    code.as_bytes()
        .chunks(4)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect::<Vec<_>>()
        .join("-")
}
