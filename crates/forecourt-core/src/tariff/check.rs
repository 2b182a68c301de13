//! What is wrong with a tariff, each fault with the member it stands in.

use super::model::{Component, Dimension, Element, PriceLimit, Restrictions, Tariff};
use super::number::Amount;

/// Elements of a tariff: a price for each hour of each weekday fits.
pub const ELEMENTS_MAX: usize = 200;
/// Highest price or limit, in millionths: ten million of the main unit, so that no sum can overflow.
const AMOUNT_MAX: i64 = 10_000_000_000_000;
/// Largest step: a day in seconds, and as many Wh.
const STEP_MAX: i64 = 86_400;
/// 100 % in ten-thousandths of a percent.
const VAT_MAX: i64 = 1_000_000;

/// One fault: JSON pointer below the tariff, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub path: String,
    pub text: &'static str,
}

impl Tariff {
    /// Everything that is wrong; empty when the tariff can be used.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |path: String, text| faults.push(Fault { path, text });
        if self.elements.is_empty() || self.elements.len() > ELEMENTS_MAX {
            fault("/elements".into(), "one to 200 elements; a free tariff has a flat price of 0.00");
        }
        for (number, element) in self.elements.iter().enumerate() {
            check_element(element, &format!("/elements/{number}"), &mut fault);
        }
        for (name, limit) in [("/min_price", &self.min_price), ("/max_price", &self.max_price)] {
            if let Some(limit) = limit {
                check_limit(*limit, name, &mut fault);
            }
        }
        if let (Some(min), Some(max)) = (self.min_price, self.max_price) {
            let above = |low: Option<Amount>, high: Option<Amount>| low.zip(high).is_some_and(|(l, h)| l > h);
            if above(min.without_vat, max.without_vat) || above(min.with_vat, max.with_vat) {
                fault("/max_price".into(), "not below the minimum price");
            }
        }
        faults
    }
}

fn check_element(element: &Element, path: &str, fault: &mut impl FnMut(String, &'static str)) {
    if element.components.is_empty() {
        fault(format!("{path}/components"), "at least one price");
    }
    let mut seen: Vec<Dimension> = Vec::new();
    for (number, component) in element.components.iter().enumerate() {
        let path = format!("{path}/components/{number}");
        if seen.contains(&component.dimension) {
            fault(format!("{path}/dimension"), "each dimension once in an element");
        }
        seen.push(component.dimension);
        check_component(*component, &path, fault);
    }
    check_restrictions(&element.restrictions, &format!("{path}/restrictions"), fault);
}

fn check_component(component: Component, path: &str, fault: &mut impl FnMut(String, &'static str)) {
    if !(0..=AMOUNT_MAX).contains(&component.price.0) {
        fault(format!("{path}/price"), "from 0 to 10000000");
    }
    if component.vat.is_some_and(|vat| !(0..=VAT_MAX).contains(&vat.0)) {
        fault(format!("{path}/vat"), "from 0 to 100 percent");
    }
    if !(1..=STEP_MAX).contains(&component.step) {
        fault(format!("{path}/step"), "from 1 to 86400");
    }
}

fn check_limit(limit: PriceLimit, path: &str, fault: &mut impl FnMut(String, &'static str)) {
    let bad = |amount: Option<Amount>| amount.is_some_and(|a| !(0..=AMOUNT_MAX).contains(&a.0));
    if limit.without_vat.is_none() && limit.with_vat.is_none() {
        fault(path.into(), "an amount without VAT, with VAT, or both");
    }
    if bad(limit.without_vat) {
        fault(format!("{path}/without_vat"), "from 0 to 10000000");
    }
    if bad(limit.with_vat) {
        fault(format!("{path}/with_vat"), "from 0 to 10000000");
    }
    if limit.without_vat.zip(limit.with_vat).is_some_and(|(net, gross)| net > gross) {
        fault(format!("{path}/with_vat"), "not below the amount without VAT");
    }
}

fn check_restrictions(r: &Restrictions, path: &str, fault: &mut impl FnMut(String, &'static str)) {
    if r.start_time.is_some() && r.start_time == r.end_time {
        fault(format!("{path}/end_time"), "another time than the start: the window would be empty");
    }
    if r.start_date.zip(r.end_date).is_some_and(|(start, end)| end <= start) {
        fault(format!("{path}/end_date"), "after the first day");
    }
    let bounds = [
        ("energy_wh", r.min_energy_wh, r.max_energy_wh),
        ("power_w", r.min_power_w, r.max_power_w),
        ("current_ma", r.min_current_ma, r.max_current_ma),
        ("duration_s", r.min_duration_s, r.max_duration_s),
    ];
    for (name, min, max) in bounds {
        if min.is_some_and(|min| min < 0) {
            fault(format!("{path}/min_{name}"), "not below 0");
        }
        if max.is_some_and(|max| max <= min.unwrap_or(0).max(0)) {
            fault(format!("{path}/max_{name}"), "above 0 and above the minimum");
        }
    }
}
