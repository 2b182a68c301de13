//! Shares what circuits hold: a level rises for everybody at once until a circuit is full or somebody has all it wants.
//!
//! What comes out is max-min fair: nobody could get more without somebody who has less getting even less. Constraints are
//! numbered `circuit * 3 + phase`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::model::{Circuit, Evse};
use super::phase::Line;

/// The constraint of one phase of one circuit.
pub(super) fn constraint(circuit: usize, line: Line) -> usize {
    circuit * 3 + line as usize
}

/// Which constraints each EVSE loads, from its own circuit upwards.
pub(super) struct Paths {
    starts: Vec<usize>,
    flat: Vec<usize>,
}

impl Paths {
    pub fn new(circuits: &[Circuit], evses: &[Evse]) -> Self {
        let mut starts = Vec::with_capacity(evses.len() + 1);
        let mut flat = Vec::with_capacity(evses.len() * 9);
        for evse in evses {
            starts.push(flat.len());
            let mut at = Some(evse.circuit);
            while let Some(circuit) = at {
                flat.extend(
                    Line::ALL.into_iter().filter(|l| evse.wiring.loads(*l)).map(|l| constraint(circuit, l)),
                );
                at = circuits.get(circuit).and_then(|c| c.parent).filter(|parent| *parent < circuit);
            }
        }
        starts.push(flat.len());
        Self { starts, flat }
    }

    pub fn of(&self, evse: usize) -> &[usize] {
        match (self.starts.get(evse), self.starts.get(evse + 1)) {
            (Some(from), Some(to)) => self.flat.get(*from..*to).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// What is left on each constraint, and what each EVSE has.
pub(super) struct Ledger<'a> {
    pub paths: &'a Paths,
    /// Milliamperes left; never below zero after the uncontrolled ones are counted.
    pub left: Vec<i64>,
    pub given: Vec<i64>,
}

impl Ledger<'_> {
    /// The tightest constraint of an EVSE and what is left there.
    pub fn tightest(&self, evse: usize) -> (usize, i64) {
        let of = |&c: &usize| (c, self.left.get(c).copied().unwrap_or(0));
        self.paths.of(evse).iter().map(of).min_by_key(|(_, left)| *left).unwrap_or((0, 0))
    }

    /// Gives (or, below zero, takes back).
    pub fn give(&mut self, evse: usize, milliamps: i64) {
        for &constraint in self.paths.of(evse) {
            if let Some(left) = self.left.get_mut(constraint) {
                *left -= milliamps;
            }
        }
        if let Some(given) = self.given.get_mut(evse) {
            *given += milliamps;
        }
    }

    fn given(&self, evse: usize) -> i64 {
        self.given.get(evse).copied().unwrap_or(0)
    }
}

/// Raises the members from what they have towards their caps. Says which constraint stopped whom.
pub(super) fn fill(ledger: &mut Ledger<'_>, members: &[(usize, i64)], stopped: &mut [Option<usize>]) {
    let mut tide = Tide::new(ledger, members);
    while let Some(event) = tide.next() {
        match event {
            Event::Starts(level) => tide.start(level),
            Event::Caps(member) => tide.freeze(member, None),
            Event::Full(constraint, level) => tide.freeze_all(constraint, level),
        }
    }
    let Tide { ends, .. } = tide;
    for (&(evse, _), end) in members.iter().zip(ends) {
        let Some((level, by)) = end else { continue };
        let more = level - ledger.given(evse);
        if more > 0 {
            ledger.give(evse, more);
        }
        if let Some(slot) = stopped.get_mut(evse) {
            *slot = by;
        }
    }
}

enum Event {
    /// Members that have this much already begin to rise.
    Starts(i64),
    /// A member has all it wants.
    Caps(usize),
    /// A constraint is full at this level.
    Full(usize, i64),
}

/// One constraint while the level rises: what its growing members may have together, and how many they are.
#[derive(Clone, Copy, Default)]
struct Basin {
    budget: i64,
    growing: i64,
}

impl Basin {
    fn level(self) -> Option<i64> {
        (self.growing > 0).then(|| self.budget.div_euclid(self.growing))
    }
}

struct Tide<'a> {
    members: &'a [(usize, i64)],
    paths: &'a Paths,
    basins: Vec<Basin>,
    /// Members on each constraint, by constraint.
    inside: Vec<Vec<u32>>,
    /// (level, constraint); may be lower than the truth, never higher.
    fullest: BinaryHeap<Reverse<(i64, usize)>>,
    /// Members by what they have, and by what they want; how far each list is done.
    by_start: Vec<(i64, usize)>,
    by_cap: Vec<(i64, usize)>,
    started: usize,
    capped: usize,
    growing: Vec<bool>,
    /// Where each member stopped, and by which constraint.
    ends: Vec<Option<(i64, Option<usize>)>>,
}

