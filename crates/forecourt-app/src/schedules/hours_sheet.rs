//! Charging hours as a file: a line for each EVSE that follows them, with the week in words and what its charger made of it.

use forecourt_core::access::Permission;
use forecourt_core::charging::RateUnit;
use forecourt_core::schedule::{Cap, ChargingHours};

use super::hours::{HoursPlace, HoursView};
use crate::sheet::{Cell, Sheet};
use crate::{App, AppError, Principal};

const COLUMNS: [&str; 9] =
    ["Site", "Time zone", "Holds for", "In force", "Hours", "Charger", "EVSE", "State", "Charger's own word"];
/// Monday is 1.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl App {
    pub async fn charging_hours_sheet(&self, principal: &Principal) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let all = self.charging_hours(principal, None).await?;
        let rows = all.iter().flat_map(rows).collect();
        let organisation = self.organisation(principal).await?;
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Charging hours", name, zone, self.now(), &COLUMNS, rows))
    }
}

/// Hours that nobody follows have a line of their own.
fn rows(hours: &HoursView) -> Vec<Vec<Cell>> {
    let row = |place: Option<&HoursPlace>| {
        vec![
            Cell::text(&hours.site_name),
            Cell::text(&hours.time_zone),
            Cell::text(holds_for(hours)),
            Cell::text(if hours.record.enabled { "yes" } else { "no" }),
            Cell::text(in_words(&hours.record.content)),
            place.map_or(Cell::Empty, |place| Cell::text(&place.identity)),
            place.map_or(Cell::Empty, |place| Cell::Whole(i64::from(place.evse.0))),
            place.map_or(Cell::Empty, |place| Cell::text(place.state)),
            place.and_then(|place| place.detail.as_ref()).map_or(Cell::Empty, Cell::text),
        ]
    };
    match hours.places.is_empty() {
        true => vec![row(None)],
        false => hours.places.iter().map(|place| row(Some(place))).collect(),
    }
}

fn holds_for(hours: &HoursView) -> String {
    let Some(station) = &hours.station else { return "every charger".into() };
    match hours.record.evse {
        Some(evse) => format!("{}, EVSE {}", station.identity, evse.0),
        None => station.identity.clone(),
    }
}

/// `Mon 17:00-20:00 11 kW; otherwise all`.
fn in_words(content: &ChargingHours) -> String {
    let windows = content.windows.iter().map(|window| {
        let day = usize::try_from(window.day - 1).ok().and_then(|day| DAYS.get(day)).copied();
        format!("{} {}-{} {}", day.unwrap_or_default(), window.from, window.to, limit(window.limit))
    });
    let otherwise = format!("otherwise {}", limit(content.otherwise));
    windows.chain([otherwise]).collect::<Vec<_>>().join("; ")
}

fn limit(cap: Option<Cap>) -> String {
    match cap {
        None => "all".into(),
        Some(Cap { rate: 0, .. }) => "nothing".into(),
        Some(Cap { unit: RateUnit::MilliAmps, rate }) => format!("{} A", thousandths(rate)),
        Some(Cap { unit: RateUnit::Watts, rate }) => format!("{} kW", thousandths(rate)),
    }
}

/// As a decimal without zeros at its end.
fn thousandths(value: i64) -> String {
    let text = format!("{}.{:03}", value / 1_000, value % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use forecourt_core::schedule::HoursWindow;

    use super::*;

    #[test]
    fn a_week_is_told_in_words() {
        let window = |day, limit| HoursWindow { day, from: "17:00".into(), to: "24:00".into(), limit };
        let cap = |unit, rate| Some(Cap { unit, rate });
        let content = ChargingHours {
            windows: vec![
                window(1, cap(RateUnit::Watts, 11_000)),
                window(7, cap(RateUnit::MilliAmps, 6_500)),
                window(2, cap(RateUnit::Watts, 0)),
                window(3, None),
            ],
            otherwise: cap(RateUnit::MilliAmps, 16_000),
        };
        assert_eq!(
            in_words(&content),
            "Mon 17:00-24:00 11 kW; Sun 17:00-24:00 6.5 A; Tue 17:00-24:00 nothing; Wed 17:00-24:00 all; otherwise 16 A"
        );
    }
}
