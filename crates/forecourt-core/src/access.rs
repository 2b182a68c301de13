//! Who may do what where.

mod permission;
mod role;

pub use permission::{PERMISSIONS, Permission, Permissions};
pub use role::Role;
