//! Follows open bookings: names chargers, tells drivers, gives up those nobody came for, and clears the plug for its holder.
//! Whatever it does is read from storage: a look that comes late, or after a crash, does the same.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::booking::{Assign, Course, Deed, Span, State, WARNED_BEFORE, is_free};
use forecourt_core::change::{Change, What};
use forecourt_core::command::Command;
use forecourt_core::id::SessionId;
use forecourt_core::session::Session;
use forecourt_store::booking::BookingRecord;
use forecourt_store::driver::DriverRecord;
use forecourt_store::{SiteRecord, StoreError};

use super::letters::{Holder, Told, Word};
use super::rules::taken_of;
use super::{Place, course_of, place_of};
use crate::live::Live;
use crate::{App, AppError};

impl App {
    /// Looks at every open booking whose time is near.
    pub(crate) async fn watch_bookings(&self) -> Result<(), AppError> {
        self.bookings.load(&self.store).await?;
        let pages = self.bookings.pages();
        let now = self.now();
        let mut changed = false;
        for booking in pages.values().flat_map(|book| &book.open) {
            if course_of(booking).hold().from - forecourt_core::booking::REVEALED_BEFORE > now {
                continue;
            }
            match self.follow_booking(booking, now).await {
                Ok(moved) => changed |= moved,
                Err(AppError::Stale | AppError::Storage(StoreError::Stale)) => changed = true,
                Err(error) => {
                    tracing::warn!(%error, booking = %booking.id, "a booking could not be followed; it will be looked at again");
                }
            }
        }
        if changed {
            self.bookings.load(&self.store).await?;
        }
        Ok(())
    }

    async fn follow_booking(&self, booking: &BookingRecord, now: Timestamp) -> Result<bool, AppError> {
        let found = self.store.site(booking.organisation, booking.site).await?;
        let Some(site) = found.map(|found| found.site) else { return Ok(false) };
        let sessions = self.sessions_of(booking).await?;
        let course = Course {
            has_session: !sessions.is_empty(),
            is_charging: sessions.iter().any(Session::is_active),
            ..course_of(booking)
        };
        let deeds = course.due(now);
        let mut next = booking.clone();
        if !deeds.is_empty() {
            self.do_what_is_due(&mut next, &deeds, (&site, sessions.first()), now).await?;
        }
        let cleared = if next.state.is_open() {
            self.clear_the_plug(&next, &site, &sessions, now).await?
        } else {
            false
        };
        self.keep_at_station(&next).await;
        if !deeds.is_empty() || cleared {
            let (organisation, site) = (booking.organisation, Some(booking.site));
            self.changes.publish(now, Change { organisation, site, station: None, what: What::Booking });
        }
        Ok(!deeds.is_empty() || cleared)
    }

    async fn sessions_of(&self, booking: &BookingRecord) -> Result<Vec<Session>, AppError> {
        let mut sessions = Vec::new();
        for id in self.store.sessions_of_booking(booking.organisation, booking.id).await? {
            sessions.extend(self.store.session(booking.organisation, id).await?.map(|record| record.session));
        }
        Ok(sessions)
    }

    /// In one transaction: the booking, its story, what is owed and the letters.
    async fn do_what_is_due(
        &self,
        booking: &mut BookingRecord,
        deeds: &[Deed],
        (site, first): (&SiteRecord, Option<&Session>),
        now: Timestamp,
    ) -> Result<(), AppError> {
        let holder = self.holder(booking.organisation, booking.driver, site.clone()).await?;
        let free_now = if deeds.contains(&Deed::Reveal) && booking.rules.assign == Assign::Late {
            self.usable_places(booking, site).await?
        } else {
            Vec::new()
        };
        let mut tx = self.store.begin().await?;
        tx.lock_for_booking(booking.driver, booking.site).await?;
        let mut steps: Vec<&str> = Vec::new();
        let mut told: Vec<Told<'_>> = Vec::new();
        for deed in deeds {
            match deed {
                Deed::Run => {
                    booking.state = State::Running;
                    if let Some(session) = first {
                        (booking.station, booking.evse) = (session.station, session.evse);
                    }
                    booking.revealed_at = booking.revealed_at.or(Some(now));
                    steps.push("started");
                }
                Deed::Reveal => {
                    let mut open = tx.open_bookings_of_site(booking.site).await?;
                    open.retain(|other| other.id != booking.id);
                    let taken = taken_of(&open);
                    let is_nobodys = |place: &Place| is_free(*place, &taken, course_of(booking).taken());
                    if !free_now.is_empty()
                        && !free_now.contains(&place_of(booking))
                        && let Some(place) = free_now.iter().copied().find(is_nobodys)
                    {
                        (booking.station, booking.evse) = place;
                    }
                    booking.revealed_at = Some(now);
                    steps.push("revealed");
                    told.push(Told::plain(Word::Revealed));
                }
                Deed::TellStart => {
                    booking.start_told_at = Some(now);
                    steps.push("begun");
                    told.push(Told::plain(Word::Begun));
                }
                Deed::Expire => {
                    // The holder came in this moment: the next look sees his session.
                    if tx.has_session_of_booking(booking.id).await? {
                        return Err(AppError::Stale);
                    }
                    booking.state = State::Expired;
                    booking.over_at = Some(now);
                    self.owe_fee(&mut tx, booking, site).await?;
                    steps.push("expired");
                    let is_fee_owed = booking.fee.is_some();
                    told.push(Told { word: Word::Expired, reason: None, is_fee_owed });
                }
                Deed::Finish => {
                    booking.state = State::Done;
                    booking.over_at = Some(now);
                    steps.push("done");
                }
            }
        }
        tx.set_booking(booking).await?;
        for step in steps {
            self.note_step(&mut tx, booking, step, None, None).await?;
        }
        for word in told {
            self.tell_holder(&mut tx, booking, &holder, word).await?;
        }
        tx.commit().await?;
        booking.version += 1;
        if !booking.state.is_open() {
            self.give_back_at_station(booking).await;
        }
        Ok(())
    }

