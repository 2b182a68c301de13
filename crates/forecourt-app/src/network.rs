//! Sites and stations, as operators make and change them.

mod moving;
mod out_of_use;
mod plugs;
mod sites;
mod station_words;
mod stations;
mod uptime_history;

pub(crate) use sites::refuse_faults;
pub use sites::{NewSite, SiteEdit};
pub use stations::{AdoptedStation, StationEdit, StationRequest, StationView};
