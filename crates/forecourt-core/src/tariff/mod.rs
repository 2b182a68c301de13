//! What charging costs: price rules, the stretches of a session, and the receipt that explains every line.
//!
//! Pure and exact: integers only, the zone and every moment are arguments. One rounding rule, at [`receipt::Line`].
//! It does not know drivers, payments or storage.

mod allowance;
mod beginning;
mod check;
mod cut;
mod discount;
mod local;
mod model;
mod number;
mod period;
mod price;
mod receipt;

pub use check::{ELEMENTS_MAX, Fault};
pub use local::{LocalPrice, LocalPrices, LocalTariff, StationTariff, Unsayable};
pub use model::{
    ClockTime, Component, Dimension, Element, PriceLimit, Prices, Restrictions, Tariff, Weekday,
};
pub use number::{Amount, VatRate};
pub use period::{Mark, StateMark, periods};
pub use price::{Activity, Period, price, split_gross};
pub use receipt::{Line, Receipt, What};
