//! Bookings are made, moved and cancelled. Of two at once on the last slot one wins.

use forecourt_core::access::Permission;
use forecourt_core::booking::{
    Assign, REVEALED_BEFORE, Rules, Slot, Span, State, Taken, is_free, is_one_after_another, pick,
};
use forecourt_core::change::What;
use forecourt_core::driver::DriverStatus;
use forecourt_core::id::{BookingId, DriverId, EvseNumber, SiteId, StationId};
use forecourt_store::booking::{BookingRecord, BookingStep};
use forecourt_store::subscription::AmountDueRecord;
use forecourt_store::{SiteRecord, Tx};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use super::letters::{Told, Word};
use super::rules::{slots_of_days, span_of, taken_of, zone_of};
use super::{AHEAD_LEAST, AHEAD_MOST_MONTHS, Place, TEXT_MAX_CHARS, place_of};
use crate::{App, AppError, Principal, Who};

const MINUTES_PER_DAY: i64 = 24 * 60;

#[derive(Debug, Clone)]
pub struct NewBooking {
    pub site: SiteId,
    pub driver: DriverId,
    /// When a slot begins.
    pub from: Timestamp,
    /// That one and those after it.
    pub slots: i64,
    /// Only this charger, or this plug of it.
    pub station: Option<StationId>,
    pub evse: Option<EvseNumber>,
    pub note: Option<String>,
    /// The driver's own wish, told by a program of the operator's.
    pub by_driver: bool,
}

/// Another time, and another plug where one is named.
#[derive(Debug, Clone)]
pub struct BookingMove {
    pub from: Timestamp,
    pub slots: i64,
    pub station: Option<StationId>,
    pub evse: Option<EvseNumber>,
    pub by_driver: bool,
}

/// A time that can be had by the rules.
struct Wanted {
    span: Span,
    from: Timestamp,
    to: Timestamp,
}

impl App {
    pub async fn book(&self, principal: &Principal, new: NewBooking) -> Result<BookingRecord, AppError> {
        principal.require(Permission::Sessions)?;
        let site = self.site(principal, new.site).await?.site;
        let sheet = self.booking_rules(principal, new.site).await?;
        if !sheet.rules.enabled {
            return Err(AppError::field("/site_id", "this site takes no bookings"));
        }
        let driver = self.store.driver(principal.organisation, new.driver).await?;
        let driver = driver.ok_or_else(|| AppError::field("/driver_id", "there is no such driver"))?;
        if driver.status == DriverStatus::Blocked {
            return Err(AppError::field("/driver_id", "this driver is blocked"));
        }
        let rules = sheet.rules;
        let wanted = self.wanted(&site, &rules, (new.from, new.slots), new.by_driver)?;
        let note = checked_text("/note", new.note)?;
        let holder = self.holder(principal.organisation, new.driver, site.clone()).await?;
        let seeker = (new.driver, None);
        let named = (new.station, new.evse);
        let (places, own) = self.fit_places(&site, &rules, named, &wanted, seeker).await?;
        let now = self.now();
        let mut tx = self.store.begin().await?;
        tx.lock_for_booking(new.driver, new.site).await?;
        self.check_driver_is_free(&mut tx, new.driver, &wanted, None).await?;
        let open = tx.open_bookings_of_site(new.site).await?;
        let place = chosen_place(&places, own, &taken_of(&open), wanted.span).ok_or_else(full)?;
        let booking = BookingRecord {
            id: BookingId(self.id()),
            organisation: principal.organisation,
            site: new.site,
            station: place.0,
            evse: place.1,
            driver: new.driver,
            state: State::Booked,
            starts_at: wanted.from,
            ends_at: wanted.to,
            slots: new.slots,
            fee: fee_of(&rules, &site, new.slots, now, wanted.from),
            revealed_at: is_told_now(&rules, wanted.from, now).then_some(now),
            rules,
            note,
            made_at: now,
            made_by: principal.name(),
            asked_by: if new.by_driver { "driver" } else { "operator" }.into(),
            start_told_at: None,
            warned_session: None,
            station_word: None,
            station_number: None,
            over_at: None,
            reason: None,
            version: 1,
        };
        tx.add_booking(&booking).await?;
        self.note_step(&mut tx, &booking, "made", Some(principal.name()), None).await?;
        let line = self.note(principal, "booking.made", ("booking", booking.id.0, &site.name));
        tx.audit(&line.made(&words(&booking))).await?;
        self.tell_holder(&mut tx, &booking, &holder, Told::plain(Word::Made)).await?;
        tx.commit().await?;
        self.bookings_changed(principal, new.site).await?;
        Ok(booking)
    }

