//! Answers in 1.6, both ways: ours to a station's call, a station's to ours.

use forecourt_core::command::InstalledCertificate;
use forecourt_core::fact::{
    Answer, DataTransferStatus, ItemKind, ItemReport, Registration, Ruling, Variable, composite_key,
};
use forecourt_core::id::TransactionRef;
use forecourt_core::token::{TokenInfo, Verdict};

use super::ID_TAG_MAX_CHARS;
use super::facts::{CALLS, Call};
use crate::item;
use crate::node::Node;
use crate::read::{Notes, Object, VALUE_HARD_CHARS};
use crate::version;
use crate::write::{Members, object};

/// The payload of our answer, or `None` when this answer does not fit this call.
pub fn write_answer(action: &str, answer: &Answer) -> Option<String> {
    let call = version::find_action(action, &[CALLS])?;
    match (call, answer) {
        (Call::Boot, Answer::Boot { registration, now, interval_s }) => Some(object(|o| {
            o.word("status", registration_word(*registration));
            o.time("currentTime", *now).integer("interval", i64::from(*interval_s));
        })),
        (Call::Heartbeat, Answer::Heartbeat { now }) => Some(object(|o| _ = o.time("currentTime", *now))),
        (Call::Authorize, Answer::Authorize(info)) => Some(object(|o| id_tag_info(o, info))),
        (Call::Start, Answer::Transaction { reference, token, .. }) => Some(object(|o| {
            o.integer("transactionId", reference.as_ref().map_or(0, transaction_id));
            // idTagInfo is required here; a start without a verdict has not been authorised.
            let refused = TokenInfo {
                verdict: Verdict::Unknown,
                expires_at: None,
                group: None,
                message: None,
                tariff: None,
            };
            id_tag_info(o, token.as_ref().unwrap_or(&refused));
        })),
        (Call::Stop, Answer::Transaction { token, .. }) => Some(object(|o| {
            if let Some(info) = token {
                id_tag_info(o, info);
            }
        })),
        (Call::Stop, Answer::Done) => Some("{}".to_owned()),
        (Call::DataTransfer, Answer::DataTransfer(status)) => {
            Some(object(|o| _ = o.word("status", data_transfer_word(*status))))
        }
        (Call::SignCertificate, Answer::Ruling(ruling)) => Some(object(|o| {
            o.word("status", if *ruling == Ruling::Accepted { "Accepted" } else { "Rejected" });
        })),
        (
            Call::Diagnostics
            | Call::Firmware
            | Call::Log
            | Call::Meter
            | Call::Security
            | Call::SignedFirmware
            | Call::Status,
            Answer::Done | Answer::Ruling(_),
        ) => Some("{}".to_owned()),
        _ => None,
    }
}

fn transaction_id(reference: &TransactionRef) -> i64 {
    reference.0.parse().unwrap_or(0)
}

fn registration_word(registration: Registration) -> &'static str {
    match registration {
        Registration::Accepted => "Accepted",
        Registration::Pending => "Pending",
        Registration::Rejected => "Rejected",
    }
}

fn data_transfer_word(status: DataTransferStatus) -> &'static str {
    match status {
        DataTransferStatus::Accepted => "Accepted",
        DataTransferStatus::Rejected => "Rejected",
        DataTransferStatus::UnknownMessage => "UnknownMessageId",
        DataTransferStatus::UnknownVendor => "UnknownVendorId",
    }
}

fn id_tag_info(members: &mut Members<'_>, info: &TokenInfo) {
    members.object("idTagInfo", |o| {
        o.word("status", verdict_word(info.verdict));
        if let Some(end) = info.expires_at {
            o.time("expiryDate", end);
        }
        // A group name that does not fit is left out: cut, it could match another group.
        if let Some(group) = info.group.as_deref().filter(|group| group.chars().count() <= ID_TAG_MAX_CHARS) {
            o.text("parentIdTag", group, ID_TAG_MAX_CHARS);
        }
    });
}

pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "Accepted",
        // It has no word for missing credit (2.0.1 has NoCredit).
        Verdict::Blocked | Verdict::NoCredit => "Blocked",
        Verdict::Expired => "Expired",
        // 1.6 has one word for all that it does not know better (AuthorizationStatus, §7.2).
        Verdict::Unknown | Verdict::NotHere => "Invalid",
        Verdict::Concurrent => "ConcurrentTx",
    }
}

/// The configuration keys in the answer to GetConfiguration.
pub fn variables(action: &str, payload: &Node<'_>) -> Vec<Variable> {
    let notes = Notes::default();
    let mut found = Vec::new();
    let Ok(object) = Object::payload(payload, action, &notes) else { return found };
    if action == "GetConfiguration" {
        object.each("configurationKey", |key| {
            let Some(name) = key.text("key", 50).filter(|name| !name.is_empty()) else { return };
            found.push(Variable {
                component: String::new(),
                component_instance: String::new(),
                name,
                instance: String::new(),
                attribute: "Actual".to_owned(),
                value: key.text_up_to("value", 500, VALUE_HARD_CHARS),
                readonly: key.boolean("readonly").unwrap_or(false),
                writeonly: false,
                characteristics: None,
            });
        });
    }
    found
}

/// Things to keep in an answer.
pub fn items(action: &str, payload: &Node<'_>) -> Option<ItemReport> {
    if action != "GetCompositeSchedule" {
        return None;
    }
    payload.member("chargingSchedule")?;
    let mut report = item::report(ItemKind::ChargingSchedule);
    report.evse = item::evse(payload, "connectorId");
    report.items.push(item::item(composite_key(report.evse), payload));
    Some(report)
}

/// The certificates in an answer; 1.6 was asked for one use and does not repeat it.
pub fn installed_certificates(object: &Object<'_>) -> Vec<InstalledCertificate> {
    let mut found = Vec::new();
    object.each("certificateHashData", |data| {
        found.push(InstalledCertificate { trust: None, hash: item::hash(&data), children: Vec::new() });
    });
    found
}
