//! What just moved in our state: feeds screens, webhooks, partners, reconcilers.

use serde::{Deserialize, Serialize};

use crate::id::{CommandId, OrganisationId, SessionId, SiteId, StationId};

/// One movement, with whom it concerns. It is a hint to look again, never the only copy of a truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub organisation: OrganisationId,
    pub site: Option<SiteId>,
    pub station: Option<StationId>,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// Connected or gone.
    Connection {
        online: bool,
    },
    /// A connector's status, the boot data or the settings of a station.
    Station,
    Session {
        session: SessionId,
    },
    Site,
    IdToken,
    /// A driver, a group, or what belongs to them.
    Driver,
    /// Something went wrong with a station, or is over.
    Fault,
    Issue,
    /// A new row in the message log.
    Message,
    Command {
        command: CommandId,
    },
    UnknownStation,
    /// Bulk work went on.
    Bulk,
    /// A booking was made, changed, or went on.
    Booking,
    /// A zone was changed, or its power shared anew.
    Zone,
    /// A station did what a station should not.
    Security {
        kind: String,
    },
    Organisation,
}
