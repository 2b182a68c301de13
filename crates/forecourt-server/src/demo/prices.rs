//! What charging costs at the demonstration's sites, and what its energy costs them: before the past is written, so
//! that its sessions have prices like any other.

use std::sync::Arc;

use forecourt_app::{App, AppError, Principal, SiteEdit};
use forecourt_core::id::SiteId;
use forecourt_core::tariff::Tariff;
use forecourt_sim::demo::SITES;
use jiff::SignedDuration;

use super::DAYS;

/// A site's prices, in its currency with VAT: per kWh, per hour of standing there without charging; VAT in percent; what
/// the operator pays for a kWh, in millionths.
struct Prices {
    name: &'static str,
    energy: &'static str,
    idle_hour: &'static str,
    vat: &'static str,
    purchase_e6: i64,
}

const PRICES: [Prices; 3] = [
    Prices { name: "Office day", energy: "2.95", idle_hour: "12.00", vat: "25", purchase_e6: 1_120_000 },
    Prices { name: "Garage", energy: "0.42", idle_hour: "1.50", vat: "21", purchase_e6: 148_000 },
    Prices { name: "Rapid", energy: "0.65", idle_hour: "6.00", vat: "20", purchase_e6: 231_000 },
];

pub async fn set(app: &Arc<App>, principal: &Principal, sites: &[SiteId]) -> Result<(), AppError> {
    let since = app.now() - SignedDuration::from_hours(24 * (DAYS + 1));
    for ((site, place), prices) in sites.iter().zip(SITES).zip(PRICES) {
        let sheet =
            app.add_tariff(principal, prices.name, Some(since), rules(place.currency, &prices)?).await?;
        let edit = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
        app.edit_site(principal, *site, None, edit).await?;
        app.set_energy_price(principal, *site, Some(prices.purchase_e6)).await?;
    }
    Ok(())
}

fn rules(currency: &str, prices: &Prices) -> Result<Tariff, AppError> {
    let Prices { energy, idle_hour, vat, .. } = prices;
    let rules = serde_json::json!({
        "currency": currency,
        "prices": "with_vat",
        "elements": [{"components": [
            {"dimension": "energy", "price": energy, "vat": vat},
            {"dimension": "occupied_time", "price": idle_hour, "vat": vat, "step": 60},
        ]}],
    });
    serde_json::from_value(rules).map_err(|error| AppError::Conflict(error.to_string()))
}
