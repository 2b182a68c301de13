//! The session list: any filter it offers has an index, and pages continue by key.

use forecourt_core::Timestamp;
use forecourt_core::id::{CarId, DriverId, EvseNumber, OrganisationId, SessionId, SiteId, StationId, TeamId};
use forecourt_core::session::Session;
use forecourt_core::token::key_of;
use forecourt_core::unit::{Currency, MinorUnits, Money};
use jiff::civil::Date;

use super::session_from;
use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError, Tx};

/// Most chargers, sites or keys that one search finds by name.
const NAMED_MAX: i64 = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    Active,
    Ended,
    Review,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SessionOrder {
    #[default]
    NewestFirst,
    OldestFirst,
    /// Ended sessions only: what is still charging has no place yet.
    MostEnergyFirst,
    /// Ended sessions only.
    LastEndedFirst,
}

/// How a session came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    OnDemand,
    /// It began with a reservation.
    Booking,
}

#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    pub id: Option<SessionId>,
    pub station: Option<StationId>,
    pub site: Option<SiteId>,
    /// Only of these sites; `None`: of every site of the organisation.
    pub only: Option<Vec<SiteId>>,
    pub evse: Option<EvseNumber>,
    pub kind: Option<SessionKind>,
    /// With a price, or without one.
    pub priced: Option<bool>,
    pub token: Option<String>,
    /// Whose the key was when the session began.
    pub driver: Option<DriverId>,
    pub car: Option<CarId>,
    pub team: Option<TeamId>,
    pub status: Option<SessionStatus>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// First and last day of the site's own calendar; resolved to `spans` before anything is read.
    pub from_day: Option<Date>,
    pub to_day: Option<Date>,
    /// By the time zone of the site; empty: `from` and `to` say it all.
    pub spans: Vec<ZoneSpan>,
    /// Finds charger, site, token, name of the token or reference.
    pub text: Option<String>,
    pub order: SessionOrder,
}

/// Sessions of the sites of one time zone, started within this time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneSpan {
    pub zone: String,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// A session with the names screens show.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    pub session: Session,
    pub station_identity: String,
    pub station_name: Option<String>,
    pub site_name: String,
    pub site_time_zone: String,
    pub token_alias: Option<String>,
    /// With VAT, once it ended.
    pub cost: Option<Money>,
    /// A tariff applies, whether or not the cost is settled.
    pub is_priced: bool,
    /// Number of the reservation it began with.
    pub reservation: Option<i64>,
}

const SELECT: &str = "SELECT s.*, st.identity AS station_identity, st.name AS station_name, si.name AS site_name, \
     si.time_zone AS site_time_zone, t.alias AS token_alias, \
     p.cost AS price_cost, p.currency AS price_currency, \
     b.reservation_id AS reservation FROM session s \
     JOIN station st ON st.id = s.station_id JOIN site si ON si.id = s.site_id \
     LEFT JOIN id_token t ON t.organisation_id = s.organisation_id AND t.uid_key = s.token_key \
     LEFT JOIN session_price p ON p.session_id = s.id \
     LEFT JOIN session_booking b ON b.session_id = s.id";

fn record_from(row: &Row) -> Result<SessionRecord, StoreError> {
    let amount = row.int_or_none("price_cost")?.map(MinorUnits);
    let currency = row.text_or_none("price_currency")?.and_then(|code| Currency::read(&code));
    Ok(SessionRecord {
        session: session_from(row)?,
        station_identity: row.text("station_identity")?,
        station_name: row.text_or_none("station_name")?,
        site_name: row.text("site_name")?,
        site_time_zone: row.text("site_time_zone")?,
        token_alias: row.text_or_none("token_alias")?,
        is_priced: row.bool("priced")?,
        reservation: row.int_or_none("reservation")?,
        cost: amount.zip(currency).map(|(amount, currency)| Money { amount, currency }),
    })
}

