//! How a zone's meter looks on the wire. A password goes in and never comes out.

use forecourt_app::AppError;
use forecourt_app::power::{
    FeedRequest, FeedState, FeedTrial, MeterFeed, MeterView, ModbusWire, MqttValue, MqttWire, RegisterTable,
    Trouble, Wire,
};
use forecourt_core::power::{Measure, MeterMap, MeterUnit, PerPhase, RegisterKind, WordOrder, number};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::zone_shapes::Load;

/// Seconds between two readings over Modbus where nothing is said.
const EVERY_S: u8 = 5;

/// Where a meter is read: either `mqtt` or `modbus`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteMeter {
    measure: Measure,
    /// Amperes or milliamperes for currents, watts or kilowatts for power.
    unit: MeterUnit,
    /// What every number is multiplied with, as a decimal number: "1" where nothing is said.
    factor: Option<String>,
    /// The meter counts what comes in as negative.
    #[serde(default)]
    reversed: bool,
    /// The chargers flow through that meter too: what they draw is taken off.
    #[serde(default)]
    with_chargers: bool,
    mqtt: Option<WriteMqtt>,
    modbus: Option<Modbus>,
}

/// Messages of a broker (MQTT 3.1.1).
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteMqtt {
    host: String,
    port: u16,
    /// Only hosts that the operator of the server lists may be without.
    tls: bool,
    user_name: Option<String>,
    /// Left out: the one that is known, as long as broker and user name stay.
    password: Option<String>,
    values: Vec<TopicValue>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Mqtt {
    host: String,
    port: u16,
    tls: bool,
    user_name: Option<String>,
    has_password: bool,
    values: Vec<TopicValue>,
}

/// Where one number stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TopicValue {
    topic: String,
    /// JSON pointer (RFC 6901); left out: the whole message is the number.
    pointer: Option<String>,
}

/// Registers of a meter (Modbus TCP).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Modbus {
    host: String,
    port: u16,
    unit_id: u8,
    /// holding (function 3) or input (function 4)
    #[schema(value_type = String)]
    table: RegisterTable,
    kind: RegisterKind,
    word_order: WordOrder,
    /// 1 to 60 seconds between two readings, 5 where nothing is said.
    every_s: Option<u8>,
    /// The first register of each number, counted from 0, in the order of the phases.
    addresses: Vec<u16>,
}

impl TryFrom<WriteMeter> for FeedRequest {
    type Error = AppError;

    fn try_from(request: WriteMeter) -> Result<Self, AppError> {
        let factor = number(request.factor.as_deref().unwrap_or("1"))
            .map_err(|_| AppError::field("/factor", "a decimal number, such as 0.001"))?;
        let mut password = None;
        let wire = match (request.mqtt, request.modbus) {
            (Some(mqtt), None) => {
                password = mqtt.password;
                let values = mqtt.values.into_iter();
                Wire::Mqtt(MqttWire {
                    host: mqtt.host,
                    port: mqtt.port,
                    tls: mqtt.tls,
                    user_name: mqtt.user_name,
                    values: values.map(|v| MqttValue { topic: v.topic, pointer: v.pointer }).collect(),
                })
            }
            (None, Some(modbus)) => Wire::Modbus(ModbusWire {
                host: modbus.host,
                port: modbus.port,
                unit_id: modbus.unit_id,
                table: modbus.table,
                kind: modbus.kind,
                word_order: modbus.word_order,
                every_s: modbus.every_s.unwrap_or(EVERY_S),
                addresses: modbus.addresses,
            }),
            _ => return Err(AppError::field("/mqtt", "either mqtt or modbus")),
        };
        let WriteMeter { measure, unit, reversed, with_chargers, .. } = request;
        let map = MeterMap { measure, unit, factor, reversed };
        Ok(Self { feed: MeterFeed { map, with_chargers, wire }, password })
    }
}

