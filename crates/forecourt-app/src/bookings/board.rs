//! Rules and open bookings of the installation in memory: a session start costs no query.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::booking::{Rules, Span, State};
use forecourt_core::id::{DriverId, EvseNumber, SessionId, SiteId, StationId};
use forecourt_store::booking::BookingRecord;
use forecourt_store::{Store, StoreError};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::{Place, hold_of, place_of};

/// A stop that was sent and did not end the session is sent again after this.
const STOP_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// Why somebody may not start here now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The plug is somebody else's for a while.
    Booked,
    /// Nobody charges here without a booking in these hours.
    BookingOnly,
}

#[derive(Debug, Default)]
pub(crate) struct Board {
    pages: RwLock<Arc<HashMap<SiteId, SiteBook>>>,
    /// Sessions that were told to stop for a booking, and when.
    stopped: Mutex<HashMap<SessionId, Timestamp>>,
}

/// One site.
#[derive(Debug, Clone)]
pub(crate) struct SiteBook {
    pub rules: Rules,
    pub open: Vec<BookingRecord>,
    pub places: Vec<Place>,
}

/// Who wants to start where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub site: SiteId,
    pub station: StationId,
    /// `None`: the station does not say.
    pub evse: Option<EvseNumber>,
    pub driver: Option<DriverId>,
    pub at: Timestamp,
}

impl Board {
    pub async fn load(&self, store: &Store) -> Result<(), StoreError> {
        let mut pages: HashMap<SiteId, SiteBook> = HashMap::new();
        for record in store.all_booking_rules().await? {
            let book = SiteBook { rules: record.rules, open: Vec::new(), places: Vec::new() };
            pages.insert(record.site, book);
        }
        if !pages.is_empty() {
            for booking in store.open_bookings().await? {
                if let Some(book) = pages.get_mut(&booking.site) {
                    book.open.push(booking);
                }
            }
            for (site, station, evse) in store.bookable_places().await? {
                if let Some(book) = pages.get_mut(&site) {
                    book.places.push((station, evse));
                }
            }
        }
        *self.pages.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pages);
        Ok(())
    }

    pub fn pages(&self) -> Arc<HashMap<SiteId, SiteBook>> {
        self.pages.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why this start is refused; `None`: as far as bookings are concerned it is not.
    pub fn refuses(&self, start: &Start, zone: &TimeZone) -> Option<Kept> {
        let pages = self.pages();
        let book = pages.get(&start.site)?;
        let others = |evse: EvseNumber| {
            book.open.iter().any(|booking| {
                place_of(booking) == (start.station, evse)
                    && Some(booking.driver) != start.driver
                    && hold_of(booking).holds(start.at)
            })
        };
        let asked: Vec<EvseNumber> = match start.evse.filter(|evse| evse.0 > 0) {
            Some(evse) => vec![evse],
            None => book.places.iter().filter(|(s, _)| *s == start.station).map(|(_, evse)| *evse).collect(),
        };
        if !asked.is_empty() && asked.into_iter().all(others) {
            return Some(Kept::Booked);
        }
        let rules = &book.rules;
        let is_only = rules.enabled && !rules.mix && rules.offers(start.station);
        (is_only && is_bookable_hour(rules, start.at, zone) && book.held_by(start).is_none())
            .then_some(Kept::BookingOnly)
    }

    /// The booking that a start belongs to: the driver's own, at its plug, or at another that is nobody's meanwhile as
    /// long as he has not charged yet.
    pub fn of_start(&self, start: &Start) -> Option<BookingRecord> {
        let pages = self.pages();
        let book = pages.get(&start.site)?;
        let mine = book.held_by(start)?;
        let evse = start.evse?;
        let here = (start.station, evse);
        let is_nobodys = |wanted: Span| {
            !book.open.iter().any(|b| b.id != mine.id && place_of(b) == here && hold_of(b).overlaps(wanted))
        };
        let moves = mine.state == State::Booked && is_nobodys(hold_of(mine));
        (place_of(mine) == here || moves).then(|| mine.clone())
    }

    /// The end of the booking by which a plug is used now.
    pub fn running_until(&self, site: SiteId, place: Place) -> Option<Timestamp> {
        let pages = self.pages();
        let mut open = pages.get(&site)?.open.iter();
        let runs = |b: &&BookingRecord| place_of(b) == place && b.state == State::Running;
        open.find(runs).map(|booking| booking.ends_at)
    }

    /// Whether a session is to be told to stop now; remembers that it was.
    pub fn may_stop(&self, session: SessionId, now: Timestamp) -> bool {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.retain(|_, at| now.duration_since(*at) < STOP_AGAIN);
        stopped.insert(session, now).is_none_or(|before| {
            stopped.insert(session, before);
            false
        })
    }
}

impl SiteBook {
    fn held_by(&self, start: &Start) -> Option<&BookingRecord> {
        let driver = start.driver?;
        let mine = self.open.iter().filter(|b| b.driver == driver && hold_of(b).holds(start.at));
        // Of two in a row the one at this plug, then the earlier.
        mine.min_by_key(|b| (b.station != start.station || Some(b.evse) != start.evse, b.starts_at))
    }
}

fn is_bookable_hour(rules: &Rules, at: Timestamp, zone: &TimeZone) -> bool {
    let time = zone.to_datetime(at).time();
    let minute = i16::from(time.hour()) * 60 + i16::from(time.minute());
    (rules.from.0..rules.to.0).contains(&minute)
}
