//! What stations tell about themselves besides sessions: their device model, monitors, events, what they keep, how an
//! update goes. Written before the answer, in a transaction of its own: each row may be written twice without harm.

use forecourt_core::Timestamp;
use forecourt_core::change::What;
use forecourt_core::charging::{
    ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose, RateUnit, SchedulePeriod,
};
use forecourt_core::command::Command;
use forecourt_core::fact::{
    Answer, ComponentEvent, ItemKind, ItemReport, MonitorReport, Progress, Ruling, VariableReport,
};
use forecourt_core::id::StationId;
use forecourt_core::session::Session;
use forecourt_core::unit::WattHours;
use forecourt_store::StoreError;
use forecourt_store::zone_plan::CarNeedsRecord;
use jiff::SignedDuration;

use crate::live::{Live, State};
use crate::report::Decision;
use crate::{App, firmware, local_tariffs};

/// Profile number of the answer to a vehicle's needs: one per session, replaced by the next.
const NEEDS_PROFILE: i64 = 900_001;
/// How long that answer holds; afterwards the charger's defaults do.
const NEEDS_HOLD: SignedDuration = SignedDuration::from_hours(1);
/// Assumed where nobody has said how strong an EVSE is, in watts: the usual AC connection.
const USUAL_EVSE_W: i64 = 22_000;

impl App {
    pub(crate) async fn decide_variables(
        &self,
        live: &Live,
        report: VariableReport,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let station = live.record().id;
        if report.variables.iter().any(|variable| variable.characteristics.is_some()) {
            let mut tx = self.store.begin().await?;
            for variable in &report.variables {
                tx.put_variable_kind(station, variable).await?;
            }
            tx.commit().await?;
        }
        if report.variables.iter().any(|variable| variable.component == local_tariffs::COMPONENT) {
            live.link().computes_costs = None;
        }
        let mut decision = Decision::answering(Answer::Done);
        decision.unit.variables = report.variables.into_iter().map(|v| (station, now, v)).collect();
        decision.changes.push(What::Station);
        Ok(decision)
    }

    pub(crate) async fn decide_monitors(
        &self,
        live: &Live,
        report: MonitorReport,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let mut tx = self.store.begin().await?;
        for monitor in &report.monitors {
            tx.put_monitor(live.record().id, now, monitor).await?;
        }
        tx.commit().await?;
        Ok(station_changed())
    }

    pub(crate) async fn decide_events(
        &self,
        live: &Live,
        events: Vec<ComponentEvent>,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let record = live.record();
        let mut tx = self.store.begin().await?;
        for event in &events {
            let at = event.at.unwrap_or(now);
            tx.add_event(self.id_at(now), record.organisation, record.id, at, event).await?;
        }
        self.note_events(&mut tx, live, &events, now).await?;
        tx.commit().await?;
        Ok(station_changed())
    }

    pub(crate) async fn decide_reservation(
        &self,
        live: &Live,
        number: i64,
        status: &str,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        // ReservationUpdateStatusEnumType: Expired, Removed, and NoTransaction of 2.1.
        let word = match status {
            "Expired" | "NoTransaction" => "expired",
            _ => "removed",
        };
        let mut tx = self.store.begin().await?;
        tx.set_reservation_status(live.record().id, number, word, now).await?;
        tx.commit().await?;
        Ok(station_changed())
    }

    /// A session that began on a reservation ends it.
    pub(crate) async fn use_reservation(
        &self,
        station: StationId,
        number: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.set_reservation_status(station, number, "used", now).await?;
        tx.commit().await
    }

    pub(crate) async fn decide_items(
        &self,
        live: &Live,
        state: &State,
        report: ItemReport,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let mut tx = self.store.begin().await?;
        tx.put_items(live.record().id, now, &report).await?;
        if let Some(asked) = asked_of(live.record().id, state, &report, now) {
            tx.put_car_needs(&asked).await?;
        }
        tx.commit().await?;
        let mut decision = station_changed();
        decision.answer = match report.kind {
            ItemKind::ChargingNeeds => {
                self.power.plan_again();
                let (ruling, order) = self.answer_needs(live, state, &report, now);
                decision.orders.extend(order);
                Answer::Ruling(ruling)
            }
            ItemKind::ChargingSchedule | ItemKind::EventStream => Answer::Ruling(Ruling::Accepted),
            // Nobody here can check a VAT number yet.
            ItemKind::VatNumber => Answer::Ruling(Ruling::Rejected),
            _ => Answer::Done,
        };
        Ok(decision)
    }

    /// A car asks for a schedule (2.0.1 K15). Where a zone or charging hours say what it may have, that is told once more:
    /// a profile of its session that gave it everything would go before the defaults that keep the fuse and the hours.
    fn answer_needs(
        &self,
        live: &Live,
        state: &State,
        report: &ItemReport,
        now: Timestamp,
    ) -> (Ruling, Option<Command>) {
        let record = live.record();
        let running = report.evse.and_then(|evse| state.running_on(evse));
        let Some(session) = running else { return (Ruling::Rejected, None) };
        if self.power.steers(record.id) {
            self.power.tell_again((record.id, session.evse));
            return (Ruling::Accepted, None);
        }
        if self.schedules.concerns(&record) {
            let is_told = self.schedules.tell_again(session.id);
            return (if is_told { Ruling::Accepted } else { Ruling::Rejected }, None);
        }
        (Ruling::Accepted, Some(needs_profile(state, session, now)))
    }

    /// Keeps what a statement or an answer told.
    pub(crate) async fn keep_items(
        &self,
        live: &Live,
        report: &ItemReport,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.put_items(live.record().id, now, report).await?;
        tx.commit().await
    }

    pub(crate) async fn decide_firmware(
        &self,
        live: &Live,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        firmware::note_progress(&self.store, live.record().id, progress, now).await?;
        Ok(station_changed())
    }
}

fn station_changed() -> Decision {
    let mut decision = Decision::answering(Answer::Done);
    decision.changes.push(What::Station);
    decision
}

/// What a car asks for, with what it has by now.
fn asked_of(
    station: StationId,
    state: &State,
    report: &ItemReport,
    now: Timestamp,
) -> Option<CarNeedsRecord> {
    let (evse, needs) = (report.evse?, report.needs?);
    let had = state.running_on(evse).map_or(WattHours::ZERO, |session| session.energy());
    Some(CarNeedsRecord { station, evse, said_at: now, had, needs })
}

/// A vehicle may have what the EVSE can give: nobody says otherwise. It ends by itself, for somebody may.
fn needs_profile(state: &State, session: &Session, now: Timestamp) -> Command {
    let evse = session.evse;
    let limit = state.max_power(Some(evse)).map_or(USUAL_EVSE_W, |watts| watts.0);
    let schedule = ChargingSchedule {
        starts_at: None,
        duration_s: None,
        unit: RateUnit::Watts,
        min_rate: None,
        periods: vec![SchedulePeriod { start_s: 0, limit, phases: None }],
    };
    Command::SetChargingProfile {
        evse: Some(evse),
        profile: ChargingProfile {
            id: NEEDS_PROFILE,
            stack_level: 0,
            purpose: ProfilePurpose::Transaction,
            kind: ProfileKind::Relative,
            recurrency: None,
            valid_from: None,
            valid_to: Some(now + NEEDS_HOLD),
            transaction: Some(session.reference.clone()),
            schedules: vec![schedule],
        },
    }
}
