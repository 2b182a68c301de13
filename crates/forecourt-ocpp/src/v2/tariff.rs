//! Tariffs of 2.1, by which a station computes costs itself (I07, I08, I10).

use forecourt_core::id::EvseNumber;
use forecourt_core::tariff::{
    Amount, ClockTime, LocalPrice, LocalPrices, PriceLimit, Restrictions, StationTariff, Weekday,
};
use forecourt_core::unit::{Currency, MinorUnits, Money};

use super::Edition;
use crate::decimal::Decimal;
use crate::node::Node;
use crate::version::{Call, fits};
use crate::write::{Members, object};

/// Longest tariffId by the schema, in characters.
const ID_CHARS: usize = 60;
/// Longest description (MessageContentType.content), in characters; 2.1 allows 1,024 and stations cut before.
const WORDS_CHARS: usize = 512;
/// Most descriptions of one tariff by the schema.
const LANGUAGES_MAX: usize = 10;
/// TaxRateType.type: what a receipt of the station calls it.
const VAT: &str = "VAT";

const NOT_IN_201: &str = "OCPP 2.0.1 has no tariffs for stations; it is told total costs";

pub(super) fn set(
    evse: Option<EvseNumber>,
    tariff: &StationTariff,
    edition: Edition,
) -> Result<Call, String> {
    if !edition.is_21() {
        return Err(NOT_IN_201.to_owned());
    }
    fits("the tariff id", &tariff.id, ID_CHARS)?;
    Ok(Call::new(
        "SetDefaultTariff",
        object(|o| {
            o.integer("evseId", i64::from(evse.map_or(0, |evse| evse.0)));
            o.object("tariff", |o| write(o, tariff));
        }),
    ))
}

pub(super) fn clear(ids: &[String], edition: Edition) -> Result<Call, String> {
    if !edition.is_21() {
        return Err(NOT_IN_201.to_owned());
    }
    // Without ids all tariffs would go, others' too.
    if ids.is_empty() {
        return Err("a tariff is taken back by its id".to_owned());
    }
    for id in ids {
        fits("the tariff id", id, ID_CHARS)?;
    }
    Ok(Call::new("ClearTariffs", object(|o| _ = o.texts("tariffIds", ids.iter().map(String::as_str)))))
}

/// The members of a TariffType. There is no validFrom: it holds from when it comes (I08.FR.03).
pub(super) fn write(o: &mut Members<'_>, tariff: &StationTariff) {
    let prices = &tariff.prices;
    o.text("tariffId", &tariff.id, ID_CHARS);
    if !tariff.words.is_empty() {
        o.objects("description", tariff.words.iter().take(LANGUAGES_MAX), |o, (language, text)| {
            o.word("format", "UTF8").text("language", language, 8).text("content", text, WORDS_CHARS);
        });
    }
    o.text("currency", prices.currency.code(), 3);
    list(o, "energy", "priceKwh", &prices.energy);
    list(o, "chargingTime", "priceMinute", &prices.charging_time);
    list(o, "idleTime", "priceMinute", &prices.idle_time);
    list(o, "fixedFee", "priceFixed", &prices.fixed);
    limit(o, "minCost", prices.min_price);
    limit(o, "maxCost", prices.max_price);
}

/// What a station that computes costs came to itself, with tax (2.1 CostDetailsType, I12). `None`: it says it could not, or
/// there is nothing that can be read.
pub fn cost_told(details: &str) -> Option<Money> {
    let details = Node::parse(details).ok()?;
    if matches!(details.member("failureToCalculate"), Some(Node::Bool(true))) {
        return None;
    }
    let cost = details.member("totalCost")?;
    let currency = Currency::read(cost.member("currency")?.as_text()?)?;
    let total = match cost.member("total")?.member("inclTax")? {
        number @ (Node::Integer(_) | Node::Number(_)) => Decimal::read(&number.to_json())?.0,
        _ => return None,
    };
    let places = i32::try_from(currency.decimals()).ok()?;
    Some(Money { amount: MinorUnits(total.shifted(places)?.whole()?), currency })
}

