//! Commands by name, for scripts.

use forecourt_core::charging::{
    ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose, RateUnit, Recurrency, SchedulePeriod,
};
use forecourt_core::command::{
    CertificateHash, CertificateSigned, CertificateUse, Command, LocalListEntry, NetworkProfile, ReadLog,
    Reserve, SendLocalList, StationLog, TriggeredMessage, TrustUse, UpdateFirmware,
};
use forecourt_core::fact::PresentedToken;
use forecourt_core::id::{EvseNumber, TransactionRef};
use forecourt_core::tariff::StationTariff;
use forecourt_core::token::{TokenKind, Verdict};

use crate::common::tariff;

const EVSE: EvseNumber = EvseNumber(2);

fn profile(purpose: ProfilePurpose, kind: ProfileKind) -> ChargingProfile {
    let starts_at = (kind != ProfileKind::Relative).then(|| "2026-01-02T00:00:00Z".parse().unwrap());
    ChargingProfile {
        id: 8,
        stack_level: 3,
        purpose,
        kind,
        recurrency: (kind == ProfileKind::Recurring).then_some(Recurrency::Daily),
        valid_from: None,
        valid_to: Some("2026-02-01T00:00:00Z".parse().unwrap()),
        transaction: (purpose == ProfilePurpose::Transaction).then(|| TransactionRef("1001".into())),
        schedules: vec![ChargingSchedule {
            starts_at,
            duration_s: Some(86_400),
            unit: RateUnit::MilliAmps,
            min_rate: Some(6_000),
            periods: vec![
                SchedulePeriod { start_s: 0, limit: 16_250, phases: Some(3) },
                SchedulePeriod { start_s: 3_600, limit: 0, phases: None },
            ],
        }],
    }
}

fn set(evse: Option<EvseNumber>, profile: ChargingProfile) -> Command {
    Command::SetChargingProfile { evse, profile }
}

/// The commands about charging profiles.
pub fn charging(name: &str) -> Option<Command> {
    use ProfileKind::{Absolute, Dynamic, Recurring, Relative};
    use ProfilePurpose::{Default, External, LocalGeneration, Priority, StationMax, Transaction};
    Some(match name {
        "profile-station" => set(None, profile(StationMax, Absolute)),
        "profile-station-evse" => set(Some(EVSE), profile(StationMax, Absolute)),
        "profile-default" => set(None, profile(Default, Recurring)),
        "profile-session" => set(Some(EVSE), profile(Transaction, Relative)),
        "profile-session-nowhere" => set(None, profile(Transaction, Relative)),
        "profile-watts" => {
            let mut wanted = profile(Default, Absolute);
            wanted.schedules[0].unit = RateUnit::Watts;
            set(Some(EVSE), wanted)
        }
        "profile-two" => {
            let mut wanted = profile(Default, Absolute);
            wanted.schedules.push(wanted.schedules[0].clone());
            set(Some(EVSE), wanted)
        }
        "profile-no-start" => {
            let mut wanted = profile(Default, Absolute);
            wanted.schedules[0].starts_at = None;
            set(Some(EVSE), wanted)
        }
        "profile-late" => {
            let mut wanted = profile(Default, Relative);
            wanted.schedules[0].periods.remove(0);
            set(Some(EVSE), wanted)
        }
        "profile-dynamic" => set(Some(EVSE), profile(Default, Dynamic)),
        "profile-priority" => set(Some(EVSE), profile(Priority, Absolute)),
        "profile-local" => set(None, profile(LocalGeneration, Absolute)),
        "profile-external" => set(None, profile(External, Absolute)),
        "clear-profiles" => {
            Command::ClearChargingProfiles { id: None, evse: None, purpose: None, stack_level: None }
        }
        "clear-profile" => {
            Command::ClearChargingProfiles { id: Some(8), evse: None, purpose: None, stack_level: None }
        }
        "clear-some" => Command::ClearChargingProfiles {
            id: None,
            evse: Some(EVSE),
            purpose: Some(Default),
            stack_level: Some(3),
        },
        "composite" => {
            Command::ReadCompositeSchedule { evse: Some(EVSE), duration_s: 600, unit: Some(RateUnit::Watts) }
        }
        _ => return None,
    })
}

fn reserve(evse: Option<EvseNumber>, group: Option<&str>) -> Command {
    Command::Reserve(Reserve {
        reservation: 5,
        evse,
        token: PresentedToken { uid: "AA11".into(), kind: TokenKind::Rfid },
        group: group.map(Into::into),
        expires_at: "2026-01-01T13:00:00Z".parse().unwrap(),
    })
}

fn local_list(version: i64, differential: bool, verdicts: &[Option<Verdict>]) -> Command {
    let entries = verdicts.iter().enumerate().map(|(index, verdict)| LocalListEntry {
        uid: format!("KEY{index}"),
        kind: TokenKind::Rfid,
        verdict: *verdict,
        expires_at: verdict.map(|_| "2027-01-01T00:00:00Z".parse().unwrap()),
        group: verdict.map(|_| "FLEET".into()),
    });
    Command::SendLocalList(SendLocalList { version, differential, entries: entries.collect() })
}

fn firmware(certificate: Option<&str>, signature: Option<&str>, install: bool) -> Command {
    Command::UpdateFirmware(UpdateFirmware {
        request_id: 11,
        location: "https://example.org/firmware.bin".into(),
        retrieve_at: "2026-01-01T20:00:00Z".parse().unwrap(),
        install_at: install.then(|| "2026-01-02T03:00:00Z".parse().unwrap()),
        retries: Some(3),
        retry_interval_s: Some(60),
        signing_certificate: certificate.map(Into::into),
        signature: signature.map(Into::into),
    })
}

