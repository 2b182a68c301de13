//! Places that teams, discounts and plans name: they are the organisation's, and whoever sees single sites learns of
//! no other.

use forecourt_core::driver::Places;

use crate::{App, AppError, Principal};

/// Sites and stations named at once; whoever means more names sites.
const NAMED_MAX: usize = 500;

impl App {
    pub(crate) async fn checked_places(
        &self,
        principal: &Principal,
        mut places: Places,
    ) -> Result<Places, AppError> {
        if places.everywhere {
            return Ok(Places::everywhere());
        }
        places.sites.sort_unstable();
        places.sites.dedup();
        places.stations.sort_unstable();
        places.stations.dedup();
        if places.sites.len() + places.stations.len() > NAMED_MAX {
            return Err(AppError::field("/places", format!("at most {NAMED_MAX} places")));
        }
        for site in &places.sites {
            if self.store.site(principal.organisation, *site).await?.is_none() {
                return Err(AppError::field("/places/sites", "there is no such site"));
            }
        }
        for station in &places.stations {
            if self.own_station(principal, *station).is_err() {
                return Err(AppError::field("/places/stations", "there is no such charger"));
            }
        }
        Ok(places)
    }

    /// What of them the caller may know.
    pub(crate) fn seen_places(&self, principal: &Principal, mut places: Places) -> Places {
        if principal.sites().is_some() {
            places.sites.retain(|site| principal.sees(*site));
            places.stations.retain(|station| self.own_station(principal, *station).is_ok());
        }
        places
    }
}
