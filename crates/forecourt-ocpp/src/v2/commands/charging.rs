//! Charging profiles in the words of 2.x.

use forecourt_core::charging::{ChargingProfile, ProfileKind, ProfilePurpose, RateUnit};
use forecourt_core::id::EvseNumber;

use super::super::Edition;
use crate::profile;
use crate::version::{Call, fits};
use crate::write::object;

/// Most schedules of one profile by the schema: a vehicle chooses among them (2.0.1 K01.FR.34).
const MAX_SCHEDULES: usize = 3;

pub(super) fn set(
    evse: Option<EvseNumber>,
    wanted: &ChargingProfile,
    edition: Edition,
) -> Result<Call, String> {
    profile::sound(wanted, MAX_SCHEDULES)?;
    let purpose = purpose_word(wanted.purpose, edition)?;
    let evse = evse.unwrap_or(EvseNumber(0));
    places(evse, wanted)?;
    let kind = match wanted.kind {
        ProfileKind::Absolute => "Absolute",
        ProfileKind::Recurring => "Recurring",
        ProfileKind::Relative => "Relative",
        ProfileKind::Dynamic if edition.is_21() => "Dynamic",
        ProfileKind::Dynamic => return Err("OCPP 2.0.1 has no dynamic charging profiles".to_owned()),
    };
    if let Some(transaction) = &wanted.transaction {
        fits("the transaction id", &transaction.0, 36)?;
    }
    Ok(Call::new(
        "SetChargingProfile",
        object(|o| {
            o.integer("evseId", i64::from(evse.0));
            o.object("chargingProfile", |o| {
                o.integer("id", wanted.id).integer("stackLevel", wanted.stack_level);
                o.word("chargingProfilePurpose", purpose).word("chargingProfileKind", kind);
                if let Some(recurrency) = wanted.recurrency {
                    o.word("recurrencyKind", profile::recurrency_word(recurrency));
                }
                o.some_time("validFrom", wanted.valid_from).some_time("validTo", wanted.valid_to);
                o.some_text("transactionId", wanted.transaction.as_ref().map(|id| id.0.as_str()), 36);
                o.objects("chargingSchedule", (1..).zip(&wanted.schedules), |o, (number, schedule)| {
                    o.integer("id", number);
                    profile::write_schedule(o, schedule);
                });
            });
        }),
    ))
}

/// Which profile belongs where and starts when (2.0.1 K01).
fn places(evse: EvseNumber, wanted: &ChargingProfile) -> Result<(), String> {
    let told = |starts: bool| wanted.schedules.iter().all(|schedule| schedule.starts_at.is_some() == starts);
    match (wanted.purpose, wanted.kind) {
        (ProfilePurpose::StationMax, _) if evse.0 != 0 => {
            Err("the limit of a station is set for the station, not for an EVSE".to_owned())
        }
        // K01.FR.38
        (ProfilePurpose::StationMax, ProfileKind::Relative) => {
            Err("the limit of a station cannot be relative to a session".to_owned())
        }
        // K01.FR.16
        (ProfilePurpose::Transaction, _) if evse.0 == 0 => {
            Err("a charging profile for a session needs its EVSE".to_owned())
        }
        // K01.FR.40, K01.FR.41
        (_, ProfileKind::Absolute | ProfileKind::Recurring) if !told(true) => {
            Err("an absolute or recurring charging profile needs the time at which it starts".to_owned())
        }
        (_, ProfileKind::Relative) if !told(false) => {
            Err("a relative charging profile starts with the session, not at a time".to_owned())
        }
        _ => Ok(()),
    }
}

fn purpose_word(purpose: ProfilePurpose, edition: Edition) -> Result<&'static str, String> {
    match purpose {
        ProfilePurpose::StationMax => Ok("ChargingStationMaxProfile"),
        ProfilePurpose::Default => Ok("TxDefaultProfile"),
        ProfilePurpose::Transaction => Ok("TxProfile"),
        // K01.FR.22
        ProfilePurpose::External => Err("limits from outside are for others to set, not for us".to_owned()),
        ProfilePurpose::Priority if edition.is_21() => Ok("PriorityCharging"),
        ProfilePurpose::LocalGeneration if edition.is_21() => Ok("LocalGeneration"),
        ProfilePurpose::Priority | ProfilePurpose::LocalGeneration => {
            Err("OCPP 2.0.1 has no charging profiles for this purpose".to_owned())
        }
    }
}

pub(super) fn clear(
    id: Option<i64>,
    evse: Option<EvseNumber>,
    purpose: Option<ProfilePurpose>,
    stack_level: Option<i64>,
    edition: Edition,
) -> Result<Call, String> {
    let purpose = purpose.map(|purpose| purpose_word(purpose, edition)).transpose()?;
    if stack_level.is_some_and(|level| level < 0) {
        return Err("the stack level of a charging profile is 0 or more".to_owned());
    }
    Ok(Call::new(
        "ClearChargingProfile",
        object(|o| {
            // An id says it all; otherwise the criteria must be there, empty for everything (2.0.1 K10.FR.02).
            if id.is_some() {
                o.some_integer("chargingProfileId", id);
                return;
            }
            o.object("chargingProfileCriteria", |o| {
                o.some_integer("evseId", evse.map(|evse| i64::from(evse.0)));
                if let Some(purpose) = purpose {
                    o.word("chargingProfilePurpose", purpose);
                }
                o.some_integer("stackLevel", stack_level);
            });
        }),
    ))
}

pub(super) fn composite(evse: Option<EvseNumber>, duration_s: i64, unit: Option<RateUnit>) -> Call {
    Call::new(
        "GetCompositeSchedule",
        object(|o| {
            o.integer("duration", duration_s);
            if let Some(unit) = unit {
                o.word("chargingRateUnit", profile::unit_word(unit));
            }
            o.integer("evseId", i64::from(evse.unwrap_or(EvseNumber(0)).0));
        }),
    )
}
