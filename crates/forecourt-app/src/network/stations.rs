//! Stations.

use std::collections::HashMap;
use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{Command, TriggeredMessage};
use forecourt_core::fact::Registration;
use forecourt_core::id::{EvseNumber, Identity, OrganisationId, SessionId, SiteId, StationId};
use forecourt_core::metrics::Sums;
use forecourt_store::out_of_use::OutOfUseRecord;
use forecourt_store::station::{EvseRecord, NewStation, StationConnector, StationFilter, StationRecord};
use forecourt_store::{Cursor, DeviationRecord, Page, SiteFilter, StoreError, VariableRecord};
use serde_json::json;

use super::plugs::{ConnectorSaid, EvseSaid, check_plugs, put_plugs};
use super::station_words::{COMMERCIAL, checked_owner, checked_use, words};
use crate::gateway::WAITING_PROFILE;
use crate::live::Live;
use crate::passwords::{hash_of_generated, secret};
use crate::tokens::checked_optional;
use crate::{App, AppError, Principal};

/// Random bytes of a generated station password; its text fits the 40 characters OCPP 1.6 stations take.
const PASSWORD_BYTES: usize = 15;
/// Bounds of a password set by hand, in characters (OCPP 1.6 security whitepaper: 16 to 40; older stations take less).
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=64;
/// Days behind the 30-day columns.
const TOTALS_DAYS: i64 = 30;

#[derive(Debug, Clone, Default)]
pub struct StationRequest {
    pub site: Option<SiteId>,
    pub identity: String,
    pub name: Option<String>,
    pub security_profile: Option<i64>,
    pub password: Option<String>,
    /// Known facts about its EVSEs: number, largest power in W, ac or dc.
    pub evses: Vec<EvseSaid>,
    /// What its connectors are: EVSE, connector, one of [`CONNECTOR_KINDS`].
    pub connectors: Vec<ConnectorSaid>,
    /// commercial (where nothing is said) or home.
    pub used_as: Option<String>,
    pub owner_email: Option<String>,
}

/// `None` leaves a member as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct StationEdit {
    pub name: Option<Option<String>>,
    pub site: Option<SiteId>,
    pub registration: Option<Registration>,
    pub security_profile: Option<i64>,
    pub password: Option<String>,
    pub generate_password: bool,
    pub used_as: Option<String>,
    pub owner_email: Option<Option<String>>,
    /// All of its EVSEs and connectors, in place of what was said before.
    pub evses: Option<Vec<EvseSaid>>,
    pub connectors: Option<Vec<ConnectorSaid>>,
}

/// A station with everything a row on a screen shows.
#[derive(Debug, Clone)]
pub struct StationView {
    pub record: StationRecord,
    pub connectors: Vec<StationConnector>,
    pub evses: Vec<EvseRecord>,
    pub running: Vec<(EvseNumber, SessionId)>,
    /// What we keep out of use.
    pub out_of_use: Vec<OutOfUseRecord>,
    pub sessions_30d: i64,
    /// Of ended sessions and what running ones have so far (C21).
    pub energy_30d_wh: i64,
    /// Uptime over the same days, in thousandths; none where nothing was watched.
    pub uptime_30d: Option<i64>,
    pub online_since: Option<Timestamp>,
    pub last_seen_at: Option<Timestamp>,
    pub connection_urls: Vec<String>,
}

/// A new station; a generated password is shown this once.
#[derive(Debug, Clone)]
pub struct AdoptedStation {
    pub station: StationView,
    pub password: Option<String>,
}

impl App {
    pub async fn stations(
        &self,
        principal: &Principal,
        filter: &StationFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<StationView>, AppError> {
        principal.require(Permission::Read)?;
        let only = principal.sites().map(<[SiteId]>::to_vec);
        let filter = StationFilter { only, ..filter.clone() };
        let page = self.store.stations(principal.organisation, &filter, cursor, limit).await?;
        let next = page.next;
        Ok(Page { items: self.views(page.items).await?, next })
    }

    pub async fn station(&self, principal: &Principal, id: StationId) -> Result<StationView, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.station(principal.organisation, id).await?;
        let record =
            found.filter(|record| principal.sees(record.site)).ok_or(AppError::NotFound("charger"))?;
        self.views(vec![record]).await?.pop().ok_or(AppError::NotFound("charger"))
    }

    /// Checks that the station is the caller's.
    pub(crate) fn own_station(&self, principal: &Principal, id: StationId) -> Result<Arc<Live>, AppError> {
        let live = self.directory.get(id).filter(|live| {
            let record = live.record();
            record.organisation == principal.organisation && principal.sees(record.site)
        });
        live.ok_or(AppError::NotFound("charger"))
    }

