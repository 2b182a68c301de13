//! Thirty days that the demonstration's stations have behind them, as facts: the same cars, curves and mishaps as the
//! live stations, lived in no time. Pure: a seed and an end give the same past. Nothing here speaks a protocol.

use std::collections::VecDeque;

use forecourt_core::fact::{
    Boot, ChargingState, ComponentEvent, Context, Fact, MeterReport, Phase, PresentedToken, Reading,
    StatusReport, TransactionReport,
};
use forecourt_core::id::{ConnectorNumber, EvseNumber, TransactionRef};
use forecourt_core::token::TokenKind;
use forecourt_core::unit::WattHours;
use jiff::{SignedDuration, Timestamp};

use crate::car::Sample;
use crate::demo::Blueprint;
use crate::scenario::{DAY, Scenario};
use crate::station::{Body, BootReason, Notice, StationConfig, StopReason, Tx};

/// Readings of the past are sparser than live ones: they are many, and a chart of an old session needs no more.
const AC_SAMPLE_S: u32 = 900;
const DC_SAMPLE_S: u32 = 300;
/// In the last hour nobody arrives and nothing breaks, so that all is free and whole at the end.
const LAST_ARRIVAL_BEFORE_END: SignedDuration = SignedDuration::from_hours(1);
/// How long after its connection returned a station takes to tell what happened meanwhile.
const CATCH_UP: SignedDuration = SignedDuration::from_secs(2);
/// What the registers showed before: a station that has served a while.
const REGISTER_AT_START: WattHours = WattHours(1_250_000);

/// One statement of the past, and when it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub at: Timestamp,
    pub identity: &'static str,
    pub fact: Fact,
}

