//! Who owes whom: every amount is a balanced entry with its cause. Pure; nothing here is ever changed, only added to.

mod payout;
mod posting;

pub use payout::{PayoutState, due_by};
pub use posting::{Account, AccountKind, Charge, Payer, Posting, PostingLine};
