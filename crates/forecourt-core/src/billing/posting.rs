//! Double entry: what each thing that happens to money does to the accounts.
//!
//! Amounts are signed minor units: what is above zero stands on the debit side. The lines of a posting sum to zero.

use serde::{Deserialize, Serialize};

use crate::id::{DriverId, TeamId};
use crate::unit::MinorUnits;

/// What an account counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A driver's wallet: below zero is what the driver has left, above zero what the driver owes.
    Driver,
    /// What a team's company owes: it is billed by invoice.
    Team,
    /// Sessions with a price that belong to nobody known: settled outside, for example in cash.
    Unassigned,
    /// Charging, without VAT.
    Revenue,
    /// Subscriptions and cards, without VAT.
    Subscriptions,
    Vat,
    /// Money that the payment provider or the platform holds for the organisation.
    Held,
    /// Asked to be paid out, and on its way.
    PayoutPending,
    /// The organisation's own bank account.
    Bank,
    /// Given to drivers: credit, vouchers.
    Goodwill,
    /// Kept by the payment provider and the platform.
    Fees,
}

/// Every kind, in the order a sheet lists them.
const KINDS: [(AccountKind, &str); 11] = [
    (AccountKind::Driver, "driver"),
    (AccountKind::Team, "team"),
    (AccountKind::Unassigned, "unassigned"),
    (AccountKind::Held, "held"),
    (AccountKind::PayoutPending, "payout_pending"),
    (AccountKind::Bank, "bank"),
    (AccountKind::Vat, "vat"),
    (AccountKind::Revenue, "revenue"),
    (AccountKind::Subscriptions, "subscriptions"),
    (AccountKind::Goodwill, "goodwill"),
    (AccountKind::Fees, "fees"),
];

impl AccountKind {
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("unassigned", |(_, word)| word)
    }

    pub fn parse(text: &str) -> Option<Self> {
        KINDS.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind)
    }
}

/// One account of an organisation in one currency; `owner` is 0 where there is one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account {
    pub kind: AccountKind,
    pub owner: i64,
}

impl Account {
    pub fn of(kind: AccountKind) -> Self {
        Self { kind, owner: 0 }
    }

    pub fn driver(id: DriverId) -> Self {
        Self { kind: AccountKind::Driver, owner: id.0 }
    }

    pub fn team(id: TeamId) -> Self {
        Self { kind: AccountKind::Team, owner: id.0 }
    }
}

/// Who pays for a session (C5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payer {
    Driver(DriverId),
    Team(TeamId),
    Nobody,
}

impl Payer {
    /// A team's key is billed to the team, whoever drove.
    pub fn of(driver: Option<DriverId>, team: Option<TeamId>) -> Self {
        match (team, driver) {
            (Some(team), _) => Self::Team(team),
            (None, Some(driver)) => Self::Driver(driver),
            (None, None) => Self::Nobody,
        }
    }

    pub fn account(self) -> Account {
        match self {
            Self::Driver(id) => Account::driver(id),
            Self::Team(id) => Account::team(id),
            Self::Nobody => Account::of(AccountKind::Unassigned),
        }
    }
}

/// What somebody is charged, both sides of VAT.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Charge {
    pub without_vat: MinorUnits,
    pub with_vat: MinorUnits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostingLine {
    pub account: Account,
    pub amount: MinorUnits,
}

/// One entry: lines that sum to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub lines: Vec<PostingLine>,
}

impl Posting {
    /// Lines of nothing are left out.
    fn of(lines: &[(Account, i64)]) -> Self {
        let lines = lines.iter().filter(|(_, amount)| *amount != 0);
        Self {
            lines: lines
                .map(|&(account, amount)| PostingLine { account, amount: MinorUnits(amount) })
                .collect(),
        }
    }

    fn moved(from: Account, to: Account, amount: MinorUnits) -> Self {
        Self::of(&[(to, amount.0), (from, -amount.0)])
    }

