//! What is wrong with stations: opened by what they report and by their silence, ended by their recovery or by a person.
//!
//! A fault is written before the station is answered, in a transaction of its own; a repeated report only counts.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::fact::{ComponentEvent, ConnectorStatus, StatusReport};
use forecourt_core::fault::{OFFLINE, Reported, Severity, of_event, of_status};
use forecourt_core::id::{FaultId, StationId};
use forecourt_core::station::Connector;
use forecourt_store::fault::{FaultFilter, FaultGroup, FaultPlace, FaultRecord};
use forecourt_store::{Cursor, Page, StoreError, Tx};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::live::Live;
use crate::{App, AppError, Principal};

/// Away for less than this is no fault: a restart, a moment without network.
const AWAY: SignedDuration = SignedDuration::from_mins(5);
/// Stations looked at in one round of the job.
const AT_ONCE: i64 = 500;
/// Faults solved by one request.
const SOLVED_AT_ONCE: usize = 500;
/// Longest note of the person who solved it, in characters.
const NOTE_MAX_CHARS: usize = 1_000;

impl App {
    /// Newest first.
    pub async fn faults(
        &self,
        principal: &Principal,
        filter: FaultFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<FaultRecord>, AppError> {
        principal.require(Permission::Read)?;
        let filter = FaultFilter { sites: principal.sites().map(<[_]>::to_vec), ..filter };
        Ok(self.store.faults(principal.organisation, &filter, cursor, limit).await?)
    }

    /// Open faults counted by kind.
    pub async fn fault_groups(
        &self,
        principal: &Principal,
        filter: FaultFilter,
    ) -> Result<Vec<FaultGroup>, AppError> {
        principal.require(Permission::Read)?;
        let filter = FaultFilter { sites: principal.sites().map(<[_]>::to_vec), ..filter };
        Ok(self.store.fault_groups(principal.organisation, &filter).await?)
    }

    pub async fn fault(&self, principal: &Principal, id: FaultId) -> Result<FaultRecord, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.fault(principal.organisation, id).await?;
        found.filter(|fault| principal.sees(fault.site)).ok_or(AppError::NotFound("fault"))
    }

