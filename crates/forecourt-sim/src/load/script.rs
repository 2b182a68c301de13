//! The messages of a station under load, as cheap text: sessions for ever, 21 calls each, in 1.6 or in 2.0.1 words.
//!
//! Nothing is parsed here but the transaction number a 1.6 start is answered with.

use std::fmt::Write;

use jiff::Timestamp;

use crate::station::Protocol;

/// Readings in a session; a heartbeat follows every sixth.
const READINGS: u32 = 12;
const HEARTBEAT_AFTER: u32 = 6;
/// Energy between two readings, in watt-hours: small enough to be plausible between calls that follow each other at once.
const ENERGY_STEP_WH: i64 = 100;
/// Room for the longest call, in bytes.
const CALL_BYTES: usize = 900;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Boot,
    StationStatus,
    FirstStatus,
    Preparing,
    Authorize,
    Start,
    Charging,
    Reading(u32),
    Heartbeat(u32),
    Finishing,
    Stop,
    Available,
}

impl Next {
    fn then(self) -> Self {
        match self {
            Self::Boot => Self::StationStatus,
            Self::StationStatus => Self::FirstStatus,
            Self::FirstStatus | Self::Available => Self::Preparing,
            Self::Preparing => Self::Authorize,
            Self::Authorize => Self::Start,
            Self::Start => Self::Charging,
            Self::Charging => Self::Reading(1),
            Self::Reading(n) if n.is_multiple_of(HEARTBEAT_AFTER) => Self::Heartbeat(n),
            Self::Reading(n) => Self::Reading(n + 1),
            Self::Heartbeat(READINGS) => Self::Finishing,
            Self::Heartbeat(n) => Self::Reading(n + 1),
            Self::Finishing => Self::Stop,
            Self::Stop => Self::Available,
        }
    }
}

#[derive(Debug)]
pub(super) struct Script {
    protocol: Protocol,
    identity: String,
    token: String,
    next: Next,
    message: u64,
    /// The call that was written last.
    current: Next,
    session: u64,
    seq: u32,
    register: i64,
    /// What the CSMS calls the running 1.6 transaction.
    number: i64,
    run: i64,
}

impl Script {
    pub fn new(protocol: Protocol, identity: &str, token: &str) -> Self {
        Self {
            protocol,
            identity: identity.to_owned(),
            token: token.to_owned(),
            next: Next::Boot,
            current: Next::Boot,
            message: 0,
            session: 0,
            seq: 0,
            register: 100_000,
            number: 0,
            run: Timestamp::now().as_second(),
        }
    }

    /// The next call; its id is [`id`](Self::id).
    pub fn call(&mut self) -> String {
        self.message += 1;
        self.current = self.next;
        self.next = self.next.then();
        let mut text = String::with_capacity(CALL_BYTES);
        let now = Timestamp::now();
        // Writing into a String cannot fail.
        let _infallible = match self.protocol {
            Protocol::V16 => self.write16(&mut text, now),
            Protocol::V201 | Protocol::V21 => self.write2(&mut text, now),
        };
        text
    }

    pub fn id(&self) -> u64 {
        self.message
    }

    /// After boot and both statuses, and between two sessions.
    pub fn is_between_sessions(&self) -> bool {
        self.next == Next::Preparing
    }

    /// Whether the answer is one a station could go on with. Takes the transaction number out of it.
    pub fn accept(&mut self, answer: &str) -> bool {
        match self.current {
            Next::Boot | Next::Authorize => answer.contains("Accepted"),
            Next::Start if self.protocol == Protocol::V16 => {
                let number = answer.split_once("\"transactionId\":").map(|(_, rest)| rest.trim_start());
                let digits =
                    number.map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
                let number = digits.and_then(|digits| digits.parse().ok());
                self.number = number.unwrap_or(0);
                number.is_some() && answer.contains("Accepted")
            }
            _ => true,
        }
    }

