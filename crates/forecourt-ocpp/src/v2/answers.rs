//! Answers in 2.x, both ways: ours to a station's call, a station's to ours.

use forecourt_core::command::{InstalledCertificate, TrustUse};
use forecourt_core::fact::{
    Answer, DataTransferStatus, ItemKind, ItemReport, Registration, Ruling, Variable, composite_key,
};
use forecourt_core::token::TokenInfo;

use super::device::About;
use super::facts::{Call, served};
use super::kept::Kept;
use super::{Edition, tariff, token, trust_answers};
use crate::item;
use crate::node::Node;
use crate::outcome;
use crate::profile;
use crate::read::{Notes, Object};
use crate::version;
use crate::word::{self, Words};
use crate::write::{Members, object};

/// The payload of our answer, or `None` when this answer does not fit this call. `echo` is the call's own payload, for
/// the few answers that repeat parts of it.
pub fn write_answer(edition: Edition, action: &str, echo: Option<&str>, answer: &Answer) -> Option<String> {
    let call = version::find_action(action, served(edition))?;
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
        (Call::Authorize, Answer::Authorize(info)) => Some(object(|o| {
            id_token_info(o, info, edition);
            driver_tariff(o, info, edition);
        })),
        (Call::Authorize, Answer::AuthorizeContract { info, certificate_status }) => Some(object(|o| {
            id_token_info(o, info, edition);
            o.word("certificateStatus", certificate_status);
            driver_tariff(o, info, edition);
        })),
        // The verdict is told only when the station asked by showing a token (2.0.1 E01.FR.11, C01).
        (Call::Transaction, Answer::Transaction { token, total_cost, .. }) => Some(object(|o| {
            // Left out where no price is known: 0.00 says that charging is free (2.0.1 E06, I02, I03).
            if let Some(cost) = total_cost {
                o.json("totalCost", &cost.text());
            }
            if let Some(info) = token {
                id_token_info(o, info, edition);
            }
        })),
        (Call::DataTransfer, Answer::DataTransfer(status)) => {
            Some(object(|o| _ = o.word("status", data_transfer_word(*status))))
        }
        (Call::SignCertificate, Answer::Ruling(ruling)) => Some(status(*ruling)),
        (Call::EvCertificate, Answer::EvCertificate(result)) => {
            Some(trust_answers::ev_certificate(result, edition))
        }
        (Call::CertificateStatus, Answer::OcspResult(result)) => Some(trust_answers::ocsp(result, edition)),
        (Call::CertificateStatus, Answer::ChainStatus { .. }) => {
            Some(trust_answers::ocsp(&Err("this answer has no place here".to_owned()), edition))
        }
        (Call::ChainStatus, Answer::ChainStatus { statuses }) => trust_answers::chain(statuses, echo),
        (Call::ChainStatus, Answer::OcspResult(_)) => trust_answers::chain(&[], echo),
        (Call::PullSchedule, Answer::ScheduleUpdate(update)) => Some(object(|o| {
            if let Some(update) = update {
                o.object("scheduleUpdate", |o| {
                    _ = o.json("limit", &profile::rate(update.unit, update.limit))
                });
            }
            o.word("status", if update.is_some() { "Accepted" } else { "Rejected" });
        })),
        (Call::Kept(Kept::Needs), Answer::Ruling(ruling)) => Some(object(|o| {
            o.word(
                "status",
                match ruling {
                    Ruling::Accepted => "Accepted",
                    Ruling::Rejected => "Rejected",
                    Ruling::Processing => "Processing",
                },
            );
        })),
        (Call::Kept(Kept::Schedule | Kept::OpenedStream), Answer::Ruling(ruling)) => Some(status(*ruling)),
        (Call::Kept(Kept::VatNumber), Answer::Ruling(ruling)) => Some(vat_number(*ruling, echo)),
        (call, Answer::Done | Answer::Ruling(_)) if is_only_confirmed(call) => Some("{}".to_owned()),
        _ => None,
    }
}

/// Calls whose answer has no content.
fn is_only_confirmed(call: Call) -> bool {
    match call {
        Call::Events
        | Call::Firmware
        | Call::Log
        | Call::Meter
        | Call::Monitors
        | Call::Report
        | Call::Reservation
        | Call::Security
        | Call::Status
        | Call::Transaction => true,
        Call::Kept(kept) => {
            !matches!(kept, Kept::Needs | Kept::Schedule | Kept::OpenedStream | Kept::VatNumber)
        }
        Call::Authorize
        | Call::Boot
        | Call::CertificateStatus
        | Call::ChainStatus
        | Call::DataTransfer
        | Call::EvCertificate
        | Call::Heartbeat
        | Call::PullSchedule
        | Call::SignCertificate => false,
    }
}

/// Calls whose answer repeats parts of them.
pub fn is_echoed(action: &str) -> bool {
    ["VatNumberValidation", "GetCertificateChainStatus"].iter().any(|word| word.eq_ignore_ascii_case(action))
}

fn status(ruling: Ruling) -> String {
    object(|o| _ = o.word("status", if ruling == Ruling::Accepted { "Accepted" } else { "Rejected" }))
}

fn data_transfer_word(status: DataTransferStatus) -> &'static str {
    match status {
        DataTransferStatus::Accepted => "Accepted",
        DataTransferStatus::Rejected => "Rejected",
        DataTransferStatus::UnknownMessage => "UnknownMessageId",
        DataTransferStatus::UnknownVendor => "UnknownVendorId",
    }
}

/// VatNumberValidationResponse: names the number and the EVSE again.
fn vat_number(ruling: Ruling, echo: Option<&str>) -> String {
    /// Longest number by the schema, in characters.
    const VAT_CHARS: usize = 20;
    let asked = echo.and_then(|echo| Node::parse(echo).ok()).unwrap_or(Node::Null);
    object(|o| {
        let number = asked.member("vatNumber").map(item::plain).unwrap_or_default();
        o.text("vatNumber", &number, VAT_CHARS);
        o.some_integer("evseId", item::evse(&asked, "evseId").map(|evse| i64::from(evse.0)));
        o.word("status", if ruling == Ruling::Accepted { "Accepted" } else { "Rejected" });
    })
}

/// Longest text a station shows (MessageContentType.content), in characters.
const MESSAGE_CHARS: usize = 512;
/// Longest language tag of it, in characters.
const LANGUAGE_CHARS: usize = 8;

fn id_token_info(members: &mut Members<'_>, info: &TokenInfo, edition: Edition) {
    let chars = edition.token_chars();
    members.object("idTokenInfo", |o| {
        o.word("status", token::verdict_word(info.verdict));
        if let Some(end) = info.expires_at {
            o.time("cacheExpiryDateTime", end);
        }
        // A group name that does not fit is left out: cut, it could match another group.
        if let Some(group) = info.group.as_deref().filter(|group| group.chars().count() <= chars) {
            o.object("groupIdToken", |o| {
                o.text("idToken", group, chars).word("type", "Central");
            });
        }
        // The price before the start (I01).
        if let Some(message) = &info.message {
            o.object("personalMessage", |o| {
                o.word("format", "UTF8").text("language", message.language, LANGUAGE_CHARS);
                o.text("content", &message.text, MESSAGE_CHARS);
            });
        }
    });
}

/// What this driver pays, for a station that computes costs itself (2.1 I08).
fn driver_tariff(members: &mut Members<'_>, info: &TokenInfo, edition: Edition) {
    if let Some(told) = info.tariff.as_deref().filter(|_| edition.is_21()) {
        members.object("tariff", |o| tariff::write(o, told));
    }
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
            report.items.push(item::item(composite_key(report.evse), schedule));
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
