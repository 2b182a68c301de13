//! Which access profile counts: the place, the people, the times, then the closest and the cheapest.

use forecourt_core::access_profile::{
    Closeness, Outcome, People, Places, Plug, Profile, Refusal, Rules, Seeker, Window, choose,
};
use forecourt_core::id::{AccessProfileId, DriverGroupId, DriverId, EvseNumber, SiteId, StationId, TariffId};
use forecourt_core::tariff::{ClockTime, Weekday};
use jiff::civil::{DateTime, date};

const STAFF: DriverGroupId = DriverGroupId(1);
const ANNA: DriverId = DriverId(7);

fn profile(id: i64, places: Places, people: People) -> Profile {
    let rules = Rules { places, people, tariff_id: Some(TariffId(id)), ..Rules::default() };
    Profile { id: AccessProfileId(id), name: format!("profile {id}"), rules }
}

fn everywhere() -> Places {
    Places { everywhere: true, ..Places::default() }
}

fn public() -> People {
    People { public: true, ..People::default() }
}

fn staff() -> People {
    People { groups: vec![STAFF], ..People::default() }
}

fn seeker(driver: Option<DriverId>, groups: &[DriverGroupId]) -> Seeker<'_> {
    Seeker {
        site: SiteId(1),
        station: StationId(10),
        evse: Some(EvseNumber(1)),
        driver,
        groups,
        local: noon(),
    }
}

/// A Monday.
fn noon() -> DateTime {
    date(2026, 6, 15).at(12, 0, 0, 0)
}

fn chosen(outcome: &Outcome<'_>) -> (i64, Closeness) {
    match outcome {
        Outcome::Admitted { profile, by, .. } => (profile.id.0, *by),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_closest_counts_then_the_cheapest_then_the_oldest() {
    let people = People { drivers: vec![ANNA], ..People::default() };
    let profiles = [
        profile(1, everywhere(), public()),
        profile(2, everywhere(), staff()),
        profile(3, everywhere(), people),
        profile(4, everywhere(), staff()),
    ];
    let price = |p: &Profile| [0, 10, 90, 99, 40][p.id.0 as usize];
    let stranger = choose(&profiles, &seeker(None, &[]), price);
    assert_eq!(chosen(&stranger), (1, Closeness::Public));
    let colleague = choose(&profiles, &seeker(Some(DriverId(8)), &[STAFF]), price);
    assert_eq!(chosen(&colleague), (4, Closeness::Group), "the cheaper of the two for the group");
    let anna = choose(&profiles, &seeker(Some(ANNA), &[STAFF]), price);
    assert_eq!(chosen(&anna), (3, Closeness::Driver), "closest, although dearest");
    let Outcome::Admitted { instead_of, .. } = anna else { unreachable!() };
    assert_eq!(instead_of.iter().map(|p| p.id.0).collect::<Vec<_>>(), [4, 2, 1]);
    assert_eq!(chosen(&choose(&profiles[1..2], &seeker(None, &[STAFF]), |_| 5)).0, 2);
}

#[test]
fn a_place_without_a_profile_is_as_it_was_and_one_with_some_admits_only_whom_they_name() {
    let elsewhere = Places { sites: vec![SiteId(2)], ..Places::default() };
    let profiles = [profile(1, elsewhere, staff())];
    assert_eq!(choose(&profiles, &seeker(None, &[]), |_| 0), Outcome::NoProfile);
    let here = Places { evses: vec![Plug { station_id: StationId(10), evse: 1 }], ..Places::default() };
    let profiles = [profile(1, here, staff())];
    assert_eq!(choose(&profiles, &seeker(None, &[]), |_| 0), Outcome::Refused(Refusal::NotForThem));
    let other_plug = Seeker { evse: Some(EvseNumber(2)), ..seeker(None, &[]) };
    assert_eq!(choose(&profiles, &other_plug, |_| 0), Outcome::NoProfile);
    let not_said = Seeker { evse: None, ..seeker(None, &[STAFF]) };
    assert_eq!(chosen(&choose(&profiles, &not_said, |_| 0)).0, 1, "the plug may be one of these");
}

#[test]
fn times_are_those_of_the_site_and_may_go_over_midnight() {
    let window = Window { weekdays: vec![Weekday::Monday], from: ClockTime(22 * 60), to: ClockTime(6 * 60) };
    let mut night = profile(1, everywhere(), public());
    night.rules.times = vec![window];
    let profiles = [night];
    let asked = |day: i8, hour: i8, minute: i8| {
        let local = date(2026, 6, day).at(hour, minute, 0, 0);
        choose(&profiles, &Seeker { local, ..seeker(None, &[]) }, |_| 0)
    };
    let refused = Outcome::Refused(Refusal::NotNow);
    assert_eq!(asked(15, 21, 59), refused);
    assert_eq!(chosen(&asked(15, 22, 0)).0, 1);
    assert_eq!(chosen(&asked(16, 5, 59)).0, 1, "the night that began on Monday");
    assert_eq!(asked(16, 6, 0), refused);
    assert_eq!(asked(16, 22, 0), refused, "Tuesday");
    assert_eq!(asked(15, 3, 0), refused, "the night that began on Sunday");
}