    fn write16(&mut self, out: &mut String, now: Timestamp) -> std::fmt::Result {
        write!(out, "[2,\"{}\",", self.message)?;
        match self.current {
            Next::Boot => write!(
                out,
                "\"BootNotification\",{{\"chargePointVendor\":\"Forecourt\",\"chargePointModel\":\"Load\",\
                 \"chargePointSerialNumber\":\"{:.25}\",\"firmwareVersion\":\"1.0\"}}]",
                self.identity
            ),
            Next::StationStatus => status16(out, 0, "Available", now),
            Next::FirstStatus | Next::Available => status16(out, 1, "Available", now),
            Next::Preparing => status16(out, 1, "Preparing", now),
            Next::Charging => status16(out, 1, "Charging", now),
            Next::Finishing => status16(out, 1, "Finishing", now),
            Next::Authorize => write!(out, "\"Authorize\",{{\"idTag\":\"{}\"}}]", self.token),
            Next::Heartbeat(_) => out.write_str("\"Heartbeat\",{}]"),
            Next::Start => {
                self.session += 1;
                write!(
                    out,
                    "\"StartTransaction\",{{\"connectorId\":1,\"idTag\":\"{}\",\"meterStart\":{},\
                     \"timestamp\":\"{now:.3}\"}}]",
                    self.token, self.register
                )
            }
            Next::Reading(_) => {
                self.register += ENERGY_STEP_WH;
                write!(
                    out,
                    "\"MeterValues\",{{\"connectorId\":1,\"transactionId\":{},\"meterValue\":[{{\
                     \"timestamp\":\"{now:.3}\",\"sampledValue\":[\
                     {{\"value\":\"{}\",\"context\":\"Sample.Periodic\",\"measurand\":\"Energy.Active.Import.Register\",\"unit\":\"Wh\"}},\
                     {{\"value\":\"11040\",\"context\":\"Sample.Periodic\",\"measurand\":\"Power.Active.Import\",\"unit\":\"W\"}},\
                     {{\"value\":\"16.0\",\"context\":\"Sample.Periodic\",\"measurand\":\"Current.Import\",\"unit\":\"A\"}},\
                     {{\"value\":\"230.1\",\"context\":\"Sample.Periodic\",\"measurand\":\"Voltage\",\"unit\":\"V\"}}]}}]}}]",
                    self.number, self.register
                )
            }
            Next::Stop => write!(
                out,
                "\"StopTransaction\",{{\"transactionId\":{},\"idTag\":\"{}\",\"meterStop\":{},\
                 \"timestamp\":\"{now:.3}\",\"reason\":\"Local\"}}]",
                self.number, self.token, self.register
            ),
        }
    }

    fn write2(&mut self, out: &mut String, now: Timestamp) -> std::fmt::Result {
        write!(out, "[2,\"{}\",", self.message)?;
        match self.current {
            Next::Boot => write!(
                out,
                "\"BootNotification\",{{\"reason\":\"PowerUp\",\"chargingStation\":{{\"vendorName\":\"Forecourt\",\
                 \"model\":\"Load\",\"serialNumber\":\"{:.25}\",\"firmwareVersion\":\"1.0\"}}}}]",
                self.identity
            ),
            Next::StationStatus | Next::FirstStatus | Next::Available => status2(out, "Available", now),
            Next::Preparing => status2(out, "Occupied", now),
            Next::Authorize => write!(
                out,
                "\"Authorize\",{{\"idToken\":{{\"idToken\":\"{}\",\"type\":\"ISO14443\"}}}}]",
                self.token
            ),
            Next::Heartbeat(_) => out.write_str("\"Heartbeat\",{}]"),
            Next::Start => {
                self.session += 1;
                self.seq = 0;
                self.event(out, "Started", "Authorized", "EVConnected", now)?;
                write!(out, ",\"idToken\":{{\"idToken\":\"{}\",\"type\":\"ISO14443\"}}", self.token)?;
                self.meter2(out, "Transaction.Begin", now)
            }
            Next::Charging => {
                self.event(out, "Updated", "ChargingStateChanged", "Charging", now)?;
                out.write_str("}]")
            }
            Next::Reading(_) => {
                self.register += ENERGY_STEP_WH;
                self.event(out, "Updated", "MeterValuePeriodic", "Charging", now)?;
                self.meter2(out, "Sample.Periodic", now)
            }
            Next::Finishing => {
                self.event(out, "Updated", "ChargingStateChanged", "EVConnected", now)?;
                out.write_str("}]")
            }
            Next::Stop => {
                self.event(out, "Ended", "StopAuthorized", "Idle", now)?;
                self.meter2(out, "Transaction.End", now)
            }
        }
    }