impl<'a> Tide<'a> {
    fn new(ledger: &Ledger<'a>, members: &'a [(usize, i64)]) -> Self {
        let mut by_start: Vec<_> =
            members.iter().enumerate().map(|(m, &(evse, _))| (ledger.given(evse), m)).collect();
        let mut by_cap: Vec<_> =
            members.iter().enumerate().map(|(m, &(evse, cap))| (cap.max(ledger.given(evse)), m)).collect();
        by_start.sort_unstable();
        by_cap.sort_unstable();
        let mut inside = vec![Vec::new(); ledger.left.len()];
        for (member, &(evse, _)) in members.iter().enumerate() {
            for &constraint in ledger.paths.of(evse) {
                if let (Some(list), Ok(member)) = (inside.get_mut(constraint), u32::try_from(member)) {
                    list.push(member);
                }
            }
        }
        Self {
            members,
            paths: ledger.paths,
            basins: ledger.left.iter().map(|left| Basin { budget: *left, growing: 0 }).collect(),
            inside,
            fullest: BinaryHeap::new(),
            by_start,
            by_cap,
            started: 0,
            capped: 0,
            growing: vec![false; members.len()],
            ends: vec![None; members.len()],
        }
    }

    fn next(&mut self) -> Option<Event> {
        while let Some(&(_, member)) = self.by_cap.get(self.capped)
            && self.ends.get(member).is_some_and(Option::is_some)
        {
            self.capped += 1;
        }
        let cap = self.by_cap.get(self.capped).copied();
        let start = self.by_start.get(self.started).map(|(level, _)| *level);
        let full = self.fullest();
        let cap_level = cap.map_or(i64::MAX, |(level, _)| level);
        let full_level = full.map_or(i64::MAX, |(level, _)| level);
        if let Some(level) = start
            && level <= cap_level.min(full_level)
        {
            return Some(Event::Starts(level));
        }
        match (cap, full) {
            (Some((level, member)), _) if level <= full_level => Some(Event::Caps(member)),
            (_, Some((level, constraint))) => Some(Event::Full(constraint, level)),
            _ => None,
        }
    }

    /// The constraint that fills up first. A freeze only ever raises the level of others, so that an entry that is too low is
    /// put back where it belongs.
    fn fullest(&mut self) -> Option<(i64, usize)> {
        while let Some(&Reverse((noted, constraint))) = self.fullest.peek() {
            match self.basins.get(constraint).and_then(|basin| basin.level()) {
                Some(level) if level == noted => return Some((level, constraint)),
                Some(level) => {
                    self.fullest.pop();
                    self.fullest.push(Reverse((level, constraint)));
                }
                None => {
                    self.fullest.pop();
                }
            }
        }
        None
    }

    /// Everybody who has `level` begins to rise from there.
    fn start(&mut self, level: i64) {
        while let Some(&(_, member)) = self.by_start.get(self.started).filter(|(at, _)| *at <= level) {
            self.started += 1;
            if let Some(growing) = self.growing.get_mut(member) {
                *growing = true;
            }
            for &constraint in self.paths_of(member) {
                if let Some(basin) = self.basins.get_mut(constraint) {
                    basin.budget += level;
                    basin.growing += 1;
                }
            }
        }
        // Newcomers lower levels: what was noted is noted anew.
        let levels =
            self.basins.iter().enumerate().filter_map(|(c, basin)| Some(Reverse((basin.level()?, c))));
        self.fullest = levels.collect();
    }

    fn paths_of(&self, member: usize) -> &'a [usize] {
        self.members.get(member).map_or(&[], |(evse, _)| self.paths.of(*evse))
    }

    fn freeze(&mut self, member: usize, by: Option<(usize, i64)>) {
        let cap = self.by_cap.get(self.capped).map_or(0, |(level, _)| *level);
        let level = by.map_or(cap, |(_, level)| level);
        if let Some(end) = self.ends.get_mut(member) {
            *end = Some((level, by.map(|(constraint, _)| constraint)));
        }
        if let Some(growing) = self.growing.get_mut(member) {
            *growing = false;
        }
        for &constraint in self.paths_of(member) {
            if let Some(basin) = self.basins.get_mut(constraint) {
                basin.budget -= level;
                basin.growing -= 1;
            }
        }
    }

    fn freeze_all(&mut self, constraint: usize, level: i64) {
        let list = self.inside.get_mut(constraint).map(std::mem::take).unwrap_or_default();
        let is_done =
            |ends: &[Option<_>], member: u32| ends.get(member as usize).is_some_and(Option::is_some);
        // Those who have not begun to rise will meet this constraint later.
        let mut later = Vec::new();
        for member in list {
            let index = member as usize;
            if self.growing.get(index).copied().unwrap_or(false) {
                self.freeze(index, Some((constraint, level)));
            } else if !is_done(&self.ends, member) {
                later.push(member);
            }
        }
        if let Some(slot) = self.inside.get_mut(constraint) {
            *slot = later;
        }
    }
}
