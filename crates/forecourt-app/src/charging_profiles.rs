//! Charging profiles a station should hold (a default below the fuse, for the time we cannot be reached), kept there by a
//! reconciler. What an operator sends once is a command and not kept here.

use std::sync::Arc;

use forecourt_core::access::Permission;
use forecourt_core::charging::{ChargingProfile, ProfilePurpose};
use forecourt_core::command::{Command, Outcome};
use forecourt_core::id::{EvseNumber, StationId};
use forecourt_store::wanted::WantedProfileRecord;
use jiff::SignedDuration;

use crate::live::Live;
use crate::{App, AppError, Principal};

/// How long a refusal rests before the next try.
const REST: SignedDuration = SignedDuration::from_mins(30);
/// Profiles one station is wanted to hold: the most that stations in the field take is about 20.
const PER_STATION: usize = 50;

impl App {
    pub async fn wanted_profiles(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Vec<WantedProfileRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.wanted_profiles(station).await?)
    }

    /// The station shall hold this profile from now on; one of the same EVSE and id is replaced.
    pub async fn want_profile(
        &self,
        principal: &Principal,
        station: StationId,
        evse: i64,
        profile: &ChargingProfile,
    ) -> Result<WantedProfileRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        check(evse, profile)?;
        let known = self.store.wanted_profiles(station).await?;
        let replaces = known.iter().any(|w| w.evse == evse && w.profile == profile.id);
        if known.len() >= PER_STATION && !replaces {
            return Err(AppError::Conflict(format!("a charger is given at most {PER_STATION} profiles")));
        }
        let wanted = WantedProfileRecord {
            station,
            evse,
            profile: profile.id,
            body: serde_json::to_string(profile).unwrap_or_default(),
            state: "wanted".into(),
            detail: None,
            changed_at: self.now(),
            retry_at: None,
        };
        let (at, identity) = (live.record().id.0, live.record().identity.clone());
        let note = self.note(principal, "station.profile_wanted", ("station", at, identity.as_str()));
        let deed = serde_json::json!({"evse": evse, "profile": profile});
        self.keep_note(note.made(&deed)).await?;
        self.save_wanted(&wanted).await?;
        let mut link = live.link();
        link.errands = true;
        link.has_profiles = true;
        Ok(wanted)
    }

    /// The station shall not hold it any more.
    pub async fn unwant_profile(
        &self,
        principal: &Principal,
        station: StationId,
        evse: i64,
        profile: i64,
    ) -> Result<(), AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let known = self.store.wanted_profiles(station).await?;
        let found = known.into_iter().find(|w| w.evse == evse && w.profile == profile);
        let wanted = found.ok_or(AppError::NotFound("charging profile"))?;
        let changed_at = self.now();
        let (at, identity) = (live.record().id.0, live.record().identity.clone());
        let note = self.note(principal, "station.profile_removed", ("station", at, identity.as_str()));
        self.keep_note(note.gone(&serde_json::json!({"evse": evse, "profile": profile}))).await?;
        self.save_wanted(&WantedProfileRecord {
            state: "leaving".into(),
            changed_at,
            retry_at: None,
            ..wanted
        })
        .await?;
        live.link().errands = true;
        Ok(())
    }

    /// Stations shall hold these rows of ours from now on, or give up those that are leaving.
    pub(crate) async fn want_profiles(
        self: &Arc<Self>,
        changed: Vec<WantedProfileRecord>,
    ) -> Result<(), AppError> {
        if changed.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for row in &changed {
            let now = WantedProfileRecord { changed_at: self.now(), retry_at: None, ..row.clone() };
            tx.put_wanted_profile(&now).await?;
        }
        tx.commit().await?;
        for row in changed {
            if let Some(live) = self.directory.get(row.station) {
                let mut link = live.link();
                link.errands = true;
                link.has_profiles = true;
            }
            self.run_errands_soon(row.station);
        }
        Ok(())
    }

    async fn save_wanted(&self, wanted: &WantedProfileRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.put_wanted_profile(wanted).await?;
        Ok(tx.commit().await?)
    }

    /// Sends what a station should hold and does not. Says whether nothing is left to do.
    pub(crate) async fn reconcile_profiles(&self, live: &Live) -> Result<bool, AppError> {
        let mut done = true;
        for wanted in self.store.wanted_profiles(live.record().id).await? {
            if wanted.state == "held" {
                continue;
            }
            if wanted.retry_at.is_some_and(|at| at > self.now()) {
                done = false;
                continue;
            }
            done &= self.settle_profile(live, wanted).await?;
        }
        Ok(done)
    }

    async fn settle_profile(&self, live: &Live, wanted: WantedProfileRecord) -> Result<bool, AppError> {
        let evse = i32::try_from(wanted.evse).ok().filter(|number| *number > 0).map(EvseNumber);
        let leaving = wanted.state == "leaving";
        let Ok(profile) = serde_json::from_str::<ChargingProfile>(&wanted.body) else { return Ok(true) };
        let command = match leaving {
            true => Command::ClearChargingProfiles {
                id: Some(profile.id),
                evse: None,
                purpose: None,
                stack_level: None,
            },
            false => Command::SetChargingProfile { evse, profile },
        };
        let now = self.now();
        let refused = match self.order(live, command).await?.1 {
            Outcome::Offline | Outcome::NoAnswer | Outcome::Busy => return Ok(false),
            Outcome::Answered { accepted: true, .. } => None,
            // A station that does not know it does not hold it.
            Outcome::Answered { .. } if leaving => None,
            Outcome::Answered { status, .. } => Some(status.unwrap_or_default()),
            Outcome::Failed { code, description, .. } => Some(format!("{code} {description}")),
            Outcome::Impossible { reason } => Some(reason),
        };
        let mut tx = self.store.begin().await?;
        // While the station thought about it something else was wanted: that is next, and this answer is of the past.
        if !tx.is_wanted_still(&wanted).await? {
            live.link().errands = true;
            return Ok(false);
        }
        if leaving && refused.is_none() {
            tx.remove_wanted_profile(wanted.station, wanted.evse, wanted.profile).await?;
        } else {
            let state = match (&refused, leaving) {
                (None, _) => "held",
                (Some(_), true) => "leaving",
                (Some(_), false) => "refused",
            };
            let retry_at = refused.is_some().then(|| now + REST);
            let next = WantedProfileRecord {
                state: state.into(),
                detail: refused,
                changed_at: now,
                retry_at,
                ..wanted
            };
            tx.put_wanted_profile(&next).await?;
            tx.commit().await?;
            return Ok(retry_at.is_none());
        }
        tx.commit().await?;
        Ok(true)
    }
}

fn check(evse: i64, profile: &ChargingProfile) -> Result<(), AppError> {
    if evse < 0 {
        return Err(AppError::field("/evse", "0 for the charger as a whole, or the number of an EVSE"));
    }
    if profile.schedules.is_empty() || profile.schedules.iter().any(|schedule| schedule.periods.is_empty()) {
        return Err(AppError::field("/profile/schedules", "at least one schedule with one period"));
    }
    match profile.purpose {
        ProfilePurpose::Transaction => {
            Err(AppError::field("/profile/purpose", "a profile for one session is sent as a command"))
        }
        ProfilePurpose::StationMax if evse != 0 => {
            Err(AppError::field("/evse", "a limit of the whole charger belongs to EVSE 0"))
        }
        _ => Ok(()),
    }
}
