//! Answers in 2.x, both ways: ours to a station's call, a station's to ours.

use forecourt_core::command::Outcome;
use forecourt_core::fact::{Answer, DataTransferStatus, Registration, Variable};
use forecourt_core::token::{TokenInfo, Verdict};

use super::TOKEN_CHARS_201;
use super::device::About;
use super::facts::{CALLS, Call};
use crate::node::Node;
use crate::outcome;
use crate::read::{Notes, Object};
use crate::version;
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
        o.word(
            "status",
            match info.verdict {
                Verdict::Accepted => "Accepted",
                Verdict::Blocked => "Blocked",
                Verdict::Expired => "Expired",
                Verdict::Unknown => "Unknown",
                Verdict::Concurrent => "ConcurrentTx",
                Verdict::NotHere => "NotAtThisLocation",
            },
        );
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

/// Actions whose answer is no yes without a status.
const WITH_STATUS: &[&str] = &[
    "RequestStartTransaction",
    "RequestStopTransaction",
    "Reset",
    "UnlockConnector",
    "ChangeAvailability",
    "GetBaseReport",
    "TriggerMessage",
    "ClearCache",
    "DataTransfer",
];

/// A station's answer to a call of ours.
pub fn read_answer(action: &str, payload: &Node<'_>, answer: &str) -> Outcome {
    match action {
        "GetVariables" => outcome::by_each(payload, "getVariableResult", "attributeStatus", answer),
        "SetVariables" => outcome::by_each(payload, "setVariableResult", "attributeStatus", answer),
        _ => outcome::by_status(payload, WITH_STATUS.contains(&action), answer),
    }
}

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
