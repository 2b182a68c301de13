//! Forecourt's outer walls as a library, so that tests can put a real server on a real socket. No business rule.
//!
//! The binary `forecourt` is the only program made of it.

pub mod cli;
pub mod config;
mod demo;
mod doctor;
pub mod gateway;
pub mod http;
mod listen;
pub mod peer;
mod serve;
mod telemetry;
