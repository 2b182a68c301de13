//! Which messages are whose: an index filled in portions, some seconds behind the newest message.
//!
//! Each station writes to a page of its own in an index by station. Written with every message, that page costs more than the
//! message; written for some seconds of messages at once, it costs next to nothing. What is not placed yet is found by
//! reading the newest messages of all stations.

use std::sync::atomic::{AtomicI64, Ordering};

use forecourt_core::Timestamp;
use forecourt_core::id::{StationId, first_id_at};

use super::MessageRow;
use crate::engine::values;
use crate::journal::Unit;
use crate::journal::rows::Kind::Int;
use crate::journal::rows::{Portion, RowStatement, cells};
use crate::{Store, StoreError, Tx};

/// Messages placed in one transaction: stations wait for it.
const PORTION: i64 = 20_000;
const COUNTER: &str = "message_place";

/// The newest message that is placed. Raised while nobody else writes, so that who writes afterwards sees it.
#[derive(Debug, Default)]
pub(crate) struct Placed(AtomicI64);

impl Placed {
    fn get(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn set(&self, id: i64) {
        self.0.store(id, Ordering::SeqCst);
    }
}

static PLACE: RowStatement = RowStatement::new(
    "INSERT INTO message_place (station_id, id) VALUES ($1, $2) ON CONFLICT (station_id, id) DO NOTHING",
    &[Int, Int],
);

/// The places of messages that come after their turn (a clock that was set back, a write that took long): nobody would
/// place them later. To be asked after the messages themselves were written.
pub(crate) fn of_latecomers<'a>(units: &[&'a Unit], placed: &Placed) -> Portion<'a> {
    let newest = placed.get();
    let messages = units.iter().filter_map(|unit| unit.message.as_ref());
    let late = messages.filter(|message: &&MessageRow| message.id.0 <= newest);
    PLACE.with(late.map(|message| cells![message.station, message.id]))
}

impl Store {
    /// The newest message that is placed, as the database says.
    pub(super) async fn placed_to(&self) -> Result<i64, StoreError> {
        let sql = "SELECT value FROM counter WHERE name = $1";
        self.row(sql, values![COUNTER]).await?.map_or(Ok(0), |row| row.int("value"))
    }

    /// At the start of a node.
    pub(crate) async fn remember_placed(&self) -> Result<(), StoreError> {
        self.placed.set(self.placed_to().await?);
        Ok(())
    }

    /// Places what was said before a moment that lies some seconds back. Says how many messages that were.
    pub async fn place_messages(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let placed = self.place_portion(first_id_at(before)).await?;
            all += placed;
            if placed < PORTION as u64 {
                return Ok(all);
            }
        }
    }

    async fn place_portion(&self, before: i64) -> Result<u64, StoreError> {
        let from = self.placed_to().await?;
        let mut tx = self.begin().await?;
        if !tx.is_sqlite() {
            // Who is writing now may have ids of before: we wait for them, and they for us.
            tx.script("LOCK TABLE message IN SHARE ROW EXCLUSIVE MODE").await?;
        }
        let sql = "SELECT MAX(id) AS newest FROM (SELECT id FROM message WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3) AS part";
        let newest = tx.row(sql, values![from, before, PORTION]).await?;
        let Some(to) = newest.map_or(Ok(None), |row| row.int_or_none("newest"))? else { return Ok(0) };
        let placed = tx.place(from, to).await?;
        self.placed.set(to);
        let committed = tx.commit().await;
        if committed.is_err() {
            self.placed.set(from);
        }
        committed.map(|()| placed)
    }

    /// Forgets the places of a station's messages that are gone.
    pub async fn forget_places(&self, stations: &[StationId], before: Timestamp) -> Result<(), StoreError> {
        /// Stations of one transaction.
        const AT_ONCE: usize = 500;
        for part in stations.chunks(AT_ONCE) {
            let mut tx = self.begin().await?;
            for station in part {
                let sql = "DELETE FROM message_place WHERE station_id = $1 AND id < $2";
                tx.execute(sql, values![*station, first_id_at(before)]).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Tx {
    async fn place(&mut self, from: i64, to: i64) -> Result<u64, StoreError> {
        let sql = "INSERT INTO message_place (station_id, id) SELECT station_id, id FROM message WHERE id > $1 AND id <= $2 \
                   ORDER BY station_id, id ON CONFLICT (station_id, id) DO NOTHING";
        let placed = self.execute(sql, values![from, to]).await?;
        self.execute("UPDATE counter SET value = $1 WHERE name = $2", values![to, COUNTER]).await?;
        Ok(placed)
    }
}
