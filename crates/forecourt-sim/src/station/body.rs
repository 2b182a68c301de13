//! The physical half of a simulated station: cars come, show a key, charge, leave; things break. Pure: time comes as an
//! argument, what happens is said as [`Notice`]s. It knows no protocol version and no socket.

mod orders;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};

use forecourt_core::fact::{ChargingState, ConnectorStatus, Context};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

pub(super) use orders::{Availability, Restart};

use super::config::StationConfig;
use super::evse::{Evse, Running, State, Visit};
use super::notice::{BootReason, FAULTS, Key, Notice, StopReason, Tx};
use super::obey::{Limit, Of, allowances};
use super::settings::Settings;
use crate::car::{Charge, Register, Supply};
use crate::scenario::Scenario;

/// How long a driver waits at a plug that does not start, in seconds.
const PATIENCE_S: (i64, i64) = (45, 180);
/// How long until a driver shows the key again when nothing happened, in seconds.
const AGAIN_S: (i64, i64) = (5, 30);
/// How long a plug stays in the car after charging has ended, in seconds.
const UNPLUGGING_S: (i64, i64) = (10, 90);
/// How long before closing the last drivers leave, in seconds.
const BEFORE_CLOSING_S: (i64, i64) = (180, 2_400);
/// How long something stays broken, in seconds.
const REPAIR_S: (i64, i64) = (240, 1_800);
/// How long a connection stays away, in seconds.
const GAP_S: (i64, i64) = (60, 900);

#[derive(Debug)]
pub(crate) struct Body {
    rng: SmallRng,
    scenario: Scenario,
    supply: Supply,
    zone: TimeZone,
    tokens: Vec<String>,
    pub(super) settings: Settings,
    evses: Vec<Evse>,
    notices: VecDeque<Notice>,
    /// Keys the CSMS has accepted: the authorisation cache.
    known: HashSet<String>,
    online: bool,
    /// Makes transaction names differ between two lives of the same station.
    life: i64,
    transactions: u64,
    gap_at: Option<Timestamp>,
    gap_until: Option<Timestamp>,
    restart: Option<Restart>,
    /// What the CSMS allows, by the profiles the station keeps.
    limits: Vec<Limit>,
    closes_at: Option<Timestamp>,
}

impl Body {
    pub fn new(config: &StationConfig, now: Timestamp) -> Self {
        let mut rng = SmallRng::seed_from_u64(config.seed);
        let zone = TimeZone::get(&config.time_zone).unwrap_or(TimeZone::UTC);
        let scenario = config.scenario;
        let evses = (0..config.evses.max(1))
            .map(|n| Evse {
                number: i32::try_from(n + 1).unwrap_or(i32::MAX),
                register: Register::starting_at(config.registers.get(n).copied().unwrap_or_default()),
                operative: true,
                state: State::Free { arrival: first_arrival(&scenario, config, now, &zone, &mut rng) },
                fault_at: Scenario::next_mishap(scenario.faults_per_100_days, now, &mut rng),
                said: ConnectorStatus::Unknown,
            })
            .collect();
        let sample_s = scenario.visits(config.supply.is_dc()).sample_s;
        Self {
            gap_at: Scenario::next_mishap(scenario.gaps_per_100_days, now, &mut rng),
            settings: Settings::new(config.evses.max(1), &config.identity, &config.model, sample_s),
            supply: config.supply,
            tokens: config.tokens.clone(),
            notices: VecDeque::new(),
            known: HashSet::new(),
            online: false,
            life: now.as_second(),
            transactions: 0,
            gap_until: None,
            restart: None,
            limits: Vec::new(),
            closes_at: None,
            evses,
            rng,
            scenario,
            zone,
        }
    }

    /// What the CSMS allows, by the profiles the station keeps.
    pub(super) fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// The station was given other profiles: cars follow at once.
    pub(super) fn obey(&mut self, limits: Vec<Limit>, now: Timestamp) {
        self.limits = limits;
        for n in 0..self.evses.len() {
            if let Evse { state: State::Charging(running), register, .. } = &mut self.evses[n] {
                running.count_to(now, register);
                self.say_state(n, now);
            }
        }
    }

    /// The next thing to say, oldest first.
    pub fn take_notice(&mut self) -> Option<Notice> {
        self.notices.pop_front()
    }

    /// When [`tick`](Self::tick) has something to do.
    pub fn due(&self) -> Option<Timestamp> {
        self.evses.iter().filter_map(Evse::due).chain(self.gap_at).min()
    }