    /// A session that cost `now` where `before` has been posted already: the difference. `None`: there is none.
    pub fn session(payer: Payer, before: Charge, now: Charge) -> Option<Self> {
        let net = now.without_vat.0.checked_sub(before.without_vat.0)?;
        let gross = now.with_vat.0.checked_sub(before.with_vat.0)?;
        let vat = gross.checked_sub(net)?;
        let posting = Self::of(&[
            (payer.account(), gross),
            (Account::of(AccountKind::Revenue), -net),
            (Account::of(AccountKind::Vat), -vat),
        ]);
        (!posting.lines.is_empty()).then_some(posting)
    }

    /// A period of a subscription, or a card.
    pub fn due(payer: Payer, charge: Charge) -> Self {
        let vat = charge.with_vat.0.saturating_sub(charge.without_vat.0);
        Self::of(&[
            (payer.account(), charge.without_vat.0.saturating_add(vat)),
            (Account::of(AccountKind::Subscriptions), -charge.without_vat.0),
            (Account::of(AccountKind::Vat), -vat),
        ])
    }

    /// A driver paid through the payment provider: a top-up, or what was owed.
    pub fn paid_in(driver: DriverId, amount: MinorUnits) -> Self {
        Self::moved(Account::driver(driver), Account::of(AccountKind::Held), amount)
    }

    /// Paid back through the payment provider.
    pub fn paid_back(driver: DriverId, amount: MinorUnits) -> Self {
        Self::moved(Account::of(AccountKind::Held), Account::driver(driver), amount)
    }

    /// Credit by hand or by voucher. The other way does not exist (C18).
    pub fn credit(driver: DriverId, amount: MinorUnits) -> Self {
        Self::moved(Account::driver(driver), Account::of(AccountKind::Goodwill), amount)
    }

    /// Money came to the bank for what was owed: a transfer for an invoice, cash.
    pub fn received(payer: Payer, amount: MinorUnits) -> Self {
        Self::moved(payer.account(), Account::of(AccountKind::Bank), amount)
    }

    /// Kept by the provider or the platform.
    pub fn fee(amount: MinorUnits) -> Self {
        Self::moved(Account::of(AccountKind::Held), Account::of(AccountKind::Fees), amount)
    }

    pub fn payout_requested(amount: MinorUnits) -> Self {
        Self::moved(Account::of(AccountKind::Held), Account::of(AccountKind::PayoutPending), amount)
    }

    pub fn payout_rejected(amount: MinorUnits) -> Self {
        Self::moved(Account::of(AccountKind::PayoutPending), Account::of(AccountKind::Held), amount)
    }

    pub fn payout_paid(amount: MinorUnits) -> Self {
        Self::moved(Account::of(AccountKind::PayoutPending), Account::of(AccountKind::Bank), amount)
    }

    /// What an entry that is told as one amount is about: the sum of its debit side.
    pub fn amount(&self) -> MinorUnits {
        MinorUnits(self.lines.iter().map(|line| line.amount.0.max(0)).sum())
    }

