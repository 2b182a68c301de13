//! What an operator says of a station's EVSEs and connectors, and what memory holds of them.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::id::{ConnectorNumber, EvseNumber, OrganisationId, StationId};
use forecourt_store::Tx;
use forecourt_store::station::EvseRecord;

use crate::live::Live;
use crate::{App, AppError};

/// Number, largest power in W, ac or dc.
pub type EvseSaid = (i32, Option<i64>, Option<String>);
/// EVSE, connector, one of [`CONNECTOR_KINDS`].
pub type ConnectorSaid = (i32, i32, String);

/// What may be plugged in, in our words.
const CONNECTOR_KINDS: [&str; 11] = [
    "type1",
    "type2",
    "type2_cable",
    "ccs1",
    "ccs2",
    "chademo",
    "nacs",
    "gbt_ac",
    "gbt_dc",
    "domestic",
    "other",
];
/// EVSEs and connectors of one station: a depot's cabinet has a few dozen.
const EVSES_MAX: i32 = 100;
/// Largest power of an EVSE, in W: megawatt charging.
const POWER_MAX_W: i64 = 5_000_000;
impl App {
    /// Holds a station that storage has in memory.
    pub(super) async fn take_into_directory(
        &self,
        organisation: OrganisationId,
        id: StationId,
    ) -> Result<(), AppError> {
        let record = self.store.station(organisation, id).await?.ok_or(AppError::NotFound("charger"))?;
        let mut live = Live::new(record);
        for evse in self.store.evses(&[id]).await? {
            live.state_mut().add_evse(&evse);
        }
        let connectors = self.store.connectors(&[id]).await?;
        live.state_mut().connectors.extend(connectors.into_iter().map(|each| each.connector));
        self.directory.insert(Arc::new(live));
        Ok(())
    }

    /// Memory learns what its EVSEs and connectors were said to be.
    pub(super) async fn refresh_plugs(&self, id: StationId) -> Result<(), AppError> {
        let Some(live) = self.directory.get(id) else { return Ok(()) };
        let mut state = live.state.lock().await;
        state.evses.clear();
        for evse in self.store.evses(&[id]).await? {
            state.add_evse(&evse);
        }
        state.connectors = self.store.connectors(&[id]).await?.into_iter().map(|c| c.connector).collect();
        Ok(())
    }
}

pub(super) fn check_plugs(evses: &[EvseSaid], connectors: &[ConnectorSaid]) -> Result<(), AppError> {
    let numbers = 1..=EVSES_MAX;
    for (at, (evse, power, current)) in evses.iter().enumerate() {
        if !numbers.contains(evse) || evses.iter().take(at).any(|(other, ..)| other == evse) {
            return Err(AppError::field(&format!("/evses/{at}/evse"), "1 to 100, each once"));
        }
        if power.is_some_and(|power| !(1..=POWER_MAX_W).contains(&power)) {
            return Err(AppError::field(&format!("/evses/{at}/max_power_w"), "1 W to 5 MW"));
        }
        if current.as_ref().is_some_and(|kind| !["ac", "dc"].contains(&kind.as_str())) {
            return Err(AppError::field(&format!("/evses/{at}/current"), "ac or dc"));
        }
    }
    for (evse, connector, kind) in connectors {
        if !numbers.contains(evse)
            || !numbers.contains(connector)
            || !CONNECTOR_KINDS.contains(&kind.as_str())
        {
            let text = format!("connectors 1 to 100, each one of {}", CONNECTOR_KINDS.join(", "));
            return Err(AppError::field("/evses", text));
        }
    }
    Ok(())
}

pub(super) async fn put_plugs(
    tx: &mut Tx,
    station: StationId,
    evses: &[EvseSaid],
    connectors: &[ConnectorSaid],
    now: Timestamp,
) -> Result<(), AppError> {
    for (evse, max_power_w, current_kind) in evses {
        let (max_power_w, current_kind) = (*max_power_w, current_kind.clone());
        tx.set_evse(&EvseRecord { station, evse: EvseNumber(*evse), max_power_w, current_kind }).await?;
    }
    for (evse, connector, kind) in connectors {
        let (evse, connector) = (EvseNumber(*evse), ConnectorNumber(*connector));
        tx.set_connector_kind(station, evse, connector, Some(kind), now).await?;
    }
    Ok(())
}
