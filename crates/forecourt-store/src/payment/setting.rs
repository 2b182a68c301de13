//! Which payment provider an organisation has, and what it wants of drivers.

use forecourt_core::Timestamp;
use forecourt_core::billing::{PaymentRules, Strategy};
use forecourt_core::id::OrganisationId;
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct PaymentSettingRecord {
    pub organisation: OrganisationId,
    /// manual or stripe.
    pub provider: String,
    /// Sealed.
    pub secret_key: Option<String>,
    /// Sealed.
    pub webhook_secret: Option<String>,
    /// The provider's name for the account that the key opens.
    pub account: Option<String>,
    /// `None`: the provider's usual one.
    pub address: Option<String>,
    pub currency: Currency,
    pub rules: PaymentRules,
    pub collects: bool,
    pub changed_at: Timestamp,
    pub version: i64,
}

fn setting_from(row: &Row) -> Result<PaymentSettingRecord, StoreError> {
    let strategy = Strategy::parse(&row.text("strategy")?).ok_or(StoreError::Corrupt("strategy"))?;
    Ok(PaymentSettingRecord {
        organisation: OrganisationId(row.int("organisation_id")?),
        provider: row.text("provider")?,
        secret_key: row.text_or_none("secret_key")?,
        webhook_secret: row.text_or_none("webhook_secret")?,
        account: row.text_or_none("account")?,
        address: row.text_or_none("address")?,
        currency: Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?,
        rules: PaymentRules {
            strategy,
            hold: MinorUnits(row.int("hold")?),
            least_balance: MinorUnits(row.int("least_balance")?),
            most_owed: MinorUnits(row.int("most_owed")?),
        },
        collects: row.bool("collects")?,
        changed_at: row.time("changed_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    pub async fn payment_setting(
        &self,
        organisation: OrganisationId,
    ) -> Result<Option<PaymentSettingRecord>, StoreError> {
        let sql = "SELECT * FROM payment_setting WHERE organisation_id = $1";
        self.row(sql, values![organisation]).await?.map(|row| setting_from(&row)).transpose()
    }

    pub async fn payment_settings(&self) -> Result<Vec<PaymentSettingRecord>, StoreError> {
        let rows = self.rows("SELECT * FROM payment_setting", values![]).await?;
        rows.iter().map(setting_from).collect()
    }
}

impl Tx {
    /// Makes or replaces it; `Stale` where somebody else did since `expected` was read.
    pub async fn put_payment_setting(
        &mut self,
        setting: &PaymentSettingRecord,
        expected: Option<i64>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO payment_setting (organisation_id, provider, secret_key, webhook_secret, account, address, \
                   strategy, currency, hold, least_balance, most_owed, collects, changed_at, version) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1) \
                   ON CONFLICT (organisation_id) DO UPDATE SET provider = excluded.provider, \
                   secret_key = excluded.secret_key, webhook_secret = excluded.webhook_secret, \
                   account = excluded.account, address = excluded.address, strategy = excluded.strategy, currency = excluded.currency, \
                   hold = excluded.hold, least_balance = excluded.least_balance, most_owed = excluded.most_owed, \
                   collects = excluded.collects, changed_at = excluded.changed_at, \
                   version = payment_setting.version + 1 WHERE payment_setting.version = $14";
        let values = values![
            setting.organisation,
            &setting.provider,
            &setting.secret_key,
            &setting.webhook_secret,
            &setting.account,
            &setting.address,
            setting.rules.strategy.as_str(),
            setting.currency.code(),
            setting.rules.hold.0,
            setting.rules.least_balance.0,
            setting.rules.most_owed.0,
            setting.collects,
            setting.changed_at,
            expected.unwrap_or(0)
        ];
        if self.execute(sql, values).await? == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }
}
