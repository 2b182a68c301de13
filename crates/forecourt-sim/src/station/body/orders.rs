//! What the CSMS may ask of a simulated station's physical half.

use forecourt_core::fact::Context;
use jiff::{SignedDuration, Timestamp};

use super::{Body, State, Visit};
use crate::station::evse::Evse;
use crate::station::notice::{Key, Notice, StopReason};

/// Between the order to start and the contactor, in seconds: a person plugs in, the car answers.
const REMOTE_START_S: i64 = 2;

/// A restart that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restart {
    Now,
    /// When the last session has ended (2.x OnIdle).
    WhenIdle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Availability {
    Accepted,
    /// When the running session has ended.
    Scheduled,
    Rejected,
}

impl Body {
    /// Starts for a driver who stands at the plug. Without an EVSE number the station picks one.
    pub fn remote_start(&mut self, evse: Option<i32>, key: Key, id: Option<i64>, now: Timestamp) -> bool {
        // A plug whose driver waits; not one that another order is about to start.
        let waits = |e: &Evse| matches!(&e.state, State::Plugged { visit, .. } if !visit.authorised);
        let ready = |e: &Evse| e.operative && (waits(e) || e.is_free());
        let wanted = |e: &&Evse| evse.is_none_or(|number| number == e.number) && ready(e);
        let plugged_first = |e: &&Evse| u8::from(e.is_free());
        let Some(number) = self.evses.iter().filter(wanted).min_by_key(plugged_first).map(|e| e.number)
        else {
            return false;
        };
        let Some(n) = self.index(number) else { return false };
        let authorised = !self.settings.asks_for_remote_starts();
        let before = std::mem::replace(&mut self.evses[n].state, State::Free { arrival: None });
        let visit = match before {
            State::Plugged { visit, .. } => Visit { key, remote_start_id: id, authorised, ..visit },
            _ => Visit { authorised, ..self.visit(key, id, now) },
        };
        let present_at = now + SignedDuration::from_secs(REMOTE_START_S);
        let leaves_at = visit.leaves_at.max(present_at + SignedDuration::from_mins(1));
        self.evses[n].state =
            State::Plugged { visit: Visit { leaves_at, ..visit }, present_at: Some(present_at) };
        self.say_status(n, now);
        true
    }

    pub fn remote_stop(&mut self, name: &str, now: Timestamp) -> bool {
        self.stop_where(now, StopReason::Remote, |tx| tx.name == name)
    }

    pub fn has_evse(&self, evse: i32) -> bool {
        self.index(evse).is_some()
    }

    pub fn is_charging(&self, evse: i32) -> bool {
        self.running().any(|tx| tx.evse == evse)
    }

    /// Opens the lock; a running session ends first.
    pub fn unlock(&mut self, evse: i32, now: Timestamp) {
        self.stop_where(now, StopReason::Unlocked, |tx| tx.evse == evse);
    }

    /// EVSE 0 or `None` means all of them.
    pub fn set_availability(&mut self, evse: Option<i32>, operative: bool, now: Timestamp) -> Availability {
        let all = evse.is_none_or(|number| number == 0);
        let chosen: Vec<usize> =
            (0..self.evses.len()).filter(|&n| all || Some(self.evses[n].number) == evse).collect();
        if chosen.is_empty() {
            return Availability::Rejected;
        }
        let mut answer = Availability::Accepted;
        for n in chosen {
            self.evses[n].operative = operative;
            if !operative && self.evses[n].running().is_some() {
                answer = Availability::Scheduled;
            }
            match self.evses[n].state {
                State::Free { .. } => self.free(n, now),
                _ => self.say_status(n, now),
            }
        }
        answer
    }

    /// Ends what runs and asks for a restart.
    pub fn reset(&mut self, hard: bool, now: Timestamp) {
        let why = if hard { StopReason::HardReset } else { StopReason::SoftReset };
        self.stop_where(now, why, |_| true);
        self.restart = Some(Restart::Now);
    }

    /// 2.x OnIdle: at once when nothing runs, otherwise later. True when it is later.
    pub fn reset_when_idle(&mut self) -> bool {
        self.restart = Some(Restart::WhenIdle);
        self.running().next().is_some()
    }

    /// Whether the restart that was asked for is to happen now. Told once.
    pub fn take_restart(&mut self) -> bool {
        let now = match self.restart {
            Some(Restart::Now) => true,
            Some(Restart::WhenIdle) => self.running().next().is_none(),
            None => false,
        };
        if now {
            self.restart = None;
        }
        now
    }

    pub fn clear_cache(&mut self) {
        self.known.clear();
    }

    /// TriggerMessage StatusNotification.
    pub fn trigger_status(&mut self, evse: Option<i32>, now: Timestamp) {
        for n in 0..self.evses.len() {
            if evse.is_none_or(|number| number == 0 || number == self.evses[n].number) {
                self.repeat_status(n, now);
            }
        }
    }

    /// TriggerMessage MeterValues: a reading of every EVSE meant, inside its session if one runs.
    pub fn trigger_reading(&mut self, evse: Option<i32>, now: Timestamp) {
        let offline = !self.online;
        for e in &mut self.evses {
            if evse.is_some_and(|number| number != 0 && number != e.number) {
                continue;
            }
            let Evse { state, register, number, .. } = e;
            let (tx, seq, sample) = match state {
                State::Charging(running) => {
                    running.count_to(now, register);
                    (Some(running.tx.clone()), running.next_seq(), running.visit.charge.sample(*register))
                }
                _ => (None, 0, crate::car::Sample::at_rest(*register)),
            };
            self.notices.push_back(Notice::Reading {
                evse: *number,
                tx,
                seq,
                sample,
                context: Context::Trigger,
                at: now,
                offline,
            });
        }
    }

    /// Everybody is gone by then: who would stay longer leaves earlier.
    pub fn close_at(&mut self, end: Timestamp) {
        self.closes_at = Some(end);
    }

    /// Nobody comes any more; who is there may finish.
    pub fn close_doors(&mut self) {
        self.tokens.clear();
        for evse in &mut self.evses {
            evse.fault_at = None;
            if let State::Free { arrival } = &mut evse.state {
                *arrival = None;
            }
        }
        self.gap_at = None;
        self.scenario.faults_per_100_days = 0;
        self.scenario.gaps_per_100_days = 0;
    }

    pub(in crate::station) fn say(&mut self, notice: Notice) {
        self.notices.push_back(notice);
    }
}
