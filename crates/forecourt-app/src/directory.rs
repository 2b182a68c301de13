//! Every station in service, in memory: a station that connects costs no query.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use forecourt_core::id::{OrganisationId, StationId};
use forecourt_store::Store;
use forecourt_store::station::StationRecord;

use crate::error::AppError;
use crate::live::Live;
use crate::pricing::Bill;

#[derive(Debug, Default)]
pub(crate) struct Directory(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_id: HashMap<StationId, Arc<Live>>,
    by_identity: HashMap<String, Vec<Arc<Live>>>,
}

impl Directory {
    /// Reads all stations with their connectors and running sessions.
    pub async fn load(&self, store: &Store) -> Result<(), AppError> {
        let mut stations: HashMap<StationId, Live> =
            store.all_stations().await?.into_iter().map(|record| (record.id, Live::new(record))).collect();
        for evse in store.all_evses().await? {
            if let Some(live) = stations.get_mut(&evse.station) {
                live.state_mut().add_evse(&evse);
            }
        }
        for connector in store.all_connectors().await? {
            if let Some(live) = stations.get_mut(&connector.station) {
                live.state_mut().connectors.push(connector.connector);
            }
        }
        for row in store.all_availability().await? {
            if let Some(live) = stations.get_mut(&row.station) {
                live.state_mut().watched.push(row);
            }
        }
        for session in store.running_sessions().await? {
            if let Some(live) = stations.get_mut(&session.station) {
                live.state_mut().sessions.push(session);
            }
        }
        for (station, session, version) in store.prices_of_running(None).await? {
            if let Some(live) = stations.get_mut(&station) {
                live.state_mut().bills.insert(session, Bill::of(version));
            }
        }
        for live in stations.into_values() {
            self.insert(Arc::new(live));
        }
        Ok(())
    }

    pub fn insert(&self, live: Arc<Live>) {
        let record = live.record();
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.by_id.insert(record.id, live.clone());
        let same = inner.by_identity.entry(record.identity.clone()).or_default();
        same.retain(|other| other.record().id != record.id);
        same.push(live);
    }

    pub fn remove(&self, id: StationId) -> Option<Arc<Live>> {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let live = inner.by_id.remove(&id)?;
        if let Some(same) = inner.by_identity.get_mut(&live.record().identity) {
            same.retain(|other| other.record().id != id);
        }
        Some(live)
    }

    pub fn get(&self, id: StationId) -> Option<Arc<Live>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).by_id.get(&id).cloned()
    }

    /// The station of this name; without an organisation only where the name is unique (C32).
    pub fn find(&self, organisation: Option<OrganisationId>, identity: &str) -> Option<Arc<Live>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let same = inner.by_identity.get(identity)?;
        match organisation {
            Some(organisation) => {
                same.iter().find(|live| live.record().organisation == organisation).cloned()
            }
            None if same.len() == 1 => same.first().cloned(),
            None => None,
        }
    }

    pub fn all(&self) -> Vec<Arc<Live>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).by_id.values().cloned().collect()
    }

    /// After a change of what an operator edits.
    pub fn update(&self, record: StationRecord) {
        if let Some(live) = self.get(record.id) {
            live.set_record(record);
        }
    }
}
