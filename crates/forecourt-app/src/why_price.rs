//! Why a session has its price: what was decided at its start, in words of the organisation.

use forecourt_core::access::Permission;
use forecourt_core::booking::Booked;
use forecourt_core::id::{AccessProfileId, SessionId, TariffId};
use forecourt_store::session_terms::IdleTerms;
use serde::Deserialize;

use crate::{App, AppError, Principal};

/// The reasons, for the page.
#[derive(Debug, Clone)]
pub struct WhyPrice {
    pub tariff: TariffId,
    /// Absent where the tariff is gone.
    pub tariff_name: Option<String>,
    pub tariff_by: String,
    /// Its id, its name then, and whom it named.
    pub profile: Option<(AccessProfileId, String, String)>,
    pub instead_of: Vec<String>,
    pub discount: Option<String>,
    /// Its name then, what has come of it, and whether that may still grow.
    pub idle: Option<(String, IdleTerms, bool)>,
    /// What its booking makes of it.
    pub booking: Option<Booked>,
}

/// As `terms` writes them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reasons {
    profile: Option<Named>,
    instead_of: Vec<String>,
    tariff_by: String,
    discount: Option<Alias>,
    idle_fee: Option<NamedFee>,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: AccessProfileId,
    name: String,
    by: String,
}

#[derive(Debug, Deserialize)]
struct Alias {
    alias: String,
}

#[derive(Debug, Deserialize)]
struct NamedFee {
    name: String,
}

impl App {
    pub async fn why_this_price(&self, principal: &Principal, id: SessionId) -> Result<WhyPrice, AppError> {
        principal.require(Permission::SessionsRead)?;
        self.session(principal, id).await?;
        let none = || AppError::NotFound("price");
        let kept = self.store.session_price(id).await?.ok_or_else(none)?;
        let tariff = self.tariffs.version(kept.tariff_version).ok_or_else(none)?.tariff;
        let named = self.store.tariff(principal.organisation, tariff).await?;
        let terms = self.store.session_terms(id).await?;
        let text = terms.as_ref().map_or("{}", |terms| terms.reasons.as_str());
        let reasons: Reasons = serde_json::from_str(text).unwrap_or_default();
        let by = if reasons.tariff_by.is_empty() { "site".to_owned() } else { reasons.tariff_by };
        let fee = reasons.idle_fee.map(|fee| fee.name);
        let booking = terms.as_ref().and_then(|terms| terms.booking.clone());
        let idle = terms.and_then(|terms| Some((fee.unwrap_or_default(), terms.idle?, terms.idle_open)));
        Ok(WhyPrice {
            tariff,
            tariff_name: named.map(|tariff| tariff.name),
            tariff_by: by,
            profile: reasons.profile.map(|profile| (profile.id, profile.name, profile.by)),
            instead_of: reasons.instead_of,
            discount: reasons.discount.map(|discount| discount.alias),
            idle,
            booking,
        })
    }
}
