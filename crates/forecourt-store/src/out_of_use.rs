//! What we keep out of use, whatever the station says of itself.

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, StationId};

use crate::engine::{Row, Value, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfUseRecord {
    pub station: StationId,
    /// 0: the whole station.
    pub evse: EvseNumber,
    /// operator or bay.
    pub cause: String,
    pub since: Timestamp,
    pub set_by: String,
    pub note: Option<String>,
}

fn record_from(row: &Row) -> Result<OutOfUseRecord, StoreError> {
    Ok(OutOfUseRecord {
        station: StationId(row.int("station_id")?),
        evse: EvseNumber(row.int("evse")? as i32),
        cause: row.text("cause")?,
        since: row.time("since")?,
        set_by: row.text("set_by")?,
        note: row.text_or_none("note")?,
    })
}

impl Store {
    pub async fn out_of_use(&self, stations: &[StationId]) -> Result<Vec<OutOfUseRecord>, StoreError> {
        if stations.is_empty() {
            return Ok(Vec::new());
        }
        let marks = (1..=stations.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT * FROM out_of_use WHERE station_id IN ({marks}) ORDER BY station_id, evse, cause"
        );
        let bound: Vec<Value> = stations.iter().map(|station| Value::from(*station)).collect();
        self.rows(&sql, bound).await?.iter().map(record_from).collect()
    }
}

impl Tx {
    /// What is out of use already keeps its time. Says whether it was not.
    pub async fn put_out_of_use(&mut self, new: &OutOfUseRecord) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "INSERT INTO out_of_use (station_id, evse, cause, since, set_by, note) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (station_id, evse, cause) DO NOTHING",
                values![new.station, new.evse.0, &new.cause, new.since, &new.set_by, &new.note],
            )
            .await?;
        Ok(touched > 0)
    }

    /// Back into use; without `evse` every EVSE and the station itself. Says whether anything was out of it.
    pub async fn back_into_use(
        &mut self,
        station: StationId,
        evse: Option<EvseNumber>,
        cause: &str,
    ) -> Result<bool, StoreError> {
        let touched = match evse {
            Some(evse) => {
                let sql = "DELETE FROM out_of_use WHERE station_id = $1 AND cause = $2 AND evse = $3";
                self.execute(sql, values![station, cause, evse.0]).await?
            }
            None => {
                let sql = "DELETE FROM out_of_use WHERE station_id = $1 AND cause = $2";
                self.execute(sql, values![station, cause]).await?
            }
        };
        Ok(touched > 0)
    }
}