    async fn views(&self, records: Vec<StationRecord>) -> Result<Vec<StationView>, AppError> {
        let ids: Vec<StationId> = records.iter().map(|r| r.id).collect();
        let mut connectors: HashMap<StationId, Vec<StationConnector>> = HashMap::new();
        for connector in self.store.connectors(&ids).await? {
            connectors.entry(connector.station).or_default().push(connector);
        }
        let mut evses: HashMap<StationId, Vec<EvseRecord>> = HashMap::new();
        for evse in self.store.evses(&ids).await? {
            evses.entry(evse.station).or_default().push(evse);
        }
        let mut out_of_use: HashMap<StationId, Vec<OutOfUseRecord>> = HashMap::new();
        for held in self.store.out_of_use(&ids).await? {
            out_of_use.entry(held.station).or_default().push(held);
        }
        let mut running: HashMap<StationId, Vec<(EvseNumber, SessionId)>> = HashMap::new();
        for (station, evse, session) in self.store.running(&ids).await? {
            running.entry(station).or_default().push((evse, SessionId(session)));
        }
        let since_day = self.now().as_second().div_euclid(86_400) - TOTALS_DAYS + 1;
        let totals = self.store.station_totals(&ids, since_day).await?;
        let totals: HashMap<StationId, (i64, i64)> =
            totals.into_iter().map(|(id, s, e)| (id, (s, e))).collect();
        let mut watched: HashMap<StationId, Sums> =
            self.store.uptime_of_stations(&ids, since_day).await?.into_iter().collect();
        for id in &ids {
            let Some(live) = self.directory.get(*id) else { continue };
            for (_, sums) in self.open_uptime(&live).await.iter().filter(|(day, _)| *day >= since_day) {
                watched.entry(*id).or_default().add(sums);
            }
        }
        Ok(records
            .into_iter()
            .map(|record| {
                let id = record.id;
                let uptime_30d = watched.get(&id).and_then(Sums::uptime);
                let (sessions_30d, energy_30d_wh) = totals.get(&id).copied().unwrap_or_default();
                let (online_since, last_seen) = self.presence(id);
                StationView {
                    connection_urls: self.connection_urls(&record),
                    last_seen_at: last_seen.or(record.last_seen_at),
                    online_since,
                    connectors: connectors.remove(&id).unwrap_or_default(),
                    evses: evses.remove(&id).unwrap_or_default(),
                    out_of_use: out_of_use.remove(&id).unwrap_or_default(),
                    running: running.remove(&id).unwrap_or_default(),
                    sessions_30d,
                    energy_30d_wh,
                    uptime_30d,
                    record,
                }
            })
            .collect())
    }

    /// What this node knows of a station's connection, which is newer than storage.
    fn presence(&self, id: StationId) -> (Option<Timestamp>, Option<Timestamp>) {
        self.directory.get(id).map_or((None, None), |live| {
            let link = live.link();
            (link.online_since, link.last_seen)
        })
    }

    /// Where a station may connect: encrypted first. Where TLS ends before this server, it can be reached in the clear too.
    fn connection_urls(&self, record: &StationRecord) -> Vec<String> {
        let settings = self.settings();
        let base = settings.public_url;
        let by_proxy = settings.security.tls && !settings.security.client_certificates;
        let clear = base.strip_prefix("wss://").filter(|_| by_proxy).map(|host| format!("ws://{host}"));
        let unique = self.directory.find(None, &record.identity).is_some();
        let of = |base: &str| {
            let own = format!("{base}/ocpp/{}/{}", record.organisation, record.identity);
            if unique { vec![format!("{base}/ocpp/{}", record.identity), own] } else { vec![own] }
        };
        let mut urls = of(&base);
        urls.extend(clear.as_deref().map(of).unwrap_or_default());
        urls
    }

    pub async fn add_station(
        &self,
        principal: &Principal,
        request: StationRequest,
    ) -> Result<AdoptedStation, AppError> {
        principal.require(Permission::Network)?;
        let identity = Identity::parse(&request.identity).ok_or_else(|| {
            AppError::field("/identity", "1 to 128 printable characters without / or blanks at the ends")
        })?;
        let site = request.site.ok_or_else(|| AppError::field("/site_id", "which site it stands at"))?;
        if self.store.site(principal.organisation, site).await?.is_none() {
            return Err(AppError::field("/site_id", "there is no such site"));
        }
        let profile = self.checked_profile(request.security_profile.unwrap_or(1))?;
        let (password, generated) = chosen_password(profile, &request)?;
        let password_hash = match &password {
            Some(password) if generated => Some(hash_of_generated(password)),
            chosen => self.hash_station_password(chosen.as_deref()).await?,
        };
        let new = NewStation {
            id: StationId(self.id()),
            organisation: principal.organisation,
            site,
            identity: identity.as_str().to_owned(),
            name: checked_optional("/name", request.name)?,
            registration: Registration::Accepted,
            security_profile: profile,
            password_hash,
            used_as: checked_use(request.used_as.as_deref())?.to_owned(),
            owner_email: checked_owner(request.owner_email)?,
            created_at: self.now(),
        };
        check_plugs(&request.evses, &request.connectors)?;
        self.insert_station(Some(principal), &new, &request.evses, &request.connectors).await?;
        self.tell(principal, Some(site), Some(new.id), What::Station);
        let station = self.station(principal, new.id).await?;
        Ok(AdoptedStation { station, password: password.filter(|_| generated) })
    }