    /// Another time under the site's rules of today. A booking that has begun stays where it is.
    pub async fn move_booking(
        &self,
        principal: &Principal,
        id: BookingId,
        expected: Option<i64>,
        to: BookingMove,
    ) -> Result<BookingRecord, AppError> {
        principal.require(Permission::Sessions)?;
        let known = self.own_booking(principal, id).await?;
        check_is_open(&known, expected)?;
        let site = self.site(principal, known.site).await?.site;
        let rules = self.booking_rules(principal, known.site).await?.rules;
        if !rules.enabled {
            return Err(AppError::Conflict("this site takes no bookings any more; cancel it instead".into()));
        }
        let wanted = self.wanted(&site, &rules, (to.from, to.slots), to.by_driver)?;
        let named = (to.station, to.evse);
        let seeker = (known.driver, Some(place_of(&known)));
        let (places, own) = self.fit_places(&site, &rules, named, &wanted, seeker).await?;
        // The plug it has is kept where that is possible.
        let first = own.or((to.station.is_none()).then(|| place_of(&known)));
        let holder = self.holder(principal.organisation, known.driver, site.clone()).await?;
        let now = self.now();
        let mut tx = self.store.begin().await?;
        tx.lock_for_booking(known.driver, known.site).await?;
        self.check_driver_is_free(&mut tx, known.driver, &wanted, Some(id)).await?;
        let mut open = tx.open_bookings_of_site(known.site).await?;
        open.retain(|booking| booking.id != id);
        let taken = taken_of(&open);
        let place = chosen_place(&places, first, &taken, wanted.span).ok_or_else(full)?;
        let booking = BookingRecord {
            station: place.0,
            evse: place.1,
            starts_at: wanted.from,
            ends_at: wanted.to,
            slots: to.slots,
            fee: fee_of(&rules, &site, to.slots, known.made_at, wanted.from),
            revealed_at: is_told_now(&rules, wanted.from, now).then_some(now),
            start_told_at: None,
            warned_session: None,
            rules,
            ..known.clone()
        };
        tx.set_booking(&booking).await?;
        self.note_step(&mut tx, &booking, "moved", Some(principal.name()), None).await?;
        let line = self.note(principal, "booking.moved", ("booking", id.0, &site.name));
        tx.audit(&line.changed(words(&known), words(&booking))).await?;
        self.tell_holder(&mut tx, &booking, &holder, Told::plain(Word::Moved)).await?;
        tx.commit().await?;
        self.bookings_changed(principal, known.site).await?;
        self.give_back_at_station(&known).await;
        self.own_booking(principal, id).await
    }

    pub async fn cancel_booking(
        &self,
        principal: &Principal,
        id: BookingId,
        expected: Option<i64>,
        reason: Option<String>,
    ) -> Result<BookingRecord, AppError> {
        principal.require(Permission::Sessions)?;
        let known = self.own_booking(principal, id).await?;
        check_is_open(&known, expected)?;
        let site = self.site(principal, known.site).await?.site;
        let holder = self.holder(principal.organisation, known.driver, site.clone()).await?;
        let now = self.now();
        let reason = checked_text("/reason", reason)?;
        let booking = BookingRecord {
            state: State::Cancelled,
            over_at: Some(now),
            reason: reason.clone(),
            ..known.clone()
        };
        let mut tx = self.store.begin().await?;
        tx.lock_for_booking(known.driver, known.site).await?;
        // A session may have begun in this moment, and its look not have come yet.
        if tx.has_session_of_booking(id).await? {
            return Err(AppError::Conflict("the driver is charging already".into()));
        }
        tx.set_booking(&booking).await?;
        let owed = !known.rules.refund || now >= known.starts_at;
        if owed {
            self.owe_fee(&mut tx, &booking, &site).await?;
        }
        self.note_step(&mut tx, &booking, "cancelled", Some(principal.name()), reason.clone()).await?;
        let line = self.note(principal, "booking.cancelled", ("booking", id.0, &site.name));
        tx.audit(&line.changed(words(&known), words(&booking))).await?;
        let told = Told { word: Word::Cancelled, reason: reason.as_deref(), is_fee_owed: owed };
        self.tell_holder(&mut tx, &booking, &holder, told).await?;
        tx.commit().await?;
        self.bookings_changed(principal, known.site).await?;
        self.give_back_at_station(&known).await;
        self.own_booking(principal, id).await
    }

    pub(super) async fn own_booking(
        &self,
        principal: &Principal,
        id: BookingId,
    ) -> Result<BookingRecord, AppError> {
        let found = self.store.booking(principal.organisation, id).await?;
        found.filter(|booking| principal.sees(booking.site)).ok_or(AppError::NotFound("booking"))
    }

