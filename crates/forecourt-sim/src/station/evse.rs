//! One EVSE of a simulated station: what is plugged in and what happens to it next.
//!
//! Holds state and timers only; the [`body`](super::body) moves it and says what changed.

use forecourt_core::fact::{ChargingState, ConnectorStatus};
use jiff::{SignedDuration, Timestamp};

use super::notice::{Fault, Key, Tx};
use crate::car::{Charge, Register};

#[derive(Debug)]
pub(super) struct Evse {
    pub number: i32,
    pub register: Register,
    pub operative: bool,
    pub state: State,
    pub fault_at: Option<Timestamp>,
    /// What was said last, to say it again after a reconnect.
    pub said: ConnectorStatus,
}

#[derive(Debug)]
pub(super) enum State {
    Free {
        arrival: Option<Timestamp>,
    },
    /// Plugged in, nobody authorised. `present_at`: when the key is shown; `None` once it was refused.
    Plugged {
        visit: Visit,
        present_at: Option<Timestamp>,
    },
    /// The CSMS has been asked about the key.
    Asking {
        visit: Visit,
    },
    Charging(Box<Running>),
    Finishing {
        gone_at: Timestamp,
    },
    Faulted {
        fault: &'static Fault,
        until: Timestamp,
    },
}

/// A car and its driver.
#[derive(Debug)]
pub(super) struct Visit {
    pub key: Key,
    pub charge: Charge,
    pub leaves_at: Timestamp,
    pub remote_start_id: Option<i64>,
    /// The CSMS itself asked for this start: no need to ask it again.
    pub authorised: bool,
    /// The stretch in which the station holds back.
    pub pause: Option<(Timestamp, Timestamp)>,
}

#[derive(Debug)]
pub(super) struct Running {
    pub visit: Visit,
    pub tx: Tx,
    pub seq: i64,
    pub counted_to: Timestamp,
    pub sample_at: Option<Timestamp>,
    pub state: ChargingState,
}

impl Running {
    pub fn next_seq(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }

    /// Lets energy flow up to `at`.
    pub fn count_to(&mut self, at: Timestamp, register: &mut Register) {
        let passed = at.duration_since(self.counted_to);
        if passed > SignedDuration::ZERO {
            self.visit.charge.advance(passed, register);
            self.counted_to = at;
        }
    }

    /// What the session is doing, seen from its power.
    pub fn state_at(&self, at: Timestamp) -> ChargingState {
        let pause = self.visit.pause.is_some_and(|(from, to)| from <= at && at < to);
        let held = pause || self.visit.charge.is_held();
        match (held, self.visit.charge.is_full()) {
            (_, true) => ChargingState::SuspendedEV,
            (true, false) => ChargingState::SuspendedEVSE,
            (false, false) => ChargingState::Charging,
        }
    }
}

impl Evse {
    pub fn is_free(&self) -> bool {
        matches!(self.state, State::Free { .. }) && self.operative
    }

    pub fn running(&self) -> Option<&Running> {
        match &self.state {
            State::Charging(running) => Some(running),
            _ => None,
        }
    }

    /// When something happens here next.
    pub fn due(&self) -> Option<Timestamp> {
        let mine = match &self.state {
            State::Free { arrival } => arrival.filter(|_| self.operative),
            State::Plugged { visit, present_at } => {
                present_at.map_or(Some(visit.leaves_at), |at| Some(at.min(visit.leaves_at)))
            }
            State::Asking { visit } => Some(visit.leaves_at),
            State::Charging(running) => {
                let pause =
                    running.visit.pause.map(|(from, to)| if running.counted_to < from { from } else { to });
                let pause = pause.filter(|at| *at > running.counted_to && !running.visit.charge.is_full());
                [running.sample_at, pause, Some(running.visit.leaves_at)].into_iter().flatten().min()
            }
            State::Finishing { gone_at } => Some(*gone_at),
            State::Faulted { until, .. } => Some(*until),
        };
        [mine, self.breaks_at()].into_iter().flatten().min()
    }

    /// Only what is free or charging breaks.
    pub fn breaks_at(&self) -> Option<Timestamp> {
        self.fault_at.filter(|_| matches!(self.state, State::Free { .. } | State::Charging(_)))
    }

    pub fn status(&self) -> ConnectorStatus {
        match &self.state {
            State::Free { .. } if !self.operative => ConnectorStatus::Unavailable,
            State::Free { .. } => ConnectorStatus::Available,
            State::Plugged { .. } | State::Asking { .. } => ConnectorStatus::Preparing,
            State::Charging(running) => match running.state {
                ChargingState::SuspendedEV => ConnectorStatus::SuspendedEV,
                ChargingState::SuspendedEVSE => ConnectorStatus::SuspendedEVSE,
                _ => ConnectorStatus::Charging,
            },
            State::Finishing { .. } => ConnectorStatus::Finishing,
            State::Faulted { .. } => ConnectorStatus::Faulted,
        }
    }

    pub fn fault(&self) -> Option<&'static Fault> {
        match &self.state {
            State::Faulted { fault, .. } => Some(fault),
            _ => None,
        }
    }
}
