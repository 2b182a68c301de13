//! What stations tell about themselves besides sessions: kinds of variables, monitors, component events, and things
//! that have no table of their own.

use std::hash::{DefaultHasher, Hash, Hasher};

use forecourt_core::Timestamp;
use forecourt_core::fact::{Characteristics, ComponentEvent, Item, ItemReport, Monitor, Variable};
use forecourt_core::id::{OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

/// Rows of one station that a screen shows at once.
const SHOWN: i64 = 5_000;

#[derive(Debug, Clone)]
pub struct VariableKindRecord {
    pub component: String,
    pub component_instance: String,
    pub name: String,
    pub instance: String,
    pub writeonly: bool,
    pub characteristics: Characteristics,
}

#[derive(Debug, Clone)]
pub struct MonitorRecord {
    pub monitor: Monitor,
    pub seen_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct EventRecord {
    pub id: i64,
    pub station: StationId,
    pub event: ComponentEvent,
    pub at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct ItemRecord {
    pub kind: String,
    pub key: String,
    pub evse: Option<i64>,
    pub transaction: Option<String>,
    pub request_id: Option<i64>,
    /// JSON as the station wrote it.
    pub body: String,
    pub seen_at: Timestamp,
}

/// The word an item's kind is stored under.
pub fn kind_word(kind: forecourt_core::fact::ItemKind) -> String {
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Tx {
    pub async fn put_variable_kind(&mut self, station: StationId, v: &Variable) -> Result<(), StoreError> {
        let Some(kind) = &v.characteristics else { return Ok(()) };
        self.execute(
            "INSERT INTO variable_kind (station_id, component, component_instance, name, instance, data_type, unit, min_value, \
             max_value, choices, supports_monitoring, writeonly) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (station_id, component, component_instance, name, instance) DO UPDATE SET data_type = excluded.data_type, \
             unit = excluded.unit, min_value = excluded.min_value, max_value = excluded.max_value, choices = excluded.choices, \
             supports_monitoring = excluded.supports_monitoring, writeonly = excluded.writeonly",
            values![
                station,
                &v.component,
                &v.component_instance,
                &v.name,
                &v.instance,
                &kind.data_type,
                &kind.unit,
                &kind.min,
                &kind.max,
                &kind.values,
                kind.supports_monitoring,
                v.writeonly,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn put_monitor(
        &mut self,
        station: StationId,
        at: Timestamp,
        m: &Monitor,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO monitor (station_id, monitor, component, component_instance, name, instance, kind, value, severity, \
             per_transaction, origin, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (station_id, monitor) DO UPDATE SET component = excluded.component, \
             component_instance = excluded.component_instance, name = excluded.name, instance = excluded.instance, \
             kind = excluded.kind, value = excluded.value, severity = excluded.severity, \
             per_transaction = excluded.per_transaction, origin = excluded.origin, seen_at = excluded.seen_at",
            values![
                station,
                m.id,
                &m.component,
                &m.component_instance,
                &m.name,
                &m.instance,
                &m.kind,
                &m.value,
                m.severity,
                m.transaction,
                &m.origin,
                at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn remove_monitors(&mut self, station: StationId, monitors: &[i64]) -> Result<(), StoreError> {
        for monitor in monitors {
            let sql = "DELETE FROM monitor WHERE station_id = $1 AND monitor = $2";
            self.execute(sql, values![station, *monitor]).await?;
        }
        Ok(())
    }

    /// Adds an event; one that is there already (a repeated message) changes nothing.
    pub async fn add_event(
        &mut self,
        id: i64,
        organisation: OrganisationId,
        station: StationId,
        at: Timestamp,
        event: &ComponentEvent,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO component_event (id, organisation_id, station_id, at, component, variable, evse, connector, value, cause, \
             monitor, severity, tech_code, tech_info, cleared, transaction_ref, mark) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
             ON CONFLICT (station_id, at, mark) DO NOTHING",
            values![
                id,
                organisation,
                station,
                at,
                &event.component,
                &event.variable,
                event.evse.map(|evse| i64::from(evse.0)),
                event.connector.map(|connector| i64::from(connector.0)),
                &event.value,
                &event.trigger,
                event.monitor,
                event.severity,
                &event.tech_code,
                &event.tech_info,
                event.cleared,
                event.transaction.as_ref().map(|reference| reference.0.clone()),
                mark(event),
            ],
        )
        .await
        .map(drop)
    }

    /// Keeps or removes the items of a report.
    pub async fn put_items(
        &mut self,
        station: StationId,
        at: Timestamp,
        report: &ItemReport,
    ) -> Result<(), StoreError> {
        let kind = kind_word(report.kind);
        for Item { key, body } in &report.items {
            if report.removed {
                let sql = "DELETE FROM station_item WHERE station_id = $1 AND kind = $2 AND item_key = $3";
                self.execute(sql, values![station, &kind, key]).await?;
                continue;
            }
            self.execute(
                "INSERT INTO station_item (station_id, kind, item_key, evse, transaction_ref, request_id, body, seen_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (station_id, kind, item_key) DO UPDATE SET \
                 evse = excluded.evse, transaction_ref = excluded.transaction_ref, request_id = excluded.request_id, \
                 body = excluded.body, seen_at = excluded.seen_at",
                values![
                    station,
                    &kind,
                    key,
                    report.evse.map(|evse| i64::from(evse.0)),
                    report.transaction.as_ref().map(|reference| reference.0.clone()),
                    report.request_id,
                    body,
                    at,
                ],
            )
            .await?;
        }
        Ok(())
    }

    /// Forgets items of a kind that a complete report no longer named.
    pub async fn forget_items(
        &mut self,
        station: StationId,
        kind: &str,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM station_item WHERE station_id = $1 AND kind = $2 AND seen_at < $3";
        self.execute(sql, values![station, kind, before]).await.map(drop)
    }
}

impl Store {
    pub async fn variable_kinds(&self, station: StationId) -> Result<Vec<VariableKindRecord>, StoreError> {
        let sql = "SELECT * FROM variable_kind WHERE station_id = $1 ORDER BY component, component_instance, name, instance LIMIT $2";
        self.rows(sql, values![station, SHOWN]).await?.iter().map(kind_from).collect()
    }

    pub async fn monitors(&self, station: StationId) -> Result<Vec<MonitorRecord>, StoreError> {
        let sql = "SELECT * FROM monitor WHERE station_id = $1 ORDER BY monitor LIMIT $2";
        self.rows(sql, values![station, SHOWN]).await?.iter().map(monitor_from).collect()
    }

    /// Newest first.
    pub async fn component_events(
        &self,
        station: StationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<EventRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(cursor.map(|c| c.id), "id < ?");
        let sql = format!("SELECT * FROM component_event{} ORDER BY id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(event_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |e| Cursor { key: String::new(), id: e.id }))
    }

    /// All of a station, or of one kind.
    pub async fn station_items(
        &self,
        station: StationId,
        kind: Option<&str>,
    ) -> Result<Vec<ItemRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(kind, "kind = ?");
        let sql = format!("SELECT * FROM station_item{} ORDER BY kind, item_key LIMIT {SHOWN}", rows.sql());
        self.rows(&sql, rows.values).await?.iter().map(item_from).collect()
    }
}

fn kind_from(row: &Row) -> Result<VariableKindRecord, StoreError> {
    Ok(VariableKindRecord {
        component: row.text("component")?,
        component_instance: row.text("component_instance")?,
        name: row.text("name")?,
        instance: row.text("instance")?,
        writeonly: row.bool("writeonly")?,
        characteristics: Characteristics {
            data_type: row.text("data_type")?,
            unit: row.text_or_none("unit")?,
            min: row.text_or_none("min_value")?,
            max: row.text_or_none("max_value")?,
            values: row.text_or_none("choices")?,
            supports_monitoring: row.bool("supports_monitoring")?,
        },
    })
}

fn monitor_from(row: &Row) -> Result<MonitorRecord, StoreError> {
    Ok(MonitorRecord {
        monitor: Monitor {
            id: row.int("monitor")?,
            component: row.text("component")?,
            component_instance: row.text("component_instance")?,
            name: row.text("name")?,
            instance: row.text("instance")?,
            kind: row.text("kind")?,
            value: row.text("value")?,
            severity: row.int("severity")?,
            transaction: row.bool("per_transaction")?,
            origin: row.text_or_none("origin")?,
        },
        seen_at: row.time("seen_at")?,
    })
}

fn event_from(row: &Row) -> Result<EventRecord, StoreError> {
    use forecourt_core::id::{ConnectorNumber, EvseNumber, TransactionRef};
    let number = |column| Ok::<_, StoreError>(row.int_or_none(column)?.and_then(|n| i32::try_from(n).ok()));
    Ok(EventRecord {
        id: row.int("id")?,
        station: StationId(row.int("station_id")?),
        at: row.time("at")?,
        event: ComponentEvent {
            component: row.text("component")?,
            variable: row.text("variable")?,
            evse: number("evse")?.map(EvseNumber),
            connector: number("connector")?.map(ConnectorNumber),
            value: row.text("value")?,
            trigger: row.text("cause")?,
            tech_code: row.text_or_none("tech_code")?,
            tech_info: row.text_or_none("tech_info")?,
            cleared: row.bool("cleared")?,
            at: Some(row.time("at")?),
            monitor: row.int_or_none("monitor")?,
            severity: row.int_or_none("severity")?,
            transaction: row.text_or_none("transaction_ref")?.map(TransactionRef),
        },
    })
}

fn item_from(row: &Row) -> Result<ItemRecord, StoreError> {
    Ok(ItemRecord {
        kind: row.text("kind")?,
        key: row.text("item_key")?,
        evse: row.int_or_none("evse")?,
        transaction: row.text_or_none("transaction_ref")?,
        request_id: row.int_or_none("request_id")?,
        body: row.text("body")?,
        seen_at: row.time("seen_at")?,
    })
}

/// Tells an event from others of the same moment. (Another algorithm in a later compiler would at worst keep an event
/// twice that was repeated across the update.)
fn mark(event: &ComponentEvent) -> i64 {
    let mut hasher = DefaultHasher::new();
    let place = (event.evse.map(|evse| evse.0), event.connector.map(|connector| connector.0), event.monitor);
    (&event.component, &event.variable, &event.value, &event.trigger, event.cleared, place).hash(&mut hasher);
    (&event.tech_code, &event.tech_info, event.transaction.as_ref().map(|id| &id.0)).hash(&mut hasher);
    i64::from_ne_bytes(hasher.finish().to_ne_bytes())
}
