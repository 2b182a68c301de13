//! Who may charge where, when and at which price; and which profile counts where several would.
//!
//! Pure: it is told who asks, where and when on the site's clock, and says yes with a reason or no with a reason.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::id::{
    AccessProfileId, DriverGroupId, DriverId, EvseNumber, IdleFeeId, SiteId, StationId, TariffId,
};
use crate::tariff::{ClockTime, Weekday};

/// Sites, stations, plugs, groups and drivers one profile may name, each.
pub const NAMED_MAX: usize = 2_000;
/// Windows of a profile: one for each hour of each weekday fits.
pub const WINDOWS_MAX: usize = 200;

/// Where a profile holds. A site stands for all its stations, a station for all its plugs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProfilePlaces))]
#[serde(deny_unknown_fields, default)]
pub struct Places {
    /// Every site there is and will be; the lists do not count.
    pub everywhere: bool,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub sites: Vec<SiteId>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub stations: Vec<StationId>,
    pub evses: Vec<Plug>,
}

/// One plug of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProfilePlug))]
#[serde(deny_unknown_fields)]
pub struct Plug {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub station_id: StationId,
    pub evse: i32,
}

/// Who a profile admits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProfilePeople))]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Whoever has a valid charge key.
    pub public: bool,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub groups: Vec<DriverGroupId>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub drivers: Vec<DriverId>,
}

/// A time of the week, on the site's clock. One that ends before it begins goes over midnight and belongs to its first day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProfileWindow))]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Empty: every day.
    #[serde(default)]
    pub weekdays: Vec<Weekday>,
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "07:00"))]
    pub from: ClockTime,
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "19:00"))]
    pub to: ClockTime,
}

/// What a profile says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AccessProfileRules))]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    pub places: Places,
    pub people: People,
    /// Empty: always.
    pub times: Vec<Window>,
    /// Absent: the tariff of the place.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub tariff_id: Option<TariffId>,
    /// Absent: the fee of the site.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub idle_fee_id: Option<IdleFeeId>,
}

/// A profile in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub id: AccessProfileId,
    pub name: String,
    pub rules: Rules,
}

/// Who asks, and where and when.
#[derive(Debug, Clone)]
pub struct Seeker<'a> {
    pub site: SiteId,
    pub station: StationId,
    /// Not said where the station asks before a plug is chosen.
    pub evse: Option<EvseNumber>,
    pub driver: Option<DriverId>,
    pub groups: &'a [DriverGroupId],
    /// On the site's clock.
    pub local: DateTime,
}

/// How closely a profile means somebody; the closest counts (C27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closeness {
    Public,
    Group,
    Driver,
}

/// Why a profile does not admit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It names others.
    NotForThem,
    /// It names them, for other times.
    NotNow,
}

/// What came of looking at all profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// No profile holds at this place: it is as without profiles.
    NoProfile,
    Admitted {
        profile: &'a Profile,
        by: Closeness,
        /// Others would have admitted too, less closely or at a higher price.
        instead_of: Vec<&'a Profile>,
    },
    Refused(Refusal),
}

impl Places {
    pub fn hold(&self, seeker: &Seeker<'_>) -> bool {
        let plug = |p: &Plug| {
            p.station_id == seeker.station && seeker.evse.is_none_or(|evse| evse.0 == p.evse || evse.0 == 0)
        };
        self.everywhere
            || self.sites.contains(&seeker.site)
            || self.stations.contains(&seeker.station)
            || self.evses.iter().any(plug)
    }
}

impl People {
    fn closeness(&self, seeker: &Seeker<'_>) -> Option<Closeness> {
        if seeker.driver.is_some_and(|driver| self.drivers.contains(&driver)) {
            Some(Closeness::Driver)
        } else if seeker.groups.iter().any(|group| self.groups.contains(group)) {
            Some(Closeness::Group)
        } else {
            self.public.then_some(Closeness::Public)
        }
    }
}

impl Window {
    fn holds(&self, local: DateTime) -> bool {
        let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
        let on = |day: jiff::civil::Weekday| self.weekdays.is_empty() || self.weekdays.contains(&day.into());
        let today = local.date().weekday();
        if self.from.0 < self.to.0 {
            return on(today) && (self.from.0..self.to.0).contains(&minute);
        }
        (on(today) && minute >= self.from.0) || (on(today.previous()) && minute < self.to.0)
    }
}

impl Rules {
    /// Everything that is wrong, with the member it stands in.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let Places { everywhere, sites, stations, evses } = &self.places;
        let mut faults = Vec::new();
        if !everywhere && sites.is_empty() && stations.is_empty() && evses.is_empty() {
            faults.push(("/places", "every site, or at least one site, charger or plug"));
        }
        if [sites.len(), stations.len(), evses.len()].into_iter().any(|count| count > NAMED_MAX) {
            faults.push(("/places", "at most 2000 of each kind"));
        }
        let People { public, groups, drivers } = &self.people;
        if !public && groups.is_empty() && drivers.is_empty() {
            faults.push(("/people", "everybody, or at least one group or driver"));
        }
        if groups.len() > NAMED_MAX || drivers.len() > NAMED_MAX {
            faults.push(("/people", "at most 2000 of each kind"));
        }
        if self.times.len() > WINDOWS_MAX {
            faults.push(("/times", "at most 200 windows"));
        }
        if self.times.iter().any(|window| window.from == window.to) {
            faults.push(("/times", "a window ends at another time than it begins"));
        }
        faults
    }
}

/// Which profile counts: the one that means the driver most closely, then the cheapest, then the oldest (C27).
/// `price` is what the same imagined session costs under a profile.
pub fn choose<'a>(
    profiles: &'a [Profile],
    seeker: &Seeker<'_>,
    price: impl Fn(&Profile) -> i64,
) -> Outcome<'a> {
    let here: Vec<&Profile> = profiles.iter().filter(|p| p.rules.places.hold(seeker)).collect();
    if here.is_empty() {
        return Outcome::NoProfile;
    }
    let mut refusal = Refusal::NotForThem;
    let mut admitting: Vec<(Closeness, i64, &Profile)> = Vec::new();
    for profile in here {
        let Some(closeness) = profile.rules.people.closeness(seeker) else { continue };
        let times = &profile.rules.times;
        if times.is_empty() || times.iter().any(|window| window.holds(seeker.local)) {
            admitting.push((closeness, price(profile), profile));
        } else {
            refusal = Refusal::NotNow;
        }
    }
    admitting
        .sort_by_key(|(closeness, price, profile)| (std::cmp::Reverse(*closeness), *price, profile.id.0));
    let mut admitting = admitting.into_iter();
    match admitting.next() {
        Some((by, _, profile)) => {
            Outcome::Admitted { profile, by, instead_of: admitting.map(|(_, _, other)| other).collect() }
        }
        None => Outcome::Refused(refusal),
    }
}
