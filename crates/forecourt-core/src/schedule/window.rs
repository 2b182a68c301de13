//! The cheapest time to charge until a car must be ready: by price or by anything else that has a number for each stretch.
//!
//! It never guesses: where no price is known it charges last, and says so.

use jiff::Timestamp;

use crate::unit::{WattHours, Watts};

const HOUR_MS: i128 = 3_600_000;

/// A stretch of time and what a kilowatt-hour costs in it, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricedSlot {
    pub from: Timestamp,
    pub until: Timestamp,
    pub per_kwh: i64,
}

/// What a car needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    pub energy: WattHours,
    /// What it charges with.
    pub power: Watts,
    pub from: Timestamp,
    /// When it must be ready.
    pub by: Timestamp,
}

/// A stretch in which it charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// When to charge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WindowPlan {
    /// In the order of time, none touching another.
    pub stretches: Vec<Planned>,
    /// What can be delivered by then: the need, or all there is time for.
    pub energy: WattHours,
    /// What that costs; `None`: a part of it has no known price.
    pub cost: Option<i64>,
    /// What the same energy costs if it is charged at once.
    pub at_once: Option<i64>,
}

/// A piece of the time there is.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: i64,
    until: i64,
    price: Option<i64>,
}

/// The cheapest stretches that deliver the need. Among equals the earlier; time without a price comes last.
pub fn cheapest(slots: &[PricedSlot], need: &Need) -> WindowPlan {
    let pieces = pieces(slots, need);
    let mut dearness: Vec<usize> = (0..pieces.len()).collect();
    dearness.sort_by_key(|index| {
        pieces.get(*index).map(|piece| (piece.price.is_none(), piece.price, piece.from))
    });
    let chosen = fill(&pieces, &dearness, need);
    let in_turn: Vec<usize> = (0..pieces.len()).collect();
    let at_once = fill(&pieces, &in_turn, need);
    let millis = chosen.iter().map(|(taken, _)| i128::from(*taken)).sum::<i128>();
    WindowPlan {
        energy: WattHours(narrow(millis * i128::from(need.power.0.max(0)) / HOUR_MS).min(need.energy.0)),
        cost: cost(&chosen, need.power),
        at_once: cost(&at_once, need.power),
        stretches: stretches(&pieces, &chosen),
    }
}

/// What charging within these stretches costs at this power; `None`: a part has no known price.
pub fn cost_of(slots: &[PricedSlot], stretches: &[Planned], power: Watts) -> Option<i64> {
    let mut sum: i128 = 0;
    for stretch in stretches {
        let need = Need { energy: WattHours(0), power, from: stretch.from, by: stretch.until };
        for piece in pieces(slots, &need) {
            sum += i128::from(piece.until - piece.from) * i128::from(piece.price?);
        }
    }
    Some(narrow(sum * i128::from(power.0) / HOUR_MS / 1_000))
}

/// The time there is, cut where the price changes.
fn pieces(slots: &[PricedSlot], need: &Need) -> Vec<Piece> {
    let (start, end) = (need.from.as_millisecond(), need.by.as_millisecond());
    let mut edges = vec![start, end];
    for slot in slots {
        edges.extend([slot.from.as_millisecond(), slot.until.as_millisecond()]);
    }
    edges.retain(|edge| (start..=end).contains(edge));
    edges.sort_unstable();
    edges.dedup();
    let price = |at: i64| {
        let holds = |slot: &&PricedSlot| slot.from.as_millisecond() <= at && at < slot.until.as_millisecond();
        slots.iter().find(holds).map(|slot| slot.per_kwh)
    };
    let pairs = edges.iter().zip(edges.iter().skip(1));
    pairs.map(|(from, until)| Piece { from: *from, until: *until, price: price(*from) }).collect()
}

/// Milliseconds taken of each piece, in the order of the pieces, with the price.
fn fill(pieces: &[Piece], order: &[usize], need: &Need) -> Vec<(i64, Option<i64>)> {
    let mut taken: Vec<(i64, Option<i64>)> = pieces.iter().map(|piece| (0, piece.price)).collect();
    let power = i128::from(need.power.0);
    if power <= 0 || need.energy.0 <= 0 {
        return taken;
    }
    // Rounded up: the goal is met.
    let mut left = narrow((i128::from(need.energy.0) * HOUR_MS + power - 1) / power);
    for index in order {
        if let (Some(piece), Some(slot)) = (pieces.get(*index), taken.get_mut(*index)) {
            slot.0 = left.min(piece.until - piece.from);
            left -= slot.0;
        }
    }
    taken
}

