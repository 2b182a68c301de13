//! What may flow over time, as steps.

use jiff::{SignedDuration, Timestamp};

use crate::unit::MilliAmps;

/// From a moment on, on each phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    pub limit: MilliAmps,
}

/// Steps in the order of time: each holds until the next, the last for as long as the course is looked at. Before the first,
/// what the first says holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course(Vec<Step>);

impl Course {
    pub fn steady(at: Timestamp, limit: MilliAmps) -> Self {
        Self(vec![Step { at, limit }])
    }

    /// Of steps in any order; of two at one moment the later counts, and what changes nothing is left out.
    pub fn of(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut sorted: Vec<Step> = steps.into_iter().collect();
        sorted.sort_by_key(|step| step.at);
        let mut kept: Vec<Step> = Vec::new();
        for step in sorted {
            if kept.last().is_some_and(|last| last.at == step.at) {
                kept.pop();
            }
            if kept.last().is_none_or(|last| last.limit != step.limit) {
                kept.push(step);
            }
        }
        Self(kept)
    }

    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// `None`: it says nothing.
    pub fn at(&self, moment: Timestamp) -> Option<MilliAmps> {
        let held = self.0.iter().rev().find(|step| step.at <= moment).or(self.0.first());
        held.map(|step| step.limit)
    }

    /// The moment after `moment` at which something changes.
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        self.0.iter().map(|step| step.at).find(|at| *at > moment)
    }

    /// The lower of both, always. A course that says nothing limits nothing.
    #[must_use]
    pub fn least(&self, other: &Self) -> Self {
        let moments = self.0.iter().chain(&other.0).map(|step| step.at);
        let step = |at| {
            let limit = match (self.at(at), other.at(at)) {
                (Some(one), Some(two)) => one.min(two),
                (one, two) => one.or(two)?,
            };
            Some(Step { at, limit })
        };
        Self::of(moments.filter_map(step))
    }

    /// Every rise comes later by `delay`, the one at `from`, where a car begins, as well. What rises for less than the delay
    /// does not rise.
    #[must_use]
    pub fn put_off(&self, from: Timestamp, delay: SignedDuration) -> Self {
        let Some(first) = self.at(from) else { return self.clone() };
        if delay.is_zero() {
            return self.clone();
        }
        let later = |at: Timestamp| at.saturating_add(delay).unwrap_or(at);
        let mut steps = vec![Step { at: from, limit: MilliAmps::ZERO }];
        // Where it stands, and a rise that is on its way.
        let (mut stands, mut rise) = (MilliAmps::ZERO, Some(Step { at: later(from), limit: first }));
        for step in self.0.iter().filter(|step| step.at > from) {
            if let Some(due) = rise.filter(|due| due.at <= step.at) {
                stands = due.limit;
                steps.push(due);
                rise = None;
            }
            if step.limit > stands {
                let at = rise.map_or(later(step.at), |due| due.at);
                rise = Some(Step { at, limit: step.limit });
            } else {
                rise = None;
                stands = step.limit;
                steps.push(*step);
            }
        }
        steps.extend(rise);
        Self::of(steps)
    }

    /// As seconds after `start` with the limit in force from then on: the first is of `now`, at second 0; at most `most`.
    pub fn seconds(&self, start: Timestamp, now: Timestamp, most: usize) -> Vec<(i64, MilliAmps)> {
        let Some(present) = self.at(now) else { return Vec::new() };
        let mut periods = vec![(0, present)];
        for step in self.0.iter().filter(|step| step.at > now.max(start)) {
            if periods.len() < most {
                periods.push((step.at.duration_since(start).as_secs(), step.limit));
            }
        }
        periods
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    fn course(steps: &[(i64, i64)]) -> Course {
        Course::of(steps.iter().map(|(second, limit)| Step { at: at(*second), limit: MilliAmps(*limit) }))
    }

    fn shown(course: &Course) -> Vec<(i64, i64)> {
        course.steps().iter().map(|step| (step.at.as_second(), step.limit.0)).collect()
    }

    #[test]
    fn a_start_and_each_rise_come_later_a_fall_at_once() {
        let hours = course(&[(0, 16), (100, 0), (200, 16), (300, 6), (400, 32)]);
        let later = hours.put_off(at(10), SignedDuration::from_secs(20));
        assert_eq!(shown(&later), [(10, 0), (30, 16), (100, 0), (220, 16), (300, 6), (420, 32)]);
        // A rise that is over before the delay is.
        let short = course(&[(0, 0), (100, 16), (110, 0)]).put_off(at(0), SignedDuration::from_secs(20));
        assert_eq!(shown(&short), [(0, 0)]);
    }

    #[test]
    fn seconds_begin_with_the_present() {
        let hours = course(&[(0, 16), (100, 0), (200, 16), (300, 6)]);
        let limit = MilliAmps;
        assert_eq!(hours.seconds(at(50), at(150), 9), [(0, limit(0)), (150, limit(16)), (250, limit(6))]);
        assert_eq!(hours.seconds(at(50), at(150), 2), [(0, limit(0)), (150, limit(16))]);
    }

    fn any_course() -> impl Strategy<Value = Course> {
        proptest::collection::vec((0..1_000_i64, 0..40_i64), 1..12).prop_map(|steps| course(&steps))
    }

    proptest! {
        #[test]
        fn the_least_is_never_above_either(one in any_course(), two in any_course(), moment in 0..1_200_i64) {
            let both = one.least(&two).at(at(moment));
            prop_assert_eq!(both, one.at(at(moment)).min(two.at(at(moment))));
        }

        #[test]
        fn put_off_never_allows_more(
            hours in any_course(), from in 0..500_i64, delay in 0..300_i64, moment in 0..1_500_i64
        ) {
            let delay = SignedDuration::from_secs(delay);
            let later = hours.put_off(at(from), delay);
            let moment = at(from + moment);
            prop_assert!(later.at(moment) <= hours.at(moment));
            // Where nothing moved for as long as the delay, it has caught up.
            let since = moment - delay;
            if since >= at(from) && hours.next_after(since).is_none_or(|next| next > moment) {
                prop_assert_eq!(later.at(moment), hours.at(moment));
            }
        }
    }
}
