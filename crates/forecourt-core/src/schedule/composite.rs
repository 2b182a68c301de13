//! What should flow by everything a charger was told: its profiles taken together as OCPP has it (1.6 §3.13, 2.0.1 K).

use jiff::{SignedDuration, Timestamp};

use super::{Course, Step, Supply};
use crate::charging::{
    ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose, RateUnit, Recurrency, SchedulePeriod,
};
use crate::unit::{MilliAmps, Watts};

/// Times a recurring profile may begin within what is looked at.
const BEGINNINGS_MAX: i64 = 400;

/// A profile a charger holds.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    pub profile: &'a ChargingProfile,
}

/// What should flow in `[from, until)`: of the defaults the highest level that says something at that moment, in their place
/// what the session was told for itself, and never more than the charger as a whole may.
pub fn composite(
    held: &[Held<'_>],
    session: Option<&Course>,
    began: Option<Timestamp>,
    (from, until): (Timestamp, Timestamp),
    supply: &Supply,
) -> Course {
    let mut moments = vec![from];
    for held in held {
        moments.extend(edges(held.profile, began.unwrap_or(from), (from, until)));
    }
    moments.extend(session.iter().flat_map(|course| course.steps()).map(|step| step.at));
    moments.retain(|moment| *moment >= from && *moment < until);
    let of = |purpose: ProfilePurpose, at: Timestamp| {
        let mut said: Vec<(i64, MilliAmps)> = held
            .iter()
            .filter(|held| held.profile.purpose == purpose)
            .filter_map(|held| {
                let limit = limit_at(held.profile, began.unwrap_or(from), at, supply)?;
                Some((held.profile.stack_level, limit))
            })
            .collect();
        said.sort_by_key(|(level, _)| *level);
        said.pop().map(|(_, limit)| limit)
    };
    let step = |at: Timestamp| {
        let own = session.and_then(|course| course.at(at));
        let own = own.or_else(|| of(ProfilePurpose::Transaction, at));
        let mut limit = own.or_else(|| of(ProfilePurpose::Default, at)).unwrap_or(supply.full());
        for whole in [ProfilePurpose::StationMax, ProfilePurpose::External] {
            limit = limit.min(of(whole, at).unwrap_or(limit));
        }
        Step { at, limit: limit.min(supply.full()) }
    };
    Course::of(moments.into_iter().map(step))
}

/// A schedule as a charger reports it: from `start`, where it says none from `at`.
pub fn reported(schedule: &ChargingSchedule, at: Timestamp, supply: &Supply) -> Course {
    let start = schedule.starts_at.unwrap_or(at);
    let step = |period: &SchedulePeriod| {
        let at = start.checked_add(SignedDuration::from_secs(period.start_s)).ok()?;
        Some(Step { at, limit: current(schedule.unit, period, supply) })
    };
    Course::of(schedule.periods.iter().filter_map(step))
}

fn current(unit: RateUnit, period: &SchedulePeriod, supply: &Supply) -> MilliAmps {
    match unit {
        RateUnit::MilliAmps => MilliAmps(period.limit),
        RateUnit::Watts => supply.current(Watts(period.limit)),
    }
}

/// The latest beginning of a profile's schedule that is not after a moment.
fn beginning(profile: &ChargingProfile, began: Timestamp, at: Timestamp) -> Option<Timestamp> {
    let schedule = profile.schedules.first()?;
    match profile.kind {
        ProfileKind::Relative => Some(began),
        ProfileKind::Absolute | ProfileKind::Dynamic => Some(schedule.starts_at.unwrap_or(began)),
        ProfileKind::Recurring => {
            let start = schedule.starts_at.unwrap_or(began);
            let every = every(profile);
            let gone = at.duration_since(start).as_secs().div_euclid(every.as_secs());
            start.checked_add(SignedDuration::from_secs(gone.saturating_mul(every.as_secs()))).ok()
        }
    }
}

fn every(profile: &ChargingProfile) -> SignedDuration {
    match profile.recurrency {
        Some(Recurrency::Daily) => SignedDuration::from_hours(24),
        _ => SignedDuration::from_hours(7 * 24),
    }
}

fn limit_at(
    profile: &ChargingProfile,
    began: Timestamp,
    at: Timestamp,
    supply: &Supply,
) -> Option<MilliAmps> {
    if profile.valid_from.is_some_and(|from| at < from) || profile.valid_to.is_some_and(|until| at >= until) {
        return None;
    }
    let schedule = profile.schedules.first()?;
    let since = at.duration_since(beginning(profile, began, at)?).as_secs();
    if since < 0 || schedule.duration_s.is_some_and(|duration| since >= duration) {
        return None;
    }
    let period = schedule.periods.iter().rev().find(|period| period.start_s <= since)?;
    Some(current(schedule.unit, period, supply))
}

/// Every moment at which a profile may say something else.
fn edges(
    profile: &ChargingProfile,
    began: Timestamp,
    (from, until): (Timestamp, Timestamp),
) -> Vec<Timestamp> {
    let mut moments: Vec<Timestamp> = profile.valid_from.into_iter().chain(profile.valid_to).collect();
    let Some(schedule) = profile.schedules.first() else { return moments };
    let mut start = beginning(profile, began, from);
    for _ in 0..BEGINNINGS_MAX {
        let Some(at) = start.filter(|at| *at < until) else { break };
        let seconds = schedule.periods.iter().map(|period| period.start_s).chain(schedule.duration_s);
        moments.extend(seconds.filter_map(|after| at.checked_add(SignedDuration::from_secs(after)).ok()));
        start = match profile.kind {
            ProfileKind::Recurring => at.checked_add(every(profile)).ok(),
            _ => None,
        };
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::MilliVolts;

    const AC: Supply =
        Supply { phases: 3, voltage: MilliVolts(230_000), direct: false, most: Some(Watts(22_080)) };

    fn profile(
        purpose: ProfilePurpose,
        level: i64,
        kind: ProfileKind,
        periods: &[(i64, i64)],
    ) -> ChargingProfile {
        let periods = periods.iter().map(|(start_s, limit)| SchedulePeriod {
            start_s: *start_s,
            limit: *limit,
            phases: None,
        });
        let recurring = kind == ProfileKind::Recurring;
        ChargingProfile {
            id: level,
            stack_level: level,
            purpose,
            kind,
            recurrency: recurring.then_some(Recurrency::Daily),
            valid_from: None,
            valid_to: None,
            transaction: None,
            schedules: vec![ChargingSchedule {
                starts_at: recurring.then(|| at(-10 * 86_400)),
                duration_s: None,
                unit: RateUnit::MilliAmps,
                min_rate: None,
                periods: periods.collect(),
            }],
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    fn shown(course: &Course) -> Vec<(i64, i64)> {
        course.steps().iter().map(|step| (step.at.as_second(), step.limit.0)).collect()
    }

    #[test]
    fn levels_sessions_and_the_charger_as_a_whole() {
        let fuse = profile(ProfilePurpose::Default, 0, ProfileKind::Relative, &[(0, 10_000)]);
        let mut hours = profile(
            ProfilePurpose::Default,
            1,
            ProfileKind::Recurring,
            &[(0, 8_000), (3_600, 0), (7_200, 9_000)],
        );
        let whole = profile(ProfilePurpose::StationMax, 0, ProfileKind::Relative, &[(0, 8_500)]);
        let span = (at(1_800), at(90_000));
        let all = [&fuse, &hours, &whole].map(|profile| Held { profile });
        assert_eq!(
            shown(&composite(&all, None, None, span, &AC)),
            [(1_800, 8_000), (3_600, 0), (7_200, 8_500), (86_400, 8_000)]
        );
        // A session's own word goes before the defaults, not before the charger's.
        let own = Course::of([
            Step { at: at(0), limit: MilliAmps(0) },
            Step { at: at(4_000), limit: MilliAmps(16_000) },
        ]);
        assert_eq!(shown(&composite(&all, Some(&own), Some(at(0)), span, &AC)), [(1_800, 0), (4_000, 8_500)]);
        // The higher level says nothing any more: the lower one holds.
        hours.valid_to = Some(at(5_000));
        let two = [&fuse, &hours].map(|profile| Held { profile });
        assert_eq!(
            shown(&composite(&two, None, None, span, &AC)),
            [(1_800, 8_000), (3_600, 0), (5_000, 10_000)]
        );
        assert_eq!(shown(&composite(&[], None, None, span, &AC)), [(1_800, 32_000)]);
    }
}
