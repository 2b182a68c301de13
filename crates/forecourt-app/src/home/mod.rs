//! Charging at home: how the price of a kilowatt-hour comes about there.

mod profiles;

pub use profiles::{Outlook, OutlookRow, ProfileEdit};
