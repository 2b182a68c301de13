//! What a 2.x station tells of things that have no shape of ours: kept as it wrote them, under a key of its own.
//!
//! Nothing is refused here for what it says: only a message without the member that names the thing has no meaning. A
//! newer word about the same thing replaces the older, and the message log has both.

use forecourt_core::fact::{CarNeeds, Fact, Item, ItemKind, ItemReport};
use forecourt_core::id::{EvseNumber, TransactionRef};
use forecourt_core::unit::WattHours;

use crate::decimal::Decimal;
use crate::fault::Fault;
use crate::item;
use crate::node::Node;
use crate::read::Object;

/// Messages that become items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    BatterySwap,
    ClearedLimit,
    ClosedStream,
    CustomerInformation,
    DerAlarm,
    DerControls,
    DerStartStop,
    DisplayMessages,
    Limit,
    Needs,
    OpenedStream,
    Priority,
    Profiles,
    PublishFirmware,
    Schedule,
    Settlement,
    StreamData,
    VatNumber,
    WebPayment,
}

/// What kind of item a message becomes, in one word.
pub(super) const fn word(kept: Kept) -> &'static str {
    match kept {
        Kept::BatterySwap => "battery swap",
        Kept::Limit | Kept::ClearedLimit => "charging limit",
        Kept::OpenedStream | Kept::ClosedStream => "event stream",
        Kept::CustomerInformation => "customer information",
        Kept::DerAlarm => "inverter alarm",
        Kept::DerControls | Kept::DerStartStop => "inverter control",
        Kept::DisplayMessages => "display messages",
        Kept::Needs => "charging needs",
        Kept::Priority => "priority charging",
        Kept::Profiles => "charging profiles",
        Kept::PublishFirmware => "published firmware",
        Kept::Schedule => "charging schedule",
        Kept::Settlement => "settlement",
        Kept::StreamData => "stream data",
        Kept::VatNumber => "VAT number",
        Kept::WebPayment => "web payment",
    }
}

pub(super) fn read(kept: Kept, object: &Object<'_>, payload: &Node<'_>) -> Result<Fact, Fault> {
    let report = match kept {
        Kept::Profiles => profiles(object, payload),
        Kept::DisplayMessages => {
            let mut report = many(ItemKind::DisplayMessage, object);
            report.items = item::entries(payload, "messageInfo", &["id"]);
            report
        }
        Kept::DerControls => der_controls(object, payload),
        Kept::CustomerInformation => {
            let mut report = many(ItemKind::CustomerInformation, object);
            let part = report.seq.unwrap_or(0);
            let request = report.request_id.unwrap_or(0);
            report.items.push(item::item(format!("{request}/{part}"), payload));
            report
        }
        Kept::Limit | Kept::ClearedLimit => limit(kept, object, payload),
        Kept::Needs => {
            let mut report = of_evse(ItemKind::ChargingNeeds, "needs", object, payload)?;
            report.needs = needs(object);
            report
        }
        Kept::Schedule => of_evse(ItemKind::ChargingSchedule, "vehicle", object, payload)?,
        Kept::WebPayment => of_evse(ItemKind::WebPayment, "payment", object, payload)?,
        Kept::Priority => of_transaction(ItemKind::PriorityCharging, "transactionId", object, payload)?,
        Kept::Settlement => of_transaction(ItemKind::Settlement, "pspRef", object, payload)?,
        Kept::DerAlarm => {
            let mut report = named(ItemKind::DerAlarm, "controlType", object, payload)?;
            report.removed = object.boolean("alarmEnded").unwrap_or(false);
            report
        }
        Kept::DerStartStop => {
            let mut report = named(ItemKind::DerControl, "controlId", object, payload)?;
            report.items.iter_mut().for_each(|item| item.key.push_str("/state"));
            report
        }
        Kept::BatterySwap => {
            let mut report = named(ItemKind::BatterySwap, "eventType", object, payload)?;
            report.request_id = object.integer("requestId");
            let request = report.request_id.unwrap_or(0);
            report.items.iter_mut().for_each(|item| item.key = format!("{request}/{}", item.key));
            report
        }
        Kept::PublishFirmware => {
            let mut report = named(ItemKind::PublishFirmware, "status", object, payload)?;
            report.request_id = object.integer("requestId");
            let request = report.request_id.unwrap_or(0);
            report.items.iter_mut().for_each(|item| item.key = request.to_string());
            report
        }
        Kept::VatNumber => {
            let mut report = named(ItemKind::VatNumber, "vatNumber", object, payload)?;
            report.evse = object.number("evseId").map(EvseNumber);
            report
        }
        Kept::OpenedStream => {
            let stream = object.need_object("constantStreamData")?;
            let id = stream.need_integer("id")?;
            let mut report = item::report(ItemKind::EventStream);
            if let Some(body) = payload.member("constantStreamData") {
                report.items.push(item::item(id.to_string(), body));
            }
            report
        }
        Kept::ClosedStream => {
            let mut report = named(ItemKind::EventStream, "id", object, payload)?;
            report.removed = true;
            report
        }
        Kept::StreamData => named(ItemKind::StreamData, "id", object, payload)?,
    };
    Ok(Fact::Items(report))
}

