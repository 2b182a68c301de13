//! The domain of a charging network.
//!
//! Pure: `now` and random bytes are arguments, nothing here waits, reads, writes or knows a protocol version.
//! Stations' words arrive as [`fact::Fact`], leave as [`fact::Answer`]; operators' wishes are [`command::Command`].

pub mod access;
pub mod access_profile;
pub mod billing;
pub mod booking;
pub mod change;
pub mod charging;
pub mod command;
pub mod driver;
pub mod electricity;
pub mod fact;
pub mod fault;
pub mod id;
pub mod idle_fee;
pub mod metrics;
pub mod opening;
pub mod power;
pub mod schedule;
pub mod session;
pub mod station;
pub mod subscription;
pub mod tariff;
pub mod token;
pub mod unit;

pub use jiff::Timestamp;
