//! Payouts: what is available, asking for it, the platform's answer, the file for the bank (C17).
//!
//! Only the platform answers: an administrator of the organisation that stands at the head of the tree.

use forecourt_core::access::Permission;
use forecourt_core::billing::{Account, AccountKind, Payer, PayoutState, Posting, due_by};
use forecourt_core::id::{OrganisationId, PayoutId};
use forecourt_core::metrics::day_number;
use forecourt_core::unit::{MinorUnits, Money};
use forecourt_store::ledger::Cause;
use forecourt_store::payout::PayoutRecord;
use forecourt_store::{Cursor, Page};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ledger::Told;
use crate::passwords::digest;
use crate::wallets::{checked_amount, checked_reason};
use crate::{App, AppError, Principal};

/// Requests the platform's queue shows.
const QUEUE_SHOWN: u32 = 200;
/// How deep branches of branches are looked for.
const DEPTH_MAX: usize = 8;
/// Characters of a message id after ours (ISO 20022: 35 in all).
const MESSAGE_CHARS: usize = 24;
/// Longest name of an account holder (ISO 20022 `Nm` of SEPA: 70 characters).
const HOLDER_MAX_CHARS: usize = 70;

/// Where payouts go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    pub holder: String,
    pub iban: String,
    /// Not needed within SEPA.
    #[serde(default)]
    pub bic: String,
}

/// What the platform says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayoutAnswer {
    Approved,
    Rejected,
    Paid,
}

impl App {
    /// What may be asked for now, in each currency: money held for the organisation and not on its way already.
    pub async fn available(&self, principal: &Principal) -> Result<Vec<Money>, AppError> {
        self.require_money(principal)?;
        let held = Account::of(AccountKind::Held);
        let found = self.store.balances_of(principal.organisation, held).await?;
        Ok(found.into_iter().map(|(currency, amount)| Money { amount, currency }).collect())
    }