/// The members of a message that is one of several.
fn many(kind: ItemKind, object: &Object<'_>) -> ItemReport {
    let mut report = item::report(kind);
    report.request_id = object.integer("requestId");
    if report.request_id.is_none() {
        object.missing("requestId");
    }
    report.seq = object.integer("seqNo");
    report.last = !object.boolean("tbc").unwrap_or(false);
    report
}

/// The whole message as one item, named by one of its members.
fn named(kind: ItemKind, name: &str, object: &Object<'_>, payload: &Node<'_>) -> Result<ItemReport, Fault> {
    let Some(key) = object.get(name).filter(|key| !matches!(key, Node::List(_) | Node::Object(_))) else {
        return Err(object.lacks(name, "a text or number"));
    };
    let mut report = item::report(kind);
    report.items.push(item::item(item::plain(key), payload));
    Ok(report)
}

fn of_transaction(
    kind: ItemKind,
    name: &str,
    object: &Object<'_>,
    payload: &Node<'_>,
) -> Result<ItemReport, Fault> {
    let mut report = named(kind, name, object, payload)?;
    report.transaction = object.text("transactionId", 36).filter(|id| !id.is_empty()).map(TransactionRef);
    Ok(report)
}

/// What holds at one EVSE until the next word about it.
fn of_evse(kind: ItemKind, what: &str, object: &Object<'_>, payload: &Node<'_>) -> Result<ItemReport, Fault> {
    let evse = EvseNumber(object.need_number("evseId")?);
    let mut report = item::report(kind);
    report.evse = Some(evse);
    report.items.push(item::item(format!("{what}/{}", evse.0), payload));
    Ok(report)
}

/// When the car leaves and what it asks for: of alternating or direct current, or of a car that may give back too (2.1).
fn needs(object: &Object<'_>) -> Option<CarNeeds> {
    let all = object.object("chargingNeeds")?;
    let energy = |parameters: &str, amount: &str| {
        let text = all.object(parameters)?.decimal(amount)?;
        let (read, _) = Decimal::read(&text)?;
        read.whole().filter(|wh| *wh > 0).map(WattHours)
    };
    let asked = energy("acChargingParameters", "energyAmount")
        .or_else(|| energy("dcChargingParameters", "energyAmount"))
        .or_else(|| energy("v2xChargingParameters", "targetEnergyRequest"));
    let departs_at = all.time("departureTime");
    (asked.is_some() || departs_at.is_some()).then_some(CarNeeds { departs_at, energy: asked })
}

/// ReportChargingProfiles (2.0.1 K09): who set a profile stands beside the list, and belongs to each entry.
fn profiles(object: &Object<'_>, payload: &Node<'_>) -> ItemReport {
    let mut report = many(ItemKind::ChargingProfile, object);
    report.evse = object.number("evseId").map(EvseNumber);
    report.items = item::entries(payload, "chargingProfile", &["id"]);
    if let Some(source) = payload.member("chargingLimitSource") {
        for Item { body, .. } in &mut report.items {
            beside(body, "chargingLimitSource", source);
        }
    }
    report
}

/// Puts one more member into the text of an object.
fn beside(body: &mut String, name: &str, value: &Node<'_>) {
    if let Some(inner) = body.strip_suffix('}') {
        let comma = if inner.ends_with('{') { "" } else { "," };
        *body = format!("{inner}{comma}\"{name}\":{}}}", value.to_json());
    }
}

/// ReportDERControl (2.1 R04): a list for each kind of control.
fn der_controls(object: &Object<'_>, payload: &Node<'_>) -> ItemReport {
    const LISTS: [&str; 8] = [
        "curve",
        "enterService",
        "fixedPFAbsorb",
        "fixedPFInject",
        "fixedVar",
        "freqDroop",
        "gradient",
        "limitMaxDischarge",
    ];
    let mut report = many(ItemKind::DerControl, object);
    for list in LISTS {
        let kind = Node::Text(list.into());
        report.items.extend(item::entries(payload, list, &["id"]).into_iter().map(|mut item| {
            beside(&mut item.body, "list", &kind);
            item
        }));
    }
    report
}

/// NotifyChargingLimit and ClearedChargingLimit (2.0.1 K12, K13): named by who limits, and where.
fn limit(kept: Kept, object: &Object<'_>, payload: &Node<'_>) -> ItemReport {
    let mut report = item::report(ItemKind::ChargingLimit);
    report.evse = object.number("evseId").map(EvseNumber);
    report.removed = kept == Kept::ClearedLimit;
    let inner = object.object("chargingLimit");
    let holder = inner.as_ref().unwrap_or(object);
    let source = holder.expect_text("chargingLimitSource", 20);
    let place = report.evse.map_or(0, |evse| evse.0);
    report.items.push(item::item(format!("{source}/{place}"), payload));
    report
}
