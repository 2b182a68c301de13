//! Which plug a booking is given. Each has one from its first moment, also where nobody is told yet: so no more is promised
//! than is there.

use jiff::Timestamp;

/// From the first moment to the last, which is no longer part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Span {
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// A plug that is somebody's for a while, the buffer after it included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken<P> {
    pub place: P,
    pub span: Span,
}

/// Whether nobody has the plug in that time.
pub fn is_free<P: Copy + Eq>(place: P, taken: &[Taken<P>], wanted: Span) -> bool {
    !taken.iter().any(|hold| hold.place == place && hold.span.overlaps(wanted))
}

/// The free plug whose last booking before ends closest to this one: long stretches stay whole for others. Of equals the
/// first of `places`.
pub fn pick<P: Copy + Eq>(places: &[P], taken: &[Taken<P>], wanted: Span) -> Option<P> {
    let idle_before = |place: P| {
        let before = taken.iter().filter(|hold| hold.place == place && hold.span.to <= wanted.from);
        let last = before.map(|hold| hold.span.to).max();
        last.map_or(i128::MAX, |end| wanted.from.duration_since(end).as_nanos())
    };
    let free = places.iter().copied().filter(|place| is_free(*place, taken, wanted));
    free.min_by_key(|place| idle_before(*place))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn span(from: i64, to: i64) -> Span {
        let at = |minute| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        Span { from: at(from), to: at(to) }
    }

    #[test]
    fn the_tightest_fit_is_taken_and_edges_may_touch() {
        let taken = [Taken { place: 1, span: span(0, 10) }, Taken { place: 2, span: span(0, 55) }];
        assert_eq!(pick(&[1, 2, 3], &taken, span(60, 90)), Some(2));
        assert_eq!(pick(&[1, 2, 3], &taken, span(55, 90)), Some(2));
        assert_eq!(pick(&[1, 2, 3], &taken, span(50, 90)), Some(1));
        assert_eq!(pick(&[1, 2, 3], &taken, span(5, 90)), Some(3));
        assert_eq!(pick(&[1, 2], &taken, span(5, 90)), None);
    }

    proptest! {
        /// However bookings come: no plug is given twice, and nobody is turned away while one is free.
        #[test]
        fn nothing_is_promised_twice(
            wishes in prop::collection::vec((0_i64..600, 10_i64..200), 1..60), places in 1_usize..5,
        ) {
            let places: Vec<usize> = (0..places).collect();
            let mut taken: Vec<Taken<usize>> = Vec::new();
            for (from, long) in wishes {
                let wanted = span(from, from + long);
                match pick(&places, &taken, wanted) {
                    Some(place) => {
                        prop_assert!(is_free(place, &taken, wanted));
                        taken.push(Taken { place, span: wanted });
                    }
                    None => {
                        for place in &places {
                            prop_assert!(!is_free(*place, &taken, wanted));
                        }
                    }
                }
            }
            for (number, one) in taken.iter().enumerate() {
                for other in taken.iter().skip(number + 1) {
                    prop_assert!(one.place != other.place || !one.span.overlaps(other.span));
                }
            }
        }
    }
}