    /// Plugs at which the booking could be kept now: in use, and nobody charges there.
    async fn usable_places(
        &self,
        booking: &BookingRecord,
        site: &SiteRecord,
    ) -> Result<Vec<Place>, AppError> {
        let pages = self.bookings.pages();
        let places = pages.get(&site.id).map(|book| book.places.clone()).unwrap_or_default();
        let stations: Vec<_> = places.iter().map(|(station, _)| *station).collect();
        let out = self.store.out_of_use(&stations).await?;
        let mut usable = Vec::new();
        for (station, evse) in places {
            let is_out = out.iter().any(|o| o.station == station && (o.evse.0 == 0 || o.evse == evse));
            let online = self.directory.get(station).is_some_and(|live| live.link().online_since.is_some());
            if booking.rules.offers(station)
                && online
                && !is_out
                && self.session_at((station, evse)).await?.is_none()
            {
                usable.push((station, evse));
            }
        }
        Ok(usable)
    }

    /// The session that runs at a plug.
    pub(super) async fn session_at(&self, (station, evse): Place) -> Result<Option<Session>, AppError> {
        let Some(live) = self.directory.get(station) else { return Ok(None) };
        let mut state = live.state.lock().await;
        state.refresh(&self.store, station).await?;
        Ok(state.running_on(evse).cloned())
    }

    /// Whoever charges at the plug and is not the holder is warned, and stopped when the hold begins; the holder's own
    /// session goes on as the booking where the rules say so. Says whether anything was done.
    async fn clear_the_plug(
        &self,
        booking: &BookingRecord,
        site: &SiteRecord,
        known: &[Session],
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let hold: Span = course_of(booking).hold();
        if now < hold.from - WARNED_BEFORE || now >= hold.to {
            return Ok(false);
        }
        let Some(session) = self.session_at(place_of(booking)).await? else { return Ok(false) };
        if known.iter().any(|mine| mine.id == session.id) {
            return Ok(false);
        }
        let driver = self.driver_of(&session).await?;
        let is_holder = driver.as_ref().is_some_and(|driver| driver.id == booking.driver);
        if is_holder && booking.rules.carry_over {
            return if now >= booking.starts_at {
                self.carry_over(booking, &session).await
            } else {
                Ok(false)
            };
        }
        if now < hold.from {
            if booking.warned_session == Some(session.id) {
                return Ok(false);
            }
            self.warn_of_stop(booking, site, session.id, driver.as_ref()).await?;
            return Ok(true);
        }
        if self.bookings.may_stop(session.id, now)
            && let Some(live) = self.directory.get(booking.station)
        {
            self.stop_for_booking(&live, &session, booking).await?;
            return Ok(true);
        }
        Ok(false)
    }

    pub(super) async fn driver_of(&self, session: &Session) -> Result<Option<DriverRecord>, AppError> {
        let Some(uid) = &session.token else { return Ok(None) };
        let known = self.known_tokens.find(&self.store, session.organisation, uid).await?;
        let Some(held) = known.and_then(|token| token.holder.driver.clone()) else { return Ok(None) };
        Ok(self.store.driver(session.organisation, held.id).await?)
    }

    async fn warn_of_stop(
        &self,
        booking: &BookingRecord,
        site: &SiteRecord,
        session: SessionId,
        driver: Option<&DriverRecord>,
    ) -> Result<(), AppError> {
        let name = self.store.organisation(booking.organisation).await?.map(|found| found.name);
        let holder =
            Holder { driver: driver.cloned(), organisation: name.unwrap_or_default(), site: site.clone() };
        let warned = BookingRecord { warned_session: Some(session), ..booking.clone() };
        let mut tx = self.store.begin().await?;
        tx.set_booking(&warned).await?;
        self.note_step(&mut tx, booking, "warned", None, Some(session.to_string())).await?;
        self.tell_holder(&mut tx, booking, &holder, Told::plain(Word::MustGo)).await?;
        Ok(tx.commit().await?)
    }

    async fn stop_for_booking(
        &self,
        live: &Arc<Live>,
        session: &Session,
        booking: &BookingRecord,
    ) -> Result<(), AppError> {
        let command = Command::StopSession { reference: session.reference.clone() };
        let outcome = self.order(live, command).await;
        tracing::info!(session = %session.id, booking = %booking.id, ?outcome, "a session was stopped for a booking");
        let mut tx = self.store.begin().await?;
        self.note_step(&mut tx, booking, "cleared", None, Some(session.id.to_string())).await?;
        Ok(tx.commit().await?)
    }
}
