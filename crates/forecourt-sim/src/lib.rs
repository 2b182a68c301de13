//! Simulated stations: the demonstration, the tests and the load generator drive the same OCPP path as a real station.
//!
//! - [`run_station`]: one station over a real WebSocket, behaving as a [`scenario::Scenario`] says.
//! - [`demo`]: twelve stations on three sites, and [`history`]: thirty days that they have behind them.
//! - [`load`]: the load generator of `forecourt bench`, and [`floor`]: a server that answers without reading or storing.
//!
//! This crate may read the clock and open sockets; it never touches a database and knows nothing of the CSMS's inside.

pub mod car;
mod clock;
pub mod demo;
pub mod floor;
pub mod history;
pub mod load;
pub mod scenario;
mod station;
mod wire;

pub use clock::SPEED_MAX;
pub use station::{Habit, Protocol, StationConfig, run_station};
pub use wire::{DialError, Target};
