//! What holds of a charging profile in every version, and how its rates are written.
//!
//! Says in words what a station would refuse. It never changes a profile: a limit that was mended is another limit.

use forecourt_core::charging::{
    ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose, RateUnit, Recurrency,
};

use crate::write::Members;

/// Most periods of one schedule by the 2.x schema; more than any 1.6 station announces
/// (ChargingScheduleMaxPeriods), but those who know that number are elsewhere.
const MAX_PERIODS: usize = 1_024;

/// Refuses a profile that no station may take.
pub(crate) fn sound(profile: &ChargingProfile, max_schedules: usize) -> Result<(), String> {
    if profile.schedules.is_empty() {
        return Err("a charging profile needs a schedule".to_owned());
    }
    if profile.schedules.len() > max_schedules {
        return Err(format!(
            "a charging profile of this OCPP version has at most {max_schedules} schedule(s), not {}",
            profile.schedules.len()
        ));
    }
    if profile.stack_level < 0 {
        return Err("the stack level of a charging profile is 0 or more".to_owned());
    }
    if profile.valid_from.zip(profile.valid_to).is_some_and(|(from, to)| to <= from) {
        return Err("a charging profile ends after it begins".to_owned());
    }
    match (profile.kind, profile.recurrency) {
        (ProfileKind::Recurring, None) => {
            return Err("a recurring charging profile must say whether it is daily or weekly".to_owned());
        }
        (ProfileKind::Absolute | ProfileKind::Relative | ProfileKind::Dynamic, Some(_)) => {
            return Err("only a recurring charging profile is daily or weekly".to_owned());
        }
        _ => {}
    }
    let for_session = profile.purpose == ProfilePurpose::Transaction;
    if for_session != profile.transaction.is_some() {
        return Err(match for_session {
            true => "a charging profile for a session must name it".to_owned(),
            false => "only a charging profile for a session may name one".to_owned(),
        });
    }
    profile.schedules.iter().try_for_each(schedule)
}

fn schedule(schedule: &ChargingSchedule) -> Result<(), String> {
    let periods = &schedule.periods;
    // "The first StartSchedule must always be 0" (1.6 §7.14, 2.0.1 K01.FR.31).
    if periods.first().is_none_or(|first| first.start_s != 0) {
        return Err("the first period of a charging schedule begins at second 0".to_owned());
    }
    if periods.len() > MAX_PERIODS {
        return Err(format!("a charging schedule has at most {MAX_PERIODS} periods"));
    }
    if periods.windows(2).any(|pair| matches!(pair, [one, next] if next.start_s <= one.start_s)) {
        return Err("the periods of a charging schedule must follow one another".to_owned());
    }
    if periods.iter().any(|period| period.limit < 0) || schedule.min_rate.is_some_and(|rate| rate < 0) {
        return Err("a limit is 0 or more".to_owned());
    }
    if periods.iter().any(|period| period.phases.is_some_and(|phases| !(1..=3).contains(&phases))) {
        return Err("a period is for one, two or three phases".to_owned());
    }
    if schedule.duration_s.is_some_and(|duration| duration <= 0) {
        return Err("a charging schedule lasts at least a second".to_owned());
    }
    Ok(())
}

/// The members that a schedule has in every version.
pub(crate) fn write_schedule(o: &mut Members<'_>, schedule: &ChargingSchedule) {
    o.some_integer("duration", schedule.duration_s);
    o.some_time("startSchedule", schedule.starts_at);
    o.word("chargingRateUnit", unit_word(schedule.unit));
    o.objects("chargingSchedulePeriod", schedule.periods.iter(), |o, period| {
        o.integer("startPeriod", period.start_s);
        o.json("limit", &rate(schedule.unit, period.limit));
        o.some_integer("numberPhases", period.phases);
    });
    if let Some(min) = schedule.min_rate {
        o.json("minChargingRate", &rate(schedule.unit, min));
    }
}

/// A rate as OCPP writes it. Amperes have at most one decimal (1.6 §7.14, 2.x ChargingSchedulePeriodType) and are rounded
/// down: a limit must not be exceeded.
pub(crate) fn rate(unit: RateUnit, rate: i64) -> String {
    match unit {
        RateUnit::Watts => rate.to_string(),
        RateUnit::MilliAmps => {
            let tenths = rate.div_euclid(100);
            let (whole, tenth) = (tenths / 10, (tenths % 10).abs());
            let sign = if tenths < 0 && whole == 0 { "-" } else { "" };
            if tenth == 0 { format!("{whole}") } else { format!("{sign}{whole}.{tenth}") }
        }
    }
}

pub(crate) fn unit_word(unit: RateUnit) -> &'static str {
    match unit {
        RateUnit::MilliAmps => "A",
        RateUnit::Watts => "W",
    }
}

pub(crate) fn recurrency_word(recurrency: Recurrency) -> &'static str {
    match recurrency {
        Recurrency::Daily => "Daily",
        Recurrency::Weekly => "Weekly",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amperes_are_rounded_down_to_tenths() {
        for (milliamps, text) in
            [(16_000, "16"), (16_250, "16.2"), (16_299, "16.2"), (50, "0"), (600, "0.6"), (-150, "-0.2")]
        {
            assert_eq!(rate(RateUnit::MilliAmps, milliamps), text);
        }
        assert_eq!(rate(RateUnit::Watts, 11_040), "11040");
    }
}
