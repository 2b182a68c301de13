//! The same tariff and session as OCPI 2.2.1 writes them.

use forecourt_core::tariff::{Activity, Component, Dimension, Restrictions, Tariff};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::draw::{Case, GRID_S, cells};

/// A decimal number from a whole one.
fn number(value: i64, decimals: u32) -> Value {
    let scale = 10_i64.pow(decimals);
    let text = format!("{}.{:0width$}", value / scale, value % scale, width = decimals as usize);
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

pub fn tariff(tariff: &Tariff) -> Value {
    let elements: Vec<Value> = tariff
        .elements
        .iter()
        .map(|element| {
            let components: Vec<Value> = element.components.iter().map(component).collect();
            let mut value = json!({ "price_components": components });
            if !element.restrictions.is_empty() {
                value["restrictions"] = restrictions(&element.restrictions);
            }
            value
        })
        .collect();
    let mut value = json!({
        "country_code": "DK", "party_id": "FOR", "id": "1", "currency": "EUR", "elements": elements,
        "last_updated": "2026-01-01T00:00:00Z",
    });
    for (name, limit) in [("min_price", tariff.min_price), ("max_price", tariff.max_price)] {
        if let Some(amount) = limit.and_then(|limit| limit.without_vat) {
            value[name] = json!({ "excl_vat": number(amount.0, 6) });
        }
    }
    value
}

fn component(component: &Component) -> Value {
    let kind = match component.dimension {
        Dimension::Energy => "ENERGY",
        Dimension::ChargingTime => "TIME",
        Dimension::OccupiedTime => "PARKING_TIME",
        Dimension::Flat => "FLAT",
        Dimension::SessionTime => unreachable!("not drawn"),
    };
    let mut value = json!({
        "type": kind, "price": number(component.price.0 / 100, 4), "step_size": component.step,
    });
    if let Some(vat) = component.vat {
        value["vat"] = number(vat.0, 4);
    }
    value
}

fn restrictions(r: &Restrictions) -> Value {
    let mut value = json!({});
    let mut set = |name: &str, found: Option<Value>| {
        if let Some(found) = found {
            value[name] = found;
        }
    };
    let thousandths = |of: Option<i64>| of.map(|of| number(of, 3));
    set("start_time", r.start_time.map(|t| String::from(t).into()));
    set("end_time", r.end_time.map(|t| String::from(t).into()));
    set("start_date", r.start_date.map(|d| d.to_string().into()));
    set("end_date", r.end_date.map(|d| d.to_string().into()));
    set("min_kwh", thousandths(r.min_energy_wh));
    set("max_kwh", thousandths(r.max_energy_wh));
    set("min_power", thousandths(r.min_power_w));
    set("max_power", thousandths(r.max_power_w));
    set("min_current", thousandths(r.min_current_ma));
    set("max_current", thousandths(r.max_current_ma));
    set("min_duration", r.min_duration_s.map(Value::from));
    set("max_duration", r.max_duration_s.map(Value::from));
    let days: Vec<String> = r.weekdays.iter().map(|d| format!("{d:?}").to_uppercase()).collect();
    set("day_of_week", (!days.is_empty()).then(|| days.into()));
    value
}

/// One period for each cell of the grid.
pub fn cdr(case: &Case) -> Value {
    let mut periods = Vec::new();
    for period in &case.periods {
        for cell in 0..cells(period) {
            let at = period.from + SignedDuration::from_secs(cell * GRID_S);
            let mut dimensions = Vec::new();
            let mut add =
                |kind: &str, volume: Value| dimensions.push(json!({ "type": kind, "volume": volume }));
            let time = if period.activity == Activity::Charging { "TIME" } else { "PARKING_TIME" };
            add(time, number(1, 1));
            if period.energy.0 > 0 {
                add("ENERGY", number(period.energy.0 / cells(period), 3));
            }
            for (kind, value) in
                [("POWER", period.power.map(|p| p.0)), ("CURRENT", period.current.map(|c| c.0))]
            {
                let Some(value) = value else { continue };
                add(&format!("MIN_{kind}"), number(value, 3));
                add(&format!("MAX_{kind}"), number(value, 3));
            }
            periods.push(json!({ "start_date_time": text(at), "dimensions": dimensions }));
        }
    }
    let edge = |of: Option<Timestamp>| of.map(text);
    json!({
        "country_code": "DK", "party_id": "FOR", "id": "1", "currency": "EUR",
        "start_date_time": edge(case.periods.first().map(|p| p.from)),
        "end_date_time": edge(case.periods.last().map(|p| p.to)),
        "charging_periods": periods,
        // What a charge point operator says it came to; the other engine works it out anew.
        "total_cost": { "excl_vat": 0 }, "total_energy": 0, "total_time": 0,
        "last_updated": "2026-01-01T00:00:00Z",
    })
}

fn text(at: Timestamp) -> String {
    at.to_string()
}
