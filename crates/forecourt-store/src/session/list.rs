//! The session list: any filter it offers has an index, and pages continue by key.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, SessionId, SiteId, StationId};
use forecourt_core::session::Session;
use forecourt_core::unit::{Currency, MinorUnits, Money};

use super::session_from;
use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError};

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
}

#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    pub id: Option<SessionId>,
    pub station: Option<StationId>,
    pub site: Option<SiteId>,
    /// The only sites that are looked at.
    pub only: Option<Vec<SiteId>>,
    pub token: Option<String>,
    pub status: Option<SessionStatus>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Finds station identity, site name, token or reference.
    pub text: Option<String>,
    pub order: SessionOrder,
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
}

const SELECT: &str = "SELECT s.*, st.identity AS station_identity, st.name AS station_name, si.name AS site_name, \
     si.time_zone AS site_time_zone, t.alias AS token_alias, \
     p.cost AS price_cost, p.currency AS price_currency FROM session s \
     JOIN station st ON st.id = s.station_id JOIN site si ON si.id = s.site_id \
     LEFT JOIN id_token t ON t.organisation_id = s.organisation_id AND t.uid_key = s.token_key \
     LEFT JOIN session_price p ON p.session_id = s.id";

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
        cost: amount.zip(currency).map(|(amount, currency)| Money { amount, currency }),
    })
}

impl Store {
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
        let mut rows = Filter::default();
        rows.and("s.organisation_id = ?", values![organisation])
            .and_if(filter.id, "s.id = ?")
            .and_if(filter.station, "s.station_id = ?")
            .and_if(filter.site, "s.site_id = ?")
            .and_if(filter.token.as_ref().map(|t| t.to_uppercase()), "s.token_key = ?")
            .and_if(filter.from, "s.started_at >= ?")
            .and_if(filter.to, "s.started_at < ?");
        if let Some(only) = &filter.only {
            rows.among("s.site_id", only.iter().map(|id| id.0));
        }
        match filter.status {
            Some(SessionStatus::Active) => drop(rows.and("s.ended_at IS NULL", values![])),
            Some(SessionStatus::Ended) => drop(rows.and("s.ended_at IS NOT NULL", values![])),
            Some(SessionStatus::Review) => drop(rows.and("s.needs_review", values![])),
            None => {}
        }
        if let Some(text) = &filter.text {
            let like = containing(text);
            rows.and(
                "(LOWER(st.identity) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(st.name, '')) LIKE ? ESCAPE '\\' \
                  OR LOWER(si.name) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(s.id_token, '')) LIKE ? ESCAPE '\\' \
                  OR s.transaction_ref = ?)",
                values![&like, &like, &like, &like, text],
            );
        }
        if filter.order == SessionOrder::MostEnergyFirst {
            rows.and("s.ended_at IS NOT NULL", values![]);
        }
        let (column, direction, sign) = match filter.order {
            SessionOrder::NewestFirst => ("s.started_at", "DESC", "<"),
            SessionOrder::OldestFirst => ("s.started_at", "ASC", ">"),
            SessionOrder::MostEnergyFirst => ("s.energy_wh", "DESC", "<"),
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
        let by_energy = filter.order == SessionOrder::MostEnergyFirst;
        Ok(Page::cut(records, limit, |r| Cursor {
            key: if by_energy { r.session.energy().0 } else { r.session.started_at.as_millisecond() }
                .to_string(),
            id: r.session.id.0,
        }))
    }
}
