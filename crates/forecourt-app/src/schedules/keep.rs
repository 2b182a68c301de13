//! Has chargers keep their charging hours as a profile of their own: a week that repeats, or where a charger takes none, the
//! next two days again and again. What it refuses is kept by us (`steer`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use forecourt_core::Timestamp;
use forecourt_core::charging::{
    ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose, RateUnit, Recurrency, SchedulePeriod,
};
use forecourt_core::id::EvseNumber;
use forecourt_core::schedule::Supply;
use forecourt_core::station::MAX_EVSES;
use forecourt_core::unit::{MilliAmps, Watts};
use forecourt_store::schedule::HoursRecord;
use forecourt_store::wanted::WantedProfileRecord;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use super::Seat;
use super::timetable::{Timetable, places};
use crate::power::DEFAULTS_FROM;
use crate::{App, AppError};

/// Ids of charging hours at a station: this and the EVSE's number.
pub(super) const FIRST_ID: i64 = 72_000;
/// Above the default that load balancing leaves in a charger: it is never above that default, only below.
const STACK_LEVEL: i64 = 1;
/// How far ahead a charger is told that takes no week, in days.
const AHEAD: i32 = 2;
/// It is told anew when less than this is left.
const RENEWED: SignedDuration = SignedDuration::from_hours(24);

/// What stations keep of charging hours.
pub(super) type Kept = HashMap<Seat, WantedProfileRecord>;

/// The hours of one EVSE as its charger is to keep them.
struct Wish<'a> {
    hours: &'a HoursRecord,
    supply: Supply,
    clock: TimeZone,
    /// The default that load balancing keeps there.
    below: Option<MilliAmps>,
}

impl App {
    pub(super) async fn kept_hours(&self) -> Result<Kept, AppError> {
        self.kept_from(FIRST_ID).await
    }

    async fn kept_from(&self, first: i64) -> Result<Kept, AppError> {
        let found = self.store.wanted_profiles_between(first, first + i64::from(MAX_EVSES)).await?;
        Ok(found.into_iter().filter_map(|record| Some((seat_of(&record)?, record))).collect())
    }

    /// How the hours of an EVSE are kept.
    pub(super) fn place_state(&self, kept: &Kept, seat: Seat) -> (&'static str, Option<String>) {
        let record = kept.get(&seat);
        let detail = record.and_then(|record| record.detail.clone());
        match record.map(|record| record.state.as_str()) {
            Some("held") => ("held", None),
            Some("refused") if self.power.steers(seat.0) => ("zone", detail),
            Some("refused") => ("refused", detail),
            _ => ("waiting", None),
        }
    }

    /// Brings what stations keep to what operators said.
    pub(super) async fn keep_hours(self: &Arc<Self>, timetable: &Timetable) -> Result<(), AppError> {
        let now = self.now();
        let mut kept = self.kept_hours().await?;
        let defaults = self.kept_from(DEFAULTS_FROM).await?;
        let mut wishes: BTreeMap<Seat, Wish<'_>> = BTreeMap::new();
        for live in self.directory.all() {
            let station = live.record();
            if !timetable.concerns(&station) {
                continue;
            }
            let state = live.state.lock().await;
            for evse in places(&state) {
                let Some(hours) = timetable.hours_of(&station, evse) else { continue };
                let (seat, clock) = ((station.id, evse), live.zone());
                let supply = timetable.supply(seat, &state);
                let below = defaults.get(&seat).filter(|record| record.state != "leaving");
                let below = below.and_then(|record| limit_of(record, &supply));
                wishes.insert(seat, Wish { hours, supply, clock, below });
            }
        }
        let mut changed = Vec::new();
        let mut refusing = HashSet::new();
        for (seat, wish) in wishes {
            let known = kept.remove(&seat);
            if known.as_ref().is_some_and(|record| record.state == "refused") {
                refusing.insert(seat);
            }
            if let Some(profile) = wish.settle(seat.1, known.as_ref(), now) {
                changed.push(self.hours_row(seat, &profile));
            }
        }
        for (_, record) in kept {
            if record.state != "leaving" {
                changed.push(WantedProfileRecord { state: "leaving".into(), ..record });
            }
        }
        *self.schedules.refusing.write().unwrap_or_else(PoisonError::into_inner) = refusing;
        self.want_profiles(changed).await
    }

    fn hours_row(&self, (station, evse): Seat, profile: &ChargingProfile) -> WantedProfileRecord {
        WantedProfileRecord {
            station,
            evse: i64::from(evse.0),
            profile: profile.id,
            body: serde_json::to_string(profile).unwrap_or_default(),
            state: "wanted".into(),
            detail: None,
            changed_at: self.now(),
            retry_at: None,
        }
    }
}

