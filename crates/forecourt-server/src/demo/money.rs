//! Money of the demonstration: most drivers have paid, a voucher was given, a payout is asked for.

use std::sync::Arc;

use forecourt_app::payouts::BankAccount;
use forecourt_app::store::driver::DriverFilter;
use forecourt_app::wallets::{Added, NewVouchers};
use forecourt_app::{App, AppError, Principal};

/// Every fourth driver still owes.
const STILL_OWING: usize = 4;
/// Drivers looked at.
const DRIVERS: u32 = 50;

pub(super) async fn seed(app: &Arc<App>, principal: &Principal) -> Result<(), AppError> {
    let drivers = app.drivers(principal, &DriverFilter::default(), None, DRIVERS).await?.items;
    for (n, driver) in drivers.iter().enumerate() {
        for balance in app.wallet(principal, driver.id).await? {
            let text = balance.text();
            let Some(owed) = text.strip_prefix('-').filter(|_| n % STILL_OWING != 0) else { continue };
            let money = (owed, balance.currency.code());
            app.add_to_wallet(principal, driver.id, Added::Held, money, "Card payment").await?;
        }
    }
    let bank = BankAccount {
        holder: "Northwind Charging".into(),
        iban: "DE89370400440532013000".into(),
        bic: String::new(),
    };
    app.set_bank_account(principal, bank).await?;
    if app
        .available(principal)
        .await?
        .iter()
        .any(|money| money.currency.code() == "EUR" && money.amount.0 > 50_000)
    {
        app.request_payout(principal, "500.00", "EUR").await?;
    }
    let vouchers = NewVouchers {
        kind: "refund".into(),
        amount: "15.00".into(),
        currency: "EUR".into(),
        expires_at: None,
        reason: "A charger was out of order".into(),
        count: 2,
    };
    let made = app.make_vouchers(principal, vouchers).await?;
    if let (Some(driver), Some((_, code))) = (drivers.first(), made.first()) {
        app.redeem_voucher(principal, driver.id, code).await?;
    }
    Ok(())
}
