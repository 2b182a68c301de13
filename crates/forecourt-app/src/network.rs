//! Sites and stations, as operators make and change them.

mod sites;
mod stations;

pub use sites::{NewSite, SiteEdit};
pub use stations::{AdoptedStation, StationEdit, StationRequest, StationView};
