//! Places kept free for a key at the station itself (1.6 Reservation, 2.x block H).

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::command::{Command, Outcome, Reserve};
use forecourt_core::id::{EvseNumber, StationId};
use forecourt_store::{CommandRecord, Cursor, Page, ReservationRecord};

use crate::commands::Asked;
use crate::{App, AppError, Principal};

/// What is to be kept free, and for whom.
#[derive(Debug, Clone)]
pub struct NewReservation {
    /// `None`: any place of the station.
    pub evse: Option<EvseNumber>,
    pub uid: String,
    pub expires_at: Timestamp,
}

impl App {
    pub async fn reservations(
        &self,
        principal: &Principal,
        station: Option<StationId>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<ReservationRecord>, AppError> {
        principal.require(Permission::Read)?;
        if let Some(station) = station {
            self.own_station(principal, station)?;
        }
        let mut page = self.store.reservations(principal.organisation, station, cursor, limit).await?;
        page.items.retain(|record| self.sees_station(principal, Some(record.station)));
        Ok(page)
    }

    /// Asks the station to keep a place. Its refusal is an answer: the reservation then stands as refused.
    pub async fn reserve(
        &self,
        principal: &Principal,
        station: StationId,
        new: NewReservation,
    ) -> Result<(ReservationRecord, CommandRecord), AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let now = self.now();
        if new.expires_at <= now {
            return Err(AppError::field("/expires_at", "a time to come"));
        }
        if new.uid.trim().is_empty() {
            return Err(AppError::field("/id_token", "the charge key it is for"));
        }
        let token = self.presented_token(principal, new.uid.trim()).await?;
        let known = self.known_tokens.find(&self.store, principal.organisation, &token.uid).await?;
        let mut tx = self.store.begin().await?;
        let mut record = ReservationRecord {
            id: self.id(),
            organisation: live.record().organisation,
            station,
            number: tx.take_numbers("reservation", 1).await?,
            evse: new.evse.map(|evse| i64::from(evse.0)),
            uid: token.uid.clone(),
            expires_at: new.expires_at,
            status: "asked".into(),
            created_at: now,
            created_by: principal.name(),
        };
        tx.add_reservation(&record).await?;
        tx.commit().await?;
        let command = Command::Reserve(Reserve {
            reservation: record.number,
            evse: new.evse,
            token,
            group: known.and_then(|token| token.group),
            expires_at: new.expires_at,
        });
        let request = serde_json::to_string(&command).unwrap_or_default();
        let asked = Asked { name: "reserve", request, queue_until: None };
        let (sent, outcome) = self.command(principal, station, command, asked).await?;
        record.status = match outcome {
            Outcome::Answered { accepted: true, .. } => "accepted",
            // It may have taken it all the same.
            Outcome::NoAnswer => "asked",
            _ => "refused",
        }
        .into();
        self.save_reservation(&record).await?;
        Ok((record, sent))
    }

    /// Gives the place back. A station that does not know the reservation does not keep it.
    pub async fn cancel_reservation(
        &self,
        principal: &Principal,
        station: StationId,
        number: i64,
    ) -> Result<CommandRecord, AppError> {
        principal.require(Permission::Command)?;
        let command = Command::CancelReservation { reservation: number };
        let request = serde_json::to_string(&command).unwrap_or_default();
        let asked = Asked { name: "cancel_reservation", request, queue_until: None };
        let (sent, outcome) = self.command(principal, station, command, asked).await?;
        if matches!(outcome, Outcome::Answered { .. }) {
            let mut tx = self.store.begin().await?;
            tx.set_reservation_status(station, number, "cancelled", self.now()).await?;
            tx.commit().await?;
        }
        Ok(sent)
    }

    async fn save_reservation(&self, record: &ReservationRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.set_reservation_status(record.station, record.number, &record.status, self.now()).await?;
        Ok(tx.commit().await?)
    }
}