impl SessionFilter {
    fn rows(&self, organisation: OrganisationId) -> Filter {
        let mut rows = Filter::default();
        rows.and("s.organisation_id = ?", values![organisation])
            .and_if(self.id, "s.id = ?")
            .and_if(self.station, "s.station_id = ?")
            .and_if(self.site, "s.site_id = ?")
            .and_if(self.evse.map(|evse| evse.0), "s.evse = ?")
            .and_if(self.token.as_deref().map(key_of), "s.token_key = ?")
            .and_if(self.from, "s.started_at >= ?")
            .and_if(self.to, "s.started_at < ?");
        let holders = [
            ("driver_id", self.driver.map(|id| id.0)),
            ("car_id", self.car.map(|id| id.0)),
            ("team_id", self.team.map(|id| id.0)),
        ];
        for (column, id) in holders.into_iter().filter_map(|(column, id)| Some((column, id?))) {
            let held = format!(
                "s.id IN (SELECT own.id FROM token_holding h JOIN session own ON own.organisation_id = h.organisation_id \
                 AND own.token_key = h.token_key AND own.started_at >= h.from_at \
                 AND (h.to_at IS NULL OR own.started_at < h.to_at) WHERE h.{column} = ?)"
            );
            rows.and(&held, values![id]);
        }
        if let Some(only) = &self.only {
            rows.among("s.site_id", only.iter().map(|id| id.0));
        }
        if !self.spans.is_empty() {
            let one = "(si.time_zone = ? AND s.started_at >= ? AND s.started_at < ?)";
            let any = vec![one; self.spans.len()].join(" OR ");
            let values = self.spans.iter().flat_map(|span| values![&span.zone, span.from, span.to]).collect();
            rows.and(&format!("({any})"), values);
        }
        match self.status {
            Some(SessionStatus::Active) => {
                rows.and("s.ended_at IS NULL", values![]);
            }
            Some(SessionStatus::Ended) => {
                rows.and("s.ended_at IS NOT NULL", values![]);
            }
            Some(SessionStatus::Review) => {
                rows.and("s.needs_review", values![]);
            }
            None => {}
        }
        let booked = "IN (SELECT session_id FROM session_booking WHERE organisation_id = ?)";
        match self.kind {
            Some(SessionKind::Booking) => {
                rows.and(&format!("s.id {booked}"), values![organisation]);
            }
            Some(SessionKind::OnDemand) => {
                rows.and(&format!("s.id NOT {booked}"), values![organisation]);
            }
            None => {}
        }
        match self.priced {
            Some(true) => {
                rows.and("s.priced", values![]);
            }
            Some(false) => {
                rows.and("NOT s.priced", values![]);
            }
            None => {}
        }
        if matches!(self.order, SessionOrder::MostEnergyFirst | SessionOrder::LastEndedFirst) {
            rows.and("s.ended_at IS NOT NULL", values![]);
        }
        rows
    }
}

/// What a search found by name: only places and keys that have sessions.
struct Named {
    stations: Vec<i64>,
    sites: Vec<i64>,
    keys: Vec<String>,
}

/// Of the sessions only columns of the row itself are read; where no name fits, only indexes.
fn find_text(rows: &mut Filter, organisation: OrganisationId, text: &str, named: Named) {
    let Named { stations, sites, keys } = named;
    if stations.is_empty() && sites.is_empty() && keys.is_empty() {
        rows.and(
            "s.id IN (SELECT id FROM session WHERE organisation_id = ? AND token_key = ? \
             UNION SELECT id FROM session WHERE transaction_ref = ?)",
            values![organisation, key_of(text), text],
        );
        return;
    }
    let mut parts = vec!["s.token_key = ?".to_owned(), "s.transaction_ref = ?".to_owned()];
    let mut values = values![key_of(text), text];
    for (column, ids) in [("s.station_id", stations), ("s.site_id", sites)] {
        if !ids.is_empty() {
            parts.push(format!("{column} IN ({})", vec!["?"; ids.len()].join(", ")));
            values.extend(ids.into_iter().map(crate::engine::Value::from));
        }
    }
    if !keys.is_empty() {
        parts.push(format!("s.token_key IN ({})", vec!["?"; keys.len()].join(", ")));
        values.extend(keys.into_iter().map(crate::engine::Value::from));
    }
    rows.and(&format!("({})", parts.join(" OR ")), values);
}

/// What a person wrote when a session was looked at.
#[derive(Debug, Clone)]
pub struct SessionNote {
    pub at: Timestamp,
    pub written_by: String,
    pub text: String,
}

impl Tx {
    pub async fn add_session_note(&mut self, id: SessionId, note: &SessionNote) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO session_note (session_id, at, written_by, text) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (session_id, at) DO NOTHING",
            values![id, note.at, &note.written_by, &note.text],
        )
        .await
        .map(drop)
    }
}

