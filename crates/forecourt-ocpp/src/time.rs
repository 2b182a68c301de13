//! Times as stations write them.
//!
//! The form of RFC 3339 is the rule; everything else seen in the field (no zone, a blank for the T, one digit for the
//! hour, Unix seconds) is read too and named. It never guesses a zone other than UTC and never reads a clock.

use jiff::Timestamp;
use jiff::civil::Date;

/// What was odd about a time that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// No zone: taken for UTC.
    WithoutZone,
    /// Another form than RFC 3339.
    Form,
    /// More digits behind the second than the specification allows (2.x: three).
    Precision,
    /// Seconds or milliseconds since 1970.
    Unix,
}

/// Most digits behind the second that we pass without a note: 2.0.1 part 2 §"primitive datatypes" asks for three at
/// most, 1.6 says nothing.
const USUAL_FRACTION_DIGITS: usize = 6;

/// Reads a time. `None` when there is no time in it.
pub fn read(text: &str) -> Option<(Timestamp, Option<Oddity>)> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
        return unix(trimmed.parse().ok()?).map(|time| (time, Some(Oddity::Unix)));
    }
    let mut cursor =
        Cursor { rest: trimmed.as_bytes(), odd: (trimmed.len() != text.len()).then_some(Oddity::Form) };
    let time = cursor.time()?;
    Some((time, cursor.odd))
}