    pub fn is_balanced(&self) -> bool {
        self.lines.iter().map(|line| i128::from(line.amount.0)).sum::<i128>() == 0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    const DRIVER: DriverId = DriverId(7);

    fn charge(without_vat: i64, with_vat: i64) -> Charge {
        Charge { without_vat: MinorUnits(without_vat), with_vat: MinorUnits(with_vat) }
    }

    fn sums(postings: &[Posting]) -> HashMap<Account, i64> {
        let mut sums = HashMap::new();
        for line in postings.iter().flat_map(|p| &p.lines) {
            *sums.entry(line.account).or_default() += line.amount.0;
        }
        sums
    }

    #[test]
    fn words_are_read_back() {
        for (kind, word) in KINDS {
            assert_eq!(AccountKind::parse(word), Some(kind));
            assert_eq!(kind.as_str(), word);
        }
    }

    #[test]
    fn a_session_is_owed_by_its_payer() {
        let posted = Posting::session(Payer::Driver(DRIVER), Charge::default(), charge(800, 1_000));
        let sums = sums(&posted.into_iter().collect::<Vec<_>>());
        assert_eq!(sums[&Account::driver(DRIVER)], 1_000);
        assert_eq!(sums[&Account::of(AccountKind::Revenue)], -800);
        assert_eq!(sums[&Account::of(AccountKind::Vat)], -200);
        assert_eq!(Posting::session(Payer::Nobody, charge(1, 2), charge(1, 2)), None);
    }

    #[test]
    fn a_team_pays_for_its_drivers() {
        assert_eq!(Payer::of(Some(DRIVER), Some(TeamId(3))), Payer::Team(TeamId(3)));
        assert_eq!(Payer::of(Some(DRIVER), None), Payer::Driver(DRIVER));
        assert_eq!(Payer::of(None, None), Payer::Nobody);
    }

    /// One thing that happens on a day.
    #[derive(Debug, Clone)]
    enum Deed {
        /// A session is priced, and priced again.
        Session {
            first: (u16, u16),
            then: (u16, u16),
        },
        TopUp(u16),
        Credit(u16),
        /// Given and paid back to the card.
        Refund(u16),
        Payout {
            amount: u16,
            paid: bool,
        },
        Fee(u16),
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let both = || (any::<u16>(), any::<u16>());
        prop_oneof![
            (both(), both()).prop_map(|(first, then)| Deed::Session { first, then }),
            any::<u16>().prop_map(Deed::TopUp),
            any::<u16>().prop_map(Deed::Credit),
            any::<u16>().prop_map(Deed::Refund),
            (any::<u16>(), any::<bool>()).prop_map(|(amount, paid)| Deed::Payout { amount, paid }),
            any::<u16>().prop_map(Deed::Fee),
        ]
    }

    fn whole((net, vat): (u16, u16)) -> Charge {
        charge(i64::from(net), i64::from(net) + i64::from(vat))
    }

    fn postings(deed: &Deed) -> Vec<Posting> {
        let minor = |amount: u16| MinorUnits(i64::from(amount));
        let payer = Payer::Driver(DRIVER);
        match *deed {
            Deed::Session { first, then } => [
                Posting::session(payer, Charge::default(), whole(first)),
                Posting::session(payer, whole(first), whole(then)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Deed::TopUp(amount) => vec![Posting::paid_in(DRIVER, minor(amount))],
            Deed::Credit(amount) => vec![Posting::credit(DRIVER, minor(amount))],
            Deed::Refund(amount) => {
                vec![Posting::credit(DRIVER, minor(amount)), Posting::paid_back(DRIVER, minor(amount))]
            }
            Deed::Payout { amount, paid: true } => {
                vec![Posting::payout_requested(minor(amount)), Posting::payout_paid(minor(amount))]
            }
            Deed::Payout { amount, paid: false } => {
                vec![Posting::payout_requested(minor(amount)), Posting::payout_rejected(minor(amount))]
            }
            Deed::Fee(amount) => vec![Posting::fee(minor(amount))],
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Days of sessions, corrections, top-ups, refunds and payouts.
        #[test]
        fn the_ledger_balances_after_any_day(day in proptest::collection::vec(deed(), 0..12)) {
            let all: Vec<Posting> = day.iter().flat_map(postings).collect();
            prop_assert!(all.iter().all(Posting::is_balanced));
            let sums = sums(&all);
            prop_assert_eq!(sums.values().sum::<i64>(), 0);
            // A session counts with what it cost last, once.
            let mut revenue = 0;
            for deed in &day {
                if let Deed::Session { then, .. } = *deed {
                    revenue -= i64::from(then.0);
                }
            }
            let of = |kind| sums.get(&Account::of(kind)).copied().unwrap_or_default();
            prop_assert_eq!(of(AccountKind::Revenue), revenue);
            prop_assert_eq!(of(AccountKind::PayoutPending), 0, "what was asked for is paid or back");
        }
    }
}
