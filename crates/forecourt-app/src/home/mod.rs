//! Charging at home: whose charger it is, who was asked to claim it, and what a kilowatt-hour costs there.
//!
//! It prices nothing an operator bills: that is the tariffs' business.

mod chargers;
mod costs;
mod owners;
mod profiles;
mod statement;

pub use chargers::{claim_word, effective};
pub use costs::KeptPart;
pub use forecourt_store::home::{ClaimState, HomeChargerRecord, HomeFilter};
pub use owners::NewOwner;
pub(crate) use owners::Owners;
pub use profiles::{Outlook, OutlookRow, ProfileEdit};
pub use statement::{NotCounted, Statement, StatementLine, StatementOwner, not_counted_word};