    async fn insert_station(
        &self,
        by: Option<&Principal>,
        new: &NewStation,
        evses: &[EvseSaid],
        connectors: &[ConnectorSaid],
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.add_station(new).await.map_err(|error| match error {
            StoreError::Conflict => {
                AppError::Conflict(format!("a charger with the identity {} exists already", new.identity))
            }
            other => other.into(),
        })?;
        put_plugs(&mut tx, new.id, evses, connectors, self.now()).await?;
        if let Some(principal) = by {
            let line = self.note(principal, "station.added", ("station", new.id.0, &new.identity));
            let made = json!({ "identity": new.identity, "site_id": new.site.to_string(), "name": new.name,
                "security_profile": new.security_profile, "used_as": new.used_as });
            tx.audit(&line.made(&made)).await?;
        }
        tx.commit().await?;
        self.take_into_directory(new.organisation, new.id).await
    }

    /// A stranger who is let in to wait: no password, registration Pending, at the organisation's first site.
    pub(crate) async fn add_waiting_station(
        &self,
        organisation: OrganisationId,
        identity: &str,
    ) -> Result<Arc<Live>, AppError> {
        let identity = Identity::parse(identity).ok_or(AppError::NotFound("charger"))?;
        let site = self
            .store
            .sites(organisation, &SiteFilter::default(), None, 1)
            .await?
            .items
            .pop()
            .ok_or(AppError::NotFound("site"))?;
        let new = NewStation {
            id: StationId(self.id()),
            organisation,
            site: site.site.id,
            identity: identity.as_str().to_owned(),
            name: None,
            registration: Registration::Pending,
            security_profile: WAITING_PROFILE,
            password_hash: None,
            used_as: COMMERCIAL.into(),
            owner_email: None,
            created_at: self.now(),
        };
        self.insert_station(None, &new, &[], &[]).await?;
        self.directory.get(new.id).ok_or(AppError::NotFound("charger"))
    }

    pub async fn edit_station(
        &self,
        principal: &Principal,
        id: StationId,
        expected: Option<i64>,
        edit: StationEdit,
    ) -> Result<AdoptedStation, AppError> {
        principal.require(Permission::Network)?;
        let mut record =
            self.store.station(principal.organisation, id).await?.ok_or(AppError::NotFound("charger"))?;
        if !principal.sees(record.site) {
            return Err(AppError::NotFound("charger"));
        }
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        let before = words(&record, false);
        if let Some(site) = edit.site {
            if !principal.sees(site) {
                return Err(AppError::field("/site_id", "there is no such site"));
            }
            if self.store.site(principal.organisation, site).await?.is_none() {
                return Err(AppError::field("/site_id", "there is no such site"));
            }
            record.site = site;
        }
        record.name = checked_optional("/name", edit.name.unwrap_or(record.name))?;
        let waited = record.registration != Registration::Accepted;
        record.registration = edit.registration.unwrap_or(record.registration);
        let admitted = waited && record.registration == Registration::Accepted;
        // A form sends what it shows: only a change is one.
        if let Some(profile) = edit.security_profile.filter(|profile| *profile != record.security_profile) {
            record.security_profile = self.checked_profile(profile)?;
            record.next_security_profile = None;
        }
        if let Some(used_as) = &edit.used_as {
            record.used_as = checked_use(Some(used_as))?.to_owned();
        }
        if let Some(owner) = edit.owner_email {
            record.owner_email = checked_owner(owner)?;
        }
        let generated = edit.generate_password.then(|| secret(PASSWORD_BYTES));
        if generated.is_some() || edit.password.is_some() || record.security_profile == 0 {
            record.next_password_hash = None;
        }
        if let Some(password) = &generated {
            record.password_hash = Some(hash_of_generated(password));
        } else if let Some(password) = &edit.password {
            record.password_hash = self.hash_station_password(Some(checked_password(password)?)).await?;
        } else if record.security_profile == 0 {
            record.password_hash = None;
        }
        if record.security_profile > 0 && record.password_hash.is_none() && record.security_profile < 3 {
            return Err(AppError::field("/password", "security profiles 1 and 2 need a password"));
        }
        let plugs = edit.evses.is_some() || edit.connectors.is_some();
        let (evses, connectors) = (edit.evses.unwrap_or_default(), edit.connectors.unwrap_or_default());
        check_plugs(&evses, &connectors)?;
        let known = if plugs { self.store.evses(&[id]).await? } else { Vec::new() };
        let mut tx = self.store.begin().await?;
        tx.change_station(&record).await?;
        if plugs {
            for gone in known.iter().filter(|k| !evses.iter().any(|(evse, ..)| *evse == k.evse.0)) {
                tx.delete_evse(id, gone.evse).await?;
            }
            put_plugs(&mut tx, id, &evses, &connectors, self.now()).await?;
        }
        let after = words(&record, edit.password.is_some() || generated.is_some());
        let line = self.note(principal, "station.edited", ("station", id.0, &record.identity));
        tx.audit(&line.changed(before, after)).await?;
        tx.commit().await?;
        if plugs {
            self.refresh_plugs(id).await?;
        }
        if let Some(record) = self.store.station(principal.organisation, id).await? {
            self.directory.update(record);
        }
        self.tell(principal, Some(record.site), Some(id), What::Station);
        if let Some(live) = self.directory.get(id).filter(|_| admitted) {
            // It need not wait for its next boot interval (2.0.1 B02.FR.05).
            let message = TriggeredMessage::BootNotification;
            self.nudge(&live, Command::Trigger { message, evse: None, connector: None });
        }
        Ok(AdoptedStation { station: self.station(principal, id).await?, password: generated })
    }

