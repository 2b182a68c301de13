//! The demonstration: twelve stations on three sites, as data. Whoever runs it seeds the sites, stations, passwords and
//! charge keys first; this module only lets the stations live.

use forecourt_core::unit::{WattHours, Watts};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::car::Supply;
use crate::scenario;
use crate::station::{Protocol, StationConfig, run_station};

/// A place of the demonstration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemoSite {
    pub name: &'static str,
    pub address: &'static str,
    pub city: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    pub latitude: f64,
    pub longitude: f64,
    pub time_zone: &'static str,
    pub currency: &'static str,
}

pub const SITES: [DemoSite; 3] = [
    DemoSite {
        name: "Havnegade Office",
        address: "Havnegade 21",
        city: "Odense",
        country: "DK",
        latitude: 55.4072,
        longitude: 10.3831,
        time_zone: "Europe/Copenhagen",
        currency: "DKK",
    },
    DemoSite {
        name: "Kanalpark Garage",
        address: "Kanalstraat 8",
        city: "Utrecht",
        country: "NL",
        latitude: 52.0959,
        longitude: 5.1012,
        time_zone: "Europe/Amsterdam",
        currency: "EUR",
    },
    DemoSite {
        name: "Northgate Services",
        address: "A1 Northgate",
        city: "Durham",
        country: "GB",
        latitude: 54.7321,
        longitude: -1.5402,
        time_zone: "Europe/London",
        currency: "GBP",
    },
];

/// A station of the demonstration, before anyone has given it a password.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blueprint {
    /// Index into [`SITES`].
    pub site: usize,
    pub identity: &'static str,
    pub name: &'static str,
    pub protocol: Protocol,
    pub vendor: &'static str,
    pub model: &'static str,
    pub firmware: &'static str,
    pub evses: usize,
    pub supply: Supply,
}

const fn ac(kilowatts: i64) -> Supply {
    Supply::Ac { power: Watts(kilowatts * 1_000), phases: 3 }
}

const fn dc(kilowatts: i64) -> Supply {
    Supply::Dc { power: Watts(kilowatts * 1_000) }
}