    /// Does everything that is due up to `now`, in order, each at its own moment.
    pub fn tick(&mut self, now: Timestamp) {
        while let Some(at) = self.due().filter(|at| *at <= now) {
            if self.gap_at.is_some_and(|gap| gap <= at) {
                self.gap_until = Some(at + self.seconds(GAP_S));
                self.gap_at = Scenario::next_mishap(self.scenario.gaps_per_100_days, at, &mut self.rng);
                continue;
            }
            let due = |evse: &Evse| evse.due() == Some(at);
            if let Some(n) = self.evses.iter().position(due) {
                self.step(n, at);
            }
        }
    }

    /// The connection is to be dropped until then. Told once.
    pub fn take_gap(&mut self) -> Option<Timestamp> {
        self.gap_until.take()
    }

    /// TriggerMessage BootNotification.
    pub fn trigger_boot(&mut self) {
        self.notices.push_back(Notice::Boot { reason: BootReason::Triggered });
    }

    pub fn heartbeat(&mut self) {
        self.notices.push_back(Notice::Heartbeat);
    }

    /// The socket is open and the CSMS has accepted us: say how everything stands.
    pub fn went_online(&mut self, now: Timestamp) {
        self.online = true;
        self.notices.push_back(Notice::Status {
            evse: 0,
            status: ConnectorStatus::Available,
            fault: None,
            at: now,
        });
        for n in 0..self.evses.len() {
            self.repeat_status(n, now);
        }
    }

    pub fn went_offline(&mut self, now: Timestamp) {
        self.online = false;
        for n in 0..self.evses.len() {
            self.unanswered(self.evses[n].number, now);
        }
    }

    /// Nobody said whether the key may charge: the driver shows it again.
    pub fn unanswered(&mut self, evse: i32, now: Timestamp) {
        let again = now + self.seconds(AGAIN_S);
        let Some(n) = self.index(evse) else { return };
        if !matches!(self.evses[n].state, State::Asking { .. }) {
            return;
        }
        if let State::Asking { visit } =
            std::mem::replace(&mut self.evses[n].state, State::Free { arrival: None })
        {
            self.evses[n].state = State::Plugged { visit, present_at: Some(again) };
        }
    }

    /// The verdict on a key that was asked about.
    pub fn authorised(&mut self, evse: i32, accepted: bool, now: Timestamp) {
        let Some(n) = self.index(evse) else { return };
        let State::Asking { visit } = &self.evses[n].state else { return };
        let uid = visit.key.uid.clone();
        let State::Asking { visit } =
            std::mem::replace(&mut self.evses[n].state, State::Free { arrival: None })
        else {
            return;
        };
        if accepted {
            self.known.insert(uid);
            self.begin(n, visit, now);
        } else {
            self.known.remove(&uid);
            let leaves_at = visit.leaves_at.min(now + self.seconds(PATIENCE_S));
            self.evses[n].state = State::Plugged { visit: Visit { leaves_at, ..visit }, present_at: None };
        }
    }

    /// The verdict that came with the answer to a start.
    pub fn start_answered(&mut self, number: u64, accepted: bool, now: Timestamp) {
        if !accepted && self.settings.stops_on_invalid_id() {
            self.stop_where(now, StopReason::DeAuthorized, |tx| tx.number == number);
        }
    }

    pub fn running(&self) -> impl Iterator<Item = &Tx> {
        self.evses.iter().filter_map(Evse::running).map(|running| &running.tx)
    }

    pub fn registers(&self) -> impl Iterator<Item = forecourt_core::unit::WattHours> {
        self.evses.iter().map(|evse| evse.register.energy())
    }

    fn index(&self, evse: i32) -> Option<usize> {
        self.evses.iter().position(|e| e.number == evse)
    }

    fn seconds(&mut self, (low, high): (i64, i64)) -> SignedDuration {
        SignedDuration::from_secs(self.rng.random_range(low..=high))
    }

    fn say_status(&mut self, n: usize, at: Timestamp) {
        if self.evses[n].said != self.evses[n].status() {
            self.repeat_status(n, at);
        }
    }

    fn repeat_status(&mut self, n: usize, at: Timestamp) {
        let evse = &mut self.evses[n];
        evse.said = evse.status();
        self.notices.push_back(Notice::Status {
            evse: evse.number,
            status: evse.said,
            fault: evse.fault(),
            at,
        });
    }