    /// Out of service: the socket is closed, the history stays, the identity is free again (C30).
    pub async fn delete_station(&self, principal: &Principal, id: StationId) -> Result<(), AppError> {
        principal.require(Permission::NetworkDelete)?;
        let live = self.own_station(principal, id)?;
        let mut tx = self.store.begin().await?;
        tx.delete_station(principal.organisation, id, self.now()).await?;
        let line = self.note(principal, "station.removed", ("station", id.0, &live.record().identity));
        tx.audit(&line.gone(&words(&live.record(), false))).await?;
        tx.commit().await?;
        self.directory.remove(id);
        let mut link = live.link();
        link.connection = 0;
        link.orders = None;
        drop(link);
        self.tell(principal, Some(live.record().site), Some(id), What::Station);
        Ok(())
    }

    /// A profile that this server cannot keep would lock the station out.
    fn checked_profile(&self, profile: i64) -> Result<i64, AppError> {
        let security = self.settings().security;
        let wrong = |text: &str| Err(AppError::field("/security_profile", text));
        match profile {
            0 | 1 => Ok(profile),
            2 if security.tls => Ok(profile),
            2 => wrong("profile 2 needs TLS: set tls_certificate and tls_key, or tls_proxy"),
            3 if security.client_certificates => Ok(profile),
            3 => wrong("profile 3 needs TLS that ends at this server: set tls_certificate and tls_key"),
            _ => wrong("0 (no password), 1 (password), 2 (password and TLS) or 3 (certificate)"),
        }
    }

    async fn hash_station_password(&self, password: Option<&str>) -> Result<Option<String>, AppError> {
        match password {
            None => Ok(None),
            Some(password) => {
                self.passwords.hash(password.as_bytes()).await.map(Some).map_err(|_| AppError::TooMany)
            }
        }
    }

    pub async fn deviations(
        &self,
        principal: &Principal,
        id: StationId,
    ) -> Result<Vec<DeviationRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, id)?;
        Ok(self.store.deviations(id).await?)
    }

    pub async fn variables(
        &self,
        principal: &Principal,
        id: StationId,
    ) -> Result<Vec<VariableRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, id)?;
        Ok(self.store.variables(id).await?)
    }

    pub async fn messages(
        &self,
        principal: &Principal,
        id: StationId,
        filter: &forecourt_store::message::MessageFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<forecourt_store::message::MessageRow>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, id)?;
        Ok(self.store.messages(id, filter, cursor, limit).await?)
    }
}

/// Password, and whether it was made here. Without a word about security: a fresh one.
fn chosen_password(profile: i64, request: &StationRequest) -> Result<(Option<String>, bool), AppError> {
    match (profile, &request.password) {
        (0, Some(_)) => {
            Err(AppError::field("/password", "security profile 0 has no password; choose profile 1 or 2"))
        }
        (0 | 3, None) => Ok((None, false)),
        (_, Some(password)) => Ok((Some(checked_password(password)?.to_owned()), false)),
        (_, None) => Ok((Some(secret(PASSWORD_BYTES)), true)),
    }
}

fn checked_password(password: &str) -> Result<&str, AppError> {
    let fits = PASSWORD_CHARS.contains(&password.chars().count()) && !password.chars().any(char::is_control);
    if fits {
        return Ok(password);
    }
    let (least, most) = (PASSWORD_CHARS.start(), PASSWORD_CHARS.end());
    Err(AppError::field("/password", format!("{least} to {most} printable characters")))
}
