//! What we keep out of use, whatever the station says of itself: set by an operator (C28), or because a bay is blocked.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::fault::Severity;
use forecourt_core::id::{EvseNumber, StationId};
use forecourt_store::out_of_use::OutOfUseRecord;
use serde_json::json;

use crate::tokens::checked_optional;
use crate::{App, AppError, Principal};

/// Set with the command that tells the station.
const BY_OPERATOR: &str = "operator";
/// Something stands in the bay that does not charge.
const BY_BAY: &str = "bay";

impl App {
    /// The platform's own word beside the command: held even where the charger ignores it (C28).
    pub(crate) async fn note_availability(
        &self,
        principal: &Principal,
        station: StationId,
        evse: Option<EvseNumber>,
        operative: bool,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let changed = if operative {
            tx.back_into_use(station, evse, BY_OPERATOR).await?
        } else {
            tx.put_out_of_use(&self.out_of_use(principal, station, evse, BY_OPERATOR, None)).await?
        };
        if changed {
            let live = self.own_station(principal, station)?;
            let deed = if operative { "station.set_available" } else { "station.set_unavailable" };
            let line = self.note(principal, deed, ("station", station.0, &live.record().identity));
            tx.audit(&line.made(&json!({ "evse": evse.map(|evse| evse.0) }))).await?;
        }
        tx.commit().await?;
        if changed {
            self.tell(principal, None, Some(station), What::Station);
        }
        Ok(())
    }

    /// A sensor, or a person, says whether a bay is blocked by what does not charge.
    pub async fn set_bay(
        &self,
        principal: &Principal,
        station: StationId,
        evse: EvseNumber,
        blocked: bool,
        note: Option<String>,
    ) -> Result<(), AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let record = live.record();
        if !self.store.evses(&[station]).await?.iter().any(|each| each.evse == evse)
            && !self.store.connectors(&[station]).await?.iter().any(|each| each.connector.evse == evse)
        {
            return Err(AppError::NotFound("plug"));
        }
        let note = checked_optional("/note", note)?;
        let mut tx = self.store.begin().await?;
        let changed = if blocked {
            tx.put_out_of_use(&self.out_of_use(principal, station, Some(evse), BY_BAY, note.clone())).await?
        } else {
            tx.back_into_use(station, Some(evse), BY_BAY).await?
        };
        if changed {
            let (kind, severity) =
                if blocked { ("bay.blocked", Severity::Warning) } else { ("bay.freed", Severity::Info) };
            let body = json!({ "evse": evse.0, "note": note });
            let happening = self.happening(record.organisation, kind, severity, self.now(), &body);
            tx.add_happening(&happening.at_station(record.site, station)).await?;
            let line = self.note(principal, kind, ("station", station.0, &record.identity));
            tx.audit(&line.made(&body)).await?;
        }
        tx.commit().await?;
        if changed {
            self.tell(principal, Some(record.site), Some(station), What::Station);
        }
        Ok(())
    }

    fn out_of_use(
        &self,
        principal: &Principal,
        station: StationId,
        evse: Option<EvseNumber>,
        cause: &str,
        note: Option<String>,
    ) -> OutOfUseRecord {
        OutOfUseRecord {
            station,
            evse: evse.unwrap_or(EvseNumber(0)),
            cause: cause.into(),
            since: self.now(),
            set_by: principal.name(),
            note,
        }
    }
}
