//! Bookings: the rules of sites, and who has which plug when.
//!
//! Whoever gives a plug away locks the driver first and the site then ([`Tx::lock_for_booking`]): two at once on the last
//! slot come one after the other.

mod list;
mod session;

use forecourt_core::Timestamp;
use forecourt_core::booking::{Course, Fee, Rules, State};
use forecourt_core::id::{BookingId, DriverId, EvseNumber, OrganisationId, SessionId, SiteId, StationId};

use jiff::SignedDuration;

use crate::engine::{Row, values};
use crate::words::json;
use crate::{Store, StoreError, Tx};

pub use list::{BookingFilter, BookingOrder, BookingRow};

/// Steps of one booking that are shown.
const STEPS_SHOWN: i64 = 100;
const OPEN: &str = "state IN ('booked', 'running')";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRulesRecord {
    pub site: SiteId,
    pub organisation: OrganisationId,
    pub rules: Rules,
    pub changed_at: Timestamp,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRecord {
    pub id: BookingId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub station: StationId,
    pub evse: EvseNumber,
    pub driver: DriverId,
    pub state: State,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub slots: i64,
    /// As they were when it was booked.
    pub rules: Rules,
    pub fee: Option<Fee>,
    pub note: Option<String>,
    pub made_at: Timestamp,
    pub made_by: String,
    /// `driver` or `operator`.
    pub asked_by: String,
    pub revealed_at: Option<Timestamp>,
    pub start_told_at: Option<Timestamp>,
    pub warned_session: Option<SessionId>,
    /// `asked`, `accepted` or `refused`.
    pub station_word: Option<String>,
    /// The station's reservation.
    pub station_number: Option<i64>,
    pub over_at: Option<Timestamp>,
    pub reason: Option<String>,
    pub version: i64,
}

impl BookingRecord {
    /// What is known of it besides its sessions.
    pub fn course(&self) -> Course {
        Course {
            state: self.state,
            start: self.starts_at,
            end: self.ends_at,
            buffer: SignedDuration::from_mins(self.rules.buffer_min),
            no_show: self.rules.no_show_min.map(SignedDuration::from_mins),
            made_at: self.made_at,
            is_revealed: self.revealed_at.is_some(),
            is_start_told: self.start_told_at.is_some(),
            has_session: false,
            is_charging: false,
        }
    }

    /// When it expires if nobody starts; none once that is settled.
    pub fn gives_up_at(&self) -> Option<Timestamp> {
        (self.state == State::Booked).then(|| self.course().given_up_at())
    }
}

/// One thing that happened to a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingStep {
    pub id: i64,
    pub booking: BookingId,
    pub at: Timestamp,
    pub step: String,
    /// `None`: Forecourt by itself.
    pub done_by: Option<String>,
    pub detail: Option<String>,
}

