//! The tables of each report.

use forecourt_core::metrics::Factors;
use forecourt_core::unit::Currency;
use forecourt_store::MoneySums;

use super::{Tab, date};
use crate::dashboard::{Dashboard, Figures, PlaceFigures};
use crate::sheet::{Cell, Table};

/// One column of figures: its heading and how it is read.
type Column = (&'static str, fn(&Figures, &Factors) -> Cell);

pub(super) fn of(tab: Tab, found: &Dashboard, sites: &[PlaceFigures], evses: &[PlaceFigures]) -> Vec<Table> {
    if tab == Tab::Revenue {
        return revenue(found, sites, evses);
    }
    let columns = columns(tab);
    let cells = |lead: &[Cell], figures: &Figures| -> Vec<Cell> {
        lead.iter().cloned().chain(columns.iter().map(|(_, read)| read(figures, &found.factors))).collect()
    };
    let whole =
        columns.iter().map(|(name, read)| vec![Cell::from(*name), read(&found.total, &found.factors)]);
    let mut tables = vec![
        table("Whole period", &["Figure", "Value"], whole.collect()),
        with(&["Day"], &columns, "By day", {
            found.days.iter().map(|(day, figures)| cells(&[date(*day).to_string().into()], figures))
        }),
        with(&["Site"], &columns, "By site", {
            sites.iter().map(|line| cells(&[line.place.site_name.clone().into()], &line.figures))
        }),
    ];
    if tab != Tab::Sustainability {
        let rows = evses.iter().map(|line| cells(&place(line), &line.figures));
        tables.push(with(&["Site", "Charger", "Plug"], &columns, "By plug", rows));
    } else {
        tables.push(factors(&found.factors));
    }
    if tab == Tab::Overview && found.with_money {
        tables.push(costs(found));
    }
    tables
}

fn columns(tab: Tab) -> Vec<Column> {
    let energy: Column = ("Energy (kWh)", |f, _| Cell::kwh(f.sums.energy_wh));
    let sessions: Column = ("Sessions completed", |f, _| Cell::Whole(f.sums.sessions));
    let utilisation: Column = ("Utilisation (%)", |f, _| percent(f.sums.utilisation()));
    let uptime: Column = ("Uptime (%)", |f, _| percent(f.sums.uptime()));
    match tab {
        Tab::Overview | Tab::Revenue => vec![energy, sessions, utilisation, uptime],
        Tab::Utilisation => vec![
            utilisation,
            ("Utilisation by energy (%)", |f, _| percent(f.sums.energy_utilisation())),
            ("Occupied (h)", |f, _| hours(f.sums.occupied_s)),
            ("Charging (h)", |f, _| hours(f.sums.charging_s)),
            ("Watched (h)", |f, _| hours(f.sums.watched_s)),
            energy,
            sessions,
        ],
        Tab::Sustainability => vec![
            energy,
            ("Distance (km)", |f, by| Cell::Whole(f.good(by).distance_km)),
            ("CO2 of petrol (kg)", |f, by| kilograms(f.good(by).petrol_g)),
            ("CO2 of the grid (kg)", |f, by| kilograms(f.good(by).grid_g)),
            ("CO2 avoided (kg)", |f, by| kilograms(f.good(by).avoided_g)),
            ("Trees (one year)", |f, by| Cell::Fixed { value: f.good(by).trees_tenths, decimals: 1 }),
        ],
        Tab::Performance => vec![
            uptime,
            utilisation,
            ("Offline (h)", |f, _| hours(f.sums.offline_s)),
            ("Faulted (h)", |f, _| hours(f.sums.faulted_s)),
            ("Out of service (h)", |f, _| hours(f.sums.unavailable_s)),
            ("Watched (h)", |f, _| hours(f.sums.watched_s)),
            energy,
            sessions,
        ],
    }
}

fn revenue(found: &Dashboard, sites: &[PlaceFigures], evses: &[PlaceFigures]) -> Vec<Table> {
    let columns =
        ["Currency", "Priced sessions", "With VAT", "Without VAT", "VAT", "Energy", "Time", "Idle", "Flat"];
    let lines = |lead: Vec<Cell>, figures: &Figures| {
        let line = |(currency, sums): &(Currency, MoneySums)| {
            lead.iter().cloned().chain(money(*currency, sums)).collect::<Vec<_>>()
        };
        figures.revenue.iter().map(line).collect::<Vec<_>>()
    };
    let headed =
        |lead: &[&str]| lead.iter().chain(columns.iter()).map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let days =
        found.days.iter().flat_map(|(day, figures)| lines(vec![date(*day).to_string().into()], figures));
    let of_sites =
        sites.iter().flat_map(|line| lines(vec![line.place.site_name.clone().into()], &line.figures));
    let of_evses = evses.iter().flat_map(|line| lines(place(line).into(), &line.figures));
    vec![
        Table { title: "Whole period".into(), columns: headed(&[]), rows: lines(Vec::new(), &found.total) },
        costs(found),
        Table { title: "By day".into(), columns: headed(&["Day"]), rows: days.collect() },
        Table { title: "By site".into(), columns: headed(&["Site"]), rows: of_sites.collect() },
        Table {
            title: "By plug".into(),
            columns: headed(&["Site", "Charger", "Plug"]),
            rows: of_evses.collect(),
        },
    ]
}

/// What the energy cost, where purchase prices are known.
fn costs(found: &Dashboard) -> Table {
    let mut rows: Vec<Vec<Cell>> = found
        .total
        .energy_cost
        .iter()
        .map(|(currency, amount)| {
            let cost = Cell::Fixed { value: *amount, decimals: currency.decimals() };
            vec![Cell::from("Energy cost"), Cell::from(currency.code()), cost]
        })
        .collect();
    if found.total.unpriced_wh > 0 {
        let wh = Cell::kwh(found.total.unpriced_wh);
        rows.push(vec!["Energy without a purchase price".into(), "kWh".into(), wh]);
    }
    table("Energy cost", &["What", "Unit", "Value"], rows)
}

fn factors(factors: &Factors) -> Table {
    let rows = [
        ("Electric car (Wh per km)", factors.wh_per_km),
        ("Petrol car (g CO2 per km)", factors.petrol_g_per_km),
        ("Grid (g CO2 per kWh)", factors.grid_g_per_kwh),
        ("Tree (g CO2 per year)", factors.tree_g_per_year),
    ];
    table("Factors", &["Factor", "Value"], rows.map(|(name, value)| vec![name.into(), value.into()]).into())
}

fn money(currency: Currency, sums: &MoneySums) -> Vec<Cell> {
    let amount = |value| Cell::Fixed { value, decimals: currency.decimals() };
    vec![
        Cell::from(currency.code()),
        Cell::Whole(sums.sessions),
        amount(sums.with_vat),
        amount(sums.without_vat),
        amount(sums.with_vat - sums.without_vat),
        amount(sums.energy),
        amount(sums.charging_time),
        amount(sums.idle_time),
        amount(sums.flat),
    ]
}

fn place(line: &PlaceFigures) -> [Cell; 3] {
    let place = &line.place;
    [place.site_name.clone().into(), place.station_name.clone().into(), Cell::Whole(i64::from(place.evse.0))]
}

fn with(lead: &[&str], columns: &[Column], title: &str, rows: impl Iterator<Item = Vec<Cell>>) -> Table {
    let names: Vec<&str> = lead.iter().copied().chain(columns.iter().map(|(name, _)| *name)).collect();
    table(title, &names, rows.collect())
}

fn table(title: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    Table { title: title.to_owned(), columns, rows }
}

fn percent(per_mille: Option<i64>) -> Cell {
    per_mille.map_or(Cell::Empty, |value| Cell::Fixed { value, decimals: 1 })
}

/// Hours with two decimals.
fn hours(seconds: i64) -> Cell {
    Cell::Fixed { value: seconds / 36, decimals: 2 }
}

fn kilograms(grams: i64) -> Cell {
    Cell::Fixed { value: grams, decimals: 3 }
}
