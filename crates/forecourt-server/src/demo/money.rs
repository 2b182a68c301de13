//! Money of the demonstration: most drivers have paid, by transfer and by card; invoices are out; a voucher was given, one
//! payout is on its way to the bank and another is asked for. No payment provider and no bank hears of it.

use std::sync::Arc;

use forecourt_app::invoices::Billed;
use forecourt_app::payments::{ShownEnd, ShownPayment};
use forecourt_app::payouts::{BankAccount, PayoutAnswer};
use forecourt_app::store::driver::DriverFilter;
use forecourt_app::wallets::{Added, NewVouchers};
use forecourt_app::{App, AppError, Principal};
use forecourt_core::billing::{Payer, PaymentKind};
use forecourt_core::id::DriverId;
use forecourt_core::unit::MinorUnits;
use jiff::{SignedDuration, tz::TimeZone};

/// Every fourth driver owes, and every fourth filled the wallet.
const FOURTHS: usize = 4;
/// Drivers looked at.
const DRIVERS: u32 = 50;
/// Cards as people know them.
const CARDS: [&str; 4] = [
    "Visa \u{2022}\u{2022}\u{2022}\u{2022} 4242",
    "Mastercard \u{2022}\u{2022}\u{2022}\u{2022} 5454",
    "Visa \u{2022}\u{2022}\u{2022}\u{2022} 1881",
    "Dankort \u{2022}\u{2022}\u{2022}\u{2022} 0012",
];
/// What is taken from a card lies between these, in the currency's smallest unit.
const NEWEST_LEAST: i64 = 1_500;
const NEWEST: i64 = 8_000;
/// What a provider keeps of each payment, in the currency's smallest unit.
const FEE: i64 = 45;
/// Charges up to so long ago are invoiced: the newest are still open.
const INVOICED_UNTIL: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Every fifth payer waits for the next round of invoices.
const FIFTHS: usize = 5;

pub(super) async fn seed(app: &Arc<App>, principal: &Principal) -> Result<(), AppError> {
    let drivers = app.drivers(principal, &DriverFilter::default(), None, DRIVERS).await?.items;
    let drivers: Vec<DriverId> = drivers.iter().map(|driver| driver.id).collect();
    let owing: Vec<DriverId> = drivers.iter().copied().step_by(FOURTHS).collect();
    invoices(app, principal, &owing).await?;
    for (n, driver) in drivers.iter().enumerate() {
        pay(app, principal, n, *driver).await?;
    }
    payouts(app, principal).await?;
    vouchers(app, principal, drivers.first().copied()).await
}

/// What is newest is taken from the card on file, what is older came by transfer; who owes has paid neither.
async fn pay(app: &Arc<App>, principal: &Principal, n: usize, driver: DriverId) -> Result<(), AppError> {
    for (at, balance) in app.wallet(principal, driver).await?.into_iter().enumerate() {
        let owed = -balance.amount.0;
        if owed <= 0 {
            continue;
        }
        let currency = balance.currency.code();
        let text = |amount: i64| balance.currency.text(MinorUnits(amount));
        let newest = (owed % NEWEST + NEWEST_LEAST).min(owed);
        let owes = n.is_multiple_of(FOURTHS);
        if owed > newest && !owes {
            let older = text(owed - newest);
            let money = (older.as_str(), currency);
            app.add_to_wallet(principal, driver, Added::Held, money, "Bank transfer").await?;
        }
        let newest = text(newest);
        let card = CARDS.get(n % CARDS.len()).copied().unwrap_or_default();
        let (kind, end) = (PaymentKind::Collection, ShownEnd::Paid { fee: FEE });
        let shown = ShownPayment { driver, kind, amount: &newest, currency, card, end };
        match (owes, at) {
            (false, _) => app.show_payment(principal, shown).await?,
            (true, 0) => {
                let end = ShownEnd::Failed("insufficient_funds");
                app.show_payment(principal, ShownPayment { end, ..shown }).await?;
            }
            (true, _) => {}
        }
        if n % FOURTHS == 2 && at == 0 {
            let kind = PaymentKind::TopUp;
            app.show_payment(principal, ShownPayment { kind, amount: "25.00", ..shown }).await?;
        }
    }
    Ok(())
}

async fn payouts(app: &Arc<App>, principal: &Principal) -> Result<(), AppError> {
    let bank = BankAccount {
        holder: "Northwind Charging".into(),
        iban: "DE89370400440532013000".into(),
        bic: String::new(),
    };
    app.set_bank_account(principal, bank).await?;
    let held = app.available(principal).await?;
    let Some(euros) = held.iter().find(|money| money.currency.code() == "EUR") else { return Ok(()) };
    // Most of it goes to the bank, a part is asked for.
    let first = euros.currency.text(MinorUnits(euros.amount.0 * 6 / 10));
    let second = euros.currency.text(MinorUnits(euros.amount.0 / 4));
    if euros.amount.0 > 10_000 {
        let payout = app.request_payout(principal, &first, "EUR").await?;
        app.answer_payout(principal, payout.id, PayoutAnswer::Approved, None).await?;
        app.answer_payout(principal, payout.id, PayoutAnswer::Paid, None).await?;
        app.request_payout(principal, &second, "EUR").await?;
    }
    Ok(())
}

async fn vouchers(app: &Arc<App>, principal: &Principal, driver: Option<DriverId>) -> Result<(), AppError> {
    let vouchers = NewVouchers {
        kind: "refund".into(),
        amount: "15.00".into(),
        currency: "EUR".into(),
        expires_at: None,
        reason: "A charger was out of order".into(),
        count: 2,
    };
    let made = app.make_vouchers(principal, vouchers).await?;
    if let (Some(driver), Some((_, code))) = (driver, made.first()) {
        app.redeem_voucher(principal, driver, code).await?;
    }
    Ok(())
}

/// Most payers have theirs and have paid; one was taken back. Nothing of those who owe came.
async fn invoices(app: &Arc<App>, principal: &Principal, owing: &[DriverId]) -> Result<(), AppError> {
    let until = (app.now() - INVOICED_UNTIL).to_zoned(TimeZone::UTC).date();
    let open = app.to_invoice(principal, Some(until)).await?;
    let chosen = open.iter().enumerate().filter(|(n, _)| n % FIFTHS != FIFTHS - 1);
    let billed: Vec<Billed> = chosen
        .filter_map(|(_, open)| {
            let (driver, team) = match open.payer {
                Payer::Driver(driver) => (Some(driver), None),
                Payer::Team(team) => (None, Some(team)),
                Payer::Nobody => return None,
            };
            Some(Billed { driver, team, currency: open.currency })
        })
        .collect();
    if billed.is_empty() {
        return Ok(());
    }
    let issued = app.issue_invoices(principal, until, &billed).await?;
    let (open, paid): (Vec<_>, Vec<_>) =
        issued.iter().partition(|invoice| invoice.driver.is_some_and(|driver| owing.contains(&driver)));
    for invoice in paid {
        app.invoice_received(principal, invoice.id).await?;
    }
    if let Some(wrong) = open.first() {
        app.credit_invoice(principal, wrong.id, "Sent to an old address").await?;
    }
    Ok(())
}
