//! Decimal numbers as stations write them, exactly: no floats.
//!
//! It never rounds before the caller has said in which unit the whole number is wanted.

/// `mantissa * 10^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i128,
    exponent: i32,
}

/// Digits we keep; the ones behind are below any meter's resolution. 10^30 fits an `i128` with room to spare.
const MAX_DIGITS: u32 = 30;
/// Largest power of ten we look at; more is no measurement.
const MAX_EXPONENT: i32 = 60;

/// What was odd about a number that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    Padded,
    Comma,
}

impl Decimal {
    pub fn integer(value: i64) -> Self {
        Self { mantissa: i128::from(value), exponent: 0 }
    }

    /// Reads digits with a point or a comma, a sign, an exponent, and blanks around them.
    pub fn read(text: &str) -> Option<(Self, Option<Oddity>)> {
        let trimmed = text.trim();
        let mut odd = (trimmed.len() != text.len()).then_some(Oddity::Padded);
        let mut bytes = trimmed.as_bytes();
        let negative = bytes.first() == Some(&b'-');
        if matches!(bytes.first(), Some(b'-' | b'+')) {
            bytes = &bytes[1..];
        }
        let (mut mantissa, mut exponent, mut digits, mut seen_point, mut any) =
            (0i128, 0i32, 0u32, false, false);
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    if digits < MAX_DIGITS {
                        mantissa = mantissa * 10 + i128::from(byte - b'0');
                        digits += u32::from(mantissa != 0);
                        exponent -= i32::from(seen_point);
                    } else {
                        exponent += i32::from(!seen_point);
                    }
                }
                b'.' | b',' if !seen_point => {
                    seen_point = true;
                    if byte == b',' {
                        odd = Some(Oddity::Comma);
                    }
                }
                b'e' | b'E' if any => break,
                _ => return None,
            }
            if exponent.abs() > MAX_EXPONENT {
                return None;
            }
            at += 1;
        }
        if !any {
            return None;
        }
        if at < bytes.len() {
            let power: i32 = trimmed.get(trimmed.len() - (bytes.len() - at - 1)..)?.parse().ok()?;
            exponent = exponent.checked_add(power)?;
        }
        if negative {
            mantissa = -mantissa;
        }
        (exponent.abs() <= MAX_EXPONENT * 2).then_some((Self { mantissa, exponent }, odd))
    }

    /// The same number times `10^power`.
    pub fn shifted(self, power: i32) -> Option<Self> {
        Some(Self { mantissa: self.mantissa, exponent: self.exponent.checked_add(power)? })
    }

    /// The nearest whole number; halves away from zero. `None` when it does not fit.
    pub fn whole(self) -> Option<i64> {
        if self.mantissa == 0 {
            return Some(0);
        }
        let power = self.exponent.unsigned_abs();
        if self.exponent >= 0 {
            let factor = 10i128.checked_pow(power)?;
            return i64::try_from(self.mantissa.checked_mul(factor)?).ok();
        }
        // Below any digit we keep: nothing is left of it.
        let Some(divisor) = 10i128.checked_pow(power) else { return Some(0) };
        let (quotient, rest) = (self.mantissa / divisor, self.mantissa % divisor);
        let up = rest.unsigned_abs() >= divisor.unsigned_abs().div_ceil(2);
        i64::try_from(if up { quotient + self.mantissa.signum() } else { quotient }).ok()
    }

    /// Whether the whole number is the number.
    pub fn is_whole(self) -> bool {
        self.exponent >= 0
            || 10i128
                .checked_pow(self.exponent.unsigned_abs())
                .is_some_and(|divisor| self.mantissa % divisor == 0)
            || self.mantissa == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wh(text: &str, power: i32) -> Option<i64> {
        Decimal::read(text)?.0.shifted(power)?.whole()
    }

    #[test]
    fn numbers_of_the_field_are_read() {
        assert_eq!(wh("1750.50", 0), Some(1751));
        assert_eq!(wh("0.505", 3), Some(505));
        assert_eq!(wh("0,505", 3), Some(505));
        assert_eq!(wh(" 1.7", 3), Some(1700));
        assert_eq!(wh("1.6250000000000002", 3), Some(1625));
        assert_eq!(wh("-0.5", 0), Some(-1));
        assert_eq!(wh("-0.4", 0), Some(0));
        assert_eq!(wh("1.5E3", 0), Some(1500));
        assert_eq!(wh("15e-1", 0), Some(2));
        assert_eq!(wh("+7", 0), Some(7));
        assert_eq!(wh(".5", 1), Some(5));
        assert_eq!(wh("5.", 0), Some(5));
        assert_eq!(wh("00012", 0), Some(12));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", " ", "NaN", "-", ".", "1.2.3", "1,2,3", "e5", "1e", "0x10", "12 V", "١"] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    #[test]
    fn absurd_magnitudes_do_not_overflow() {
        assert_eq!(wh("9223372036854775807", 0), Some(i64::MAX));
        assert_eq!(wh("9223372036854775808", 0), None);
        assert_eq!(wh("9223372036854775807", 3), None);
        assert_eq!(wh("1e99999999999", 0), None);
        assert_eq!(wh("1e60", 60), None);
        assert_eq!(wh("1e-60", -60), Some(0));
        assert_eq!(wh(&"9".repeat(5000), 0), None);
        assert_eq!(wh(&format!("0.{}", "9".repeat(5000)), 0), Some(1));
        assert_eq!(wh(&format!("0.{}1", "0".repeat(5000)), 0), None);
    }

    proptest! {
        #[test]
        fn whole_numbers_come_back(value in any::<i64>()) {
            prop_assert_eq!(wh(&value.to_string(), 0), Some(value));
            prop_assert_eq!(Decimal::read(&value.to_string()).map(|(number, _)| number.is_whole()), Some(true));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.,eE ]{0,40}", power in -40i32..40) {
            let _any_answer_but_a_panic = wh(&text, power);
        }
    }
}
