//! Whether an EVSE could be used, from what its station says and whether it is there.

use serde::{Deserialize, Serialize};

use crate::fact::ConnectorStatus;
use crate::id::EvseNumber;
use crate::station::Connector;

/// How a stretch of an EVSE's time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    Up,
    Offline,
    Faulted,
    /// Taken out of service.
    Unavailable,
}

/// How the time of an EVSE counts now. A status of the whole station (EVSE 0) holds for each of its EVSEs.
///
/// Taken out of service comes first: nobody expects anything of it. A station that is away tells nothing else.
pub fn state_of(evse: EvseNumber, connectors: &[Connector], is_online: bool) -> Availability {
    let mine = || connectors.iter().filter(|c| c.evse == evse);
    let of_station = |status| connectors.iter().any(|c| c.evse == EvseNumber(0) && c.reported == status);
    let all_out = mine().next().is_some() && mine().all(|c| c.reported == ConnectorStatus::Unavailable);
    if all_out || of_station(ConnectorStatus::Unavailable) {
        Availability::Unavailable
    } else if !is_online {
        Availability::Offline
    } else if mine().any(|c| c.reported == ConnectorStatus::Faulted) || of_station(ConnectorStatus::Faulted) {
        Availability::Faulted
    } else {
        Availability::Up
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::id::ConnectorNumber;

    fn connector(evse: i32, connector: i32, reported: ConnectorStatus) -> Connector {
        Connector {
            evse: EvseNumber(evse),
            connector: ConnectorNumber(connector),
            reported,
            since: Timestamp::UNIX_EPOCH,
            error_code: None,
            vendor_error_code: None,
            info: None,
            reported_at: None,
        }
    }

    #[test]
    fn the_station_speaks_for_its_evses() {
        use ConnectorStatus as S;
        let one = EvseNumber(1);
        let of = |list: &[Connector], online| state_of(one, list, online);
        assert_eq!(of(&[connector(1, 1, S::Charging)], true), Availability::Up);
        assert_eq!(of(&[connector(1, 1, S::Charging)], false), Availability::Offline);
        assert_eq!(of(&[connector(1, 1, S::Faulted)], true), Availability::Faulted);
        assert_eq!(of(&[connector(2, 1, S::Faulted)], true), Availability::Up);
        assert_eq!(
            of(&[connector(0, 0, S::Faulted), connector(1, 1, S::Available)], true),
            Availability::Faulted
        );
        assert_eq!(of(&[connector(1, 1, S::Unavailable)], false), Availability::Unavailable);
        assert_eq!(
            of(&[connector(1, 1, S::Unavailable), connector(1, 2, S::Available)], true),
            Availability::Up
        );
    }
}