/// Vendors and models are invented: no real product is to be judged by a simulation.
const fn station(
    site: usize,
    identity: &'static str,
    name: &'static str,
    protocol: Protocol,
    (vendor, model, firmware): (&'static str, &'static str, &'static str),
    evses: usize,
    supply: Supply,
) -> Blueprint {
    Blueprint { site, identity, name, protocol, vendor, model, firmware, evses, supply }
}

const WALL: (&str, &str, &str) = ("Fjord Electric", "Wall 11", "4.2.1");
const POST: (&str, &str, &str) = ("Fjord Electric", "Post Duo 22", "4.2.1");
const COLUMN: (&str, &str, &str) = ("Brightline", "Column 2", "2025.11.3");
const SWIFT: (&str, &str, &str) = ("Ampere Works", "Swift 75", "1.18.0");
const RAPID: (&str, &str, &str) = ("Ampere Works", "Rapid 150", "1.20.4");
const TITAN: (&str, &str, &str) = ("Voltaro", "Titan 300", "7.0.2");

pub const STATIONS: [Blueprint; 12] = [
    station(0, "ODE-01", "Entrance 1", Protocol::V16, WALL, 1, ac(11)),
    station(0, "ODE-02", "Entrance 2", Protocol::V16, WALL, 1, ac(11)),
    station(0, "ODE-03", "Yard 1", Protocol::V201, COLUMN, 2, ac(22)),
    station(0, "ODE-04", "Visitors", Protocol::V16, SWIFT, 1, dc(75)),
    station(1, "UTR-01", "Level 1 west", Protocol::V16, POST, 2, ac(22)),
    station(1, "UTR-02", "Level 1 east", Protocol::V201, COLUMN, 2, ac(22)),
    station(1, "UTR-03", "Level 2 west", Protocol::V16, POST, 2, ac(22)),
    station(1, "UTR-04", "Level 2 east", Protocol::V21, COLUMN, 2, ac(11)),
    station(2, "DUR-01", "Bay A", Protocol::V201, TITAN, 2, dc(300)),
    station(2, "DUR-02", "Bay B", Protocol::V201, RAPID, 2, dc(150)),
    station(2, "DUR-03", "Bay C", Protocol::V16, RAPID, 1, dc(150)),
    station(2, "DUR-04", "Staff", Protocol::V16, WALL, 1, ac(11)),
];

/// Charge keys of the people who come by: (uid, alias).
pub const TOKENS: [(&str, &str); 10] = [
    ("04A1B2C3D4E580", "Anna Holm"),
    ("04B7310FA25C81", "Pool car 1"),
    ("04C96D1184EE82", "Pool car 2"),
    ("04D2207C9B3183", "Bram de Wit"),
    ("04E81A55F06284", "Courier van 7"),
    ("04F3C4471D9B85", "Dylan Reid"),
    ("0415AE60B72C86", "Eva Lind"),
    ("0426D90CE14787", "Facility team"),
    ("04373B82A5D088", "Grace Okafor"),
    ("0448E6173CF989", "Guest card"),
];

/// A station of the demonstration, ready to connect.
#[derive(Debug, Clone)]
pub struct DemoStation {
    pub blueprint: Blueprint,
    pub password: Option<String>,
    /// What its registers show, per EVSE: [`crate::history::History::registers`] after a fresh seeding, the last known
    /// register of each EVSE otherwise. Missing ones start at zero.
    pub registers: Vec<WattHours>,
}

impl Blueprint {
    /// How it is run or simulated; `url` without the identity.
    pub fn config(&self, url: &str, seed: u64) -> StationConfig {
        let number = STATIONS.iter().position(|b| b.identity == self.identity).unwrap_or(0) as u64;
        StationConfig {
            url: url.to_owned(),
            identity: self.identity.to_owned(),
            protocol: self.protocol,
            vendor: self.vendor.to_owned(),
            model: self.model.to_owned(),
            serial: format!("FC{:06}", 204_100 + 37 * number),
            firmware: self.firmware.to_owned(),
            evses: self.evses,
            supply: self.supply,
            tokens: TOKENS.iter().map(|(uid, _)| (*uid).to_owned()).collect(),
            scenario: scenario::SHOWCASE,
            time_zone: SITES[self.site].time_zone.to_owned(),
            seed: seed.wrapping_mul(1_000_003).wrapping_add(number),
            ..StationConfig::default()
        }
    }
}

/// Lets the stations live until cancelled.
pub async fn run(stations: Vec<DemoStation>, url: &str, seed: u64, cancel: CancellationToken) {
    let mut lives = JoinSet::new();
    for station in stations {
        let config = StationConfig {
            password: station.password,
            registers: station.registers,
            ..station.blueprint.config(url, seed)
        };
        lives.spawn(run_station(config, cancel.clone()));
    }
    while let Some(ended) = lives.join_next().await {
        if let Ok(Err(error)) = ended {
            tracing::error!(%error, "a demonstration station cannot run");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_demonstration_has_every_kind_of_station() {
        let identities: HashSet<&str> = STATIONS.iter().map(|b| b.identity).collect();
        assert_eq!(identities.len(), 12);
        for protocol in [Protocol::V16, Protocol::V201, Protocol::V21] {
            assert!(STATIONS.iter().any(|b| b.protocol == protocol));
        }
        for (number, site) in SITES.iter().enumerate() {
            assert!(STATIONS.iter().filter(|b| b.site == number).count() >= 4);
            assert!(jiff::tz::TimeZone::get(site.time_zone).is_ok());
        }
        assert!(STATIONS.iter().any(|b| b.supply.is_dc()) && STATIONS.iter().any(|b| !b.supply.is_dc()));
    }

    #[test]
    fn token_texts_fit_every_version() {
        assert!(TOKENS.iter().all(|(uid, _)| uid.len() <= 20));
    }
}