/// Ten digits are seconds, thirteen milliseconds since 1970; anything else is no time.
pub fn unix(number: i64) -> Option<Timestamp> {
    match number {
        1_000_000_000..=9_999_999_999 => Timestamp::from_second(number).ok(),
        1_000_000_000_000..=9_999_999_999_999 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

struct Cursor<'a> {
    rest: &'a [u8],
    odd: Option<Oddity>,
}

impl Cursor<'_> {
    fn time(&mut self) -> Option<Timestamp> {
        let year = self.digits(4, 4)?;
        self.separator(b"-", b"/.")?;
        let month = self.digits(1, 2)?;
        self.separator(b"-", b"/.")?;
        let day = self.digits(1, 2)?;
        let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
        self.separator(b"Tt", b" _")?;
        while self.rest.first() == Some(&b' ') {
            self.note(Oddity::Form);
            self.rest = &self.rest[1..];
        }
        let hour = self.digits(1, 2)?;
        self.separator(b":", b".")?;
        let minute = self.digits(1, 2)?;
        let second = if matches!(self.rest.first(), Some(b':')) {
            self.rest = &self.rest[1..];
            self.digits(1, 2)?
        } else {
            self.note(Oddity::Form);
            0
        };
        let nanos = self.fraction();
        let offset_s = self.zone()?;
        if !self.rest.is_empty() {
            return None;
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        // A leap second has no place of its own in Unix time.
        let second = second.min(59);
        let clock = date.at(hour.try_into().ok()?, 0, 0, 0);
        let at = clock.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
        let at =
            at.checked_add(i64::from(minute) * 60 + i64::from(second))?.checked_sub(i64::from(offset_s))?;
        Timestamp::new(at, nanos).ok()
    }

    fn note(&mut self, oddity: Oddity) {
        self.odd.get_or_insert(oddity);
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count < least {
            return None;
        }
        if count < most {
            self.note(Oddity::Form);
        }
        let number = self.rest[..count].iter().fold(0u32, |sum, byte| sum * 10 + u32::from(byte - b'0'));
        self.rest = &self.rest[count..];
        Some(number)
    }

    fn separator(&mut self, right: &[u8], odd: &[u8]) -> Option<()> {
        let byte = *self.rest.first()?;
        if !right.contains(&byte) {
            if !odd.contains(&byte) {
                return None;
            }
            self.note(Oddity::Form);
        }
        self.rest = &self.rest[1..];
        Some(())
    }

    fn fraction(&mut self) -> i32 {
        if !matches!(self.rest.first(), Some(b'.' | b',')) {
            return 0;
        }
        let digits = self.rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || self.rest[0] == b',' {
            self.note(Oddity::Form);
        }
        if digits > USUAL_FRACTION_DIGITS {
            self.note(Oddity::Precision);
        }
        let nine = self.rest[1..=digits].iter().chain(std::iter::repeat(&b'0')).take(9);
        let nanos = nine.fold(0i32, |sum, byte| sum * 10 + i32::from(byte - b'0'));
        self.rest = &self.rest[1 + digits..];
        nanos
    }

    /// Seconds east of Greenwich.
    fn zone(&mut self) -> Option<i32> {
        if self.rest.first() == Some(&b' ') {
            self.note(Oddity::Form);
            self.rest = &self.rest[1..];
        }
        let sign = match self.rest {
            [] => {
                // Said to be UTC by 1.6 §3.14 and 2.0.1 part 2 "dateTime" when nothing else is said.
                self.odd = Some(Oddity::WithoutZone);
                return Some(0);
            }
            [b'Z'] => {
                self.rest = &[];
                return Some(0);
            }
            [b'z'] | [b'U', b'T', b'C'] | [b'G', b'M', b'T'] => {
                self.note(Oddity::Form);
                self.rest = &[];
                return Some(0);
            }
            [b'+', ..] => 1,
            [b'-', ..] => -1,
            _ => return None,
        };
        self.rest = &self.rest[1..];
        let hours = self.digits(2, 2)?;
        if self.rest.first() == Some(&b':') {
            self.rest = &self.rest[1..];
        } else {
            self.note(Oddity::Form);
        }
        let minutes = if self.rest.is_empty() { 0 } else { self.digits(2, 2)? };
        if hours > 18 || minutes > 59 {
            return None;
        }
        Some(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str, odd: Option<Oddity>) {
        let (time, seen) = read(text).unwrap_or_else(|| panic!("{text} has no time"));
        assert_eq!(time.to_string(), want, "{text}");
        assert_eq!(seen, odd, "{text}");
    }

    #[test]
    fn times_of_the_field_are_read() {
        check("2023-11-26T10:00:00Z", "2023-11-26T10:00:00Z", None);
        check("2023-11-26T10:00:00.123Z", "2023-11-26T10:00:00.123Z", None);
        check("2023-11-26T10:00:00+02:00", "2023-11-26T08:00:00Z", None);
        check("2023-11-26T10:00:00-0530", "2023-11-26T15:30:00Z", Some(Oddity::Form));
        check("2026-08-04T13:35:45.377", "2026-08-04T13:35:45.377Z", Some(Oddity::WithoutZone));
        check("2022-07-10T3:11:55Z", "2022-07-10T03:11:55Z", Some(Oddity::Form));
        check("2022-07-10 03:11:55Z", "2022-07-10T03:11:55Z", Some(Oddity::Form));
        check("2022-07-10 03:11:55", "2022-07-10T03:11:55Z", Some(Oddity::WithoutZone));
        check("2022-07-10T03:11:55.1234567Z", "2022-07-10T03:11:55.1234567Z", Some(Oddity::Precision));
        check("2022-07-10T03:11:55.123456789012Z", "2022-07-10T03:11:55.123456789Z", Some(Oddity::Precision));
        check("2022-07-10T03:11:60Z", "2022-07-10T03:11:59Z", None);
        check("2024-02-29T23:59:59z", "2024-02-29T23:59:59Z", Some(Oddity::Form));
        check("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", None);
        check("1700000000", "2023-11-14T22:13:20Z", Some(Oddity::Unix));
        check("1700000000000", "2023-11-14T22:13:20Z", Some(Oddity::Unix));
        check(" 2022-07-10T03:11:55Z ", "2022-07-10T03:11:55Z", Some(Oddity::Form));
    }

    #[test]
    fn no_time_is_no_time() {
        for text in
            ["", " ", "0", "never", "2023-02-30T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01", "T", "é"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        for text in [
            "2023-01-01T25:00:00Z",
            "2023-01-01T00:61:00Z",
            "2023-01-01T00:00:00Zulu",
            "99999999999999999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["9999-12-31T23:59:59-18:00", "0000-01-01T00:00:00+18:00"] {
            let _any_answer_but_a_panic = read(text);
        }
    }
}