    async fn bookings_changed(&self, principal: &Principal, site: SiteId) -> Result<(), AppError> {
        self.bookings.load(&self.store).await?;
        self.tell(principal, Some(site), None, What::Booking);
        Ok(())
    }

    /// The slots that are asked for, if there are such and they lie within the limits.
    fn wanted(
        &self,
        site: &SiteRecord,
        rules: &Rules,
        (from, count): (Timestamp, i64),
        by_driver: bool,
    ) -> Result<Wanted, AppError> {
        let now = self.now();
        if !(1..=rules.slots_max).contains(&count) {
            return Err(AppError::field("/slots", format!("from 1 to {}", rules.slots_max)));
        }
        if by_driver && from < now + AHEAD_LEAST {
            return Err(AppError::field("/from", "at least 30 minutes ahead"));
        }
        let zone = zone_of(site);
        let latest = zone.to_datetime(now).checked_add(AHEAD_MOST_MONTHS.months()).ok();
        if latest.is_none_or(|latest| zone.to_datetime(from) > latest) {
            return Err(AppError::field("/from", "at most 12 months ahead"));
        }
        let slots = chosen_slots(site, rules, &zone, from, count)?;
        let (Some(span), Some(last)) = (span_of(&slots, rules), slots.last()) else { return Err(no_slot()) };
        if last.to <= now {
            return Err(AppError::field("/from", "this time is over"));
        }
        let minutes = last.to.duration_since(from).as_mins();
        if let Some(most) = self.max_stay_min(site.id).filter(|_| rules.blocking.is_none())
            && minutes > most
        {
            let text = format!("at most {most} minutes: a longer stay costs an idle fee here");
            return Err(AppError::field("/slots", text));
        }
        Ok(Wanted { span, from, to: last.to })
    }

    /// How long a car may stay at a site before its idle fee begins (F91).
    fn max_stay_min(&self, site: SiteId) -> Option<i64> {
        let pages = self.price_book.pages();
        let fee = pages.fees_of_sites.get(&site).and_then(|id| pages.fees.get(id))?;
        fee.rules.triggers.max_stay_min
    }

    /// Plugs that may be had: offered, in use, not the charger of somebody else's car that would have to go at once. And
    /// the one at which the driver charges already, whose session goes on as the booking.
    async fn fit_places(
        &self,
        site: &SiteRecord,
        rules: &Rules,
        (station, evse): (Option<StationId>, Option<EvseNumber>),
        wanted: &Wanted,
        (driver, kept): (DriverId, Option<Place>),
    ) -> Result<(Vec<Place>, Option<Place>), AppError> {
        // A charger that was added a moment ago can be booked.
        self.bookings.load(&self.store).await?;
        let pages = self.bookings.pages();
        let mut places = pages.get(&site.id).map(|book| book.places.clone()).unwrap_or_default();
        places.retain(|(of, number)| {
            rules.offers(*of)
                && station.is_none_or(|named| named == *of)
                && evse.is_none_or(|named| named == *number)
        });
        if places.is_empty() {
            return Err(match station {
                Some(_) => AppError::field("/station_id", "this charger cannot be booked"),
                None => AppError::Conflict("no charger of this site can be booked".into()),
            });
        }
        let stations: Vec<StationId> = places.iter().map(|(station, _)| *station).collect();
        let out = self.store.out_of_use(&stations).await?;
        places.retain(|(of, number)| {
            !out.iter().any(|out| out.station == *of && (out.evse.0 == 0 || out.evse == *number))
        });
        let mut own = None;
        if wanted.from <= self.now() {
            let mut idle = Vec::new();
            for place in places {
                let session = self.session_at(place).await?;
                let is_own = match &session {
                    Some(session) if rules.carry_over => {
                        self.driver_of(session).await?.is_some_and(|found| found.id == driver)
                    }
                    _ => false,
                };
                own = own.or(is_own.then_some(place));
                if session.is_none() || is_own || kept == Some(place) {
                    idle.push(place);
                }
            }
            places = idle;
        }
        Ok((places, own))
    }

    async fn check_driver_is_free(
        &self,
        tx: &mut Tx,
        driver: DriverId,
        wanted: &Wanted,
        but: Option<BookingId>,
    ) -> Result<(), AppError> {
        let time = Span { from: wanted.from, to: wanted.to };
        let others = tx.open_bookings_of_driver(driver).await?;
        let clashes = |other: &BookingRecord| {
            Some(other.id) != but && Span { from: other.starts_at, to: other.ends_at }.overlaps(time)
        };
        if others.iter().any(clashes) {
            return Err(AppError::Conflict("the driver has another booking at that time".into()));
        }
        Ok(())
    }

