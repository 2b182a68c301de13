//! Who a station is, how sure we are of it, and what happened that a security officer wants to know.

pub mod severity;
