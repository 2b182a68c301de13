//! What an operator typed as a feed, before it is tried or kept: every member that cannot be used is named.

use super::{MeterFeed, ModbusWire, MqttWire, Wire};
use crate::AppError;
use crate::tokens::checked_optional;

/// As the domain name system has it.
const HOST_MAX_BYTES: usize = 253;
const TOPIC_MAX_BYTES: usize = 256;
const POINTER_MAX_BYTES: usize = 256;
/// Seconds between two readings.
const EVERY_S: std::ops::RangeInclusive<u8> = 1..=60;

pub(super) fn checked(feed: MeterFeed) -> Result<MeterFeed, AppError> {
    let MeterFeed { map, with_chargers, wire } = feed;
    map.check().map_err(|(member, text)| AppError::field(&format!("/{member}"), text))?;
    let numbers = map.measure.numbers();
    let wire = match wire {
        Wire::Mqtt(wire) => Wire::Mqtt(checked_mqtt(wire, numbers)?),
        Wire::Modbus(wire) => Wire::Modbus(checked_modbus(wire, numbers)?),
    };
    Ok(MeterFeed { map, with_chargers, wire })
}

fn checked_mqtt(mut wire: MqttWire, numbers: usize) -> Result<MqttWire, AppError> {
    wire.host = checked_host("/mqtt/host", &wire.host)?;
    checked_port("/mqtt/port", wire.port)?;
    wire.user_name = checked_optional("/mqtt/user_name", wire.user_name)?;
    if wire.values.len() != numbers {
        return Err(AppError::field("/mqtt/values", format!("{numbers} are needed")));
    }
    for (index, value) in wire.values.iter_mut().enumerate() {
        checked_topic(index, &value.topic)?;
        value.pointer = value.pointer.take().filter(|pointer| !pointer.is_empty());
        let pointer = value.pointer.as_deref().unwrap_or("/");
        if !pointer.starts_with('/') || pointer.len() > POINTER_MAX_BYTES {
            let field = format!("/mqtt/values/{index}/pointer");
            return Err(AppError::field(&field, "a JSON pointer, such as /emeter/current"));
        }
    }
    Ok(wire)
}

fn checked_modbus(mut wire: ModbusWire, numbers: usize) -> Result<ModbusWire, AppError> {
    wire.host = checked_host("/modbus/host", &wire.host)?;
    checked_port("/modbus/port", wire.port)?;
    if wire.addresses.len() != numbers {
        return Err(AppError::field("/modbus/addresses", format!("{numbers} are needed")));
    }
    let last = wire.kind.registers() - 1;
    if let Some(index) = wire.addresses.iter().position(|address| address.checked_add(last).is_none()) {
        let field = format!("/modbus/addresses/{index}");
        return Err(AppError::field(&field, "the number would lie beyond the last register"));
    }
    if !EVERY_S.contains(&wire.every_s) {
        return Err(AppError::field("/modbus/every_s", "between 1 and 60 seconds"));
    }
    Ok(wire)
}

fn checked_host(field: &str, host: &str) -> Result<String, AppError> {
    let host = host.trim().trim_start_matches('[').trim_end_matches(']');
    let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || host.len() > HOST_MAX_BYTES || !host.chars().all(usable) {
        return Err(AppError::field(field, "a host name or address, without anything before or after it"));
    }
    Ok(host.to_owned())
}

fn checked_port(field: &str, port: u16) -> Result<(), AppError> {
    if port == 0 { Err(AppError::field(field, "between 1 and 65535")) } else { Ok(()) }
}

fn checked_topic(index: usize, topic: &str) -> Result<(), AppError> {
    let field = || format!("/mqtt/values/{index}/topic");
    if topic.is_empty() || topic.len() > TOPIC_MAX_BYTES || topic.contains('\0') {
        return Err(AppError::field(&field(), "a topic of 1 to 256 characters"));
    }
    if topic.contains(['+', '#']) {
        return Err(AppError::field(&field(), "one topic, without + and #"));
    }
    Ok(())
}
