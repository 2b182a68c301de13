//! Every message of OCPP: who says it, where the standard puts it, and what becomes of it here.
//!
//! The list that `docs/ocpp-coverage.md` and the forms of the page are made from. A test holds it against the official
//! schemas and against what is really read and written.

use crate::shape;
use crate::version::Version;
use crate::{v2, v16};

/// One message in one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    pub action: &'static str,
    pub from_station: bool,
    pub from_csms: bool,
    /// Feature profile (1.6) or functional block with its letter (2.x).
    pub block: &'static str,
    /// For what a station says: what it becomes, in one word of ours.
    pub fact: Option<&'static str>,
    /// For what we say: our own command for it, as the API names it. Without one it is sent by its form.
    pub command: Option<&'static str>,
}

/// Every message of a version, in the order of the alphabet.
pub fn messages(version: Version) -> Vec<Message> {
    ROWS.iter().filter_map(|row| message(version, row)).collect()
}

/// One message of a version.
pub fn find(version: Version, action: &str) -> Option<Message> {
    ROWS.iter().find(|row| row.action == action).and_then(|row| message(version, row))
}

/// The action that a command of the API stands for when it has no shape of ours, such as `set_display_message`, and the
/// versions that have it.
pub fn message_action(name: &str) -> Option<(&'static str, Vec<Version>)> {
    let row = ROWS.iter().find(|row| row.says != Says::Station && snake(row.action) == name)?;
    let has = |version: &Version| message(*version, row).is_some();
    Some((row.action, Version::ALL.into_iter().filter(has).collect()))
}

