//! Chargers that can keep a plug themselves are asked to, where the site wishes it (C45). Their answer is noted and changes
//! nothing: a charger that refuses, or does not answer, is asked by nobody twice.

use forecourt_core::booking::State;
use forecourt_core::command::{Command, Outcome, Reserve};
use forecourt_core::fact::PresentedToken;
use forecourt_core::token::TokenKind;
use forecourt_store::booking::BookingRecord;

use crate::{App, AppError};

impl App {
    /// Asks the charger to keep the plug for the first of the holder's keys, from when it is named to the booked end.
    pub(super) async fn keep_at_station(&self, booking: &BookingRecord) {
        let is_due = booking.state == State::Booked && booking.start_told_at.is_some();
        if !booking.rules.tell_station || booking.station_word.is_some() || !is_due {
            return;
        }
        if let Err(error) = self.ask_to_keep(booking).await {
            tracing::warn!(%error, booking = %booking.id, "a charger was not asked to keep a plug");
        }
    }

    async fn ask_to_keep(&self, booking: &BookingRecord) -> Result<(), AppError> {
        let key = self.store.first_key_of_driver(booking.organisation, booking.driver).await?;
        let Some(uid) = key else { return Ok(()) };
        let live = self.directory.get(booking.station);
        let Some(live) = live.filter(|live| live.link().online_since.is_some()) else { return Ok(()) };
        let mut tx = self.store.begin().await?;
        let number = tx.take_numbers("reservation", 1).await?;
        tx.commit().await?;
        let command = Command::Reserve(Reserve {
            reservation: number,
            evse: Some(booking.evse),
            token: PresentedToken { uid, kind: TokenKind::Rfid },
            group: None,
            expires_at: booking.ends_at,
        });
        let word = match self.order(&live, command).await {
            Ok((_, Outcome::Answered { accepted: true, .. })) => "accepted",
            Ok((_, Outcome::NoAnswer)) => "asked",
            _ => "refused",
        };
        let asked = BookingRecord {
            station_word: Some(word.into()),
            station_number: Some(number),
            ..booking.clone()
        };
        let mut tx = self.store.begin().await?;
        tx.set_booking(&asked).await?;
        self.note_step(&mut tx, booking, "station", None, Some(word.into())).await?;
        Ok(tx.commit().await?)
    }

    /// The plug is nobody's any more; a charger that kept it is told.
    pub(super) async fn give_back_at_station(&self, booking: &BookingRecord) {
        let Some(reservation) = booking.station_number else { return };
        let Some(live) = self.directory.get(booking.station) else { return };
        if let Err(error) = self.order(&live, Command::CancelReservation { reservation }).await {
            tracing::debug!(%error, booking = %booking.id, "a charger was not told that a plug is nobody's");
        }
    }
}