impl Store {
    /// Names are looked up in their own small tables.
    async fn named(&self, organisation: OrganisationId, text: &str) -> Result<Named, StoreError> {
        let like = containing(text);
        let ids = async |sql: &str| {
            let rows = self.rows(sql, values![organisation, &like, NAMED_MAX]).await?;
            rows.iter().map(|row| row.int("id")).collect::<Result<Vec<i64>, _>>()
        };
        let stations = "SELECT st.id AS id FROM station st WHERE st.organisation_id = $1 AND \
             (LOWER(st.identity) LIKE $2 ESCAPE '\\' OR LOWER(COALESCE(st.name, '')) LIKE $2 ESCAPE '\\') \
             AND EXISTS (SELECT 1 FROM session s WHERE s.station_id = st.id) LIMIT $3";
        let sites = "SELECT si.id AS id FROM site si WHERE si.organisation_id = $1 AND LOWER(si.name) LIKE $2 ESCAPE '\\' \
             AND EXISTS (SELECT 1 FROM session s WHERE s.site_id = si.id) LIMIT $3";
        let keys = "SELECT t.uid_key AS uid_key FROM id_token t WHERE t.organisation_id = $1 AND \
             (LOWER(COALESCE(t.alias, '')) LIKE $2 ESCAPE '\\' OR LOWER(t.uid_key) LIKE $2 ESCAPE '\\') AND EXISTS \
             (SELECT 1 FROM session s WHERE s.organisation_id = t.organisation_id AND s.token_key = t.uid_key) LIMIT $3";
        let keys = self.rows(keys, values![organisation, &like, NAMED_MAX]).await?;
        let keys = keys.iter().map(|row| row.text("uid_key")).collect::<Result<_, _>>()?;
        Ok(Named { stations: ids(stations).await?, sites: ids(sites).await?, keys })
    }

    /// Oldest first.
    pub async fn session_notes(&self, id: SessionId) -> Result<Vec<SessionNote>, StoreError> {
        let sql = "SELECT * FROM session_note WHERE session_id = $1 ORDER BY at LIMIT 100";
        let read = |row: &Row| {
            Ok(SessionNote {
                at: row.time("at")?,
                written_by: row.text("written_by")?,
                text: row.text("text")?,
            })
        };
        self.rows(sql, values![id]).await?.iter().map(read).collect()
    }

    pub async fn session(
        &self,
        organisation: OrganisationId,
        id: SessionId,
    ) -> Result<Option<SessionRecord>, StoreError> {
        let filter = SessionFilter { id: Some(id), ..SessionFilter::default() };
        Ok(self.sessions(organisation, &filter, None, 1).await?.items.pop())
    }

    pub async fn sessions(
        &self,
        organisation: OrganisationId,
        filter: &SessionFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SessionRecord>, StoreError> {
        let mut rows = filter.rows(organisation);
        if let Some(text) = &filter.text {
            find_text(&mut rows, organisation, text, self.named(organisation, text).await?);
        }
        let (column, direction, sign) = match filter.order {
            SessionOrder::NewestFirst => ("s.started_at", "DESC", "<"),
            SessionOrder::OldestFirst => ("s.started_at", "ASC", ">"),
            SessionOrder::MostEnergyFirst => ("s.energy_wh", "DESC", "<"),
            SessionOrder::LastEndedFirst => ("s.ended_at", "DESC", "<"),
        };
        if let Some(cursor) = cursor {
            rows.and(&format!("({column}, s.id) {sign} (?, ?)"), values![cursor.number(), cursor.id]);
        }
        let sql = format!(
            "{SELECT}{} ORDER BY {column} {direction}, s.id {direction} LIMIT {}",
            rows.sql(),
            limit + 1
        );
        let found = self.rows(&sql, rows.values).await?;
        let records = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        let key = |r: &SessionRecord| match filter.order {
            SessionOrder::MostEnergyFirst => r.session.energy().0,
            SessionOrder::LastEndedFirst => r.session.ended_at().map_or(0, |at| at.as_millisecond()),
            _ => r.session.started_at.as_millisecond(),
        };
        Ok(Page::cut(records, limit, |r| Cursor { key: key(r).to_string(), id: r.session.id.0 }))
    }
}
