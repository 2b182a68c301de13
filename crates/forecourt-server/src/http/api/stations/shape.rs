//! A station as the API shows it.

use forecourt_app::store::out_of_use::OutOfUseRecord;
use forecourt_app::store::station::StationConnector;
use forecourt_app::{AdoptedStation, StationView};
use forecourt_core::fact::{ConnectorStatus, Registration};
use forecourt_core::id::EvseNumber;
use serde::Serialize;
use utoipa::ToSchema;

/// A charging station.
#[derive(Debug, Serialize, ToSchema)]
pub struct Station {
    id: String,
    identity: String,
    name: Option<String>,
    site_id: String,
    site_name: String,
    site_time_zone: String,
    vendor: Option<String>,
    model: Option<String>,
    serial: Option<String>,
    firmware: Option<String>,
    iccid: Option<String>,
    imsi: Option<String>,
    /// ocpp1.6, ocpp2.0.1 or ocpp2.1; null before the first connection.
    protocol: Option<String>,
    #[schema(value_type = String, example = "accepted")]
    registration: Registration,
    /// 0: no password. 1: password. 2: password and TLS.
    security_profile: i64,
    online: bool,
    online_since: Option<String>,
    offline_since: Option<String>,
    last_seen_at: Option<String>,
    /// Network address of the last connection.
    address: Option<String>,
    booted_at: Option<String>,
    /// Kinds of things it does that the standard does not allow.
    deviations: i64,
    /// A fault of the station as a whole, when it reported one.
    station_status: Option<Connector>,
    evses: Vec<Evse>,
    /// commercial or home.
    used_as: String,
    /// Whose home charger it is.
    owner_email: Option<String>,
    /// Kept out of use as a whole by an operator, whatever the station says.
    out_of_use: Option<OutOfUse>,
    sessions_30d: i64,
    energy_30d_wh: i64,
    /// Of the time watched in 30 days without that taken out of service, what was neither offline nor faulted, in percent.
    uptime_30d: Option<f64>,
    connection_urls: Vec<String>,
    created_at: String,
    /// Set once, where a password was generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

/// The part that charges one car at a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evse {
    evse: i32,
    max_power_w: Option<i64>,
    /// ac or dc.
    current: Option<String>,
    /// The running session.
    session_id: Option<String>,
    /// Kept out of use, whatever the station says: by an operator, or because the bay is blocked.
    out_of_use: Option<OutOfUse>,
    connectors: Vec<Connector>,
}

/// What we keep out of use.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutOfUse {
    /// operator or bay.
    cause: String,
    since: String,
    by: String,
    note: Option<String>,
}

impl From<&OutOfUseRecord> for OutOfUse {
    fn from(record: &OutOfUseRecord) -> Self {
        Self {
            cause: record.cause.clone(),
            since: record.since.to_string(),
            by: record.set_by.clone(),
            note: record.note.clone(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Connector {
    connector: i32,
    /// type1, type2, type2_cable, ccs1, ccs2, chademo, nacs, gbt_ac, gbt_dc, domestic or other.
    kind: Option<String>,
    /// As drivers are told: Unavailable where it is kept out of use and nobody charges.
    #[schema(value_type = String, example = "Available")]
    status: ConnectorStatus,
    /// As the station said.
    #[schema(value_type = String, example = "Available")]
    reported_status: ConnectorStatus,
    status_since: String,
    error_code: Option<String>,
    vendor_error_code: Option<String>,
    info: Option<String>,
}

impl From<&StationConnector> for Connector {
    fn from(found: &StationConnector) -> Self {
        let connector = &found.connector;
        Self {
            connector: connector.connector.0,
            kind: found.kind.clone(),
            status: found.shown,
            reported_status: found.shown,
            status_since: connector.since.to_string(),
            error_code: connector.error_code.clone(),
            vendor_error_code: connector.vendor_error_code.clone(),
            info: connector.info.clone(),
        }
    }
}

impl Connector {
    fn kept_out_of_use(self, kept: bool) -> Self {
        use ConnectorStatus::{Available, Finishing, Occupied, Preparing, Reserved, Unknown};
        let idle = matches!(self.status, Available | Preparing | Finishing | Reserved | Occupied | Unknown);
        let status = if kept && idle { ConnectorStatus::Unavailable } else { self.status };
        Self { status, ..self }
    }
}

impl From<StationView> for Station {
    fn from(view: StationView) -> Self {
        let evses = evses(&view);
        let of_station = view.connectors.iter().find(|c| c.connector.evse == EvseNumber(0));
        let out_of_use = view.out_of_use.iter().find(|held| held.evse == EvseNumber(0)).map(OutOfUse::from);
        let record = view.record;
        let text = |at: Option<jiff::Timestamp>| at.map(|t| t.to_string());
        Self {
            id: record.id.to_string(),
            identity: record.identity,
            name: record.name,
            site_id: record.site.to_string(),
            site_name: record.site_name,
            site_time_zone: record.site_time_zone,
            vendor: record.vendor,
            model: record.model,
            serial: record.serial,
            firmware: record.firmware,
            iccid: record.iccid,
            imsi: record.imsi,
            protocol: record.protocol,
            registration: record.registration,
            security_profile: record.security_profile,
            online: view.online_since.is_some(),
            online_since: text(view.online_since),
            offline_since: text(record.offline_since.filter(|_| view.online_since.is_none())),
            last_seen_at: text(view.last_seen_at),
            address: record.address,
            booted_at: text(record.booted_at),
            deviations: record.deviations,
            station_status: of_station.map(Connector::from),
            evses,
            used_as: record.used_as,
            owner_email: record.owner_email,
            out_of_use,
            sessions_30d: view.sessions_30d,
            energy_30d_wh: view.energy_30d_wh,
            uptime_30d: view.uptime_30d.map(|permille| permille as f64 / 10.0),
            connection_urls: view.connection_urls,
            created_at: record.created_at.to_string(),
            password: None,
        }
    }
}

impl From<AdoptedStation> for Station {
    fn from(adopted: AdoptedStation) -> Self {
        Self { password: adopted.password, ..adopted.station.into() }
    }
}

/// Every EVSE that was configured or reported.
fn evses(view: &StationView) -> Vec<Evse> {
    let mut numbers: Vec<EvseNumber> = view.evses.iter().map(|e| e.evse).collect();
    numbers.extend(view.connectors.iter().map(|c| c.connector.evse).filter(|evse| evse.0 > 0));
    numbers.sort_unstable();
    numbers.dedup();
    let shape = |number: EvseNumber| {
        let known = view.evses.iter().find(|e| e.evse == number);
        let held = view.out_of_use.iter().find(|held| held.evse == number);
        let whole = view.out_of_use.iter().any(|held| held.evse == EvseNumber(0));
        Evse {
            evse: number.0,
            max_power_w: known.and_then(|e| e.max_power_w),
            current: known.and_then(|e| e.current_kind.clone()),
            session_id: view
                .running
                .iter()
                .rev()
                .find(|(evse, _)| *evse == number)
                .map(|(_, id)| id.to_string()),
            out_of_use: held.map(OutOfUse::from),
            connectors: view
                .connectors
                .iter()
                .filter(|c| c.connector.evse == number)
                .map(|c| Connector::from(c).kept_out_of_use(whole || held.is_some()))
                .collect(),
        }
    };
    numbers.into_iter().map(shape).collect()
}
