//! When a site is open, and whom its drivers ask. Knows no clock: the local moment is an argument.

use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};

/// Ranges of a week: several a day, with room.
const WEEK_MAX: usize = 7 * 8;
/// Exceptions kept: a few years of holidays.
const EXCEPTIONS_MAX: usize = 200;
const MINUTES_OF_DAY: i32 = 24 * 60;
/// Longest text of a support contact, in characters.
const TEXT_MAX_CHARS: usize = 2_000;

/// Opening hours in the site's own time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpeningHours {
    /// Day and night; `week` is not looked at.
    #[serde(default)]
    pub always: bool,
    #[serde(default)]
    pub week: Vec<WeeklyHours>,
    /// Dates on which something else holds, also of a site that is open day and night.
    #[serde(default)]
    pub exceptions: Vec<DayHours>,
}

/// One stretch of a weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeeklyHours {
    /// 1 is Monday, 7 is Sunday.
    pub day: i8,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, up to `24:00`.
    pub to: String,
}

/// A date of its own; without a stretch it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayHours {
    /// `YYYY-MM-DD`.
    pub date: String,
    #[serde(default)]
    pub ranges: Vec<DayRange>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayRange {
    pub from: String,
    pub to: String,
}

/// Whom a driver asks, and what he can try himself (C43).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupportContact {
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// When somebody answers.
    #[serde(default)]
    pub hours: Option<OpeningHours>,
    /// How to restart a charger by hand, shown outside these hours.
    #[serde(default)]
    pub restart_steps: Option<String>,
}

/// One fault: JSON pointer below the value, and what would be right.
pub type Fault = (String, &'static str);

/// Minutes since midnight of `HH:MM`.
pub(crate) fn minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2).then(|| part.parse::<i32>().ok()).flatten();
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let total = hours * 60 + minutes;
    ((0..60).contains(&minutes) && (0..=MINUTES_OF_DAY).contains(&total)).then_some(total)
}

pub(crate) fn stretch(from: &str, to: &str) -> Option<(i32, i32)> {
    let (from, to) = (minutes(from)?, minutes(to)?);
    (from < to).then_some((from, to))
}

/// Whether no two of these share a minute.
pub(crate) fn is_apart(mut stretches: Vec<(i32, i32)>) -> bool {
    stretches.sort_unstable();
    stretches.windows(2).all(|pair| matches!(pair, [before, after] if before.1 <= after.0))
}

impl OpeningHours {
    /// Everything that is wrong.
    pub fn faults(&self) -> Vec<Fault> {
        const STRETCH: &str = "from and to as HH:MM, from before to";
        const OVERLAP: &str = "these hours overlap others of the same day";
        let mut faults = Vec::new();
        if self.week.len() > WEEK_MAX || self.exceptions.len() > EXCEPTIONS_MAX {
            faults.push((String::new(), "too many entries"));
            return faults;
        }
        let mut days: [Vec<(i32, i32)>; 7] = Default::default();
        for (number, hours) in self.week.iter().enumerate() {
            let day = usize::try_from(hours.day - 1).ok().and_then(|day| days.get_mut(day));
            match (day, stretch(&hours.from, &hours.to)) {
                (None, _) => faults.push((format!("/week/{number}/day"), "1 (Monday) to 7 (Sunday)")),
                (_, None) => faults.push((format!("/week/{number}"), STRETCH)),
                (Some(day), Some(found)) => {
                    day.push(found);
                    if !is_apart(day.clone()) {
                        faults.push((format!("/week/{number}"), OVERLAP));
                    }
                }
            }
        }
        for (number, exception) in self.exceptions.iter().enumerate() {
            let path = format!("/exceptions/{number}");
            if exception.date.parse::<Date>().is_err() {
                faults.push((format!("{path}/date"), "a date, YYYY-MM-DD"));
            }
            if self.exceptions.iter().take(number).any(|other| other.date == exception.date) {
                faults.push((format!("{path}/date"), "this date is listed already"));
            }
            let found: Option<Vec<_>> = exception.ranges.iter().map(|r| stretch(&r.from, &r.to)).collect();
            match found {
                None => faults.push((format!("{path}/ranges"), STRETCH)),
                Some(found) if !is_apart(found.clone()) => faults.push((format!("{path}/ranges"), OVERLAP)),
                Some(_) => {}
            }
        }
        faults
    }