/// What happened, in the order of arrival, and where it left the registers.
#[derive(Debug)]
pub struct History {
    pub entries: Vec<Entry>,
    /// When connections were lost; the next statement of the station ends that.
    pub lost: Vec<(&'static str, Timestamp)>,
    registers: Vec<(&'static str, Vec<WattHours>)>,
}

impl History {
    /// The registers of a station at the end, by EVSE.
    pub fn registers(&self, identity: &str) -> &[WattHours] {
        self.registers.iter().find(|(name, _)| *name == identity).map_or(&[], |(_, registers)| registers)
    }
}

/// Lets `stations` live from `days` before `end` until `end`. At the end every connector is free again.
pub fn generate(stations: &[Blueprint], seed: u64, days: i64, end: Timestamp) -> History {
    let start = end - SignedDuration::from_hours(24 * days);
    let mut history = History { entries: Vec::new(), lost: Vec::new(), registers: Vec::new() };
    for blueprint in stations {
        let mut past = Past::new(blueprint, seed, start);
        past.live(start, end);
        history.registers.push((blueprint.identity, past.body.registers().collect()));
        history.entries.extend(past.entries);
        history.lost.extend(past.lost.into_iter().map(|at| (blueprint.identity, at)));
    }
    // Stable: what one station said in one moment keeps its order.
    history.entries.sort_by_key(|entry| entry.at);
    history
}

fn scenario() -> Scenario {
    let mut scenario = DAY;
    scenario.ac.sample_s = AC_SAMPLE_S;
    scenario.dc.sample_s = DC_SAMPLE_S;
    scenario
}

struct Past {
    identity: &'static str,
    config: StationConfig,
    body: Body,
    entries: Vec<Entry>,
    /// Said while the connection was away.
    held: VecDeque<Notice>,
    away_until: Option<Timestamp>,
    lost: Vec<Timestamp>,
    boot: Boot,
}

impl Past {
    fn new(blueprint: &Blueprint, seed: u64, start: Timestamp) -> Self {
        let config = StationConfig {
            scenario: scenario(),
            registers: vec![REGISTER_AT_START; blueprint.evses],
            ..blueprint.config("", seed ^ 0x9a57)
        };
        let boot = Boot {
            vendor: config.vendor.clone(),
            model: config.model.clone(),
            serial: Some(config.serial.clone()),
            firmware: Some(config.firmware.clone()),
            ..Boot::default()
        };
        Self {
            identity: blueprint.identity,
            body: Body::new(&config, start),
            config,
            entries: Vec::new(),
            held: VecDeque::new(),
            away_until: None,
            lost: Vec::new(),
            boot,
        }
    }

    fn live(&mut self, start: Timestamp, end: Timestamp) {
        self.push(start, Fact::Boot(self.boot.clone()));
        self.body.went_online(start);
        self.hear(start);
        self.body.close_at(end);
        let last_arrival = end - LAST_ARRIVAL_BEFORE_END;
        let mut closing = false;
        loop {
            let due = [self.body.due(), self.away_until].into_iter().flatten().min();
            let Some(now) = due.filter(|due| *due <= end) else { break };
            if now > last_arrival && !closing {
                closing = true;
                self.body.close_doors();
            }
            if self.away_until.is_some_and(|until| until <= now) {
                self.come_back(now);
            }
            self.body.tick(now);
            self.hear(now);
            if let Some(until) = self.body.take_gap() {
                self.body.went_offline(now);
                self.away_until = Some(until);
                self.lost.push(now);
            }
        }
        self.come_back(end);
    }

    fn come_back(&mut self, now: Timestamp) {
        if self.away_until.take().is_some() {
            let told = now + CATCH_UP;
            while let Some(notice) = self.held.pop_front() {
                self.tell(told, notice);
            }
            self.body.went_online(told);
            self.hear(told);
        }
    }

    /// Takes what the body said; a CSMS that knows every key answers at once.
    fn hear(&mut self, now: Timestamp) {
        while let Some(notice) = self.body.take_notice() {
            if self.away_until.is_some() {
                if notice.is_of_a_transaction() {
                    self.held.push_back(notice);
                }
                continue;
            }
            if let Notice::Authorize { evse, .. } = &notice {
                self.body.authorised(*evse, true, now);
            }
            self.tell(now, notice);
        }
    }

    fn push(&mut self, at: Timestamp, fact: Fact) {
        self.entries.push(Entry { at, identity: self.identity, fact });
    }

    fn tell(&mut self, told: Timestamp, notice: Notice) {
        let old = self.config.protocol == crate::Protocol::V16;
        let fact = match notice {
            Notice::Boot {
                reason: BootReason::PowerUp | BootReason::RemoteReset | BootReason::Triggered,
            } => Fact::Boot(self.boot.clone()),
            Notice::Status { evse, status, fault, at } => Fact::Status(StatusReport {
                evse: EvseNumber(evse),
                connector: ConnectorNumber(i32::from(evse > 0)),
                status: if old { status } else { coarse(status) },
                error_code: fault.filter(|_| old).map(|f| f.code.to_owned()),
                vendor_error_code: fault.filter(|_| old).map(|f| f.vendor_code.to_owned()),
                info: fault.filter(|_| old).map(|f| f.text.to_owned()),
                at: Some(at),
            }),
            Notice::Event { .. } | Notice::State { .. } if old => return,
            Notice::Event { evse, fault, cleared, at } => Fact::Events(vec![ComponentEvent {
                component: fault.component.to_owned(),
                variable: "Problem".to_owned(),
                evse: Some(EvseNumber(evse)),
                connector: None,
                value: (!cleared).to_string(),
                trigger: "Alerting".to_owned(),
                tech_code: Some(fault.vendor_code.to_owned()),
                tech_info: Some(fault.text.to_owned()),
                cleared,
                at: Some(at),
                monitor: None,
                severity: None,
                transaction: None,
            }]),
            Notice::Authorize { key, .. } => {
                Fact::Authorize(PresentedToken { uid: key.uid, kind: TokenKind::Rfid })
            }
            Notice::Reading { tx: Some(tx), evse, sample, context, at, .. } if old => {
                Fact::Meter(MeterReport {
                    evse: EvseNumber(evse),
                    connector: Some(ConnectorNumber(1)),
                    reference: Some(self.reference(&tx)),
                    readings: vec![reading(&sample, context, at)],
                })
            }
            Notice::Start { .. }
            | Notice::Reading { tx: Some(_), .. }
            | Notice::State { .. }
            | Notice::Stop { .. } => Fact::Transaction(Box::new(self.transaction(&notice))),
            // The past has neither orders of the CSMS nor heartbeats.
            Notice::Heartbeat
            | Notice::Reading { tx: None, .. }
            | Notice::Inventory { .. }
            | Notice::FirmwareIdle
            | Notice::LogIdle
            | Notice::Said { .. } => return,
        };
        self.push(told, fact);
    }

    /// Named by the station in both families: the CSMS was not there to hand out a number.
    fn reference(&self, tx: &Tx) -> TransactionRef {
        TransactionRef(format!("{}-{}", self.identity, tx.name))
    }

    fn transaction(&self, notice: &Notice) -> TransactionReport {
        let mut report = TransactionReport {
            phase: Phase::Updated,
            reference: None,
            evse: None,
            connector: Some(ConnectorNumber(1)),
            token: None,
            at: None,
            seq: None,
            offline: false,
            charging_state: None,
            stop_reason: None,
            readings: Vec::new(),
            remote_start_id: None,
            reservation: None,
        };
        let (tx, said_at, said_offline) = match notice {
            Notice::Start { tx, sample, at, offline } => {
                report.phase = Phase::Started;
                report.seq = Some(0);
                report.token = Some(PresentedToken { uid: tx.key.uid.clone(), kind: TokenKind::Rfid });
                report.charging_state = Some(ChargingState::EVConnected);
                report.readings.push(reading(sample, Context::Begin, *at));
                (tx, at, offline)
            }
            Notice::Reading { tx: Some(tx), seq, sample, context, at, offline, .. } => {
                report.seq = Some(*seq);
                report.readings.push(reading(sample, *context, *at));
                (tx, at, offline)
            }
            Notice::State { tx, seq, state, at, offline } => {
                report.seq = Some(*seq);
                report.charging_state = Some(*state);
                (tx, at, offline)
            }
            Notice::Stop { tx, seq, sample, why, at, offline } => {
                report.phase = Phase::Ended;
                report.seq = Some(*seq);
                report.stop_reason = Some(stop_word(*why).to_owned());
                report.readings.push(reading(sample, Context::End, *at));
                (tx, at, offline)
            }
            _ => return report,
        };
        report.reference = Some(self.reference(tx));
        report.evse = Some(EvseNumber(tx.evse));
        report.at = Some(*said_at);
        report.offline = *said_offline;
        report
    }
}

/// What a 2.x connector can say.
fn coarse(status: forecourt_core::fact::ConnectorStatus) -> forecourt_core::fact::ConnectorStatus {
    use forecourt_core::fact::ConnectorStatus as S;
    match status {
        S::Preparing | S::Charging | S::SuspendedEV | S::SuspendedEVSE | S::Finishing => S::Occupied,
        other => other,
    }
}

fn stop_word(why: StopReason) -> &'static str {
    match why {
        StopReason::Local => "Local",
        StopReason::EvDisconnected => "EVDisconnected",
        StopReason::Remote => "Remote",
        StopReason::DeAuthorized => "DeAuthorized",
        StopReason::SoftReset => "SoftReset",
        StopReason::HardReset => "HardReset",
        StopReason::Unlocked => "UnlockCommand",
        StopReason::Fault => "Other",
    }
}

fn reading(sample: &Sample, context: Context, at: Timestamp) -> Reading {
    Reading {
        register: Some(sample.register),
        power: Some(sample.power),
        current: Some(sample.current),
        voltage: Some(sample.voltage),
        soc: sample.soc,
        ..Reading::empty(at, context)
    }
}

#[cfg(test)]
mod tests;
