//! Whose a charge key is, as far as charging and pricing ask.

use serde::{Deserialize, Serialize};

use super::Places;
use crate::id::{CarId, DriverGroupId, DriverId, IdTokenId, MemberDiscountId, SiteId, StationId, TeamId};
use crate::tariff::{Amount, Tariff};
use crate::token::TokenKind;
use crate::unit::Currency;

/// How far somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriverStatus {
    /// Has a code and has not joined with it yet. Keys work already.
    Invited,
    Active,
    /// None of the driver's keys work.
    Blocked,
}

/// Own vehicles and those of clients are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fleet {
    Internal,
    External,
}

/// Whose a key is. Everything is absent for a key that belongs to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub token: IdTokenId,
    pub kind: TokenKind,
    pub driver: Option<HeldByDriver>,
    /// Of the driver.
    pub groups: Vec<DriverGroupId>,
    /// Of the key itself, or of its driver.
    pub team: Option<HeldByTeam>,
    pub car: Option<CarId>,
    /// Of the driver, or of one of the groups. Active ones only; where they hold is told by each.
    pub discounts: Vec<MemberDiscount>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldByDriver {
    pub id: DriverId,
    pub name: String,
    pub status: DriverStatus,
    /// `en`, `de` or `da`.
    pub language: String,
    /// A card or another way to pay is on file.
    pub can_pay: bool,
}

/// A team pays for its keys, and they work at its places only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldByTeam {
    pub id: TeamId,
    pub name: String,
    pub places: Places,
    /// The key itself is the team's, so the team pays; else it only belongs to a member.
    pub is_payer: bool,
}

/// What members pay less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberDiscount {
    pub id: MemberDiscountId,
    pub alias: String,
    pub discount: Discount,
    pub places: Places,
}

/// How much less. Fees for standing idle are never discounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Discount {
    /// Of every price, in hundredths of a per cent.
    PercentOff { hundredths: i64 },
    /// A kWh costs this, with VAT, at places of this currency; other prices stay.
    EnergyPrice { price: Amount, currency: Currency },
    /// Energy that a subscription has paid for; `None`: all of it. What is beyond it is priced by the overflow tariff.
    Allowance {
        #[serde(default)]
        left_wh: Option<i64>,
        #[serde(default)]
        overflow: Option<Box<Tariff>>,
    },
}

impl Holder {
    pub fn is_blocked(&self) -> bool {
        self.driver.as_ref().is_some_and(|driver| driver.status == DriverStatus::Blocked)
    }

    /// The team whose key this is and that has no business here.
    pub fn team_not_here(&self, site: SiteId, station: StationId) -> Option<&HeldByTeam> {
        self.team.as_ref().filter(|team| team.is_payer && !team.places.hold(site, station))
    }

    /// The discounts that hold at a place.
    pub fn discounts_at(&self, site: SiteId, station: StationId) -> impl Iterator<Item = &MemberDiscount> {
        self.discounts.iter().filter(move |discount| discount.places.hold(site, station))
    }
}
