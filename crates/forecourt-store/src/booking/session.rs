//! The sessions of a booking.

use forecourt_core::id::{BookingId, DriverId, OrganisationId, SessionId};

use crate::engine::values;
use crate::session_terms::{SessionTerms, cells_of_carried};
use crate::{Store, StoreError, Tx};

impl Store {
    /// Oldest first.
    pub async fn sessions_of_booking(
        &self,
        organisation: OrganisationId,
        booking: BookingId,
    ) -> Result<Vec<SessionId>, StoreError> {
        let sql = "SELECT session_id FROM session_booking WHERE reservation_id = $1 AND organisation_id = $2 \
             ORDER BY session_id";
        let rows = self.rows(sql, values![booking, organisation]).await?;
        rows.iter().map(|row| Ok(SessionId(row.int("session_id")?))).collect()
    }

    /// The key a station may be told to keep a plug for: the driver's first that works.
    pub async fn first_key_of_driver(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT uid FROM id_token WHERE organisation_id = $1 AND driver_id = $2 AND status = 'accepted' \
             ORDER BY id LIMIT 1";
        self.row(sql, values![organisation, driver]).await?.map(|row| row.text("uid")).transpose()
    }
}

impl Tx {
    pub async fn has_session_of_booking(&mut self, booking: BookingId) -> Result<bool, StoreError> {
        let sql = "SELECT session_id FROM session_booking WHERE reservation_id = $1 LIMIT 1";
        Ok(self.row(sql, values![booking]).await?.is_some())
    }

    /// A session that runs becomes the booking's.
    pub async fn carry_into_booking(
        &mut self,
        booking: BookingId,
        terms: &SessionTerms,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO session_booking (session_id, organisation_id, reservation_id) VALUES ($1, $2, $3) \
             ON CONFLICT (session_id) DO NOTHING";
        self.execute(sql, values![terms.session, terms.organisation, booking]).await?;
        let sql = "INSERT INTO session_terms (session_id, organisation_id, access_profile_id, tariff_version_id, \
             driver_id, team_id, idle_fee_id, reasons, discount, idle, idle_open, decided_at, booking) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             ON CONFLICT (session_id) DO UPDATE SET idle = excluded.idle, idle_open = excluded.idle_open, \
             booking = excluded.booking, reasons = excluded.reasons";
        self.execute(sql, cells_of_carried(terms)).await.map(drop)
    }
}
