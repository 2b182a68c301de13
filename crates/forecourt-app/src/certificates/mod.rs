//! Certificates: who signs for an organisation's stations, what was signed, and what stations are to trust.

mod authority;
mod built_in;
mod hash;
mod inventory;
mod signing;
mod trust;
pub(crate) mod watch;
pub(crate) mod x509;

pub use authority::{AuthorityEdit, AuthorityView};
pub use inventory::NewTrusted;
pub use trust::ClientCertificate;

#[cfg(test)]
pub(crate) use hash::certificate_hash;
pub(crate) use trust::{Trust, verify_chain};
pub(crate) use x509::hex;