/// A zone's meter.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meter {
    /// Null: programs tell its readings, if anybody does.
    feed: Option<Feed>,
    /// Null while nothing is read by this server.
    standing: Option<FeedNow>,
    /// What was read last, by whom.
    load: Option<Load>,
    /// The last reading is older than five minutes: the highest load of the last day is counted instead.
    is_silent: bool,
}

/// Where a meter is read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Feed {
    measure: Measure,
    unit: MeterUnit,
    factor: String,
    reversed: bool,
    with_chargers: bool,
    mqtt: Option<Mqtt>,
    modbus: Option<Modbus>,
    changed_at: Option<String>,
}

/// How reading goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedNow {
    /// connecting, connected or waiting (before the next try)
    #[schema(value_type = String)]
    state: FeedState,
    since: String,
    /// When the last reading came.
    read_at: Option<String>,
    trouble: Option<TroubleShape>,
}

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct TroubleShape {
    code: String,
    /// A topic, a register or what came, where the code alone does not say it.
    detail: Option<String>,
    /// In English.
    text: String,
    since: Option<String>,
}

/// What a trial read.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeterTrial {
    /// As the meter gave them, in its unit.
    numbers: Vec<String>,
    load_ma: Option<PerPhase>,
    /// The broker had kept this message from before; when it was sent is not known.
    kept: bool,
    trouble: Option<TroubleShape>,
}

fn trouble_shape(trouble: &Trouble, since: Option<String>) -> TroubleShape {
    let value = serde_json::to_value(trouble).unwrap_or_default();
    let code = value.get("code").and_then(|code| code.as_str()).unwrap_or("unknown").to_owned();
    let detail = value.get("detail").map(|detail| match detail.as_str() {
        Some(text) => text.to_owned(),
        None => detail.to_string(),
    });
    TroubleShape { code, detail, text: trouble.to_string(), since }
}

impl From<MeterView> for Meter {
    fn from(view: MeterView) -> Self {
        let MeterView { feed, has_password, changed_at, standing, load, is_silent, .. } = view;
        let changed_at = changed_at.map(|at| at.to_string());
        let standing = standing.map(|now| FeedNow {
            state: now.state,
            since: now.since.to_string(),
            read_at: now.read_at.map(|at| at.to_string()),
            trouble: now.trouble.map(|(since, trouble)| trouble_shape(&trouble, Some(since.to_string()))),
        });
        let feed = feed.map(|feed| feed_shape(feed, has_password, changed_at));
        Self { feed, standing, load: load.map(Load::from), is_silent }
    }
}

fn feed_shape(feed: MeterFeed, has_password: bool, changed_at: Option<String>) -> Feed {
    let MeterFeed { map, with_chargers, wire } = feed;
    let (mqtt, modbus) = match wire {
        Wire::Mqtt(MqttWire { host, port, tls, user_name, values }) => {
            let each = values.into_iter().map(|v| TopicValue { topic: v.topic, pointer: v.pointer });
            (Some(Mqtt { host, port, tls, user_name, has_password, values: each.collect() }), None)
        }
        Wire::Modbus(wire) => {
            let ModbusWire { host, port, unit_id, table, kind, word_order, every_s, addresses } = wire;
            let every_s = Some(every_s);
            (None, Some(Modbus { host, port, unit_id, table, kind, word_order, every_s, addresses }))
        }
    };
    let MeterMap { measure, unit, factor, reversed } = map;
    Feed { measure, unit, factor: factor.to_string(), reversed, with_chargers, mqtt, modbus, changed_at }
}

impl From<FeedTrial> for MeterTrial {
    fn from(trial: FeedTrial) -> Self {
        let numbers = trial.numbers.iter().map(|number| number.normalize().to_string()).collect();
        let (load_ma, trouble) = match trial.outcome {
            Ok(load) => (Some(load), None),
            Err(trouble) => (None, Some(trouble_shape(&trouble, None))),
        };
        Self { numbers, load_ma, kept: trial.kept, trouble }
    }
}
