//! When chargers may be used how much: weekly charging hours (`hours`, kept in chargers by `keep`), wishes of private chargers
//! (`smart`), what each session may therefore draw over time (`course`, `plan`) and is told (`steer`), and what an operator
//! sees of it (`picture`).
//!
//! The domain works the limits out. Where a zone shares the power of a charger, these limits only lower what it gives; no
//! session is told twice.

mod carbon;
mod carbon_file;
mod course;
mod hours;
mod hours_sheet;
mod keep;
mod picture;
mod plan;
mod smart;
mod steer;
mod timetable;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, SessionId, StationId};
use forecourt_core::schedule::{Course, SmartCharging, SmartMode};
use forecourt_core::unit::MilliAmps;
use forecourt_store::station::StationRecord;
use tokio::sync::Notify;

pub use carbon::CarbonView;
pub use carbon_file::{CarbonImport, CarbonLine, CarbonProblem};
pub use hours::{HoursPlace, HoursRequest, HoursView};
pub use picture::{Band, CourseView, SeatSchedule, SentProfile, StationSchedule};
pub use plan::KeptPlan;
pub use smart::SmartView;
pub(crate) use steer::follow;

use course::Known;
use timetable::Timetable;

/// One EVSE of a charger.
pub(crate) type Seat = (StationId, EvseNumber);

/// What this node knows of schedules.
#[derive(Debug, Default)]
pub(crate) struct Board {
    timetable: RwLock<Arc<Timetable>>,
    /// Of sessions that run.
    courses: Mutex<HashMap<SessionId, Known>>,
    /// Where a charger does not take charging hours.
    refusing: RwLock<HashSet<Seat>>,
    /// One pass at a time.
    turn: tokio::sync::Mutex<()>,
    wake: Notify,
}

impl Board {
    fn timetable(&self) -> Arc<Timetable> {
        self.timetable.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn courses(&self) -> MutexGuard<'_, HashMap<SessionId, Known>> {
        self.courses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a session may draw now for reasons of time; `None`: nothing is said about it.
    pub(crate) fn cap(&self, session: SessionId, now: Timestamp) -> Option<MilliAmps> {
        self.courses().get(&session)?.course.at(now)
    }

    /// What a session may draw from now on for reasons of time.
    pub(crate) fn course_ahead(&self, session: SessionId) -> Option<Course> {
        Some(self.courses().get(&session)?.course.clone())
    }

    /// Whether somebody let it charge at once.
    pub(crate) fn is_overridden(&self, session: SessionId) -> bool {
        self.courses().get(&session).is_some_and(|known| known.record.overridden.is_some())
    }

    /// When a private charger's own people want their cars to be ready, where they do.
    pub(crate) fn wish_of(&self, station: &StationRecord) -> Option<SmartCharging> {
        let timetable = self.timetable();
        let wish = timetable.smart_of(station).map(|smart| &smart.content);
        wish.filter(|wish| wish.mode != SmartMode::Plain).cloned()
    }

    /// Whether hours or wishes hold at a charger.
    pub(crate) fn concerns(&self, station: &StationRecord) -> bool {
        self.timetable().concerns(station)
    }

    /// Tells a session its course once more. Says whether it is told one: elsewhere the charger's own profiles hold.
    pub(crate) fn tell_again(&self, session: SessionId) -> bool {
        let mut courses = self.courses();
        let known = courses.get_mut(&session).filter(|known| known.is_own && known.told.is_some());
        let is_told = known.map(|known| known.told = None).is_some();
        drop(courses);
        self.wake.notify_one();
        is_told
    }

    fn refuses(&self, seat: Seat) -> bool {
        self.refusing.read().unwrap_or_else(PoisonError::into_inner).contains(&seat)
    }
}
