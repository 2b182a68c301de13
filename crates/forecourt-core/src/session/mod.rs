//! One charging visit, as a state machine for both protocol families.
//!
//! Whatever order a station's messages come in, and however often, the same messages end in the same session:
//! times and registers are merged by the station's clock, never by arrival. Nothing here reads or writes storage.

mod flag;
mod meter;
mod rules;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use flag::{Flag, Flags};
pub use meter::{EnergySource, Meter, Series};
pub use rules::{Applied, Found, Place, apply_meter, apply_transaction, close, find, review, start_key};

use crate::fact::ChargingState;
use crate::id::{ConnectorNumber, EvseNumber, OrganisationId, SessionId, SiteId, StationId, TransactionRef};
use crate::unit::{PerMille, WattHours, Watts};

/// Our record of one visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub id: SessionId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub station: StationId,
    /// 0 when the station never said.
    pub evse: EvseNumber,
    pub connector: Option<ConnectorNumber>,
    pub reference: TransactionRef,
    /// The token as the station sent it; absent when nobody asked for one.
    pub token: Option<String>,
    pub started_at: Timestamp,
    /// What makes a repeated 1.6 start recognisable: the station's own time, token and register.
    pub start_key: Option<String>,
    pub state: State,
    pub charging_state: Option<ChargingState>,
    pub power: Option<Watts>,
    pub soc: Option<PerMille>,
    pub meter: Meter,
    pub flags: Flags,
    /// The latest moment the station spoke of in this session.
    pub last_heard_at: Timestamp,
    pub stop_reason: Option<String>,
}

/// Running, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    Ended { at: Timestamp, by: EndedBy },
}

/// Who ended a session. Only the station's own word is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndedBy {
    Station,
    /// We concluded it from silence or from a free connector.
    Reconciler,
    Operator,
    /// Another session began on the same EVSE.
    Superseded,
}

impl Session {
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    pub fn ended_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Active => None,
            State::Ended { at, .. } => Some(at),
        }
    }

    pub fn energy(&self) -> WattHours {
        self.meter.energy()
    }

    /// Whether nothing but energy, power, charge and charging state has moved since `before`, and it still runs.
    pub fn is_progress_of(&self, before: &Self) -> bool {
        let place = |s: &Self| (s.id, s.site, s.evse, s.connector, s.started_at, s.state);
        let names =
            |s: &Self| (s.reference.clone(), s.token.clone(), s.start_key.clone(), s.stop_reason.clone());
        self.is_active() && place(self) == place(before) && names(self) == names(before)
    }

    /// Whether a person should look before money is asked for.
    pub fn needs_review(&self) -> bool {
        self.flags.needs_review()
    }
}
