//! How drivers pay: what an organisation wants before a start, what became of a payment, when a failed one is tried again.
//!
//! Pure. A payment is what the provider says of it; it is told in sums so far, so that hearing it twice or late changes
//! nothing.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Posting;
use crate::Timestamp;
use crate::id::DriverId;
use crate::unit::MinorUnits;

/// Waits before a payment that failed is tried again by itself; after the last, the driver's next session tries.
const TRIED_AGAIN_AFTER: [SignedDuration; 4] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(3 * 24),
    SignedDuration::from_hours(7 * 24),
];

/// When a driver pays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// After the session, by the card on file.
    #[default]
    PostPay,
    /// An amount is held on the card while the session runs; what it cost is taken from it.
    PreAuthorise,
    /// From the wallet, which has to be filled before.
    Prepaid,
}

const STRATEGIES: [(Strategy, &str); 3] = [
    (Strategy::PostPay, "post_pay"),
    (Strategy::PreAuthorise, "pre_authorise"),
    (Strategy::Prepaid, "prepaid"),
];

impl Strategy {
    pub fn as_str(self) -> &'static str {
        STRATEGIES.iter().find(|(each, _)| *each == self).map_or("post_pay", |(_, word)| word)
    }

    pub fn parse(text: &str) -> Option<Self> {
        STRATEGIES.iter().find(|(_, word)| *word == text).map(|(each, _)| *each)
    }
}

/// What an organisation wants of its drivers before they start what costs something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PaymentRules {
    pub strategy: Strategy,
    /// Held on the card while a session runs (pre-authorise).
    pub hold: MinorUnits,
    /// Left in the wallet at least at the start (prepaid).
    pub least_balance: MinorUnits,
    /// Owed at most at the start.
    pub most_owed: MinorUnits,
}

/// How a driver stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// In the wallet; below zero: owed.
    pub left: MinorUnits,
    /// A card on file that has not run out.
    pub has_method: bool,
}

/// Why somebody may not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPaying {
    Owes,
    EmptyWallet,
    NoMethod,
}

impl PaymentRules {
    pub fn admits(&self, standing: Standing) -> Result<(), NotPaying> {
        let Standing { left, has_method } = standing;
        if left.0 < 0 && left.0.saturating_neg() > self.most_owed.0 {
            return Err(NotPaying::Owes);
        }
        match self.strategy {
            Strategy::Prepaid if left < self.least_balance => Err(NotPaying::EmptyWallet),
            // What is in the wallet is used first: with enough of it no card is needed.
            Strategy::PreAuthorise if !has_method && left < self.hold => Err(NotPaying::NoMethod),
            Strategy::PostPay if !has_method && left.0 <= 0 => Err(NotPaying::NoMethod),
            _ => Ok(()),
        }
    }
}

/// What a payment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    /// A driver fills the wallet.
    TopUp,
    /// What is owed is taken from the card on file.
    Collection,
    /// Held for a session that runs.
    Hold,
}

const KINDS: [(PaymentKind, &str); 3] =
    [(PaymentKind::TopUp, "top_up"), (PaymentKind::Collection, "collection"), (PaymentKind::Hold, "hold")];

impl PaymentKind {
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(each, _)| *each == self).map_or("top_up", |(_, word)| word)
    }

    pub fn parse(text: &str) -> Option<Self> {
        KINDS.iter().find(|(_, word)| *word == text).map(|(each, _)| *each)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// The driver has a link and has not paid yet.
    Asked,
    /// The provider has it, or is about to.
    Processing,
    /// The card's bank keeps it ready.
    Held,
    Paid,
    Failed,
    /// Let go: nothing was taken.
    Cancelled,
}

const STATES: [(PaymentState, &str); 6] = [
    (PaymentState::Asked, "asked"),
    (PaymentState::Processing, "processing"),
    (PaymentState::Held, "held"),
    (PaymentState::Paid, "paid"),
    (PaymentState::Failed, "failed"),
    (PaymentState::Cancelled, "cancelled"),
];