    /// Newest first.
    pub async fn payouts(
        &self,
        principal: &Principal,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<PayoutRecord>, AppError> {
        self.require_money(principal)?;
        Ok(self.store.payouts(principal.organisation, cursor, limit).await?)
    }

    pub async fn bank_account(&self, principal: &Principal) -> Result<Option<BankAccount>, AppError> {
        self.require_money(principal)?;
        let found = self.store.bank_account(principal.organisation).await?;
        Ok(found.and_then(|text| serde_json::from_str(&text).ok()))
    }

    pub async fn set_bank_account(
        &self,
        principal: &Principal,
        bank: BankAccount,
    ) -> Result<BankAccount, AppError> {
        self.require_billing(principal)?;
        let bank = checked_bank(bank)?;
        let old = self.bank_account(principal).await?;
        let mut tx = self.store.begin().await?;
        let text = json!(bank).to_string();
        tx.put_bank_account(principal.organisation, &text, (self.now(), &principal.name())).await?;
        let line = self.note(principal, "bank_account.set", ("organisation", principal.organisation.0, ""));
        tx.audit(&line.changed(json!(old), json!(bank))).await?;
        tx.commit().await?;
        Ok(bank)
    }

    pub async fn request_payout(
        &self,
        principal: &Principal,
        amount: &str,
        currency: &str,
    ) -> Result<PayoutRecord, AppError> {
        self.require_billing(principal)?;
        let money = checked_amount(amount, currency)?;
        let bank = self.store.bank_account(principal.organisation).await?;
        let bank =
            bank.ok_or_else(|| AppError::Conflict("say first which bank account it goes to".into()))?;
        let organisation = self.organisation(principal).await?;
        let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
        let now = self.now();
        let record = PayoutRecord {
            id: PayoutId(self.id()),
            organisation: principal.organisation,
            organisation_name: organisation.name.clone(),
            amount: money.amount,
            currency: money.currency,
            state: PayoutState::Requested,
            bank,
            requested_by: principal.name(),
            requested_at: now,
            due_day: day_number(due_by(now.to_zoned(zone).date())),
            answered_by: None,
            answered_at: None,
            reason: None,
            paid_at: None,
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        tx.add_payout(&record).await?;
        let posting = Posting::payout_requested(money.amount);
        let told = told_of(&record, "payout_requested", 0, principal.name());
        self.post(&mut tx, principal.organisation, now, told, &posting).await?;
        let held = Account::of(AccountKind::Held);
        if tx.balance_of(principal.organisation, held, money.currency).await? < MinorUnits(0) {
            return Err(AppError::field("/amount", "more than what is available"));
        }
        let line = self.note(principal, "payout.requested", ("payout", record.id.0, &organisation.name));
        tx.audit(&line.made(&json!({ "amount": money.text(), "currency": money.currency }))).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// What waits for the platform: of its own and of every branch below it.
    pub async fn payout_queue(&self, principal: &Principal) -> Result<Vec<PayoutRecord>, AppError> {
        let below = self.below(principal).await?;
        Ok(self.store.open_payouts(&below, QUEUE_SHOWN).await?)
    }

    pub async fn answer_payout(
        &self,
        principal: &Principal,
        id: PayoutId,
        answer: PayoutAnswer,
        reason: Option<&str>,
    ) -> Result<PayoutRecord, AppError> {
        let below = self.below(principal).await?;
        let mut payout = self.store.payout(id).await?.ok_or(AppError::NotFound("payout"))?;
        if !below.contains(&payout.organisation) {
            return Err(AppError::NotFound("payout"));
        }
        let next = match answer {
            PayoutAnswer::Approved => PayoutState::Approved,
            PayoutAnswer::Rejected => PayoutState::Rejected,
            PayoutAnswer::Paid => PayoutState::Paid,
        };
        if !payout.state.may_become(next) {
            let text = format!("this payout is {} and cannot be {}", payout.state.as_str(), next.as_str());
            return Err(AppError::Conflict(text));
        }
        payout.reason = match answer {
            PayoutAnswer::Rejected => Some(checked_reason(reason.unwrap_or_default())?),
            _ => payout.reason,
        };
        let before = std::mem::replace(&mut payout.state, next);
        let now = self.now();
        match answer {
            PayoutAnswer::Paid => payout.paid_at = Some(now),
            _ => (payout.answered_by, payout.answered_at) = (Some(principal.name()), Some(now)),
        }
        let mut tx = self.store.begin().await?;
        tx.change_payout(&payout).await?;
        let posting = match answer {
            PayoutAnswer::Approved => None,
            PayoutAnswer::Rejected => Some(("payout_rejected", Posting::payout_rejected(payout.amount))),
            PayoutAnswer::Paid => Some(("payout_paid", Posting::payout_paid(payout.amount))),
        };
        if let Some((kind, posting)) = posting {
            let told = told_of(&payout, kind, 1, principal.name());
            self.post(&mut tx, payout.organisation, now, told, &posting).await?;
        }
        let line = self.note(principal, "payout.answered", ("payout", id.0, &payout.organisation_name));
        let what = |state: PayoutState| json!({ "state": state.as_str(), "reason": payout.reason });
        tx.audit(&line.changed(what(before), what(next))).await?;
        tx.commit().await?;
        payout.version += 1;
        Ok(payout)
    }

    /// What the platform approved in euros, as a file for its bank (SEPA credit transfer, pain.001.001.09). The same
    /// payouts give the same message id: a bank refuses the second one.
    pub async fn transfer_file(&self, principal: &Principal) -> Result<String, AppError> {
        let approved: Vec<PayoutRecord> = self
            .payout_queue(principal)
            .await?
            .into_iter()
            .filter(|p| p.state == PayoutState::Approved && p.currency.code() == "EUR")
            .collect();
        if approved.is_empty() {
            return Err(AppError::Conflict("no payout in euros is approved and waits for the bank".into()));
        }
        let own = self.bank_account(principal).await?;
        let own =
            own.ok_or_else(|| AppError::Conflict("say first from which bank account is paid".into()))?;
        let organisation = self.organisation(principal).await?;
        let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
        transfer(&own, &approved, self.now().to_zoned(zone).date())
    }

    /// The caller's organisation and all branches below it, for the head of a tree only.
    async fn below(&self, principal: &Principal) -> Result<Vec<OrganisationId>, AppError> {
        principal.require(Permission::Administration)?;
        principal.require(Permission::Revenue)?;
        principal.require_every_site()?;
        if self.organisation(principal).await?.parent.is_some() {
            return Err(AppError::Forbidden("the platform answers payouts"));
        }
        let mut all = vec![principal.organisation];
        let mut level = all.clone();
        for _ in 0..DEPTH_MAX {
            let mut next = Vec::new();
            for id in level {
                next.extend(self.store.branches(id).await?.into_iter().map(|branch| branch.id));
            }
            if next.is_empty() {
                break;
            }
            all.extend(&next);
            level = next;
        }
        Ok(all)
    }
}

fn transfer(own: &BankAccount, payouts: &[PayoutRecord], day: Date) -> Result<String, AppError> {
    let failed = |error: String| AppError::Conflict(format!("the file for the bank cannot be made: {error}"));
    let iban = |text: &str| text.parse::<sepa::Iban>().map_err(|e| failed(e.to_string()));
    let day = sepa::IsoDate::from_epoch_days(day_number(day)).map_err(|e| failed(e.to_string()))?;
    let mut group = sepa::CreditTransferGroup::new(&own.holder, &iban(&own.iban)?, day);
    let mut ids = String::new();
    for payout in payouts {
        let bank: BankAccount = serde_json::from_str(&payout.bank).map_err(|e| failed(e.to_string()))?;
        let entry = sepa::CreditTransferEntry::new(
            &bank.holder,
            iban(&bank.iban)?,
            payout.amount.0,
            payout.id.to_string(),
        );
        group = group.add_entry(entry.with_description(format!("Payout {}", payout.id)));
        ids.push_str(&payout.id.to_string());
        ids.push(' ');
    }
    let message: String =
        digest(ids.as_bytes()).chars().filter(char::is_ascii_alphanumeric).take(MESSAGE_CHARS).collect();
    let file = sepa::Pain001Builder::new(&own.holder, format!("FC{message}")).add_group(group);
    file.build().map_err(|error| failed(error.to_string()))
}

fn told_of<'a>(payout: &'a PayoutRecord, kind: &'static str, part: i64, who: String) -> Told<'a> {
    Told {
        kind,
        currency: payout.currency,
        cause: Cause { name: "payout", id: payout.id.0, part },
        description: &payout.requested_by,
        made_by: Some(who),
        payer: Payer::Nobody,
        session: None,
    }
}

fn checked_bank(bank: BankAccount) -> Result<BankAccount, AppError> {
    let holder = bank.holder.trim().to_owned();
    if holder.is_empty() || holder.chars().count() > HOLDER_MAX_CHARS || holder.chars().any(char::is_control)
    {
        return Err(AppError::field("/holder", format!("a name of at most {HOLDER_MAX_CHARS} characters")));
    }
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let iban: sepa::Iban =
        plain(&bank.iban).parse().map_err(|_| AppError::field("/iban", "no IBAN: check its digits"))?;
    let bic = plain(&bank.bic);
    if !bic.is_empty() && bic.parse::<sepa::Bic>().is_err() {
        return Err(AppError::field("/bic", "8 or 11 letters and digits, or nothing"));
    }
    Ok(BankAccount { holder, iban: iban.as_str().to_owned(), bic })
}
