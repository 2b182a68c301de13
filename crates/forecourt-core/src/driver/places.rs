//! Where something holds: everywhere, or at sites with all their stations and at single stations.

use serde::{Deserialize, Serialize};

use crate::id::{SiteId, StationId};

/// Sites and stations. A site stands for all its stations, those to come included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Every site of the organisation; the lists do not count.
    #[serde(default)]
    pub everywhere: bool,
    #[serde(default)]
    pub sites: Vec<SiteId>,
    #[serde(default)]
    pub stations: Vec<StationId>,
}

impl Places {
    pub fn everywhere() -> Self {
        Self { everywhere: true, ..Self::default() }
    }

    pub fn hold(&self, site: SiteId, station: StationId) -> bool {
        self.everywhere || self.sites.contains(&site) || self.stations.contains(&station)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_stands_for_its_stations_and_a_station_for_itself() {
        let places = Places { everywhere: false, sites: vec![SiteId(1)], stations: vec![StationId(7)] };
        assert!(places.hold(SiteId(1), StationId(3)));
        assert!(places.hold(SiteId(2), StationId(7)));
        assert!(!places.hold(SiteId(2), StationId(3)));
        assert!(!Places::default().hold(SiteId(1), StationId(1)));
        assert!(Places::everywhere().hold(SiteId(9), StationId(9)));
    }
}
