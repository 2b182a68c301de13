//! What a session that begins at a booked plug, or is carried into a booking, keeps of it.

use std::sync::Arc;

use forecourt_core::booking::Booked;
use forecourt_core::fact::TransactionReport;
use forecourt_core::session::Session;
use forecourt_store::StoreError;
use forecourt_store::booking::BookingRecord;
use forecourt_store::session_terms::{IdleTerms, SessionTerms};
use jiff::Timestamp;

use super::board::Start;
use super::place_of;
use crate::live::Live;
use crate::{App, AppError};

impl App {
    /// The booking that a session which begins belongs to.
    pub(crate) async fn booking_of_start(
        &self,
        live: &Live,
        session: &Session,
        report: &TransactionReport,
    ) -> Result<Option<BookingRecord>, StoreError> {
        if self.bookings.pages().is_empty() {
            return Ok(None);
        }
        let record = live.record();
        let Some(token) = &report.token else { return Ok(None) };
        let known = self.known_tokens.find(&self.store, record.organisation, &token.uid).await?;
        let driver = known.and_then(|token| token.holder.driver.as_ref().map(|driver| driver.id));
        let start = Start {
            site: record.site,
            station: record.id,
            evse: Some(session.evse),
            driver,
            at: session.started_at,
        };
        Ok(self.bookings.of_start(&start))
    }

    /// What the session keeps: the price from `from` on, and the fee where it is the booking's first.
    pub(crate) async fn booked(
        &self,
        booking: &BookingRecord,
        session: &Session,
        from: Timestamp,
    ) -> Result<Booked, StoreError> {
        let mut earlier = self.store.sessions_of_booking(booking.organisation, booking.id).await?;
        earlier.retain(|id| *id != session.id);
        let mut used_wh = 0;
        for id in &earlier {
            let record = self.store.session(booking.organisation, *id).await?;
            used_wh += record.map_or(0, |record| record.session.energy().0.max(0));
        }
        Ok(Booked {
            booking: booking.id,
            from,
            to: booking.ends_at,
            own: booking.rules.own_tariff(),
            free_wh: booking.rules.free_wh.saturating_sub(used_wh).max(0),
            fee: booking.fee.filter(|_| earlier.is_empty()),
        })
    }

    /// The holder's own session becomes the booking's while it runs. Says whether it did.
    pub(super) async fn carry_over(
        &self,
        booking: &BookingRecord,
        session: &Session,
    ) -> Result<bool, AppError> {
        let Some(live) = self.directory.get(booking.station) else { return Ok(false) };
        let mut state = live.state.lock().await;
        state.refresh(&self.store, booking.station).await?;
        let running = state.running_on(booking.evse).filter(|now| now.id == session.id).cloned();
        let Some(session) = running else { return Ok(false) };
        let booked = self.booked(booking, &session, booking.starts_at).await?;
        let kept = self.store.session_terms(session.id).await?;
        let mut terms = kept.unwrap_or_else(|| SessionTerms {
            session: session.id,
            organisation: session.organisation,
            profile: None,
            tariff_version: None,
            driver: Some(booking.driver),
            team: None,
            idle_fee: None,
            reasons: "{}".into(),
            discount: None,
            idle: None,
            idle_open: false,
            decided_at: self.now(),
            booking: None,
        });
        if let Some(idle) = idle_of(booking) {
            (terms.idle, terms.idle_open) = (Some(idle), true);
        }
        terms.booking = Some(booked);
        let mut tx = self.store.begin().await?;
        tx.carry_into_booking(booking.id, &terms).await?;
        self.note_step(&mut tx, booking, "carried", None, Some(session.id.to_string())).await?;
        tx.commit().await?;
        if let Some(bill) = state.bills.get_mut(&session.id) {
            bill.terms = Some(Some(Arc::new(terms)));
        }
        tracing::debug!(booking = %booking.id, place = ?place_of(booking), "a session went on as a booking");
        Ok(true)
    }
}

/// The fee for staying beyond the booked end, where the booking has its own.
pub(crate) fn idle_of(booking: &BookingRecord) -> Option<IdleTerms> {
    let rules = booking.rules.blocking_fee()?;
    Some(IdleTerms { rules, course: Default::default(), until: Some(booking.ends_at) })
}
