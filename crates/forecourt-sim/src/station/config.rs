//! How one simulated station is set up.

use std::path::PathBuf;

use forecourt_core::unit::WattHours;

use super::faults::Habit;
use crate::car::Supply;
use crate::scenario::Scenario;

/// The words a station speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    #[default]
    V16,
    V201,
    V21,
}

impl Protocol {
    pub fn subprotocol(self) -> &'static str {
        match self {
            Self::V16 => "ocpp1.6",
            Self::V201 => "ocpp2.0.1",
            Self::V21 => "ocpp2.1",
        }
    }

    pub(crate) fn version(self) -> forecourt_ocpp::Version {
        match self {
            Self::V16 => forecourt_ocpp::Version::V16,
            Self::V201 => forecourt_ocpp::Version::V201,
            Self::V21 => forecourt_ocpp::Version::V21,
        }
    }

    /// Understands `1.6`, `2.0.1`, `2.1` and the subprotocol names.
    pub fn named(text: &str) -> Option<Self> {
        [Self::V16, Self::V201, Self::V21]
            .into_iter()
            .find(|p| p.subprotocol() == text || p.subprotocol().trim_start_matches("ocpp") == text)
    }
}

#[derive(Debug, Clone)]
pub struct StationConfig {
    /// Where to connect, without the identity: `ws://127.0.0.1:8180/ocpp` or `wss://…`.
    pub url: String,
    pub identity: String,
    /// Sent as HTTP Basic authentication with the identity as user.
    pub password: Option<String>,
    pub protocol: Protocol,
    pub vendor: String,
    pub model: String,
    pub serial: String,
    pub firmware: String,
    pub evses: usize,
    pub supply: Supply,
    /// The charge keys of the drivers who come by. Without one nobody comes.
    pub tokens: Vec<String>,
    pub scenario: Scenario,
    /// IANA name; the hours of the scenario are local.
    pub time_zone: String,
    /// The same seed gives the same cars.
    pub seed: u64,
    /// How many times faster than the real clock the station lives.
    pub speed: u32,
    /// What the registers of its EVSEs show at the start.
    pub registers: Vec<WattHours>,
    /// Offers permessage-deflate.
    pub deflate: bool,
    /// PEM file with the authorities trusted for `wss://`; the system's where absent.
    pub authorities: Option<PathBuf>,
    /// What it does wrong.
    pub habits: Vec<Habit>,
}

impl Default for StationConfig {
    fn default() -> Self {
        Self {
            url: "ws://127.0.0.1:8180/ocpp".to_owned(),
            identity: "SIM-0001".to_owned(),
            password: None,
            protocol: Protocol::default(),
            vendor: "Forecourt".to_owned(),
            model: "Simulated".to_owned(),
            serial: "SIM0001".to_owned(),
            firmware: concat!("sim-", env!("CARGO_PKG_VERSION")).to_owned(),
            evses: 1,
            supply: Supply::default(),
            tokens: Vec::new(),
            scenario: Scenario::default(),
            time_zone: "UTC".to_owned(),
            seed: 1,
            speed: 1,
            registers: Vec::new(),
            deflate: false,
            authorities: None,
            habits: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_is_found_by_number_or_name() {
        assert_eq!(Protocol::named("2.0.1"), Some(Protocol::V201));
        assert_eq!(Protocol::named("ocpp1.6"), Some(Protocol::V16));
        assert_eq!(Protocol::named("1.5"), None);
    }
}
