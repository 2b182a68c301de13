//! One case through both engines.

use std::collections::BTreeMap;
use std::fmt;

use forecourt_core::tariff::{Line, Receipt, VatRate, What, price};
use jiff::tz::TimeZone;
use ocpi_tariffs::price::{Component, Dimension, Report, TariffSource};
use ocpi_tariffs::{Kwh, Money, Version, cdr, tariff};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::draw::{Case, ZONE};
use crate::ocpi;

/// Decimal places of a price of ours.
const MILLIONTHS: u32 = 6;
/// The currency that is drawn has cents.
const CENT: u32 = 2;

/// What the cases had in them: a comparison of nothing would agree too.
#[derive(Debug, Default)]
pub struct Seen {
    lines: u64,
    cost_something: u64,
    stepped: u64,
    limited: u64,
    several_prices: u64,
    free_amounts: u64,
}

impl Seen {
    pub fn too_few(&self, cases: u64) -> bool {
        let least = cases / 20;
        [self.cost_something, self.stepped, self.limited, self.several_prices].iter().any(|n| *n < least)
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, cost_something, stepped, limited, several_prices, free_amounts } = self;
        write!(
            f,
            "{lines} lines compared; {cost_something} sessions cost something, {stepped} were rounded up to a step, \
             {several_prices} had several prices of a kind, {limited} met a limit, in {free_amounts} a step was not \
             compared because an amount was free"
        )
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Taken {
    measured: i64,
    billed: i64,
}

/// Wh or milliseconds at each price, in millionths.
type Amounts = BTreeMap<(&'static str, i64), Taken>;

/// Every difference without a reason, in words.
pub fn compare(case: &Case, seen: &mut Seen) -> Vec<String> {
    let zone = TimeZone::get(ZONE).expect("a zone that exists");
    let ours = price(&case.tariff, &case.periods, &zone);
    let theirs = match other(case) {
        Ok(report) => report,
        Err(text) => return vec![text],
    };
    let mut found = Vec::new();
    let (mut there, free) = amounts_there(&theirs);
    let mut here = amounts_here(&ours);
    let kinds_at = |what| here.keys().filter(|(name, _)| *name == what).count();
    seen.several_prices += u64::from(kinds_at("energy") > 1 || kinds_at("charging_time") > 1);
    seen.stepped += u64::from(here.values().any(|taken| taken.billed > taken.measured));
    seen.cost_something += u64::from(ours.without_vat.0 > 0);
    seen.lines += ours.lines.len() as u64;
    for what in &free {
        // The step of a kind of which some was free is counted differently: see the reasons at the top.
        for of in [&mut here, &mut there] {
            of.iter_mut().filter(|((name, _), _)| name == what).for_each(|(_, taken)| taken.billed = 0);
        }
    }
    seen.free_amounts += u64::from(!free.is_empty());
    if here != there {
        found.push(format!("at each price: ours {here:?}, theirs {there:?}"));
    }
    let limited = ours.lines.iter().any(|l| matches!(l.what, What::MinPrice | What::MaxPrice));
    seen.limited += u64::from(limited);
    found.extend(ours.lines.iter().filter_map(badly_rounded));
    if free.is_empty() {
        found.extend(totals(&ours, &theirs, limited));
    }
    found
}

fn other(case: &Case) -> Result<Report, String> {
    let (tariff_text, cdr_text) = (ocpi::tariff(&case.tariff).to_string(), ocpi::cdr(case).to_string());
    let tariff =
        tariff::parse_with_version(&tariff_text, Version::V221).map_err(|e| format!("tariff: {e}"))?;
    let cdr = cdr::parse_with_version(&cdr_text, Version::V221).map_err(|e| format!("cdr: {e}"))?;
    let source = TariffSource::single(tariff.tariff);
    let report = cdr::price(&cdr.cdr, source, chrono_tz::Tz::Europe__Copenhagen);
    Ok(report.map_err(|e| format!("the other engine refuses: {e:?}"))?.into_parts().0)
}

fn amounts_here(receipt: &Receipt) -> Amounts {
    let mut amounts = Amounts::new();
    for line in &receipt.lines {
        let Some(price) = line.unit_price else { continue };
        let name = match line.what {
            What::Energy => "energy",
            What::ChargingTime => "charging_time",
            What::OccupiedTime => "occupied_time",
            _ => "flat",
        };
        let taken = amounts.entry((name, price.0)).or_default();
        taken.measured += line.measured;
        taken.billed += line.billed;
    }
    amounts
}

/// At each price, and the kinds of which some had no price.
fn amounts_there(report: &Report) -> (Amounts, Vec<&'static str>) {
    let mut amounts = Amounts::new();
    let mut free = Vec::new();
    let mut add =
        |name: &'static str, component: Option<&Component>, measured: i64, billed: i64| match component {
            Some(component) => {
                let taken = amounts.entry((name, scaled(component.price().into(), MILLIONTHS))).or_default();
                taken.measured += measured;
                taken.billed += billed;
            }
            None if measured > 0 => free.push(name),
            None => {}
        };
    let wh = |kwh: Kwh| scaled(kwh.watt_hours(), 0);
    for period in &report.periods {
        let dimensions = &period.dimensions;
        if let Some(Dimension { price, volume, billed_volume }) = &dimensions.energy {
            add("energy", price.as_ref(), wh(*volume), wh(*billed_volume));
        }
        for (name, time) in
            [("charging_time", &dimensions.duration_charging), ("occupied_time", &dimensions.duration_idle)]
        {
            if let Some(Dimension { price, volume, billed_volume }) = time {
                add(name, price.as_ref(), volume.num_milliseconds(), billed_volume.num_milliseconds());
            }
        }
        if dimensions.flat.price.is_some() {
            add("flat", dimensions.flat.price.as_ref(), 1, 1);
        }
    }
    free.sort_unstable();
    free.dedup();
    (amounts, free)
}

/// `value` times ten to this power, to the nearest whole number.
fn scaled(value: Decimal, decimals: u32) -> i64 {
    (value * Decimal::from(10_i64.pow(decimals))).round().to_i64().unwrap_or(i64::MAX)
}

/// A line is its exact cost, rounded half up once without VAT, and once more with it.
fn badly_rounded(line: &Line) -> Option<String> {
    let price = line.unit_price?;
    let per = match line.what {
        What::Energy => 1_000,
        What::Flat => 1,
        _ => 3_600_000,
    };
    let exact = Decimal::from(line.billed) * Decimal::new(price.0, MILLIONTHS) / Decimal::from(per);
    let (net, gross) = (Decimal::new(line.without_vat.0, CENT), Decimal::new(line.with_vat.0, CENT));
    let half = Decimal::new(5, CENT + 1);
    let down = |exact: Decimal, rounded: Decimal| exact - rounded < half && rounded - exact <= half;
    let with_vat = net * factor(line.vat);
    (!down(exact, net) || !down(with_vat, gross))
        .then(|| format!("{line:?} is rounded badly: {exact}, {with_vat}"))
}

fn factor(vat: Option<VatRate>) -> Decimal {
    Decimal::ONE + Decimal::new(vat.map_or(0, |vat| vat.0), MILLIONTHS)
}

/// The sums differ by no more than what rounding each line may come to.
fn totals(ours: &Receipt, theirs: &Report, limited: bool) -> Vec<String> {
    let half = Decimal::new(5, CENT + 1);
    // The other engine gives sums with four decimals.
    let slack = Decimal::new(1, 4);
    let lines = || ours.lines.iter().filter(|l| l.unit_price.is_some());
    let net_slack = slack + lines().map(|_| half).sum::<Decimal>();
    let gross_slack = slack + lines().map(|l| half * factor(l.vat) + half).sum::<Decimal>();
    let sum = theirs.total_cost.calculated;
    let value = |money: Option<Money>| money.map_or(Decimal::ZERO, Decimal::from);
    let (net, gross) = (value(sum.map(|p| p.excl_vat)), value(sum.and_then(|p| p.incl_vat)));
    let mut found = Vec::new();
    let here = Decimal::new(ours.without_vat.0, CENT);
    if (here - net).abs() > net_slack {
        found.push(format!("in all without VAT: ours {here}, theirs {net}"));
    }
    let here = Decimal::new(ours.with_vat.0, CENT);
    if !limited && sum.is_some_and(|p| p.incl_vat.is_some()) && (here - gross).abs() > gross_slack {
        found.push(format!("in all with VAT: ours {here}, theirs {gross}"));
    }
    // Each period's own cost is what its amounts cost: nothing is counted that no period has.
    let periods: Decimal =
        theirs.periods.iter().filter_map(|p| p.cost()).map(|p| Decimal::from(p.excl_vat)).sum();
    if !limited && (periods - net).abs() > slack {
        found.push(format!("theirs is not the sum of its periods: {periods}, {net}"));
    }
    found
}
