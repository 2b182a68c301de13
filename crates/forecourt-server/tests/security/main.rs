//! Security of stations, seen from outside: the real door over TLS on real sockets, the real API over HTTPS.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod contracts;
mod events;
mod foreign_session;
mod house;
mod keys;
mod mutual_tls;
mod outside_authority;
mod rotation;
mod signing;
mod station;
mod upgrade;
mod uploads;