    /// A TransactionEvent up to the members that differ; its object is still open.
    fn event(
        &mut self,
        out: &mut String,
        kind: &str,
        trigger: &str,
        state: &str,
        now: Timestamp,
    ) -> std::fmt::Result {
        write!(
            out,
            "\"TransactionEvent\",{{\"eventType\":\"{kind}\",\"timestamp\":\"{now:.3}\",\"triggerReason\":\"{trigger}\",\
             \"seqNo\":{},\"transactionInfo\":{{\"transactionId\":\"{:x}-{}\",\"chargingState\":\"{state}\"{}}},\
             \"evse\":{{\"id\":1,\"connectorId\":1}}",
            self.seq,
            self.run,
            self.session,
            if kind == "Ended" { ",\"stoppedReason\":\"Local\"" } else { "" },
        )?;
        self.seq += 1;
        Ok(())
    }

    fn meter2(&self, out: &mut String, context: &str, now: Timestamp) -> std::fmt::Result {
        write!(
            out,
            ",\"meterValue\":[{{\"timestamp\":\"{now:.3}\",\"sampledValue\":[\
             {{\"value\":{},\"context\":\"{context}\",\"measurand\":\"Energy.Active.Import.Register\",\"unitOfMeasure\":{{\"unit\":\"Wh\"}}}},\
             {{\"value\":11040,\"context\":\"{context}\",\"measurand\":\"Power.Active.Import\",\"unitOfMeasure\":{{\"unit\":\"W\"}}}},\
             {{\"value\":16.0,\"context\":\"{context}\",\"measurand\":\"Current.Import\",\"unitOfMeasure\":{{\"unit\":\"A\"}}}},\
             {{\"value\":230.1,\"context\":\"{context}\",\"measurand\":\"Voltage\",\"unitOfMeasure\":{{\"unit\":\"V\"}}}}]}}]}}]",
            self.register
        )
    }
}

fn status16(out: &mut String, connector: u8, status: &str, now: Timestamp) -> std::fmt::Result {
    write!(
        out,
        "\"StatusNotification\",{{\"connectorId\":{connector},\"errorCode\":\"NoError\",\"status\":\"{status}\",\
         \"timestamp\":\"{now:.3}\"}}]"
    )
}

fn status2(out: &mut String, status: &str, now: Timestamp) -> std::fmt::Result {
    write!(
        out,
        "\"StatusNotification\",{{\"timestamp\":\"{now:.3}\",\"connectorStatus\":\"{status}\",\"evseId\":1,\
         \"connectorId\":1}}]"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn frames(protocol: Protocol, count: usize) -> Vec<Vec<Value>> {
        let mut script = Script::new(protocol, "LOAD-1", "TAG");
        (0..count)
            .map(|_| {
                let text = script.call();
                assert!(script.accept(r#"[3,"1",{"transactionId":77,"idTagInfo":{"status":"Accepted"}}]"#));
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
            })
            .collect()
    }

    #[test]
    fn three_calls_to_begin_and_twenty_one_for_each_session() {
        for protocol in [Protocol::V16, Protocol::V201] {
            let all = frames(protocol, 3 + 2 * 21);
            let actions: Vec<&str> = all.iter().map(|f| f[2].as_str().unwrap()).collect();
            assert_eq!(&actions[..3], ["BootNotification", "StatusNotification", "StatusNotification"]);
            assert_eq!(actions[3..24], actions[24..45]);
            assert_eq!(actions[3..24].iter().filter(|a| **a == "Heartbeat").count(), 2);
            let ids: std::collections::HashSet<&str> = all.iter().map(|f| f[1].as_str().unwrap()).collect();
            assert_eq!(ids.len(), all.len());
        }
    }

    #[test]
    fn the_number_given_is_used_until_the_stop() {
        let all = frames(Protocol::V16, 24);
        let numbers = all.iter().filter_map(|f| f[3].get("transactionId")).filter(|n| **n == 77).count();
        assert_eq!(numbers, 13);
    }

    #[test]
    fn events_are_numbered_without_a_gap() {
        let all = frames(Protocol::V201, 24);
        let seqs: Vec<u64> = all.iter().filter_map(|f| f[3].get("seqNo")).filter_map(Value::as_u64).collect();
        assert_eq!(seqs, (0..16).collect::<Vec<u64>>());
    }

    #[test]
    fn a_refusal_is_noticed() {
        let mut script = Script::new(Protocol::V16, "LOAD-1", "TAG");
        script.call();
        assert!(!script.accept(r#"[3,"1",{"status":"Rejected"}]"#));
    }
}
