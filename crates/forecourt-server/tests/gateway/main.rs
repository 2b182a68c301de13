//! The stations' door against real sockets: the application on SQLite behind it, rude clients before it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod door;
mod handshake;
mod threats_frames;
mod threats_identity;
mod tls;
