//! Stations.

use std::collections::HashMap;
use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{Command, TriggeredMessage};
use forecourt_core::fact::Registration;
use forecourt_core::id::{EvseNumber, Identity, OrganisationId, SessionId, SiteId, StationId};
use forecourt_store::station::{EvseRecord, NewStation, StationConnector, StationFilter, StationRecord};
use forecourt_store::{Cursor, DeviationRecord, Page, SiteFilter, StoreError, VariableRecord};

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
    pub evses: Vec<(i32, Option<i64>, Option<String>)>,
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
}

/// A station with everything a row on a screen shows.
#[derive(Debug, Clone)]
pub struct StationView {
    pub record: StationRecord,
    pub connectors: Vec<StationConnector>,
    pub evses: Vec<EvseRecord>,
    pub running: Vec<(EvseNumber, SessionId)>,
    pub sessions_30d: i64,
    pub energy_30d_wh: i64,
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
        let page = self.store.stations(principal.organisation, filter, cursor, limit).await?;
        let next = page.next;
        Ok(Page { items: self.views(page.items).await?, next })
    }

    pub async fn station(&self, principal: &Principal, id: StationId) -> Result<StationView, AppError> {
        principal.require(Permission::Read)?;
        let record =
            self.store.station(principal.organisation, id).await?.ok_or(AppError::NotFound("charger"))?;
        self.views(vec![record]).await?.pop().ok_or(AppError::NotFound("charger"))
    }

    /// Checks that the station is the caller's.
    pub(crate) fn own_station(&self, principal: &Principal, id: StationId) -> Result<Arc<Live>, AppError> {
        let live = self.directory.get(id).filter(|live| live.record().organisation == principal.organisation);
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
        let mut running: HashMap<StationId, Vec<(EvseNumber, SessionId)>> = HashMap::new();
        for (station, evse, session) in self.store.running(&ids).await? {
            running.entry(station).or_default().push((evse, SessionId(session)));
        }
        let since_day = self.now().as_second().div_euclid(86_400) - TOTALS_DAYS + 1;
        let totals = self.store.station_totals(&ids, since_day).await?;
        let totals: HashMap<StationId, (i64, i64)> =
            totals.into_iter().map(|(id, s, e)| (id, (s, e))).collect();
        Ok(records
            .into_iter()
            .map(|record| {
                let id = record.id;
                let (sessions_30d, energy_30d_wh) = totals.get(&id).copied().unwrap_or_default();
                let (online_since, last_seen) = self.presence(id);
                StationView {
                    connection_urls: self.connection_urls(&record),
                    last_seen_at: last_seen.or(record.last_seen_at),
                    online_since,
                    connectors: connectors.remove(&id).unwrap_or_default(),
                    evses: evses.remove(&id).unwrap_or_default(),
                    running: running.remove(&id).unwrap_or_default(),
                    sessions_30d,
                    energy_30d_wh,
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

    fn connection_urls(&self, record: &StationRecord) -> Vec<String> {
        let base = self.settings().public_url;
        let unique = self.directory.find(None, &record.identity).is_some();
        let own = format!("{base}/ocpp/{}/{}", record.organisation, record.identity);
        if unique { vec![format!("{base}/ocpp/{}", record.identity), own] } else { vec![own] }
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
            created_at: self.now(),
        };
        self.insert_station(&new, &request.evses).await?;
        self.tell(principal, Some(site), Some(new.id), What::Station);
        let station = self.station(principal, new.id).await?;
        Ok(AdoptedStation { station, password: password.filter(|_| generated) })
    }

    async fn insert_station(
        &self,
        new: &NewStation,
        evses: &[(i32, Option<i64>, Option<String>)],
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.add_station(new).await.map_err(|error| match error {
            StoreError::Conflict => {
                AppError::Conflict(format!("a charger with the identity {} exists already", new.identity))
            }
            other => other.into(),
        })?;
        for (evse, max_power_w, current_kind) in evses {
            let (max_power_w, current_kind) = (*max_power_w, current_kind.clone());
            tx.set_evse(&EvseRecord { station: new.id, evse: EvseNumber(*evse), max_power_w, current_kind })
                .await?;
        }
        tx.commit().await?;
        let record =
            self.store.station(new.organisation, new.id).await?.ok_or(AppError::NotFound("charger"))?;
        let mut live = Live::new(record);
        for evse in self.store.evses(&[new.id]).await? {
            live.state_mut().add_evse(&evse);
        }
        self.directory.insert(Arc::new(live));
        Ok(())
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
            created_at: self.now(),
        };
        self.insert_station(&new, &[]).await?;
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
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        if let Some(site) = edit.site {
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
        let mut tx = self.store.begin().await?;
        tx.change_station(&record).await?;
        tx.commit().await?;
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
