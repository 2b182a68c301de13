//! A stand-in for the application: answers every fact, so that whole conversations can be driven without one.

use forecourt_core::Timestamp;
use forecourt_core::fact::{Answer, DataTransferStatus, Fact, Phase, Registration};
use forecourt_core::id::TransactionRef;
use forecourt_core::token::{TokenInfo, Verdict};

/// The answer an accommodating application gives.
pub fn answer(fact: &Fact, now: Timestamp) -> Answer {
    match fact {
        Fact::Boot(_) => Answer::Boot { registration: Registration::Accepted, now, interval_s: 300 },
        Fact::Heartbeat => Answer::Heartbeat { now },
        Fact::Authorize(token) => Answer::Authorize(verdict(&token.uid)),
        Fact::Transaction(report) => Answer::Transaction {
            reference: (report.phase == Phase::Started).then(|| TransactionRef("42".into())),
            token: report.token.as_ref().map(|token| verdict(&token.uid)),
        },
        Fact::DataTransfer(_) => Answer::DataTransfer(DataTransferStatus::UnknownVendor),
        _ => Answer::Done,
    }
}

fn verdict(uid: &str) -> TokenInfo {
    let verdict = match uid {
        "BLOCKED" => Verdict::Blocked,
        "EXPIRED" => Verdict::Expired,
        "NOBODY" => Verdict::Unknown,
        "ELSEWHERE" => Verdict::NotHere,
        "BUSY" => Verdict::Concurrent,
        _ => Verdict::Accepted,
    };
    let group = (uid == "GROUPED").then(|| "FLEET".to_owned());
    let expires_at = group.is_some().then(|| "2030-01-01T00:00:00Z".parse().unwrap());
    TokenInfo { verdict, expires_at, group }
}