impl PaymentState {
    pub fn as_str(self) -> &'static str {
        STATES.iter().find(|(each, _)| *each == self).map_or("processing", |(_, word)| word)
    }

    pub fn parse(text: &str) -> Option<Self> {
        STATES.iter().find(|(_, word)| *word == text).map(|(each, _)| *each)
    }

    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Processing | Self::Held)
    }

    /// Whether a provider's word may still change it to `next`. What was paid stays paid: refunds are told in sums.
    pub fn may_become(self, next: Self) -> bool {
        self == next || self.is_open() && !(self == Self::Held && next == Self::Asked)
    }
}

/// Sums of one payment so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    pub taken: MinorUnits,
    pub given_back: MinorUnits,
    /// Kept by the provider.
    pub fee: MinorUnits,
    /// Of what was given back, not from the wallet: a present of the operator.
    pub credited: MinorUnits,
}

impl Moved {
    /// The entries from these sums to `now`, with their kinds. Sums never fall, but for a fee that the provider corrects.
    pub fn entries(self, now: Self, driver: DriverId) -> Vec<(&'static str, Posting)> {
        let more = |before: MinorUnits, now: MinorUnits| MinorUnits(now.0.saturating_sub(before.0));
        let mut entries = Vec::new();
        let taken = more(self.taken, now.taken);
        if taken.0 > 0 {
            entries.push(("payment", Posting::paid_in(driver, taken)));
        }
        let credited = more(self.credited, now.credited);
        if credited.0 > 0 {
            entries.push(("credit", Posting::credit(driver, credited)));
        }
        let back = more(self.given_back, now.given_back);
        if back.0 > 0 {
            entries.push(("refund", Posting::paid_back(driver, back)));
        }
        let fee = more(self.fee, now.fee);
        if fee.0 != 0 {
            entries.push(("fee", Posting::fee(fee)));
        }
        entries
    }

    /// The larger of each: an old message says less than is known. What is given back and was not asked for out of the
    /// wallet (`from_wallet`) is a present, also where it was made on the provider's own pages: else the driver would owe
    /// it, and it would be taken again.
    pub fn at_least(self, other: Self, from_wallet: MinorUnits) -> Self {
        let given_back = self.given_back.max(other.given_back);
        Self {
            taken: self.taken.max(other.taken),
            given_back,
            fee: if other.fee.0 == 0 { self.fee } else { other.fee },
            credited: self.credited.max(given_back.saturating_sub(from_wallet)),
        }
    }
}

/// When a payment that failed for the `tries`-th time is tried again by itself.
pub fn tried_again(tries: u32, failed_at: Timestamp) -> Option<Timestamp> {
    let wait = TRIED_AGAIN_AFTER.get(tries.checked_sub(1)? as usize)?;
    failed_at.saturating_add(*wait).ok()
}

