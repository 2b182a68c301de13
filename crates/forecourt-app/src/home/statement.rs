//! What is paid back to the owner of a home charger for a month: its sessions, their energy by the price of its time, and
//! the sum. What is held for review, or has no price yet, is shown and not counted.

use std::collections::BTreeMap;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::DriverId;
use forecourt_core::unit::{Currency, MinorUnits, Money, WattHours};
use forecourt_store::home_cost::StatementSession;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::costs::KeptPart;
use crate::sheet::{Cell, Sheet, Table};
use crate::{App, AppError, Principal};

/// Decimals of a price per kWh.
const PRICE_DECIMALS: u32 = 6;
const SESSIONS: [&str; 9] = [
    "Started at",
    "Ended at",
    "Charge box",
    "Energy (kWh)",
    "Without price (kWh)",
    "Price profile",
    "Amount",
    "Currency",
    "Counted",
];
const PARTS: [&str; 8] =
    ["From", "Until", "Charge box", "Energy (kWh)", "Market per kWh", "Total per kWh", "Amount", "Currency"];

/// Why a session is not in the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCounted {
    Review,
    Running,
    NoProfile,
}

/// An owner's month.
#[derive(Debug, Clone)]
pub struct Statement {
    pub driver: DriverId,
    pub driver_name: String,
    pub from: Timestamp,
    pub until: Timestamp,
    /// Whose calendar the month is of: the organisation's.
    pub time_zone: String,
    pub sessions: Vec<StatementLine>,
    pub energy: WattHours,
    /// By currency: of what is counted.
    pub sums: Vec<Money>,
}

#[derive(Debug, Clone)]
pub struct StatementLine {
    pub session: StatementSession,
    pub parts: Vec<KeptPart>,
    pub not_counted: Option<NotCounted>,
}

/// An owner with sessions in a month.
#[derive(Debug, Clone)]
pub struct StatementOwner {
    pub driver: DriverId,
    pub name: String,
    pub sessions: i64,
}

impl App {
    /// Owners with sessions at home in a month (`2026-11`), by name.
    pub async fn statement_owners(
        &self,
        principal: &Principal,
        month: Option<&str>,
    ) -> Result<Vec<StatementOwner>, AppError> {
        principal.require(Permission::Revenue)?;
        principal.require_every_site()?;
        let (from, until, _) = self.statement_month(principal, month).await?;
        let all = self.store.home_owners_with_sessions(principal.organisation, (from, until)).await?;
        let shape = |(driver, name, sessions)| StatementOwner { driver, name, sessions };
        Ok(all.into_iter().map(shape).collect())
    }

    pub async fn home_statement(
        &self,
        principal: &Principal,
        driver: DriverId,
        month: Option<&str>,
    ) -> Result<Statement, AppError> {
        principal.require(Permission::Revenue)?;
        principal.require_every_site()?;
        let found = self.store.driver(principal.organisation, driver).await?;
        let owner = found.ok_or(AppError::NotFound("driver"))?;
        let (from, until, time_zone) = self.statement_month(principal, month).await?;
        let sessions = self.store.home_statement(principal.organisation, driver, (from, until)).await?;
        let sessions: Vec<StatementLine> = sessions.into_iter().map(line).collect();
        let counted = sessions.iter().filter(|line| line.not_counted.is_none());
        let mut sums: BTreeMap<String, (Currency, i64)> = BTreeMap::new();
        let mut energy = WattHours::ZERO;
        for cost in counted.filter_map(|line| line.session.cost.as_ref()) {
            let currency = cost.market.currency;
            let sum = sums.entry(currency.code().to_owned()).or_insert((currency, 0));
            sum.1 = sum.1.saturating_add(cost.amount.0);
            energy = energy.saturating_add(cost.energy.saturating_sub(cost.unpriced));
        }
        let money = |(currency, sum)| Money { amount: MinorUnits(sum), currency };
        let sums = sums.into_values().map(money).collect();
        Ok(Statement { driver, driver_name: owner.name, from, until, time_zone, sessions, energy, sums })
    }

    /// The month's beginning and end by the organisation's calendar.
    async fn statement_month(
        &self,
        principal: &Principal,
        month: Option<&str>,
    ) -> Result<(Timestamp, Timestamp, String), AppError> {
        let zone_name = self.organisation(principal).await?.time_zone;
        let zone = TimeZone::get(&zone_name).unwrap_or(TimeZone::UTC);
        let wrong = || AppError::field("month", "a month like 2026-11");
        let first = match month {
            Some(text) => format!("{text}-01").parse::<Date>().map_err(|_| wrong())?,
            None => self.now().to_zoned(zone.clone()).date().first_of_month(),
        };
        let begin = |date: Date| date.to_zoned(zone.clone()).map(|at| at.timestamp()).ok();
        let next = first.checked_add(1.month()).ok();
        let (from, until) = begin(first).zip(next.and_then(begin)).ok_or_else(wrong)?;
        Ok((from, until, zone_name))
    }

