//! Security events of our own making, and the list of all.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::StationId;
use forecourt_store::journal::Unit;
use forecourt_store::security::{SecurityEventFilter, SecurityEventRecord};
use forecourt_store::{Cursor, Page};

use crate::commands::Order;
use crate::live::Live;
use crate::{App, AppError, Principal};

impl App {
    /// Keeps an event and tells whoever watches.
    pub(crate) async fn security_event(&self, live: &Live, kind: &str, info: Option<String>) {
        let now = self.now();
        let row = self.security_row(live, kind.to_owned(), info, now);
        let unit = Unit { security: vec![row], ..Unit::default() };
        if let Err(error) = self.journal.append(unit).await {
            tracing::warn!(%error, station = %live.record().id, kind, "a security event could not be kept");
        }
        self.publish(live, now, What::Security { kind: kind.to_owned() });
    }

    pub async fn security_events(
        &self,
        principal: &Principal,
        filter: &SecurityEventFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SecurityEventRecord>, AppError> {
        principal.require(Permission::Read)?;
        let mut page = self.store.find_security_events(principal.organisation, filter, cursor, limit).await?;
        page.items.retain(|event| self.sees_station(principal, Some(event.station)));
        Ok(page)
    }

    /// Ends a station's connection in order, and waits for nothing.
    pub(crate) async fn dismiss(&self, live: &Live, reason: &'static str) {
        let orders = live.link().orders.clone();
        if let Some(orders) = orders
            && orders.send(Order::Close(reason)).await.is_err()
        {
            tracing::debug!(station = %live.record().id, reason, "the connection was gone already");
        }
    }

    /// What holds for a station, for its page.
    pub async fn station_security(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<StationSecurity, AppError> {
        principal.require(Permission::Read)?;
        let live = self.own_station(principal, station)?;
        let record = live.record();
        let (connected_with, certificate, online) = {
            let link = live.link();
            (link.level, link.certificate, link.orders.is_some())
        };
        Ok(StationSecurity {
            profile: record.security_profile,
            next_profile: record.next_security_profile,
            has_password: record.password_hash.is_some(),
            connected_with: online.then_some(connected_with),
            certificate: certificate.filter(|_| online),
            rotation: self.store.rotation(station).await?,
            upgrade: self.store.upgrade(station).await?,
        })
    }
}

/// What holds for a station.
#[derive(Debug, Clone)]
pub struct StationSecurity {
    pub profile: i64,
    pub next_profile: Option<i64>,
    pub has_password: bool,
    /// The profile its present connection satisfies.
    pub connected_with: Option<i64>,
    pub certificate: Option<forecourt_core::id::CertificateId>,
    pub rotation: Option<forecourt_store::security::RotationRecord>,
    pub upgrade: Option<forecourt_store::security::UpgradeRecord>,
}