/// What is taken of a hold when the session is over and `owed` is what the driver owes.
pub fn taken_of_hold(hold: MinorUnits, owed: MinorUnits) -> MinorUnits {
    MinorUnits(owed.0.clamp(0, hold.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Strategy;
    use super::*;

    const DRIVER: DriverId = DriverId(3);

    fn rules(strategy: Strategy) -> PaymentRules {
        PaymentRules {
            strategy,
            hold: MinorUnits(5000),
            least_balance: MinorUnits(500),
            most_owed: MinorUnits(1000),
        }
    }

    fn standing(left: i64, has_method: bool) -> Standing {
        Standing { left: MinorUnits(left), has_method }
    }

    #[test]
    fn who_may_start() {
        use Strategy::{PostPay, PreAuthorise, Prepaid};
        let cases = [
            (PostPay, 0, true, Ok(())),
            (PostPay, -1000, true, Ok(())),
            (PostPay, -1001, true, Err(NotPaying::Owes)),
            (PostPay, 0, false, Err(NotPaying::NoMethod)),
            (PostPay, 1, false, Ok(())),
            (PreAuthorise, 0, true, Ok(())),
            (PreAuthorise, 4999, false, Err(NotPaying::NoMethod)),
            (PreAuthorise, 5000, false, Ok(())),
            (PreAuthorise, -1001, true, Err(NotPaying::Owes)),
            (Prepaid, 500, false, Ok(())),
            (Prepaid, 499, true, Err(NotPaying::EmptyWallet)),
            (Prepaid, -1001, true, Err(NotPaying::Owes)),
        ];
        for (strategy, left, has_method, expected) in cases {
            let found = rules(strategy).admits(standing(left, has_method));
            assert_eq!(found, expected, "{strategy:?} {left} {has_method}");
        }
    }

    #[test]
    fn a_failed_payment_is_tried_four_times_again() {
        let at: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let hours = |tries| tried_again(tries, at).map(|next| next.duration_since(at).as_hours());
        let waits: Vec<_> = (0..=5).map(hours).collect();
        assert_eq!(waits, [None, Some(1), Some(24), Some(72), Some(168), None]);
    }

    #[test]
    fn a_payment_that_is_over_stays_over() {
        for over in [PaymentState::Paid, PaymentState::Failed, PaymentState::Cancelled] {
            for (next, _) in STATES {
                assert_eq!(over.may_become(next), over == next);
            }
        }
        assert!(PaymentState::Held.may_become(PaymentState::Paid));
        assert!(!PaymentState::Held.may_become(PaymentState::Asked));
    }

    #[test]
    fn of_a_hold_never_more_than_it_is() {
        assert_eq!(taken_of_hold(MinorUnits(5000), MinorUnits(1234)), MinorUnits(1234));
        assert_eq!(taken_of_hold(MinorUnits(5000), MinorUnits(5001)), MinorUnits(5000));
        assert_eq!(taken_of_hold(MinorUnits(5000), MinorUnits(-3)), MinorUnits(0));
    }

    #[test]
    fn what_is_given_back_from_the_wallet_is_no_present() {
        let before = Moved { taken: MinorUnits(1000), ..Moved::default() };
        let told = |back| Moved { given_back: MinorUnits(back), ..before };
        let gift = before.at_least(told(300), MinorUnits(0));
        assert_eq!(gift.credited, MinorUnits(300));
        let both = gift.at_least(told(500), MinorUnits(200));
        assert_eq!(both.credited, MinorUnits(300));
        let kinds: Vec<_> = gift.entries(both, DRIVER).iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, ["refund"]);
    }

    proptest! {
        /// Whatever order the provider's words come in, and however often: the ledger has what the last sums say.
        #[test]
        fn words_in_any_order_post_each_sum_once(
            heard in prop::collection::vec((0_i64..5000, 0_i64..5000), 1..20),
        ) {
            let mut known = Moved::default();
            let mut sums = (0, 0);
            let mut credited = 0;
            for (taken, back) in &heard {
                let told = Moved {
                    taken: MinorUnits(*taken),
                    given_back: MinorUnits(*back),
                    ..Moved::default()
                };
                let now = known.at_least(told, MinorUnits(0));
                for (kind, posting) in known.entries(now, DRIVER) {
                    prop_assert!(posting.is_balanced());
                    match kind {
                        "payment" => sums.0 += posting.amount().0,
                        "refund" => sums.1 += posting.amount().0,
                        _ => credited += posting.amount().0,
                    }
                }
                known = now;
            }
            let most = |which: fn(&(i64, i64)) -> i64| heard.iter().map(which).max().unwrap_or(0);
            prop_assert_eq!(sums, (most(|h| h.0), most(|h| h.1)));
            prop_assert_eq!(credited, sums.1, "a driver never owes what was given back");
        }
    }
}