fn rules_from(row: &Row) -> Result<BookingRulesRecord, StoreError> {
    Ok(BookingRulesRecord {
        site: SiteId(row.int("site_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        rules: row.json_or_none("rules")?.ok_or(StoreError::Corrupt("rules"))?,
        changed_at: row.time("changed_at")?,
        version: row.int("version")?,
    })
}

fn record_from(row: &Row) -> Result<BookingRecord, StoreError> {
    Ok(BookingRecord {
        id: BookingId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        site: SiteId(row.int("site_id")?),
        station: StationId(row.int("station_id")?),
        evse: EvseNumber(i32::try_from(row.int("evse")?).unwrap_or(0)),
        driver: DriverId(row.int("driver_id")?),
        state: State::parse(&row.text("state")?).ok_or(StoreError::Corrupt("state"))?,
        starts_at: row.time("starts_at")?,
        ends_at: row.time("ends_at")?,
        slots: row.int("slots")?,
        rules: row.json_or_none("rules")?.ok_or(StoreError::Corrupt("rules"))?,
        fee: row.json_or_none("fee")?,
        note: row.text_or_none("note")?,
        made_at: row.time("made_at")?,
        made_by: row.text("made_by")?,
        asked_by: row.text("asked_by")?,
        revealed_at: row.time_or_none("revealed_at")?,
        start_told_at: row.time_or_none("start_told_at")?,
        warned_session: row.int_or_none("warned_session_id")?.map(SessionId),
        station_word: row.text_or_none("station_word")?,
        station_number: row.int_or_none("station_number")?,
        over_at: row.time_or_none("over_at")?,
        reason: row.text_or_none("reason")?,
        version: row.int("version")?,
    })
}

fn step_from(row: &Row) -> Result<BookingStep, StoreError> {
    Ok(BookingStep {
        id: row.int("id")?,
        booking: BookingId(row.int("booking_id")?),
        at: row.time("at")?,
        step: row.text("step")?,
        done_by: row.text_or_none("done_by")?,
        detail: row.text_or_none("detail")?,
    })
}

impl Store {
    pub async fn booking_rules(
        &self,
        organisation: OrganisationId,
        site: SiteId,
    ) -> Result<Option<BookingRulesRecord>, StoreError> {
        let sql = "SELECT * FROM booking_rules WHERE organisation_id = $1 AND site_id = $2";
        self.row(sql, values![organisation, site]).await?.map(|row| rules_from(&row)).transpose()
    }

    /// Of every organisation.
    pub async fn all_booking_rules(&self) -> Result<Vec<BookingRulesRecord>, StoreError> {
        let rows = self.rows("SELECT * FROM booking_rules ORDER BY site_id", values![]).await?;
        rows.iter().map(rules_from).collect()
    }

    /// Of every organisation: those a plug is kept for.
    pub async fn open_bookings(&self) -> Result<Vec<BookingRecord>, StoreError> {
        let sql = format!("SELECT * FROM booking WHERE {OPEN} ORDER BY starts_at, id");
        self.rows(&sql, values![]).await?.iter().map(record_from).collect()
    }

    pub async fn booking(
        &self,
        organisation: OrganisationId,
        id: BookingId,
    ) -> Result<Option<BookingRecord>, StoreError> {
        let sql = "SELECT * FROM booking WHERE organisation_id = $1 AND id = $2";
        self.row(sql, values![organisation, id]).await?.map(|row| record_from(&row)).transpose()
    }

    /// Oldest first.
    pub async fn booking_steps(&self, id: BookingId) -> Result<Vec<BookingStep>, StoreError> {
        let sql = format!("SELECT * FROM booking_step WHERE booking_id = $1 ORDER BY id LIMIT {STEPS_SHOWN}");
        self.rows(&sql, values![id]).await?.iter().map(step_from).collect()
    }

    /// Every plug of the sites that have rules, chargers out of service left out.
    pub async fn bookable_places(&self) -> Result<Vec<(SiteId, StationId, EvseNumber)>, StoreError> {
        let sql = "SELECT st.site_id AS site_id, e.station_id AS station_id, e.evse AS evse FROM \
             (SELECT station_id, evse FROM evse UNION SELECT station_id, evse FROM connector) e \
             JOIN station st ON st.id = e.station_id JOIN booking_rules r ON r.site_id = st.site_id \
             WHERE st.deleted_at IS NULL AND e.evse > 0 ORDER BY st.identity, e.station_id, e.evse";
        let place = |row: &Row| {
            let evse = i32::try_from(row.int("evse")?).unwrap_or(0);
            Ok((SiteId(row.int("site_id")?), StationId(row.int("station_id")?), EvseNumber(evse)))
        };
        self.rows(sql, values![]).await?.iter().map(place).collect()
    }
}

impl Tx {
    /// Writes the rules of a site; `version` is the one its editor saw, 0 where there were none.
    pub async fn put_booking_rules(&mut self, new: &BookingRulesRecord) -> Result<(), StoreError> {
        let rules = json(Some(&new.rules));
        let touched = if new.version == 0 {
            let sql = "INSERT INTO booking_rules (site_id, organisation_id, rules, changed_at, version) \
                 VALUES ($1, $2, $3, $4, 1) ON CONFLICT (site_id) DO NOTHING";
            self.execute(sql, values![new.site, new.organisation, rules, new.changed_at]).await?
        } else {
            let sql = "UPDATE booking_rules SET rules = $1, changed_at = $2, version = version + 1 \
                 WHERE site_id = $3 AND organisation_id = $4 AND version = $5";
            self.execute(sql, values![rules, new.changed_at, new.site, new.organisation, new.version]).await?
        };
        if touched == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// From here to the end of the transaction nobody else gives away a plug of the site, or books for the driver.
    pub async fn lock_for_booking(&mut self, driver: DriverId, site: SiteId) -> Result<(), StoreError> {
        self.execute("UPDATE driver SET version = version WHERE id = $1", values![driver]).await?;
        self.execute("UPDATE booking_rules SET version = version WHERE site_id = $1", values![site]).await?;
        Ok(())
    }

    pub async fn open_bookings_of_site(&mut self, site: SiteId) -> Result<Vec<BookingRecord>, StoreError> {
        let sql = format!("SELECT * FROM booking WHERE site_id = $1 AND {OPEN} ORDER BY starts_at, id");
        self.rows(&sql, values![site]).await?.iter().map(record_from).collect()
    }

    pub async fn open_bookings_of_driver(
        &mut self,
        driver: DriverId,
    ) -> Result<Vec<BookingRecord>, StoreError> {
        let sql = format!("SELECT * FROM booking WHERE driver_id = $1 AND {OPEN} ORDER BY starts_at, id");
        self.rows(&sql, values![driver]).await?.iter().map(record_from).collect()
    }

    pub async fn add_booking(&mut self, new: &BookingRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO booking (id, organisation_id, site_id, station_id, evse, driver_id, state, starts_at, \
             ends_at, slots, rules, fee, note, made_at, made_by, asked_by, revealed_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)";
        self.execute(
            sql,
            values![
                new.id,
                new.organisation,
                new.site,
                new.station,
                new.evse.0,
                new.driver,
                new.state.as_str(),
                new.starts_at,
                new.ends_at,
                new.slots,
                json(Some(&new.rules)),
                json(new.fee.as_ref()),
                &new.note,
                new.made_at,
                &new.made_by,
                &new.asked_by,
                new.revealed_at
            ],
        )
        .await
        .map(drop)
    }

    /// All that may change of a booking that is still as its editor saw it.
    pub async fn set_booking(&mut self, booking: &BookingRecord) -> Result<(), StoreError> {
        let sql = "UPDATE booking SET station_id = $1, evse = $2, state = $3, starts_at = $4, ends_at = $5, slots = $6, \
             rules = $7, fee = $8, note = $9, revealed_at = $10, start_told_at = $11, warned_session_id = $12, \
             station_word = $13, station_number = $14, over_at = $15, reason = $16, version = version + 1 \
             WHERE id = $17 AND organisation_id = $18 AND version = $19";
        let touched = self
            .execute(
                sql,
                values![
                    booking.station,
                    booking.evse.0,
                    booking.state.as_str(),
                    booking.starts_at,
                    booking.ends_at,
                    booking.slots,
                    json(Some(&booking.rules)),
                    json(booking.fee.as_ref()),
                    &booking.note,
                    booking.revealed_at,
                    booking.start_told_at,
                    booking.warned_session,
                    &booking.station_word,
                    booking.station_number,
                    booking.over_at,
                    &booking.reason,
                    booking.id,
                    booking.organisation,
                    booking.version
                ],
            )
            .await?;
        if touched == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    pub async fn add_booking_step(&mut self, step: &BookingStep) -> Result<(), StoreError> {
        let sql = "INSERT INTO booking_step (id, booking_id, at, step, done_by, detail) \
             VALUES ($1, $2, $3, $4, $5, $6)";
        let values = values![step.id, step.booking, step.at, &step.step, &step.done_by, &step.detail];
        self.execute(sql, values).await.map(drop)
    }
}
