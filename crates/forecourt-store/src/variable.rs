//! Settings and states a station told about itself.

use forecourt_core::Timestamp;
use forecourt_core::fact::Variable;
use forecourt_core::id::StationId;

use crate::engine::values;
use crate::journal::rows::Kind::{Bool, Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::{Store, StoreError};

/// Rows one screen shows; the largest device models in the field have about 2,000 variables.
const SHOWN: i64 = 5_000;

#[derive(Debug, Clone)]
pub struct VariableRecord {
    pub variable: Variable,
    pub seen_at: Timestamp,
}

pub(crate) static UPSERT: RowStatement = RowStatement::new(
    "INSERT INTO variable (station_id, component, component_instance, name, instance, attribute, value, readonly, seen_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
     ON CONFLICT (station_id, component, component_instance, name, instance, attribute) \
     DO UPDATE SET value = excluded.value, readonly = excluded.readonly, seen_at = excluded.seen_at",
    &[Int, Text, Text, Text, Text, Text, Text, Bool, Int],
);

pub(crate) fn cells_of(station: StationId, at: Timestamp, v: &Variable) -> [Cell<'_>; 9] {
    cells![
        station,
        &v.component,
        &v.component_instance,
        &v.name,
        &v.instance,
        &v.attribute,
        &v.value,
        v.readonly,
        at
    ]
}

impl Store {
    /// What a station last said one variable is now.
    pub async fn variable_value(
        &self,
        station: StationId,
        component: &str,
        name: &str,
        instance: &str,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM variable WHERE station_id = $1 AND component = $2 AND component_instance = '' \
                   AND name = $3 AND instance = $4 AND attribute = 'Actual'";
        let row = self.rows(sql, values![station, component, name, instance]).await?.into_iter().next();
        row.map_or(Ok(None), |row| row.text_or_none("value"))
    }

    /// By component and name.
    pub async fn variables(&self, station: StationId) -> Result<Vec<VariableRecord>, StoreError> {
        let sql = "SELECT * FROM variable WHERE station_id = $1 ORDER BY component, component_instance, name, instance LIMIT $2";
        let rows = self.rows(sql, values![station, SHOWN]).await?;
        rows.iter()
            .map(|row| {
                Ok(VariableRecord {
                    variable: Variable {
                        component: row.text("component")?,
                        component_instance: row.text("component_instance")?,
                        name: row.text("name")?,
                        instance: row.text("instance")?,
                        attribute: row.text("attribute")?,
                        value: row.text_or_none("value")?,
                        readonly: row.bool("readonly")?,
                        writeonly: false,
                        characteristics: None,
                    },
                    seen_at: row.time("seen_at")?,
                })
            })
            .collect()
    }
}