    /// The fee of somebody who does not charge. Once a booking, however often it is asked for.
    pub(super) async fn owe_fee(
        &self,
        tx: &mut Tx,
        booking: &BookingRecord,
        site: &SiteRecord,
    ) -> Result<(), AppError> {
        let Some(fee) = booking.fee else { return Ok(()) };
        let (_, with_vat) = fee.split();
        let due = AmountDueRecord {
            id: self.id(),
            organisation: booking.organisation,
            driver: Some(booking.driver),
            team: None,
            kind: "booking".into(),
            reference: booking.id.0,
            part: 1,
            description: site.name.clone(),
            amount: with_vat.0,
            currency: fee.currency.code().into(),
            vat: fee.vat.map_or(0, |vat| vat.0),
            at: self.now(),
        };
        Ok(tx.add_amount_due(&due).await?)
    }

    pub(super) async fn note_step(
        &self,
        tx: &mut Tx,
        booking: &BookingRecord,
        step: &str,
        done_by: Option<String>,
        detail: Option<String>,
    ) -> Result<(), AppError> {
        let step = BookingStep {
            id: self.id(),
            booking: booking.id,
            at: self.now(),
            step: step.into(),
            done_by,
            detail,
        };
        Ok(tx.add_booking_step(&step).await?)
    }
}

impl NewBooking {
    /// Whose wish it is where nobody says: a program speaks for its driver.
    pub fn is_by_driver(principal: &Principal, asked_by: Option<&str>) -> Result<bool, AppError> {
        match asked_by {
            Some("driver") => Ok(true),
            Some("operator") => Ok(false),
            Some(_) => Err(AppError::field("/asked_by", "driver or operator")),
            None => Ok(matches!(principal.who, Who::Program { .. })),
        }
    }
}

fn chosen_slots(
    site: &SiteRecord,
    rules: &Rules,
    zone: &TimeZone,
    from: Timestamp,
    count: i64,
) -> Result<Vec<Slot>, AppError> {
    let first = zone.to_datetime(from).date();
    let stride = rules.slot_min.saturating_add(rules.buffer_min);
    let days = count.saturating_mul(stride) / MINUTES_PER_DAY + 2;
    let all = slots_of_days(rules, site, zone, first, days);
    let at = all.iter().position(|slot| slot.from == from).ok_or_else(no_slot)?;
    let count = usize::try_from(count).unwrap_or(1);
    let chosen: Vec<Slot> = all.into_iter().skip(at).take(count).collect();
    if chosen.len() < count || !is_one_after_another(&chosen, rules) {
        return Err(AppError::field("/slots", "not so many slots follow each other there"));
    }
    Ok(chosen)
}

/// The plug that is wanted first where it is free, else the tightest fit.
fn chosen_place(
    places: &[Place],
    first: Option<Place>,
    taken: &[Taken<Place>],
    wanted: Span,
) -> Option<Place> {
    let first = first.filter(|first| places.contains(first) && is_free(*first, taken, wanted));
    first.or_else(|| pick(places, taken, wanted))
}

fn no_slot() -> AppError {
    AppError::field("/from", "no slot begins then")
}

fn full() -> AppError {
    AppError::Conflict("all chargers are booked at that time".into())
}

fn fee_of(
    rules: &Rules,
    site: &SiteRecord,
    slots: i64,
    booked_at: Timestamp,
    from: Timestamp,
) -> Option<forecourt_core::booking::Fee> {
    let zone = zone_of(site);
    rules.fee_of(slots, zone.to_datetime(booked_at).date(), zone.to_datetime(from).date())
}

fn is_told_now(rules: &Rules, from: Timestamp, now: Timestamp) -> bool {
    rules.assign == Assign::AtBooking || now >= from - REVEALED_BEFORE
}

fn check_is_open(booking: &BookingRecord, expected: Option<i64>) -> Result<(), AppError> {
    if expected.is_some_and(|version| version != booking.version) {
        return Err(AppError::Stale);
    }
    match booking.state {
        State::Booked => Ok(()),
        State::Running => Err(AppError::Conflict("the driver is charging already".into())),
        _ => Err(AppError::Conflict("this booking is over".into())),
    }
}

fn checked_text(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > TEXT_MAX_CHARS) {
        return Err(AppError::field(field, format!("at most {TEXT_MAX_CHARS} characters")));
    }
    Ok(text)
}

/// What the audit tells of a booking: no name of a driver, it may be erased.
fn words(booking: &BookingRecord) -> Value {
    json!({
        "state": booking.state, "driver_id": booking.driver, "station_id": booking.station, "evse": booking.evse,
        "starts_at": booking.starts_at.to_string(), "ends_at": booking.ends_at.to_string(), "slots": booking.slots,
        "reason": booking.reason,
    })
}