    fn step(&mut self, n: usize, at: Timestamp) {
        if self.evses[n].breaks_at().is_some_and(|fault| fault <= at) {
            self.draw_fault(n, at);
            return self.break_down(n, at);
        }
        match &self.evses[n].state {
            State::Free { .. } => self.arrive(n, at),
            State::Plugged { visit, .. } | State::Asking { visit } if visit.leaves_at <= at => {
                self.free(n, at)
            }
            State::Plugged { .. } => self.present(n, at),
            State::Asking { .. } => {}
            State::Charging(_) => self.charge(n, at),
            State::Finishing { .. } => self.free(n, at),
            State::Faulted { fault, .. } => {
                let (evse, fault) = (self.evses[n].number, *fault);
                self.notices.push_back(Notice::Event { evse, fault, cleared: true, at });
                self.free(n, at);
            }
        }
    }

    fn draw_fault(&mut self, n: usize, at: Timestamp) {
        self.evses[n].fault_at = Scenario::next_mishap(self.scenario.faults_per_100_days, at, &mut self.rng);
    }

    /// A fault that was due while it could not happen does not happen later in the past.
    fn skip_missed_fault(&mut self, n: usize, at: Timestamp) {
        if self.evses[n].fault_at.is_some_and(|fault| fault <= at) {
            self.draw_fault(n, at);
        }
    }

    fn free(&mut self, n: usize, at: Timestamp) {
        self.skip_missed_fault(n, at);
        let visits = self.scenario.visits(self.supply.is_dc());
        let arrival =
            if self.tokens.is_empty() { None } else { visits.next_arrival(at, &self.zone, &mut self.rng) };
        self.evses[n].state = State::Free { arrival };
        self.say_status(n, at);
    }

    fn arrive(&mut self, n: usize, at: Timestamp) {
        let visits = *self.scenario.visits(self.supply.is_dc());
        let uid = self.tokens[self.rng.random_range(0..self.tokens.len())].clone();
        let present_at = at + visits.presenting_after(&mut self.rng);
        let visit = self.visit(Key::rfid(&uid), None, at);
        self.evses[n].state = State::Plugged { visit, present_at: Some(present_at) };
        self.say_status(n, at);
    }

    fn visit(&mut self, key: Key, remote_start_id: Option<i64>, at: Timestamp) -> Visit {
        let visits = *self.scenario.visits(self.supply.is_dc());
        let stay = visits.stay(&mut self.rng);
        let held = self.rng.random_range(0..100) < self.scenario.pauses_percent;
        let pause = held.then(|| {
            let from = at + stay / self.rng.random_range(3..6);
            (from, from + stay / self.rng.random_range(6..12))
        });
        let charge = Charge::arriving(self.supply, &mut self.rng);
        let early = self.seconds(BEFORE_CLOSING_S);
        let leaves_at = self.closes_at.map_or(at + stay, |end| (at + stay).min(end - early));
        Visit { key, charge, leaves_at, remote_start_id, authorised: false, pause }
    }

    /// The key is held to the reader.
    fn present(&mut self, n: usize, at: Timestamp) {
        let State::Plugged { visit, .. } =
            std::mem::replace(&mut self.evses[n].state, State::Free { arrival: None })
        else {
            return;
        };
        let evse = self.evses[n].number;
        let offline_start = self.settings.starts_offline() && self.known.contains(&visit.key.uid);
        if visit.authorised || (!self.online && offline_start) {
            self.begin(n, visit, at);
        } else if self.online {
            self.notices.push_back(Notice::Authorize { evse, key: visit.key.clone() });
            self.evses[n].state = State::Asking { visit };
        } else {
            let leaves_at = visit.leaves_at.min(at + self.seconds(PATIENCE_S));
            self.evses[n].state = State::Plugged { visit: Visit { leaves_at, ..visit }, present_at: None };
        }
    }

    fn begin(&mut self, n: usize, visit: Visit, at: Timestamp) {
        self.skip_missed_fault(n, at);
        self.transactions += 1;
        let mine = i64::from(self.evses[n].number);
        // A session's profile ends with it.
        self.limits.retain(|limit| limit.of != Of::Session || limit.evse != mine);
        let number = self.transactions;
        let evse = &mut self.evses[n];
        let tx = Tx {
            number,
            name: format!("{:x}-{}-{number}", self.life, evse.number),
            evse: evse.number,
            key: visit.key.clone(),
            remote_start_id: visit.remote_start_id,
        };
        let sample = visit.charge.sample(evse.register);
        let (offline, sample_s) = (!self.online, self.settings.sample_s());
        self.notices.push_back(Notice::Start { tx: tx.clone(), sample, at, offline });
        let sample_at = sample_s.map(|s| at + SignedDuration::from_secs(s));
        let state = ChargingState::EVConnected;
        evse.state =
            State::Charging(Box::new(Running { visit, tx, seq: 0, counted_to: at, sample_at, state }));
        self.say_state(n, at);
    }

