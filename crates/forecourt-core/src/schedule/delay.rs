//! A start put off by chance, so that a street of cars does not begin in the same second (UK smart charge points, 2021).

use jiff::SignedDuration;

/// Longest delay that may be set.
pub const DELAY_MAX_S: i64 = 1_800;
/// What is usual where nobody set another.
pub const DELAY_USUAL_S: i64 = 600;

/// The delay of one session: anything from nothing to `most_s` seconds, the same whenever it is asked for.
pub fn start_delay(seed: i64, most_s: i64) -> SignedDuration {
    // SplitMix64: neighbours among seeds are strangers among delays.
    let mut mixed = seed.cast_unsigned().wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^= mixed >> 31;
    let choices = most_s.clamp(0, DELAY_MAX_S).cast_unsigned() + 1;
    SignedDuration::from_secs((mixed % choices).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_spread_within_what_is_allowed_and_repeat() {
        let mut tenths = [0; 10];
        for seed in 0..2_000 {
            let delay = start_delay(seed, DELAY_USUAL_S).as_secs();
            assert_eq!(delay, start_delay(seed, DELAY_USUAL_S).as_secs());
            assert!((0..=DELAY_USUAL_S).contains(&delay));
            tenths[usize::try_from(delay / 61).expect("small")] += 1;
        }
        assert!(tenths.iter().all(|count| (120..280).contains(count)), "{tenths:?}");
        assert_eq!(start_delay(7, 0).as_secs(), 0);
        assert!(start_delay(7, 90_000).as_secs() <= DELAY_MAX_S);
    }
}