fn log(kind: StationLog) -> Command {
    Command::ReadLog(ReadLog {
        request_id: 12,
        kind,
        location: "https://example.org/log/abc".into(),
        from: Some("2025-12-31T00:00:00Z".parse().unwrap()),
        to: Some("2026-01-01T00:00:00Z".parse().unwrap()),
        retries: Some(2),
        retry_interval_s: None,
    })
}

fn network(identity: Option<&str>) -> Command {
    Command::SetNetworkProfile(NetworkProfile {
        slot: 1,
        url: "wss://example.org/ocpp".into(),
        security_profile: 2,
        interface: None,
        message_timeout_s: None,
        identity: identity.map(Into::into),
        password: identity.map(|_| "a secret of sixteen".into()),
    })
}

/// Firmware, logs, reservations and local lists.
pub fn upkeep(name: &str) -> Option<Command> {
    Some(match name {
        "set-tariff" => Command::SetTariff { evse: Some(EVSE), tariff: Box::new(tariff()) },
        "set-tariff-everywhere" => Command::SetTariff {
            evse: None,
            tariff: Box::new(StationTariff { words: Vec::new(), ..tariff() }),
        },
        "set-tariff-long" => Command::SetTariff {
            evse: None,
            tariff: Box::new(StationTariff { id: "x".repeat(61), ..tariff() }),
        },
        "clear-tariffs" => Command::ClearTariffs { ids: vec!["fc-1".into(), "fc-2".into()] },
        "clear-no-tariffs" => Command::ClearTariffs { ids: Vec::new() },
        "reserve" => reserve(Some(EVSE), Some("FLEET")),
        "reserve-anywhere" => reserve(None, None),
        "cancel-reservation" => Command::CancelReservation { reservation: 5 },
        "list-full" => local_list(4, false, &[Some(Verdict::Accepted), Some(Verdict::Blocked)]),
        "list-change" => local_list(5, true, &[Some(Verdict::Expired), None]),
        "list-empty" => local_list(6, false, &[]),
        "list-unsure" => local_list(7, false, &[None]),
        "list-zero" => local_list(0, false, &[]),
        "list-version" => Command::ReadLocalListVersion,
        "firmware" => firmware(None, None, false),
        "firmware-later" => firmware(None, None, true),
        "firmware-signed" => firmware(Some("-----BEGIN"), Some("c2ln"), true),
        "firmware-half" => firmware(Some("-----BEGIN"), None, false),
        "log" => log(StationLog::Diagnostics),
        "log-diagnostics" => log(StationLog::DiagnosticsLog),
        "log-security" => log(StationLog::SecurityLog),
        "log-data" => log(StationLog::DataCollectorLog),
        "network" => network(None),
        "network-identity" => network(Some("CS-1")),
        _ => return None,
    })
}

fn signed(certificate_use: CertificateUse) -> Command {
    let chain = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".into();
    Command::CertificateSigned(CertificateSigned { chain, certificate_use, request_id: Some(77) })
}

fn install(trust: TrustUse, length: usize) -> Command {
    Command::InstallCertificate { trust, certificate: "M".repeat(length) }
}

/// Certificates.
pub fn certificates(name: &str) -> Option<Command> {
    let trigger = |message| Command::Trigger { message, evse: None, connector: None };
    Some(match name {
        "signed" => signed(CertificateUse::Station),
        "signed-v2g" => signed(CertificateUse::V2g),
        "signed-v2g20" => signed(CertificateUse::V2g20),
        "install" => install(TrustUse::Csms, 40),
        "install-manufacturer" => install(TrustUse::Manufacturer, 40),
        "install-v2g" => install(TrustUse::V2gRoot, 40),
        "install-mo" => install(TrustUse::MobilityOperatorRoot, 40),
        "install-oem" => install(TrustUse::OemRoot, 40),
        "install-chain" => install(TrustUse::V2gChain, 40),
        "install-long" => install(TrustUse::Csms, 5_501),
        "delete" => delete("SHA256"),
        "delete-odd" => delete("MD5"),
        "certificates" => Command::ReadInstalledCertificates { uses: vec![TrustUse::Csms] },
        "certificates-all" => Command::ReadInstalledCertificates { uses: vec![] },
        "certificates-v2g" => Command::ReadInstalledCertificates {
            uses: vec![TrustUse::V2gRoot, TrustUse::V2gChain, TrustUse::MobilityOperatorRoot],
        },
        "trigger-diagnostics" => trigger(TriggeredMessage::DiagnosticsStatus),
        "trigger-sign" => trigger(TriggeredMessage::SignStationCertificate),
        "trigger-sign-v2g" => trigger(TriggeredMessage::SignV2gCertificate),
        "trigger-publish" => trigger(TriggeredMessage::PublishFirmwareStatus),
        "trigger-firmware" => trigger(TriggeredMessage::FirmwareStatus),
        "trigger-meter" => trigger(TriggeredMessage::MeterValues),
        "trigger-heartbeat" => trigger(TriggeredMessage::Heartbeat),
        _ => return None,
    })
}

fn delete(algorithm: &str) -> Command {
    Command::DeleteCertificate {
        hash: CertificateHash {
            algorithm: algorithm.into(),
            issuer_name_hash: "aa".into(),
            issuer_key_hash: "bb".into(),
            serial: "01".into(),
        },
    }
}
