//! Answers in 2.x, both ways: ours to a station's call, a station's to ours.

use forecourt_core::command::{InstalledCertificate, TrustUse};
use forecourt_core::fact::{Answer, DataTransferStatus, ItemKind, ItemReport, Registration, Variable};
use forecourt_core::token::TokenInfo;

use super::device::About;
use super::facts::{CALLS, Call};
use super::{TOKEN_CHARS_201, token};
use crate::item;
use crate::node::Node;
use crate::outcome;
use crate::read::{Notes, Object};
use crate::version;
use crate::word::{self, Words};
use crate::write::{Members, object};

/// The payload of our answer, or `None` when this answer does not fit this call.
pub fn write_answer(action: &str, answer: &Answer) -> Option<String> {
    let call = version::find_action(action, CALLS)?;
    match (call, answer) {
        (Call::Boot, Answer::Boot { registration, now, interval_s }) => Some(object(|o| {
            o.time("currentTime", *now).integer("interval", i64::from(*interval_s));
            o.word(
                "status",
                match registration {
                    Registration::Accepted => "Accepted",
                    Registration::Pending => "Pending",
                    Registration::Rejected => "Rejected",
                },
            );
        })),
        (Call::Heartbeat, Answer::Heartbeat { now }) => Some(object(|o| _ = o.time("currentTime", *now))),
        (Call::Authorize, Answer::Authorize(info)) => Some(object(|o| id_token_info(o, info))),
        // The verdict is told only when the station asked by showing a token (2.0.1 E01.FR.11, C01).
        (Call::Transaction, Answer::Transaction { token, .. }) => Some(object(|o| {
            if let Some(info) = token {
                id_token_info(o, info);
            }
        })),
        (Call::DataTransfer, Answer::DataTransfer(status)) => Some(object(|o| {
            o.word(
                "status",
                match status {
                    DataTransferStatus::Accepted => "Accepted",
                    DataTransferStatus::Rejected => "Rejected",
                    DataTransferStatus::UnknownMessage => "UnknownMessageId",
                    DataTransferStatus::UnknownVendor => "UnknownVendorId",
                },
            );
        })),
        (
            Call::Events
            | Call::Firmware
            | Call::Log
            | Call::Meter
            | Call::Noted
            | Call::Report
            | Call::Security
            | Call::Status
            | Call::Transaction,
            Answer::Done,
        ) => Some("{}".to_owned()),
        _ => None,
    }
}

fn id_token_info(members: &mut Members<'_>, info: &TokenInfo) {
    members.object("idTokenInfo", |o| {
        o.word("status", token::verdict_word(info.verdict));
        if let Some(end) = info.expires_at {
            o.time("cacheExpiryDateTime", end);
        }
        // A group name that does not fit is left out: cut, it could match another group.
        if let Some(group) = info.group.as_deref().filter(|group| group.chars().count() <= TOKEN_CHARS_201) {
            o.object("groupIdToken", |o| {
                o.text("idToken", group, TOKEN_CHARS_201).word("type", "Central");
            });
        }
    });
}

/// Answers that are a list of verdicts: the list and its members' status.
pub fn answer_list(action: &str) -> Option<(&'static str, &'static str)> {
    Some(match action {
        "GetVariables" => ("getVariableResult", "attributeStatus"),
        "SetVariables" => ("setVariableResult", "attributeStatus"),
        "SetVariableMonitoring" => ("setMonitoringResult", "status"),
        "ClearVariableMonitoring" => ("clearMonitoringResult", "status"),
        "ClearTariffs" => ("clearTariffsResult", "status"),
        _ => return None,
    })
}

/// Things to keep in an answer. A list that is not there is an empty one: the station has none.
pub fn items(action: &str, payload: &Node<'_>) -> Option<ItemReport> {
    let status = payload.member("status").and_then(Node::as_text);
    match action {
        "GetTariffs" if matches!(status, Some("Accepted" | "NoTariff")) => {
            Some(item::list(ItemKind::Tariff, payload, "tariffAssignments", &["tariffId"]))
        }
        "GetPeriodicEventStream" => {
            Some(item::list(ItemKind::EventStream, payload, "constantStreamData", &["id"]))
        }
        "GetCompositeSchedule" => {
            let schedule = payload.member("schedule")?;
            let mut report = item::report(ItemKind::ChargingSchedule);
            report.evse = item::evse(schedule, "evseId");
            report.items.push(item::item(item::COMPOSITE.to_owned(), schedule));
            Some(report)
        }
        _ => None,
    }
}

/// The certificates in an answer.
pub fn installed_certificates(object: &Object<'_>) -> Vec<InstalledCertificate> {
    let mut found = Vec::new();
    object.each("certificateHashDataChain", |chain| {
        let Some(hash) = chain.object("certificateHashData").map(|data| item::hash(&data)) else { return };
        let trust = word::read(&chain, "certificateType", TRUSTS).and_then(Result::ok);
        let mut children = Vec::new();
        chain.each("childCertificateHashData", |data| children.push(item::hash(&data)));
        found.push(InstalledCertificate { trust, hash, children });
    });
    found
}

const TRUSTS: &Words<TrustUse> = &[
    ("CSMSRootCertificate", TrustUse::Csms),
    ("ManufacturerRootCertificate", TrustUse::Manufacturer),
    ("V2GRootCertificate", TrustUse::V2gRoot),
    ("MORootCertificate", TrustUse::MobilityOperatorRoot),
    ("V2GCertificateChain", TrustUse::V2gChain),
    ("OEMRootCertificate", TrustUse::OemRoot),
];

/// The variables in the answer to GetVariables, as far as the station gave their values.
pub fn variables(action: &str, payload: &Node<'_>) -> Vec<Variable> {
    let notes = Notes::default();
    let mut found = Vec::new();
    let Ok(object) = Object::payload(payload, action, &notes) else { return found };
    if action == "GetVariables" {
        object.each("getVariableResult", |result| {
            let given = result.text("attributeStatus", 20).is_some_and(|status| outcome::is_yes(&status));
            if let Some(about) = About::read(&result).filter(|_| given) {
                found.push(about.variable(&result, "attributeType", "attributeValue", false));
            }
        });
    }
    found
}
