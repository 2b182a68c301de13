//! What is wrong with a station: the known codes, what lies behind each, and how bad it is. Texts are the page's.
//!
//! Codes are those of OCPP 1.6 (ChargePointErrorCode) and the minimum required error codes of the ChargeX consortium (MREC),
//! which stations send as vendor codes `CX001` and on, or by name.

use serde::{Deserialize, Serialize};

use crate::fact::{ComponentEvent, ConnectorStatus, StatusReport};

/// Where to look first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Communication,
    Hardware,
    Power,
    /// The car or its cable, not the station.
    Vehicle,
    Unknown,
}

impl Cause {
    pub const ALL: [Self; 5] =
        [Self::Communication, Self::Hardware, Self::Power, Self::Vehicle, Self::Unknown];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Communication => "communication",
            Self::Hardware => "hardware",
            Self::Power => "power",
            Self::Vehicle => "vehicle",
            Self::Unknown => "unknown",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == text)
    }
}

/// Rises with what is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Charging goes on, or ends by itself.
    Warning,
    /// Nobody can charge there, or somebody may be hurt.
    Critical,
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text)
    }

    /// As it is kept: 1 to 3.
    pub fn number(self) -> i64 {
        self as i64 + 1
    }

    pub fn from_number(number: i64) -> Self {
        match number {
            ..=1 => Self::Info,
            2 => Self::Warning,
            _ => Self::Critical,
        }
    }
}

/// One line of the table of known codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub name: &'static str,
    /// The MREC number, `CX001` for 1; 0: only OCPP's, or ours.
    pub mrec: u8,
    pub cause: Cause,
    pub severity: Severity,
}

/// Ours: the station has not been there for a while.
pub const OFFLINE: &str = "Offline";
/// Ours: it says Faulted and no more.
pub const UNSPECIFIED: &str = "Faulted";

const fn known(name: &'static str, mrec: u8, cause: Cause, severity: Severity) -> Known {
    Known { name, mrec, cause, severity }
}

/// Every code we can explain.
pub const CODES: &[Known] = {
    use Cause::{Communication, Hardware, Power, Unknown, Vehicle};
    use Severity::{Critical, Info, Warning};
    &[
        known("ConnectorLockFailure", 1, Hardware, Critical),
        known("GroundFailure", 2, Power, Critical),
        known("HighTemperature", 3, Hardware, Warning),
        known("OverCurrentFailure", 4, Power, Critical),
        known("OverVoltage", 5, Power, Critical),
        known("UnderVoltage", 6, Power, Warning),
        known("WeakSignal", 7, Communication, Warning),
        known("EmergencyStop", 8, Hardware, Critical),
        known("AuthorizationTimeout", 9, Communication, Info),
        known("InvalidVehicleMode", 10, Vehicle, Warning),
        known("CableCheckFailure", 11, Hardware, Critical),
        known("PreChargeFailure", 12, Hardware, Critical),
        known("NoInternet", 13, Communication, Critical),
        known("PilotFault", 14, Vehicle, Warning),
        known("PowerLoss", 15, Power, Critical),
        known("EVContactorFault", 16, Vehicle, Warning),
        known("EVSEContactorFault", 17, Hardware, Critical),
        known("CableOverTempDerate", 18, Hardware, Warning),
        known("CableOverTempStop", 19, Hardware, Critical),
        known("PartialInsertion", 20, Vehicle, Info),
        known("CapacitanceFault", 21, Hardware, Critical),
        known("ResistanceFault", 22, Hardware, Critical),
        known("ProximityFault", 23, Hardware, Critical),
        known("ConnectorVoltageHigh", 24, Hardware, Critical),
        known("BrokenLatch", 25, Hardware, Critical),
        known("CutCable", 26, Hardware, Critical),
        known("EVCommunicationError", 0, Vehicle, Warning),
        known("InternalError", 0, Hardware, Critical),
        known("LocalListConflict", 0, Communication, Info),
        known("OtherError", 0, Unknown, Warning),
        known("PowerMeterFailure", 0, Hardware, Critical),
        known("PowerSwitchFailure", 0, Hardware, Critical),
        known("ReaderFailure", 0, Hardware, Warning),
        known("ResetFailure", 0, Hardware, Warning),
        known(OFFLINE, 0, Communication, Critical),
        known(UNSPECIFIED, 0, Unknown, Critical),
    ]
};