    /// Somebody says that these are over. Those that are over already stay as they are; a new report opens a new fault.
    pub async fn solve_faults(
        &self,
        principal: &Principal,
        ids: &[FaultId],
        note: Option<&str>,
    ) -> Result<usize, AppError> {
        principal.require(Permission::Diagnostics)?;
        let note = note.map(str::trim).filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > NOTE_MAX_CHARS) {
            return Err(AppError::field("/note", format!("at most {NOTE_MAX_CHARS} characters")));
        }
        if ids.len() > SOLVED_AT_ONCE {
            return Err(AppError::field("/ids", format!("at most {SOLVED_AT_ONCE} at once")));
        }
        let mut solved = Vec::new();
        for id in ids {
            solved.push(self.fault(principal, *id).await?);
        }
        solved.retain(|fault| fault.solved_at.is_none());
        let (now, by) = (self.now(), principal.name());
        let mut tx = self.store.begin().await?;
        for fault in &solved {
            if tx.solve_fault(principal.organisation, fault.id, &by, note, now).await? {
                let place = place_of(fault);
                let mut body = body_of(fault.id, &place, &reported_of(fault));
                body["solved_by"] = json!(by);
                body["note"] = json!(note);
                self.tell_fault(&mut tx, ("fault.solved", OVER), &place, now, body).await?;
                let subject = ("fault", fault.id.0, fault.code.as_str());
                let note = json!({ "station": fault.station_identity, "note": note });
                tx.audit(&self.note(principal, "fault.solved", subject).made(&note)).await?;
            }
        }
        tx.commit().await?;
        for fault in &solved {
            self.tell_station(fault.station, What::Fault);
        }
        Ok(solved.len())
    }

    /// A connector said how it is. Costs nothing while it is well and was.
    pub(crate) async fn note_status(
        &self,
        live: &Live,
        old: Option<&Connector>,
        report: &StatusReport,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let wrong = of_status(report);
        let was = |old: &Connector| old.error_code.is_some() || old.reported == ConnectorStatus::Faulted;
        let late = |old: &Connector| report.at.is_some() && report.at < old.reported_at;
        if old.is_some_and(late) || wrong.is_none() && !old.is_some_and(was) {
            return Ok(false);
        }
        let place = place_at(live, i64::from(report.evse.0), i64::from(report.connector.0));
        let mut tx = self.store.begin().await?;
        match &wrong {
            Some(reported) => self.open_fault(&mut tx, &place, reported, now).await?,
            None => self.end_faults(&mut tx, &place, None, now).await?,
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Events of components that tell of a problem, or of its end.
    pub(crate) async fn note_events(
        &self,
        tx: &mut Tx,
        live: &Live,
        events: &[ComponentEvent],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for event in events {
            let Some((reported, over)) = of_event(event) else { continue };
            let evse = event.evse.map_or(0, |evse| i64::from(evse.0));
            let connector = event.connector.map_or(0, |connector| i64::from(connector.0));
            let place = place_at(live, evse, connector);
            if over {
                self.end_faults(tx, &place, Some(&reported.code), now).await?;
            } else {
                self.open_fault(tx, &place, &reported, now).await?;
            }
        }
        Ok(())
    }

    /// Looks for stations that went silent, and for those that came back.
    pub(crate) async fn watch_silence(&self) -> Result<(), AppError> {
        let now = self.now();
        for (place, since) in self.store.newly_offline(now - AWAY, AT_ONCE).await? {
            let reported = Reported::new(OFFLINE, "", None, false);
            let mut tx = self.store.begin().await?;
            self.open_fault(&mut tx, &place, &reported, since).await?;
            tx.commit().await?;
            self.tell_station(place.station, What::Fault);
        }
        for (place, back) in self.store.offline_no_more(AT_ONCE).await? {
            let mut tx = self.store.begin().await?;
            self.end_faults(&mut tx, &place, Some(OFFLINE), back.unwrap_or(now)).await?;
            tx.commit().await?;
            self.tell_station(place.station, What::Fault);
        }
        Ok(())
    }

    async fn open_fault(
        &self,
        tx: &mut Tx,
        place: &FaultPlace,
        reported: &Reported,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let id = FaultId(self.id_at(at));
        if tx.report_fault(id, place, reported, at).await? {
            let body = body_of(id, place, reported);
            self.tell_fault(tx, ("fault.opened", reported.severity), place, at, body).await?;
        }
        Ok(())
    }

    async fn end_faults(
        &self,
        tx: &mut Tx,
        place: &FaultPlace,
        code: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for id in tx.recover(place, code, at).await? {
            let body =
                json!({ "fault_id": id, "code": code, "evse": place.evse, "connector": place.connector });
            self.tell_fault(tx, ("fault.solved", OVER), place, at, body).await?;
        }
        Ok(())
    }

    async fn tell_fault(
        &self,
        tx: &mut Tx,
        (kind, severity): (&'static str, Severity),
        place: &FaultPlace,
        at: Timestamp,
        body: Value,
    ) -> Result<(), StoreError> {
        let happening = self.happening(place.organisation, kind, severity, at, &body);
        tx.add_happening(&happening.at_station(place.site, place.station)).await
    }

    fn tell_station(&self, station: StationId, what: What) {
        if let Some(live) = self.directory.get(station) {
            self.publish(&live, self.now(), what);
        }
    }
}

fn place_at(live: &Live, evse: i64, connector: i64) -> FaultPlace {
    let record = live.record();
    FaultPlace { organisation: record.organisation, site: record.site, station: record.id, evse, connector }
}

fn place_of(fault: &FaultRecord) -> FaultPlace {
    FaultPlace {
        organisation: fault.organisation,
        site: fault.site,
        station: fault.station,
        evse: fault.evse,
        connector: fault.connector,
    }
}

fn reported_of(fault: &FaultRecord) -> Reported {
    Reported {
        code: fault.code.clone(),
        vendor_code: fault.vendor_code.clone(),
        info: fault.info.clone(),
        cause: fault.cause,
        severity: fault.severity,
    }
}

fn body_of(id: FaultId, place: &FaultPlace, reported: &Reported) -> Value {
    json!({
        "fault_id": id,
        "evse": place.evse,
        "connector": place.connector,
        "code": reported.code,
        "vendor_code": reported.vendor_code,
        "cause": reported.cause,
        "info": reported.info,
    })
}

/// What ends is good to know, and no more.
const OVER: Severity = Severity::Info;
