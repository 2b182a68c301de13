//! People who charge, and what decides on their charge keys: whose a key is, where it works, what is off the price.
//!
//! It never decides on a price; it says what a price may be decided by.

mod holder;
mod places;

pub use holder::{Discount, DriverStatus, Fleet, HeldByDriver, HeldByTeam, Holder, MemberDiscount};
pub use places::Places;