    /// Says the charging state if it changed.
    fn say_state(&mut self, n: usize, at: Timestamp) {
        let offline = !self.online;
        let number = self.evses[n].number;
        let State::Charging(running) = &mut self.evses[n].state else { return };
        running.visit.charge.allow(allowances(&self.limits, number, at));
        let state = running.state_at(at);
        running.visit.charge.pause(state == ChargingState::SuspendedEVSE);
        if state != running.state {
            running.state = state;
            let seq = running.next_seq();
            self.notices.push_back(Notice::State { tx: running.tx.clone(), seq, state, at, offline });
        }
        self.say_status(n, at);
    }

    fn charge(&mut self, n: usize, at: Timestamp) {
        let (offline, sample_s) = (!self.online, self.settings.sample_s());
        let Evse { state: State::Charging(running), register, number, .. } = &mut self.evses[n] else {
            return;
        };
        running.count_to(at, register);
        if running.sample_at.is_some_and(|due| due <= at) {
            running.sample_at = sample_s.map(|s| at + SignedDuration::from_secs(s));
            self.notices.push_back(Notice::Reading {
                evse: *number,
                tx: Some(running.tx.clone()),
                seq: running.next_seq(),
                sample: running.visit.charge.sample(*register),
                context: Context::Periodic,
                at,
                offline,
            });
        }
        let leaves = running.visit.leaves_at <= at;
        self.say_state(n, at);
        if leaves {
            let why =
                if self.rng.random_ratio(2, 3) { StopReason::Local } else { StopReason::EvDisconnected };
            self.stop(n, why, at);
        }
    }

    fn stop(&mut self, n: usize, why: StopReason, at: Timestamp) {
        self.say_stop(n, why, at);
        let gone_at = at + self.seconds(UNPLUGGING_S);
        self.evses[n].state = State::Finishing { gone_at };
        self.say_status(n, at);
    }

    fn say_stop(&mut self, n: usize, why: StopReason, at: Timestamp) {
        let offline = !self.online;
        let Evse { state: State::Charging(running), register, .. } = &mut self.evses[n] else { return };
        running.count_to(at, register);
        let sample = running.visit.charge.sample(*register);
        let (tx, seq) = (running.tx.clone(), running.next_seq());
        self.notices.push_back(Notice::Stop { tx, seq, sample, why, at, offline });
    }

    fn stop_where(&mut self, at: Timestamp, why: StopReason, meant: impl Fn(&Tx) -> bool) -> bool {
        let found: Vec<usize> = (0..self.evses.len())
            .filter(|&n| self.evses[n].running().is_some_and(|r| meant(&r.tx)))
            .collect();
        for &n in &found {
            self.stop(n, why, at);
        }
        !found.is_empty()
    }

    fn break_down(&mut self, n: usize, at: Timestamp) {
        self.say_stop(n, StopReason::Fault, at);
        let fault = &FAULTS[self.rng.random_range(0..FAULTS.len())];
        let until = at + self.seconds(REPAIR_S);
        self.evses[n].state = State::Faulted { fault, until };
        self.notices.push_back(Notice::Event { evse: self.evses[n].number, fault, cleared: false, at });
        self.say_status(n, at);
    }
}

fn first_arrival(
    scenario: &Scenario,
    config: &StationConfig,
    now: Timestamp,
    zone: &TimeZone,
    rng: &mut SmallRng,
) -> Option<Timestamp> {
    if config.tokens.is_empty() {
        return None;
    }
    let by_hours = scenario.visits(config.supply.is_dc()).next_arrival(now, zone, rng);
    if scenario.first_within_s == 0 {
        return by_hours;
    }
    // Most of them early in that time: a screen that has just been opened should not stay empty.
    let share = rng.random::<f64>().powi(3);
    let soon = now + SignedDuration::from_secs_f64(1.0 + share * f64::from(scenario.first_within_s));
    Some(by_hours.map_or(soon, |at| at.min(soon)))
}
