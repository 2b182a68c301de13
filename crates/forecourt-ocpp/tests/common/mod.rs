//! A stand-in for the application: answers every fact, so that whole conversations can be driven without one.

use forecourt_core::Timestamp;
use forecourt_core::charging::RateUnit;
use forecourt_core::command::OcspRequest;
use forecourt_core::fact::{
    Answer, CertificateState, DataTransferStatus, Fact, ItemKind, Phase, Registration, Ruling,
    ScheduleUpdate, TransactionReport,
};
use forecourt_core::id::TransactionRef;
use forecourt_core::tariff::{StationTariff, Tariff};
use forecourt_core::token::{Message, TokenInfo, Verdict};
use forecourt_core::unit::{Currency, MinorUnits, Money};

/// The answer an accommodating application gives.
pub fn answer(fact: &Fact, now: Timestamp) -> Answer {
    match fact {
        Fact::Boot(_) => Answer::Boot { registration: Registration::Accepted, now, interval_s: 300 },
        Fact::Heartbeat => Answer::Heartbeat { now },
        Fact::Authorize(token) => Answer::Authorize(verdict(&token.uid)),
        Fact::Transaction(report) => Answer::Transaction {
            total_cost: cost(report),
            reference: (report.phase == Phase::Started).then(|| TransactionRef("42".into())),
            token: report.token.as_ref().map(|token| verdict(&token.uid)),
        },
        Fact::DataTransfer(_) => Answer::DataTransfer(DataTransferStatus::UnknownVendor),
        Fact::AuthorizeContract(contract) => {
            Answer::AuthorizeContract { info: verdict(&contract.token.uid), certificate_status: "Accepted" }
        }
        Fact::SignCertificate(_) => Answer::Ruling(Ruling::Accepted),
        Fact::EvCertificate(_) => Answer::EvCertificate(Ok("ZXhp".into())),
        Fact::CertificateStatus(_) => Answer::OcspResult(Ok("b2NzcA==".into())),
        Fact::CertificateChainStatus(several) => {
            Answer::ChainStatus { statuses: several.iter().map(|one| good(one, now)).collect() }
        }
        Fact::PullSchedule { .. } => {
            Answer::ScheduleUpdate(Some(ScheduleUpdate { unit: RateUnit::MilliAmps, limit: 16_500 }))
        }
        Fact::Items(report) => match report.kind {
            ItemKind::ChargingNeeds => Answer::Ruling(Ruling::Processing),
            _ => Answer::Ruling(Ruling::Accepted),
        },
        Fact::Status(_)
        | Fact::Meter(_)
        | Fact::Variables(_)
        | Fact::Events(_)
        | Fact::LogUpload(_)
        | Fact::Firmware(_)
        | Fact::Security(_)
        | Fact::Monitors(_)
        | Fact::Reservation { .. }
        | Fact::Noted => Answer::Done,
    }
}

/// A transaction whose name says so has a price: 3.50 so far, 12.00 in all.
fn cost(report: &TransactionReport) -> Option<Money> {
    let priced = report.reference.as_ref().is_some_and(|r| r.0.ends_with("-priced"));
    let amount = match report.phase {
        Phase::Started => return None,
        Phase::Updated => MinorUnits(350),
        Phase::Ended => MinorUnits(1_200),
    };
    priced.then_some(Money { amount, currency: Currency::read("EUR")? })
}

fn good(request: &OcspRequest, now: Timestamp) -> CertificateState {
    CertificateState { request: request.clone(), status: "Good", next_update: now }
}

fn verdict(uid: &str) -> TokenInfo {
    let verdict = match uid {
        "BLOCKED" => Verdict::Blocked,
        "EXPIRED" => Verdict::Expired,
        "NOBODY" => Verdict::Unknown,
        "ELSEWHERE" => Verdict::NotHere,
        "BUSY" => Verdict::Concurrent,
        "OWING" => Verdict::NoCredit,
        _ => Verdict::Accepted,
    };
    let group = (uid == "GROUPED").then(|| "FLEET".to_owned());
    let expires_at = group.is_some().then(|| "2030-01-01T00:00:00Z".parse().unwrap());
    let message = (uid == "PRICED").then(|| Message { language: "en", text: "0.50 EUR per kWh.".into() });
    let tariff = (uid == "PRICED").then(|| Box::new(self::tariff()));
    TokenInfo { verdict, expires_at, group, message, tariff }
}

/// Night and day, a start fee, a fee for standing from the second hour on, and at least one euro.
pub fn tariff() -> StationTariff {
    let rules: Tariff = serde_json::from_str(
        r#"{"currency":"EUR","prices":"with_vat","min_price":{"without_vat":"1"},"elements":[
            {"components":[{"dimension":"energy","price":"0.35","vat":"19"}],
             "restrictions":{"start_time":"22:00","end_time":"06:00","weekdays":["friday","saturday"],
                             "start_date":"2026-01-01","end_date":"2026-07-01"}},
            {"components":[{"dimension":"energy","price":"0.595","vat":"19"}],"restrictions":{"max_power_w":50000}},
            {"components":[{"dimension":"energy","price":"0.7","vat":"19"},{"dimension":"flat","price":"0.5"}]},
            {"components":[{"dimension":"occupied_time","price":"6"}],
             "restrictions":{"min_duration_s":7200,"min_current_ma":1500,"start_time":"08:00"}}]}"#,
    )
    .unwrap();
    StationTariff {
        id: "fc-1".into(),
        prices: rules.for_station().unwrap(),
        words: vec![("en".into(), "0.70 EUR per kWh".into()), ("de".into(), "0.70 EUR je kWh".into())],
    }
}
