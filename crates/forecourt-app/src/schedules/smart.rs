//! What is wished for a private charger: starts spread by chance, default hours (F107), and when it charges at home (F108).

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::StationId;
use forecourt_core::schedule::SmartCharging;
use forecourt_store::schedule::SmartRecord;

use super::hours::invalid;
use crate::{App, AppError, Principal};

/// The wishes for a charger, if it may have any.
#[derive(Debug, Clone)]
pub struct SmartView {
    /// At a public charger there is nothing to wish.
    pub is_private: bool,
    pub is_home: bool,
    /// `None`: it charges as cars come.
    pub content: Option<SmartCharging>,
    /// The price profile that plans are made by.
    pub price_profile: Option<String>,
}

impl App {
    pub async fn smart_charging(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<SmartView, AppError> {
        principal.require(Permission::Read)?;
        let live = self.own_station(principal, station)?;
        self.keep_timetable_fresh().await?;
        let (timetable, record) = (self.schedules.timetable(), live.record());
        let is_home = record.used_as == "home";
        let profile = match is_home {
            true => self.profile_of_home(record.organisation, station).await?,
            false => None,
        };
        Ok(SmartView {
            is_private: timetable.is_private(&record),
            is_home,
            content: timetable.smart_of(&record).map(|smart| smart.content.clone()),
            price_profile: profile.map(|profile| profile.name),
        })
    }

    /// `None`: it charges as cars come.
    pub async fn set_smart_charging(
        &self,
        principal: &Principal,
        station: StationId,
        content: Option<SmartCharging>,
    ) -> Result<SmartView, AppError> {
        principal.require(Permission::Power)?;
        let live = self.own_station(principal, station)?;
        let before = self.smart_charging(principal, station).await?;
        if !before.is_private {
            let text = "random delays and default hours are for chargers at home and at private sites";
            return Err(AppError::Conflict(text.into()));
        }
        if let Some(content) = &content {
            invalid("", content.faults())?;
        }
        let record = live.record();
        let note =
            self.note(principal, "station.smart_charging_set", ("station", station.0, &record.identity));
        let mut tx = self.store.begin().await?;
        match &content {
            Some(content) => {
                let organisation = record.organisation;
                let smart = SmartRecord {
                    station,
                    organisation,
                    content: content.clone(),
                    changed_at: self.now(),
                    version: 1,
                };
                tx.put_smart_charging(&smart).await?;
            }
            None => {
                tx.remove_smart_charging(station).await?;
            }
        }
        let told = |content: &Option<SmartCharging>| serde_json::to_value(content).unwrap_or_default();
        tx.audit(&note.changed(told(&before.content), told(&content))).await?;
        tx.commit().await?;
        self.schedules_changed().await?;
        self.tell(principal, Some(record.site), Some(station), What::Station);
        self.smart_charging(principal, station).await
    }
}
