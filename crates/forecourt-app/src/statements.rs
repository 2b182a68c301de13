//! The statement of a month: what was charged, at which VAT, what was corrected, given back, kept as fees and paid out, and
//! what each account held before and after. Every figure is a sum of the ledger's own lines; nothing is worked out anew.

use std::collections::BTreeMap;

use forecourt_core::access::Permission;
use forecourt_core::billing::AccountKind;
use forecourt_core::metrics::{day_number, day_of, start_of_day};
use forecourt_core::unit::{Currency, MinorUnits};
use forecourt_store::statement::{Held, Movement, RateSum};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::ledger::is_credit_side;
use crate::sheet::{Cell, Sheet, Table};
use crate::{App, AppError, Principal};

/// Months that are listed: ten years.
const MONTHS_MAX: usize = 120;

/// A calendar month of the organisation's zone.
#[derive(Debug, Clone)]
pub struct Month {
    pub first_day: Date,
    pub last_day: Date,
    /// It is not over: its figures still move.
    pub is_running: bool,
}

/// Entries of one kind, as income.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Income {
    /// Kind of entry.
    pub kind: String,
    pub entries: i64,
    pub without_vat: MinorUnits,
    pub vat: MinorUnits,
}

/// What was charged at one rate of VAT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtRate {
    /// In per cent; `None`: without VAT, or not known.
    pub rate: Option<String>,
    /// Posted before rates were noted, or mixed by a limit of the price.
    pub is_unknown: bool,
    pub without_vat: MinorUnits,
    pub vat: MinorUnits,
}

/// One kind of account over the month, on the side where it usually stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    pub account: AccountKind,
    pub opening: MinorUnits,
    /// By kind of entry.
    pub moved: Vec<(String, MinorUnits)>,
    pub closing: MinorUnits,
}

/// The month in one currency.
#[derive(Debug, Clone)]
pub struct InCurrency {
    pub currency: Currency,
    pub income: Vec<Income>,
    pub rates: Vec<AtRate>,
    pub accounts: Vec<Course>,
}

#[derive(Debug, Clone)]
pub struct Statement {
    pub month: Month,
    pub zone: String,
    pub currencies: Vec<InCurrency>,
}

impl App {
    /// Months with entries, the newest first.
    pub async fn statements(&self, principal: &Principal) -> Result<Vec<Month>, AppError> {
        self.require_money(principal)?;
        let Some(first) = self.store.first_entry_at(principal.organisation).await? else {
            return Ok(Vec::new());
        };
        let zone = self.zone_of(principal).await?;
        let oldest = first.to_zoned(zone.clone()).date().first_of_month();
        let mut month = self.now().to_zoned(zone.clone()).date().first_of_month();
        let mut months = Vec::new();
        while month >= oldest && months.len() < MONTHS_MAX {
            months.push(self.calendar_month(month, &zone));
            month = month.saturating_sub(1.month());
        }
        Ok(months)
    }

    /// The statement of a month, written `2026-06`.
    pub async fn statement(&self, principal: &Principal, month: &str) -> Result<Statement, AppError> {
        self.require_money(principal)?;
        let zone = self.zone_of(principal).await?;
        let first_day = read_month(month).ok_or(AppError::NotFound("statement"))?;
        let month = self.calendar_month(first_day, &zone);
        if month.first_day > self.now().to_zoned(zone.clone()).date() {
            return Err(AppError::NotFound("statement"));
        }
        let from = start_of_day(day_number(month.first_day), &zone);
        let to = start_of_day(day_number(month.last_day) + 1, &zone);
        let organisation = principal.organisation;
        let movements = self.store.movements(organisation, (from, to)).await?;
        let rates = self.store.rate_sums(organisation, (from, to)).await?;
        let opening = self.store.held_at(organisation, from).await?;
        let zone = zone.iana_name().unwrap_or("UTC").to_owned();
        Ok(Statement { month, zone, currencies: by_currency(&movements, &rates, &opening) })
    }

    /// The same as a file.
    pub async fn statement_sheet(&self, principal: &Principal, month: &str) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let statement = self.statement(principal, month).await?;
        let organisation = self.organisation(principal).await?;
        let Month { first_day, last_day, is_running } = statement.month;
        let so_far = if is_running { ", so far" } else { "" };
        Ok(Sheet {
            title: format!("Revenue statement {}", first_day.strftime("%Y-%m")),
            organisation: organisation.name,
            period: Some(format!("{first_day} to {last_day}{so_far}")),
            zone: statement.zone,
            made_at: self.now(),
            tables: statement.currencies.iter().flat_map(tables).collect(),
        })
    }

    async fn zone_of(&self, principal: &Principal) -> Result<TimeZone, AppError> {
        let name = self.organisation(principal).await?.time_zone;
        Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
    }

    fn calendar_month(&self, first_day: Date, zone: &TimeZone) -> Month {
        let last_day = first_day.last_of_month();
        let is_running = day_of(self.now(), zone) <= day_number(last_day);
        Month { first_day, last_day, is_running }
    }
}

fn read_month(text: &str) -> Option<Date> {
    /// A year, a dash and a month.
    const CHARS: usize = 7;
    (text.len() == CHARS).then(|| format!("{text}-01").parse().ok())?
}

/// Which accounts an income lies on.
fn is_income(account: AccountKind) -> bool {
    matches!(account, AccountKind::Revenue | AccountKind::Subscriptions)
}

