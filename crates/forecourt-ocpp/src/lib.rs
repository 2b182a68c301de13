//! OCPP in every version: what a station says becomes a [`forecourt_core::fact::Fact`], what we wish becomes a call.
//!
//! Pure and sans-IO: no socket, no clock, no randomness. What we receive is read tolerantly (a station that errs is
//! still a customer's station); what we send is strictly valid against the official schemas. Nothing here decides
//! whether a token may charge or what a session costs.

pub mod catalogue;
mod composite;
pub mod decimal;
pub mod fault;
pub mod frame;
mod item;
pub mod link;
mod mend;
mod meter;
pub mod node;
mod outcome;
mod profile;
pub mod quirk;
pub mod read;
pub mod shape;
pub mod time;
pub mod v16;
pub mod v2;
pub mod version;
mod word;
pub mod write;

pub use composite::read_composite;
pub use fault::{Fault, FaultKind};
pub use link::{Limits, Link, Output, Received, ReceivedCall, Refused, Settled};
pub use v2::cost_told;
pub use version::{
    Read, Version, answer_text, fault_code, fault_text, installed_certificates, items_of_answer,
    local_list_version, variables,
};
