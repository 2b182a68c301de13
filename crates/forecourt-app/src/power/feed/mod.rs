//! Building meters that this node reads itself: over MQTT (`mqtt`) or Modbus TCP (`modbus`), as operators said (`desk`,
//! `checked`), as long as the server runs (`run`).
//!
//! A feed only ever listens or asks: it never publishes and never writes a register. What it reads goes the way of every
//! other reading; what it cannot read is told to the operator (`trouble`), and the load stays what it was until it is old.

mod checked;
mod desk;
mod modbus;
mod mqtt;
mod run;
mod trouble;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use forecourt_core::Timestamp;
use forecourt_core::id::ZoneId;
use forecourt_core::power::{MeterMap, RegisterKind, WordOrder};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};

pub use desk::{FeedRequest, FeedTrial, MeterView};
pub(crate) use run::follow;
pub use trouble::Trouble;

/// Trials at once, of all organisations: each holds a connection for some seconds.
const TRIALS_MAX: usize = 4;

/// Where a zone's meter is read, and what its numbers mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterFeed {
    pub map: MeterMap,
    /// The chargers flow through that meter too: what they draw is taken off.
    pub with_chargers: bool,
    pub wire: Wire,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    Mqtt(MqttWire),
    Modbus(ModbusWire),
}

/// Messages of a broker (MQTT 3.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MqttWire {
    pub host: String,
    pub port: u16,
    pub tls: bool,
    pub user_name: Option<String>,
    /// One for each number, in the order of the phases.
    pub values: Vec<MqttValue>,
}

/// Where one number stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MqttValue {
    pub topic: String,
    /// JSON pointer (RFC 6901); `None`: the whole message is the number.
    pub pointer: Option<String>,
}

/// Registers of a meter or a gateway (Modbus TCP).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModbusWire {
    pub host: String,
    pub port: u16,
    pub unit_id: u8,
    pub table: RegisterTable,
    pub kind: RegisterKind,
    pub word_order: WordOrder,
    /// Seconds between two readings.
    pub every_s: u8,
    /// The first register of each number, counted from 0, in the order of the phases.
    pub addresses: Vec<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterTable {
    /// Read with function 3.
    Holding,
    /// Read with function 4.
    Input,
}

impl MeterFeed {
    /// As which its readings are known.
    pub fn source(&self) -> String {
        match &self.wire {
            Wire::Mqtt(wire) if wire.tls => format!("mqtts://{}:{}", wire.host, wire.port),
            Wire::Mqtt(wire) => format!("mqtt://{}:{}", wire.host, wire.port),
            Wire::Modbus(wire) => format!("modbus://{}:{}/{}", wire.host, wire.port, wire.unit_id),
        }
    }

    fn word(&self) -> &'static str {
        match self.wire {
            Wire::Mqtt(_) => "mqtt",
            Wire::Modbus(_) => "modbus",
        }
    }
}

/// How a feed stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedStanding {
    pub state: FeedState,
    pub since: Timestamp,
    /// What is wrong, and since when.
    pub trouble: Option<(Timestamp, Trouble)>,
    pub read_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    Connecting,
    Connected,
    /// It waits a little before it tries again.
    Waiting,
}

/// The feeds of this node.
#[derive(Debug)]
pub(crate) struct Feeds {
    standing: Mutex<HashMap<ZoneId, FeedStanding>>,
    /// What is to be read has changed.
    wake: Notify,
    trials: Semaphore,
}

impl Default for Feeds {
    fn default() -> Self {
        Self { standing: Mutex::default(), wake: Notify::new(), trials: Semaphore::new(TRIALS_MAX) }
    }
}

impl Feeds {
    fn standing(&self) -> MutexGuard<'_, HashMap<ZoneId, FeedStanding>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Some feed is another, or gone.
    pub(super) fn changed(&self) {
        self.wake.notify_one();
    }
}