fn by_currency(movements: &[Movement], rates: &[RateSum], opening: &[Held]) -> Vec<InCurrency> {
    let mut currencies: Vec<Currency> =
        movements.iter().map(|m| m.currency).chain(opening.iter().map(|h| h.currency)).collect();
    currencies.sort_by_key(|currency| currency.code().to_owned());
    currencies.dedup();
    currencies
        .into_iter()
        .map(|currency| {
            let moved: Vec<&Movement> = movements.iter().filter(|m| m.currency == currency).collect();
            let income = income(&moved);
            InCurrency {
                currency,
                rates: at_rates(&income, rates.iter().filter(|rate| rate.currency == currency)),
                income,
                accounts: courses(&moved, opening.iter().filter(|held| held.currency == currency)),
            }
        })
        .collect()
}

fn income(moved: &[&Movement]) -> Vec<Income> {
    let mut kinds: BTreeMap<&str, Income> = BTreeMap::new();
    for movement in moved.iter().filter(|m| is_income(m.account) || m.account == AccountKind::Vat) {
        let kind = movement.entry_kind.as_str();
        let income = kinds.entry(kind).or_insert_with(|| Income {
            kind: kind.to_owned(),
            entries: 0,
            without_vat: MinorUnits::ZERO,
            vat: MinorUnits::ZERO,
        });
        let side =
            if movement.account == AccountKind::Vat { &mut income.vat } else { &mut income.without_vat };
        side.0 -= movement.amount.0;
        income.entries = income.entries.max(movement.entries);
    }
    kinds.into_values().collect()
}

/// What is charged but stands at no rate is a line of its own, so that the lines are the whole.
fn at_rates<'a>(income: &[Income], rates: impl Iterator<Item = &'a RateSum>) -> Vec<AtRate> {
    let mut left = income.iter().fold((0, 0), |sum, i| (sum.0 + i.without_vat.0, sum.1 + i.vat.0));
    let mut lines = Vec::new();
    for sum in rates {
        left = (left.0 - sum.without_vat.0, left.1 - sum.vat.0);
        lines.push(AtRate {
            rate: sum.rate.map(String::from),
            is_unknown: sum.rate.is_none() && sum.vat.0 != 0,
            without_vat: sum.without_vat,
            vat: sum.vat,
        });
    }
    if left != (0, 0) {
        let (without_vat, vat) = (MinorUnits(left.0), MinorUnits(left.1));
        lines.push(AtRate { rate: None, is_unknown: true, without_vat, vat });
    }
    lines
}

fn courses<'a>(moved: &[&Movement], opening: impl Iterator<Item = &'a Held>) -> Vec<Course> {
    let mut accounts: BTreeMap<AccountKind, (i64, Vec<(String, MinorUnits)>)> = BTreeMap::new();
    for held in opening {
        accounts.entry(held.account).or_default().0 = held.amount.0;
    }
    for movement in moved.iter().filter(|m| m.amount.0 != 0) {
        let course = accounts.entry(movement.account).or_default();
        course.1.push((movement.entry_kind.clone(), movement.amount));
    }
    let course = |(account, (opening, moved)): (AccountKind, (i64, Vec<(String, MinorUnits)>))| {
        let sign = if is_credit_side(account) { -1 } else { 1 };
        let turned = |amount: i64| MinorUnits(sign * amount);
        let sum: i64 = moved.iter().map(|(_, amount)| amount.0).sum();
        Course {
            account,
            opening: turned(opening),
            moved: moved.into_iter().map(|(kind, amount)| (kind, turned(amount.0))).collect(),
            closing: turned(opening + sum),
        }
    };
    let is_empty = |course: &Course| course.opening.0 == 0 && course.moved.is_empty();
    accounts.into_iter().map(course).filter(|course| !is_empty(course)).collect()
}

fn tables(of: &InCurrency) -> [Table; 3] {
    let code = of.currency.code();
    let money = |amount: i64| Cell::Fixed { value: amount, decimals: of.currency.decimals() };
    let table = |title: &str, columns: &[&str], rows: Vec<Vec<Cell>>| Table {
        title: format!("{title} ({code})"),
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        rows,
    };
    let three = |net: i64, vat: i64| [money(net), money(vat), money(net + vat)];
    let mut income: Vec<Vec<Cell>> = Vec::new();
    let (mut net, mut vat) = (0, 0);
    for line in &of.income {
        let head = [Cell::Text(words(&line.kind)), line.entries.into()];
        income.push(head.into_iter().chain(three(line.without_vat.0, line.vat.0)).collect());
        (net, vat) = (net + line.without_vat.0, vat + line.vat.0);
    }
    income.push([Cell::text("Total"), Cell::Empty].into_iter().chain(three(net, vat)).collect());
    let rate = |line: &AtRate| match (&line.rate, line.is_unknown) {
        (Some(rate), _) => format!("{rate} %"),
        (None, true) => "Rate not noted".into(),
        (None, false) => "Without VAT".into(),
    };
    let rates = of.rates.iter().map(|line| {
        std::iter::once(Cell::Text(rate(line))).chain(three(line.without_vat.0, line.vat.0)).collect()
    });
    let mut accounts = Vec::new();
    for course in &of.accounts {
        let name = words(course.account.as_str());
        let mut line = |what: String, amount: MinorUnits| {
            accounts.push(vec![Cell::Text(name.clone()), Cell::Text(what), money(amount.0)]);
        };
        line("Opening balance".into(), course.opening);
        course.moved.iter().for_each(|(kind, amount)| line(words(kind), *amount));
        line("Closing balance".into(), course.closing);
    }
    [
        table("Income", &["What", "Number", "Without VAT", "VAT", "With VAT"], income),
        table("VAT by rate", &["Rate", "Without VAT", "VAT", "With VAT"], rates.collect()),
        table("Accounts", &["Account", "What", "Amount"], accounts),
    ]
}

/// `payout_paid` as `Payout paid`.
fn words(word: &str) -> String {
    let text = word.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