/// What a code says; the vendor's own comes first, where it is one of the public ones.
pub fn explain(code: &str, vendor_code: &str) -> Option<Known> {
    by_mrec(vendor_code).or_else(|| by_name(vendor_code)).or_else(|| by_mrec(code)).or_else(|| by_name(code))
}

fn by_name(text: &str) -> Option<Known> {
    CODES.iter().find(|known| known.name.eq_ignore_ascii_case(text.trim())).copied()
}

fn by_mrec(text: &str) -> Option<Known> {
    let text = text.trim();
    let number = text.strip_prefix("CX").or_else(|| text.strip_prefix("cx"))?;
    let number: u8 = number.parse().ok().filter(|number| *number > 0)?;
    CODES.iter().find(|known| known.mrec == number).copied()
}

/// What a station reported, before it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub code: String,
    pub vendor_code: String,
    pub info: Option<String>,
    pub cause: Cause,
    pub severity: Severity,
}

impl Reported {
    /// A code nobody knows still stops a connector that says Faulted.
    pub fn new(code: &str, vendor_code: &str, info: Option<String>, faulted: bool) -> Self {
        let known = explain(code, vendor_code);
        let severity = known.map_or(Severity::Warning, |known| known.severity);
        Self {
            code: code.to_owned(),
            vendor_code: vendor_code.to_owned(),
            info,
            cause: known.map_or(Cause::Unknown, |known| known.cause),
            severity: if faulted { Severity::Critical } else { severity },
        }
    }
}

/// What a connector's status says is wrong; nothing for one that is well.
pub fn of_status(report: &StatusReport) -> Option<Reported> {
    let faulted = report.status == ConnectorStatus::Faulted;
    let code = report.error_code.as_deref().filter(|code| !code.is_empty());
    let vendor_code = report.vendor_error_code.as_deref().unwrap_or_default();
    // Several makes send a vendor code of nought with every status.
    if !faulted && code.is_none() {
        return None;
    }
    Some(Reported::new(code.unwrap_or(UNSPECIFIED), vendor_code, report.info.clone(), faulted))
}

/// What an event of a component says is wrong (2.0.1 N07: variable Problem, or a technical code); whether it is over.
pub fn of_event(event: &ComponentEvent) -> Option<(Reported, bool)> {
    let problem = event.variable.eq_ignore_ascii_case("Problem");
    let tech_code = event.tech_code.as_deref().unwrap_or_default();
    if !problem && tech_code.is_empty() {
        return None;
    }
    let over = event.cleared || problem && !event.value.eq_ignore_ascii_case("true");
    let mut reported = Reported::new(&event.component, tech_code, event.tech_info.clone(), false);
    // 2.0.1 SetMonitoringDataType.severity: 0 danger to 9 debug; from 5 on it is for information.
    if let Some(told) = event.severity {
        reported.severity = match told {
            ..=4 => Severity::Critical,
            5..=6 => Severity::Warning,
            _ => Severity::Info,
        };
    }
    Some((reported, over))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_name_and_number_in_either_place() {
        assert_eq!(explain("OtherError", "CX014").map(|k| k.name), Some("PilotFault"));
        assert_eq!(explain("OtherError", "EmergencyStop").map(|k| k.name), Some("EmergencyStop"));
        assert_eq!(explain("GroundFailure", "0x17").map(|k| k.name), Some("GroundFailure"));
        assert_eq!(explain("OtherError", "CX000").map(|k| k.name), Some("OtherError"));
        assert_eq!(explain("Sparks", "").map(|k| k.name), None);
    }

    #[test]
    fn the_table_names_each_code_once_and_every_public_number() {
        let mut names: Vec<_> = CODES.iter().map(|known| known.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CODES.len());
        let numbers: Vec<u8> = CODES.iter().map(|known| known.mrec).filter(|mrec| *mrec > 0).collect();
        assert_eq!(numbers, (1..=26).collect::<Vec<u8>>());
    }

    #[test]
    fn an_unknown_code_of_a_faulted_connector_is_critical() {
        assert_eq!(Reported::new("Sparks", "", None, true).severity, Severity::Critical);
        assert_eq!(Reported::new("Sparks", "", None, false).severity, Severity::Warning);
    }
}