fn cost(taken: &[(i64, Option<i64>)], power: Watts) -> Option<i64> {
    let mut sum: i128 = 0;
    for (millis, price) in taken.iter().filter(|(millis, _)| *millis > 0) {
        sum += i128::from(*millis) * i128::from((*price)?);
    }
    Some(narrow(sum * i128::from(power.0) / HOUR_MS / 1_000))
}

/// What is taken of a piece lies at its end where the next is taken and the one before is not: fewer stretches.
fn stretches(pieces: &[Piece], taken: &[(i64, Option<i64>)]) -> Vec<Planned> {
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (index, (piece, (millis, _))) in pieces.iter().zip(taken).enumerate() {
        if *millis == 0 {
            continue;
        }
        let follows = joined.last().is_some_and(|last| last.1 == piece.from);
        let goes_on = taken.get(index + 1).is_some_and(|(next, _)| *next > 0);
        let from = if !follows && goes_on { piece.until - millis } else { piece.from };
        match joined.last_mut().filter(|last| last.1 == from) {
            Some(last) => last.1 = from + millis,
            None => joined.push((from, from + millis)),
        }
    }
    let moment = |millis| Timestamp::from_millisecond(millis).ok();
    joined
        .into_iter()
        .filter_map(|(from, until)| Some(Planned { from: moment(from)?, until: moment(until)? }))
        .collect()
}

fn narrow(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn hours(prices: &[i64]) -> Vec<PricedSlot> {
        let slot = |(hour, per_kwh): (i64, &i64)| PricedSlot {
            from: at(hour * 60),
            until: at(hour * 60 + 60),
            per_kwh: *per_kwh,
        };
        (0..).zip(prices).map(slot).collect()
    }

    fn need(energy: i64, by: i64) -> Need {
        Need { energy: WattHours(energy), power: Watts(10_000), from: at(0), by: at(by) }
    }

    fn shown(plan: &WindowPlan) -> Vec<(i64, i64)> {
        let minutes = |moment: Timestamp| moment.as_second() / 60;
        plan.stretches.iter().map(|each| (minutes(each.from), minutes(each.until))).collect()
    }

    #[test]
    fn the_cheapest_hours_before_departure() {
        let market = hours(&[300, 100, 200, 50, 400]);
        let plan = cheapest(&market, &need(15_000, 300));
        // An hour at 50, half an hour at 100, at its end or its beginning: nothing else touches it.
        assert_eq!(shown(&plan), [(60, 90), (180, 240)]);
        assert_eq!((plan.energy.0, plan.cost, plan.at_once), (15_000, Some(1_000), Some(3_500)));
        // Ready sooner: what is cheap later does not help.
        assert_eq!(shown(&cheapest(&market, &need(15_000, 180))), [(60, 150)]);
        assert_eq!(shown(&cheapest(&hours(&[9, 5, 3]), &need(15_000, 180))), [(90, 180)]);
    }

    #[test]
    fn what_cannot_be_met_is_all_there_is_time_for_and_no_price_is_no_cost() {
        let plan = cheapest(&hours(&[1, 1]), &need(90_000, 120));
        assert_eq!((shown(&plan), plan.energy.0), (vec![(0, 120)], 20_000));
        let plan = cheapest(&hours(&[7]), &need(15_000, 180));
        assert_eq!((shown(&plan), plan.cost, plan.at_once), (vec![(0, 90)], None, None));
        assert_eq!(cheapest(&[], &need(0, 180)).stretches, []);
    }

    #[test]
    fn the_cost_of_stretches_is_that_of_the_plan() {
        let market = hours(&[300, 100, -200, 50, 400]);
        let plan = cheapest(&market, &need(25_000, 300));
        assert_eq!(cost_of(&market, &plan.stretches, Watts(10_000)), plan.cost);
    }

    proptest! {
        #[test]
        fn the_goal_is_met_where_it_can_be_and_never_dearer_than_at_once(
            prices in proptest::collection::vec(-500..5_000_i64, 1..48),
            energy in 1..120_000_i64,
            power in 1_000..22_000_i64,
            by in 1..2_880_i64,
        ) {
            let market = hours(&prices);
            let need = Need { energy: WattHours(energy), power: Watts(power), from: at(0), by: at(by) };
            let plan = cheapest(&market, &need);
            let room = by * 60_000;
            let feasible = i128::from(power) * i128::from(room) >= i128::from(energy) * HOUR_MS;
            prop_assert_eq!(plan.energy.0 == energy, feasible);
            prop_assert!(plan.stretches.iter().all(|s| s.from >= need.from && s.until <= need.by && s.from < s.until));
            prop_assert!(plan.stretches.windows(2).all(|pair| pair[0].until < pair[1].from));
            if let (Some(cost), Some(at_once)) = (plan.cost, plan.at_once) {
                prop_assert!(cost <= at_once);
            }
            prop_assert_eq!(&plan, &cheapest(&market, &need));
        }
    }
}