impl Wish<'_> {
    /// What is to be sent in the place of what is known; `None`: that is right.
    fn settle(
        &self,
        evse: EvseNumber,
        known: Option<&WantedProfileRecord>,
        now: Timestamp,
    ) -> Option<ChargingProfile> {
        let week = || self.week(evse, now);
        let known = known.filter(|record| record.state != "leaving");
        let Some(record) = known else { return week() };
        let held: Option<ChargingProfile> = serde_json::from_str(&record.body).ok();
        let edited = self.hours.changed_at > record.changed_at;
        let Some(held) = held.filter(|_| !edited) else {
            return week().filter(|new| known_body(record).as_ref() != Some(new));
        };
        if held.kind == ProfileKind::Recurring {
            if record.state == "refused" {
                return self.days(evse, now);
            }
            return week().filter(|new| *new != held);
        }
        let until = held.valid_to.unwrap_or(now);
        let again = self.days(evse, held.schedules.first().and_then(|schedule| schedule.starts_at)?);
        let is_right = again.as_ref() == Some(&held) && until.duration_since(now) > RENEWED;
        // What was refused is tried again by the reconciler, until it is over.
        let rests = record.state == "refused" && until > now;
        if is_right || rests { None } else { self.days(evse, now) }
    }

    /// A week that repeats, by the present distance to universal time: when clocks are changed it is another profile.
    fn week(&self, evse: EvseNumber, now: Timestamp) -> Option<ChargingProfile> {
        let offset = self.clock.to_offset(now);
        let local = self.hours.changed_at.to_zoned(self.clock.clone()).date();
        let monday = local.checked_sub((i32::from(local.weekday().to_monday_zero_offset())).days()).ok()?;
        let start = offset.to_timestamp(monday.at(0, 0, 0, 0)).ok()?;
        let steps = self.hours.content.week();
        let steps = steps.iter().map(|step| (i64::from(step.minute) * 60, self.supply.cap(step.limit)));
        let kind = (ProfileKind::Recurring, Some(Recurrency::Weekly));
        Some(self.profile(evse, kind, (start, None), steps.collect()))
    }

    fn days(&self, evse: EvseNumber, from: Timestamp) -> Option<ChargingProfile> {
        let midnight = from.to_zoned(self.clock.clone()).start_of_day().ok()?.timestamp();
        let course = self.hours.content.course(midnight, AHEAD, &self.clock, &self.supply);
        let until = midnight.checked_add(SignedDuration::from_hours(24 * i64::from(AHEAD))).ok()?;
        let steps = course.seconds(midnight, midnight, usize::MAX);
        Some(self.profile(evse, (ProfileKind::Absolute, None), (midnight, Some(until)), steps))
    }

    fn profile(
        &self,
        evse: EvseNumber,
        (kind, recurrency): (ProfileKind, Option<Recurrency>),
        (start, until): (Timestamp, Option<Timestamp>),
        steps: Vec<(i64, MilliAmps)>,
    ) -> ChargingProfile {
        ChargingProfile {
            id: FIRST_ID + i64::from(evse.0),
            stack_level: STACK_LEVEL,
            purpose: ProfilePurpose::Default,
            kind,
            recurrency,
            valid_from: None,
            valid_to: until,
            transaction: None,
            schedules: vec![schedule(&self.supply, start, steps, self.below)],
        }
    }
}

fn known_body(record: &WantedProfileRecord) -> Option<ChargingProfile> {
    serde_json::from_str(&record.body).ok()
}

/// Steps as a charger takes them; none above `below`.
pub(super) fn schedule(
    supply: &Supply,
    start: Timestamp,
    steps: Vec<(i64, MilliAmps)>,
    below: Option<MilliAmps>,
) -> ChargingSchedule {
    let mut periods: Vec<SchedulePeriod> = Vec::new();
    let mut unit = RateUnit::MilliAmps;
    for (start_s, limit) in steps {
        let (of, limit, phases) = supply.rate(below.map_or(limit, |below| limit.min(below)));
        unit = of;
        if periods.last().is_none_or(|last| last.limit != limit) {
            periods.push(SchedulePeriod { start_s, limit, phases });
        }
    }
    ChargingSchedule { starts_at: Some(start), duration_s: None, unit, min_rate: None, periods }
}

fn seat_of(record: &WantedProfileRecord) -> Option<Seat> {
    Some((record.station, EvseNumber(i32::try_from(record.evse).ok()?)))
}

/// The one limit of a default.
fn limit_of(record: &WantedProfileRecord, supply: &Supply) -> Option<MilliAmps> {
    let profile = known_body(record)?;
    let schedule = profile.schedules.first()?;
    let limit = schedule.periods.first()?.limit;
    Some(match schedule.unit {
        RateUnit::MilliAmps => MilliAmps(limit),
        RateUnit::Watts => supply.current(Watts(limit)),
    })
}