    pub async fn home_statement_sheet(
        &self,
        principal: &Principal,
        driver: DriverId,
        month: Option<&str>,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let statement = self.home_statement(principal, driver, month).await?;
        let name = self.organisation(principal).await?.name;
        Ok(sheet(&statement, name, self.now()))
    }
}

fn line(session: StatementSession) -> StatementLine {
    let kept = session.cost.as_ref().and_then(|cost| serde_json::from_str(&cost.parts).ok());
    let not_counted = match (&session.cost, session.ended_at) {
        _ if session.needs_review => Some(NotCounted::Review),
        (_, None) => Some(NotCounted::Running),
        (None, _) => Some(NotCounted::NoProfile),
        (Some(_), Some(_)) => None,
    };
    StatementLine { parts: kept.unwrap_or_default(), not_counted, session }
}

pub fn not_counted_word(why: NotCounted) -> &'static str {
    match why {
        NotCounted::Review => "review",
        NotCounted::Running => "running",
        NotCounted::NoProfile => "no_profile",
    }
}

fn sheet(statement: &Statement, organisation: String, now: Timestamp) -> Sheet {
    let mut sessions: Vec<Vec<Cell>> = statement.sessions.iter().map(session_row).collect();
    for sum in &statement.sums {
        let mut row = vec![Cell::Empty; SESSIONS.len()];
        let cells = [(0, Cell::from("Total")), (6, Cell::money(sum)), (7, Cell::from(sum.currency.code()))];
        for (at, cell) in cells {
            if let Some(place) = row.get_mut(at) {
                *place = cell;
            }
        }
        sessions.push(row);
    }
    let parts = statement.sessions.iter().filter(|line| line.not_counted.is_none());
    let parts = parts.flat_map(part_rows).collect();
    let named = |columns: &[&str]| columns.iter().map(|&name| name.to_owned()).collect();
    let table =
        |title: &str, columns: &[&str], rows| Table { title: title.into(), columns: named(columns), rows };
    let zone = TimeZone::get(&statement.time_zone).unwrap_or(TimeZone::UTC);
    let month = statement.from.to_zoned(zone).strftime("%B %Y").to_string();
    Sheet {
        title: format!("Home charging {}", statement.driver_name),
        organisation,
        period: Some(month),
        zone: statement.time_zone.clone(),
        made_at: now,
        tables: vec![table("Sessions", &SESSIONS, sessions), table("Prices", &PARTS, parts)],
    }
}

fn session_row(line: &StatementLine) -> Vec<Cell> {
    let session = &line.session;
    let cost = session.cost.as_ref();
    vec![
        Cell::Time(session.started_at),
        Cell::from(session.ended_at),
        Cell::text(session.identity.clone()),
        Cell::kwh(session.energy.0),
        cost.map_or(Cell::Empty, |cost| Cell::kwh(cost.unpriced.0)),
        Cell::from(cost.map(|cost| cost.profile_name.clone())),
        cost.map_or(Cell::Empty, |cost| {
            Cell::money(&Money { amount: cost.amount, currency: cost.market.currency })
        }),
        Cell::from(cost.map(|cost| cost.market.currency.code().to_owned())),
        Cell::from(line.not_counted.map_or("yes", not_counted_word)),
    ]
}

fn part_rows(line: &StatementLine) -> Vec<Vec<Cell>> {
    let Some(cost) = &line.session.cost else { return Vec::new() };
    let price = |amount: Option<forecourt_core::tariff::Amount>| {
        amount.map_or(Cell::Empty, |amount| Cell::Fixed { value: amount.0, decimals: PRICE_DECIMALS })
    };
    let row = |part: &KeptPart| {
        vec![
            Cell::Time(part.from),
            Cell::Time(part.until),
            Cell::text(line.session.identity.clone()),
            Cell::kwh(part.energy_wh),
            price(part.spot),
            price(part.per_kwh),
            price(part.per_kwh.map(|_| part.amount)),
            Cell::from(cost.market.currency.code()),
        ]
    };
    line.parts.iter().map(row).collect()
}
