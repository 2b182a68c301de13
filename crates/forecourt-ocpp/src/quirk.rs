//! Vendor deviations that need more than tolerance, as data.
//!
//! Tolerant reading needs no knowledge of the vendor; what stands here is only what changes the *meaning* of a value.
//! It never changes what we send.

/// Transaction ids of 1.6 that stand for "none" in stations of the field: 0 and negative numbers from stations that lost
/// theirs, the largest numbers from firmware whose "unset" is all ones.
pub const fn is_no_transaction(id: i64) -> bool {
    id <= 0 || id == i64::MAX || id == i32::MAX as i64 || id == u32::MAX as i64
}
