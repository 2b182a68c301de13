//! Who owes whom: every amount is a balanced entry with its cause. Pure; nothing here is ever changed, only added to.

mod payment;
mod payout;
mod posting;

pub use payment::{
    Moved, NotPaying, PaymentKind, PaymentRules, PaymentState, Standing, Strategy, taken_of_hold, tried_again,
};
pub use payout::{PayoutState, due_by};
pub use posting::{Account, AccountKind, Charge, Payer, Posting, PostingLine};
