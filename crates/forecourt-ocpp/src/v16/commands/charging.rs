//! Charging profiles in the words of 1.6.

use forecourt_core::charging::{ChargingProfile, ProfileKind, ProfilePurpose, RateUnit};
use forecourt_core::id::EvseNumber;

use crate::profile;
use crate::version::Call;
use crate::write::object;

pub(super) fn set(evse: Option<EvseNumber>, wanted: &ChargingProfile) -> Result<Call, String> {
    profile::sound(wanted, 1)?;
    let purpose = purpose_word(wanted.purpose)?;
    let connector = evse.unwrap_or(EvseNumber(0));
    // 1.6 §3.13.1: the station's limit is set on connector 0, a session's on its own.
    match wanted.purpose {
        ProfilePurpose::StationMax if connector.0 != 0 => {
            return Err("the limit of a station is set for the station, not for an EVSE".to_owned());
        }
        ProfilePurpose::Transaction if connector.0 == 0 => {
            return Err("a charging profile for a session needs its EVSE".to_owned());
        }
        _ => {}
    }
    let kind = match wanted.kind {
        ProfileKind::Absolute => "Absolute",
        ProfileKind::Recurring => "Recurring",
        ProfileKind::Relative => "Relative",
        ProfileKind::Dynamic => return Err("OCPP 1.6 has no dynamic charging profiles".to_owned()),
    };
    let transaction = match &wanted.transaction {
        None => None,
        Some(reference) => Some(
            reference
                .0
                .parse::<i64>()
                .map_err(|_| "the session has no OCPP 1.6 transaction number".to_owned())?,
        ),
    };
    Ok(Call::new(
        "SetChargingProfile",
        object(|o| {
            o.integer("connectorId", i64::from(connector.0));
            o.object("csChargingProfiles", |o| {
                o.integer("chargingProfileId", wanted.id);
                o.some_integer("transactionId", transaction);
                o.integer("stackLevel", wanted.stack_level);
                o.word("chargingProfilePurpose", purpose);
                o.word("chargingProfileKind", kind);
                if let Some(recurrency) = wanted.recurrency {
                    o.word("recurrencyKind", profile::recurrency_word(recurrency));
                }
                o.some_time("validFrom", wanted.valid_from).some_time("validTo", wanted.valid_to);
                if let Some(schedule) = wanted.schedules.first() {
                    o.object("chargingSchedule", |o| profile::write_schedule(o, schedule));
                }
            });
        }),
    ))
}

fn purpose_word(purpose: ProfilePurpose) -> Result<&'static str, String> {
    match purpose {
        ProfilePurpose::StationMax => Ok("ChargePointMaxProfile"),
        ProfilePurpose::Default => Ok("TxDefaultProfile"),
        ProfilePurpose::Transaction => Ok("TxProfile"),
        ProfilePurpose::External | ProfilePurpose::Priority | ProfilePurpose::LocalGeneration => {
            Err("OCPP 1.6 has no charging profiles for this purpose".to_owned())
        }
    }
}

pub(super) fn clear(
    id: Option<i64>,
    evse: Option<EvseNumber>,
    purpose: Option<ProfilePurpose>,
    stack_level: Option<i64>,
) -> Result<Call, String> {
    let purpose = purpose.map(purpose_word).transpose()?;
    Ok(Call::new(
        "ClearChargingProfile",
        object(|o| {
            o.some_integer("id", id);
            o.some_integer("connectorId", evse.map(|evse| i64::from(evse.0)));
            if let Some(purpose) = purpose {
                o.word("chargingProfilePurpose", purpose);
            }
            o.some_integer("stackLevel", stack_level);
        }),
    ))
}

pub(super) fn composite(evse: Option<EvseNumber>, duration_s: i64, unit: Option<RateUnit>) -> Call {
    Call::new(
        "GetCompositeSchedule",
        object(|o| {
            o.integer("connectorId", i64::from(evse.unwrap_or(EvseNumber(0)).0))
                .integer("duration", duration_s);
            if let Some(unit) = unit {
                o.word("chargingRateUnit", profile::unit_word(unit));
            }
        }),
    )
}