    /// Whether it is open at a local moment.
    pub fn is_open(&self, at: DateTime) -> bool {
        let within = |from: &str, to: &str| {
            stretch(from, to).is_some_and(|(from, to)| (from..to).contains(&minute_of(at.time())))
        };
        let today =
            |exception: &&DayHours| exception.date.parse::<Date>().is_ok_and(|date| date == at.date());
        if let Some(exception) = self.exceptions.iter().find(today) {
            return exception.ranges.iter().any(|range| within(&range.from, &range.to));
        }
        let weekday = number_of(at.date().weekday());
        self.always || self.week.iter().any(|hours| hours.day == weekday && within(&hours.from, &hours.to))
    }
}

pub(crate) fn minute_of(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}

pub(crate) fn number_of(day: Weekday) -> i8 {
    day.to_monday_one_offset()
}

impl SupportContact {
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let texts = [("/phone", &self.phone, 60), ("/restart_steps", &self.restart_steps, TEXT_MAX_CHARS)];
        for (path, text, most) in texts {
            if text.as_ref().is_some_and(|text| text.chars().count() > most) {
                faults.push((path.to_owned(), "too long"));
            }
        }
        let is_address = |text: &String| {
            let parts = text.split_once('@');
            text.len() <= 254
                && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\",;".contains(c))
                && parts
                    .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
        };
        if self.email.as_ref().is_some_and(|email| !is_address(email)) {
            faults.push(("/email".into(), "an e-mail address"));
        }
        if self
            .phone
            .as_ref()
            .is_some_and(|phone| !phone.chars().all(|c| c.is_ascii_digit() || " +-()/".contains(c)))
        {
            faults.push(("/phone".into(), "digits, blanks and + - ( ) /"));
        }
        let hours = self.hours.as_ref().map(OpeningHours::faults).unwrap_or_default();
        faults.extend(hours.into_iter().map(|(path, text)| (format!("/hours{path}"), text)));
        faults
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Blank texts are none.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let trim = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        Self {
            phone: trim(self.phone),
            email: trim(self.email),
            hours: self.hours,
            restart_steps: trim(self.restart_steps),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(json: &str) -> OpeningHours {
        serde_json::from_str(json).expect("hours")
    }

    #[test]
    fn a_week_with_a_break_and_a_holiday() {
        let shop = hours(
            r#"{"week":[{"day":1,"from":"08:00","to":"12:00"},{"day":1,"from":"13:00","to":"24:00"}],
                "exceptions":[{"date":"2026-12-24","ranges":[{"from":"08:00","to":"10:00"}]},{"date":"2026-12-28"}]}"#,
        );
        assert_eq!(shop.faults(), []);
        for (at, open) in [
            ("2026-11-23T07:59", false),
            ("2026-11-23T08:00", true),
            ("2026-11-23T12:00", false),
            ("2026-11-23T23:59", true),
            // Tuesday is not in the week.
            ("2026-11-24T09:00", false),
            // A Thursday that is open for once, and a Monday that is not.
            ("2026-12-24T09:00", true),
            ("2026-12-24T10:00", false),
            ("2026-12-28T09:00", false),
        ] {
            assert_eq!(shop.is_open(at.parse().expect("a moment")), open, "{at}");
        }
    }

    #[test]
    fn day_and_night_still_has_exceptions() {
        let park = hours(r#"{"always":true,"exceptions":[{"date":"2026-12-25"}]}"#);
        assert!(park.is_open("2026-12-24T23:59".parse().expect("a moment")));
        assert!(!park.is_open("2026-12-25T12:00".parse().expect("a moment")));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let wrong = hours(
            r#"{"week":[{"day":8,"from":"08:00","to":"12:00"},{"day":1,"from":"12:00","to":"8:00"},
                {"day":2,"from":"08:00","to":"12:00"},{"day":2,"from":"11:59","to":"13:00"}],
                "exceptions":[{"date":"31.12.2026"},{"date":"2026-12-24"},{"date":"2026-12-24"}]}"#,
        );
        let paths: Vec<String> = wrong.faults().into_iter().map(|(path, _)| path).collect();
        let expected = ["/week/0/day", "/week/1", "/week/3", "/exceptions/0/date", "/exceptions/2/date"];
        assert_eq!(paths, expected);
        let contact = SupportContact {
            phone: Some("call me".into()),
            email: Some("no address".into()),
            ..SupportContact::default()
        };
        let paths: Vec<String> = contact.faults().into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/email", "/phone"]);
    }
}