/// The name of an action as a command of the API: `SetDERControl` is `set_der_control`.
pub fn snake(action: &str) -> String {
    let mut out = String::with_capacity(action.len() + 6);
    let mut letters = action.chars().peekable();
    let mut before = '_';
    while let Some(letter) = letters.next() {
        let starts = letter.is_ascii_uppercase()
            && (!before.is_ascii_uppercase() || letters.peek().is_some_and(char::is_ascii_lowercase));
        if starts && before != '_' {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
        before = letter;
    }
    out
}

fn message(version: Version, row: &'static Row) -> Option<Message> {
    if !shape::exists(version, row.action) {
        return None;
    }
    let (block, fact) = match version {
        Version::V16 => (row.profile, v16::fact_word(row.action)),
        Version::V201 | Version::V21 => (row.block, v2::fact_word(row.action)),
    };
    Some(Message {
        action: row.action,
        from_station: row.says != Says::Csms,
        from_csms: row.says != Says::Station,
        block,
        fact: fact.filter(|_| row.says != Says::Csms),
        command: (!row.command.is_empty()).then_some(row.command),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Station,
    Csms,
    Both,
}

struct Row {
    action: &'static str,
    says: Says,
    /// 1.6.
    profile: &'static str,
    /// 2.x.
    block: &'static str,
    /// Empty: sent by its form.
    command: &'static str,
}

const fn station(action: &'static str, profile: &'static str, block: &'static str) -> Row {
    Row { action, says: Says::Station, profile, block, command: "" }
}

const fn csms(
    action: &'static str,
    profile: &'static str,
    block: &'static str,
    command: &'static str,
) -> Row {
    Row { action, says: Says::Csms, profile, block, command }
}

const A: &str = "A Security";
const B: &str = "B Provisioning";
const C: &str = "C Authorization";
const D: &str = "D Local authorization list";
const E: &str = "E Transactions";
const F: &str = "F Remote control";
const G: &str = "G Availability";
const H: &str = "H Reservation";
const I: &str = "I Tariff and cost";
const J: &str = "J Meter values";
const K: &str = "K Smart charging";
const L: &str = "L Firmware management";
const M: &str = "M ISO 15118 certificates";
const N: &str = "N Diagnostics";
const O: &str = "O Display message";
const P: &str = "P Data transfer";
const Q: &str = "Q Bidirectional power";
const R: &str = "R DER control";
const S: &str = "S Battery swap";

const CORE: &str = "Core";
const FIRMWARE: &str = "Firmware management";
const LIST: &str = "Local auth list";
const RESERVATION: &str = "Reservation";
const SMART: &str = "Smart charging";
const TRIGGER: &str = "Remote trigger";
const SECURITY: &str = "Security";
/// The version has no such message.
const NONE: &str = "";

const ROWS: &[Row] = &[
    csms("AFRRSignal", NONE, Q, ""),
    csms("AdjustPeriodicEventStream", NONE, N, ""),
    station("Authorize", CORE, C),
    station("BatterySwap", NONE, S),
    station("BootNotification", CORE, B),
    csms("CancelReservation", RESERVATION, H, "cancel_reservation"),
    csms("CertificateSigned", SECURITY, A, "certificate_signed"),
    csms("ChangeAvailability", CORE, G, "set_availability"),
    csms("ChangeConfiguration", CORE, NONE, "write_variable"),
    csms("ChangeTransactionTariff", NONE, I, ""),
    csms("ClearCache", CORE, C, "clear_cache"),
    csms("ClearChargingProfile", SMART, K, "clear_charging_profiles"),
    csms("ClearDERControl", NONE, R, ""),
    csms("ClearDisplayMessage", NONE, O, ""),
    csms("ClearTariffs", NONE, I, ""),
    csms("ClearVariableMonitoring", NONE, N, ""),
    station("ClearedChargingLimit", NONE, K),
    station("ClosePeriodicEventStream", NONE, N),
    csms("CostUpdated", NONE, I, ""),
    csms("CustomerInformation", NONE, N, ""),
    Row { action: "DataTransfer", says: Says::Both, profile: CORE, block: P, command: "data_transfer" },
    csms("DeleteCertificate", SECURITY, M, "delete_certificate"),
    station("DiagnosticsStatusNotification", FIRMWARE, NONE),
    csms("ExtendedTriggerMessage", SECURITY, NONE, "trigger"),
    station("FirmwareStatusNotification", FIRMWARE, L),
    station("Get15118EVCertificate", NONE, M),
    csms("GetBaseReport", NONE, B, "read_inventory"),
    station("GetCertificateChainStatus", NONE, M),
    station("GetCertificateStatus", NONE, M),
    csms("GetChargingProfiles", NONE, K, ""),
    csms("GetCompositeSchedule", SMART, K, "read_composite_schedule"),
    csms("GetConfiguration", CORE, NONE, "read_variables"),
    csms("GetDERControl", NONE, R, ""),
    csms("GetDiagnostics", FIRMWARE, NONE, "read_log"),
    csms("GetDisplayMessages", NONE, O, ""),
    csms("GetInstalledCertificateIds", SECURITY, M, "read_installed_certificates"),
    csms("GetLocalListVersion", LIST, D, "read_local_list_version"),
    csms("GetLog", SECURITY, N, "read_log"),
    csms("GetMonitoringReport", NONE, N, ""),
    csms("GetPeriodicEventStream", NONE, N, ""),
    csms("GetReport", NONE, B, ""),
    csms("GetTariffs", NONE, I, ""),
    csms("GetTransactionStatus", NONE, E, ""),
    csms("GetVariables", NONE, B, "read_variables"),
    station("Heartbeat", CORE, G),
    csms("InstallCertificate", SECURITY, M, "install_certificate"),
    station("LogStatusNotification", SECURITY, N),
    station("MeterValues", CORE, J),
    csms("NotifyAllowedEnergyTransfer", NONE, Q, ""),
    station("NotifyChargingLimit", NONE, K),
    station("NotifyCustomerInformation", NONE, N),
    station("NotifyDERAlarm", NONE, R),
    station("NotifyDERStartStop", NONE, R),
    station("NotifyDisplayMessages", NONE, O),
    station("NotifyEVChargingNeeds", NONE, K),
    station("NotifyEVChargingSchedule", NONE, K),
    station("NotifyEvent", NONE, N),
    station("NotifyMonitoringReport", NONE, N),
    station("NotifyPeriodicEventStream", NONE, N),
    station("NotifyPriorityCharging", NONE, K),
    station("NotifyReport", NONE, B),
    station("NotifySettlement", NONE, C),
    station("NotifyWebPaymentStarted", NONE, C),
    station("OpenPeriodicEventStream", NONE, N),
    csms("PublishFirmware", NONE, L, ""),
    station("PublishFirmwareStatusNotification", NONE, L),
    station("PullDynamicScheduleUpdate", NONE, K),
    csms("RemoteStartTransaction", CORE, NONE, "start_session"),
    csms("RemoteStopTransaction", CORE, NONE, "stop_session"),
    station("ReportChargingProfiles", NONE, K),
    station("ReportDERControl", NONE, R),
    csms("RequestBatterySwap", NONE, S, ""),
    csms("RequestStartTransaction", NONE, F, "start_session"),
    csms("RequestStopTransaction", NONE, F, "stop_session"),
    station("ReservationStatusUpdate", NONE, H),
    csms("ReserveNow", RESERVATION, H, "reserve"),
    csms("Reset", CORE, B, "reset"),
    station("SecurityEventNotification", SECURITY, A),
    csms("SendLocalList", LIST, D, "send_local_list"),
    csms("SetChargingProfile", SMART, K, "set_charging_profile"),
    csms("SetDERControl", NONE, R, ""),
    csms("SetDefaultTariff", NONE, I, ""),
    csms("SetDisplayMessage", NONE, O, ""),
    csms("SetMonitoringBase", NONE, N, ""),
    csms("SetMonitoringLevel", NONE, N, ""),
    csms("SetNetworkProfile", NONE, B, "set_network_profile"),
    csms("SetVariableMonitoring", NONE, N, ""),
    csms("SetVariables", NONE, B, "write_variable"),
    station("SignCertificate", SECURITY, A),
    station("SignedFirmwareStatusNotification", SECURITY, NONE),
    csms("SignedUpdateFirmware", SECURITY, NONE, "update_firmware"),
    station("StartTransaction", CORE, NONE),
    station("StatusNotification", CORE, G),
    station("StopTransaction", CORE, NONE),
    station("TransactionEvent", NONE, E),
    csms("TriggerMessage", TRIGGER, F, "trigger"),
    csms("UnlockConnector", CORE, F, "unlock"),
    csms("UnpublishFirmware", NONE, L, ""),
    csms("UpdateDynamicSchedule", NONE, K, ""),
    csms("UpdateFirmware", FIRMWARE, L, "update_firmware"),
    csms("UsePriorityCharging", NONE, K, ""),
    station("VatNumberValidation", NONE, C),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_of_every_version_stands_here_with_its_place() {
        for version in Version::ALL {
            let here = messages(version);
            for action in shape::actions(version) {
                let row = here.iter().find(|row| row.action == action);
                assert!(row.is_some_and(|row| !row.block.is_empty()), "{action} of {version:?} has no place");
            }
            assert_eq!(here.len(), shape::actions(version).len());
        }
        assert!(ROWS.is_sorted_by_key(|row| row.action));
    }

    #[test]
    fn messages_of_stations_are_facts_and_messages_of_ours_are_not() {
        for version in Version::ALL {
            for row in messages(version) {
                assert_eq!(row.fact.is_some(), row.from_station, "{} of {version:?}", row.action);
            }
        }
    }

    #[test]
    fn actions_have_names_as_commands() {
        for (action, name) in [
            ("AFRRSignal", "afrr_signal"),
            ("SetDERControl", "set_der_control"),
            ("SetDisplayMessage", "set_display_message"),
            ("NotifyEVChargingNeeds", "notify_ev_charging_needs"),
        ] {
            assert_eq!(snake(action), name);
        }
        let (action, versions) = message_action("set_der_control").unwrap();
        assert_eq!((action, versions), ("SetDERControl", vec![Version::V21]));
        assert!(message_action("notify_event").is_none());
    }
}