fn list(o: &mut Members<'_>, name: &str, price: &str, list: &LocalPrices) {
    if list.prices.is_empty() {
        return;
    }
    o.object(name, |o| {
        o.objects("prices", list.prices.iter(), |o, one: &LocalPrice| {
            o.json(price, &fraction(one.price_e9, 9));
            if !one.when.is_empty() {
                o.object("conditions", |o| conditions(o, &one.when));
            }
        });
        if let Some(vat) = list.vat {
            o.objects("taxRates", std::iter::once(vat), |o, vat| {
                o.word("type", VAT).json("tax", &fraction(vat.0, 4));
            });
        }
    });
}

fn limit(o: &mut Members<'_>, name: &str, limit: Option<PriceLimit>) {
    let Some(limit) = limit else { return };
    let side = |o: &mut Members<'_>, name: &str, amount: Option<Amount>| {
        if let Some(amount) = amount {
            o.json(name, &fraction(amount.0, 6));
        }
    };
    o.object(name, |o| {
        side(o, "exclTax", limit.without_vat);
        side(o, "inclTax", limit.with_vat);
    });
}

/// The members of a TariffConditionsType, which has those of a TariffConditionsFixedType among them.
fn conditions(o: &mut Members<'_>, when: &Restrictions) {
    if when.start_time.is_some() || when.end_time.is_some() {
        // The end of the day is 00:00 here, and a window with one end is the rest of the day.
        let at = |time: Option<ClockTime>| String::from(ClockTime(time.map_or(0, |time| time.0 % (24 * 60))));
        o.text("startTimeOfDay", &at(when.start_time), 5).text("endTimeOfDay", &at(when.end_time), 5);
    }
    if !when.weekdays.is_empty() {
        o.texts("dayOfWeek", when.weekdays.iter().map(|day| day_word(*day)));
    }
    for (name, date) in [("validFromDate", when.start_date), ("validToDate", when.end_date)] {
        if let Some(date) = date {
            o.text(name, &date.to_string(), 10);
        }
    }
    for (name, value, decimals) in [
        ("minEnergy", when.min_energy_wh, 0),
        ("maxEnergy", when.max_energy_wh, 0),
        ("minCurrent", when.min_current_ma, 3),
        ("maxCurrent", when.max_current_ma, 3),
        ("minPower", when.min_power_w, 0),
        ("maxPower", when.max_power_w, 0),
        ("minTime", when.min_duration_s, 0),
        ("maxTime", when.max_duration_s, 0),
    ] {
        if let Some(value) = value {
            o.json(name, &fraction(value, decimals));
        }
    }
}

fn day_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// A JSON number with at most so many decimals and no idle zeros.
fn fraction(value: i64, decimals: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let scale = 10_u64.pow(decimals);
    let (whole, part) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{part:0width$}", width = decimals as usize);
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_station_came_to_is_read_in_whole_cents() {
        let told =
            |text: &str| cost_told(text).map(|money| (money.currency.code().to_owned(), money.amount.0));
        let total = |amount: &str| {
            format!(
                r#"{{"totalCost":{{"currency":"EUR","typeOfCost":"NormalCost","total":{{"exclTax":1,"inclTax":{amount}}}}}}}"#
            )
        };
        assert_eq!(told(&total("12.345")), Some(("EUR".to_owned(), 1_235)));
        assert_eq!(told(&total("7")), Some(("EUR".to_owned(), 700)));
        assert_eq!(told(&total("1e300")), None);
        assert_eq!(told(&total("\"7\"")), None);
        assert_eq!(
            told(r#"{"failureToCalculate":true,"totalCost":{"currency":"EUR","total":{"inclTax":7}}}"#),
            None
        );
        assert_eq!(told(r#"{"totalCost":{"currency":"EUR","total":{"exclTax":7}}}"#), None);
        assert_eq!(told("{"), None);
    }
}
