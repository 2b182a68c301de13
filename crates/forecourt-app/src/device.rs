//! A station's device model, events and kept things, for those who look at them.

use forecourt_core::access::Permission;
use forecourt_core::id::StationId;
use forecourt_store::device::{EventRecord, ItemRecord, MonitorRecord, VariableKindRecord};
use forecourt_store::{Cursor, Page};

use crate::{App, AppError, Principal};

impl App {
    pub async fn variable_kinds(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Vec<VariableKindRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.variable_kinds(station).await?)
    }

    pub async fn monitors(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Vec<MonitorRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.monitors(station).await?)
    }

    /// Newest first.
    pub async fn component_events(
        &self,
        principal: &Principal,
        station: StationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<EventRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.component_events(station, cursor, limit).await?)
    }

    pub async fn station_items(
        &self,
        principal: &Principal,
        station: StationId,
        kind: Option<&str>,
    ) -> Result<Vec<ItemRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.station_items(station, kind).await?)
    }
}
