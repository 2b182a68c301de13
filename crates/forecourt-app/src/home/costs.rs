//! What sessions at home cost: worked out when they are over, by the profile that holds then, and kept. What no price of
//! the market is known for is worked out again when it comes.

use forecourt_core::Timestamp;
use forecourt_core::electricity::CostPart;
use forecourt_core::tariff::{Amount, periods};
use forecourt_core::unit::WattHours;
use forecourt_store::home_cost::{HomeCostRecord, Unpriced};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{App, AppError};

/// How long after its end a session is still worked out: prices may come late, and so may chargers' words.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(62 * 24);
/// How soon what is missing a price is looked at again.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// Energy of a stretch of time with one price, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPart {
    pub from: Timestamp,
    pub until: Timestamp,
    pub energy_wh: i64,
    /// Of the market; `None`: not known.
    pub spot: Option<Amount>,
    /// With everything on top.
    pub per_kwh: Option<Amount>,
    pub amount: Amount,
}

impl From<&CostPart> for KeptPart {
    fn from(part: &CostPart) -> Self {
        Self {
            from: part.from,
            until: part.until,
            energy_wh: part.energy.0,
            spot: part.spot,
            per_kwh: part.per_kwh,
            amount: part.amount,
        }
    }
}

impl App {
    /// Works out what ended since it was looked at last.
    pub async fn work_out_home_costs(&self) -> Result<(), AppError> {
        let now = self.now();
        let since = now.saturating_sub(LOOKED_BACK).unwrap_or(now);
        let before = now.saturating_sub(AGAIN).unwrap_or(now);
        for found in self.store.unpriced_home_sessions(since, before).await? {
            if let Some(record) = self.home_cost_of(&found).await? {
                let mut tx = self.store.begin().await?;
                tx.put_home_cost(&record).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    async fn home_cost_of(&self, found: &Unpriced) -> Result<Option<HomeCostRecord>, AppError> {
        let session = &found.session;
        let Some(profile) = self.store.price_profile(session.organisation, found.profile).await? else {
            return Ok(None);
        };
        let Some(ended_at) = session.ended_at() else { return Ok(None) };
        let (marks, states) = self.store.session_marks(session.id).await?;
        let stretches: Vec<(Timestamp, Timestamp, WattHours)> =
            periods(session.started_at, ended_at, session.energy(), &marks, &states)
                .into_iter()
                .map(|period| (period.from, period.to, period.energy))
                .collect();
        let until = ended_at.max(session.started_at).saturating_add(SignedDuration::from_millis(1));
        let span = (session.started_at, until.unwrap_or(ended_at));
        let curve = self.spot_curve(session.organisation, profile.market, span).await?;
        let cost = profile.content.cost(&stretches, profile.market.zone, &curve);
        let parts: Vec<KeptPart> = cost.parts.iter().map(KeptPart::from).collect();
        Ok(Some(HomeCostRecord {
            session: session.id,
            organisation: session.organisation,
            driver: found.driver,
            profile: profile.id,
            profile_name: profile.name,
            market: profile.market,
            energy: session.energy(),
            unpriced: cost.unpriced,
            amount: cost.rounded(profile.market.currency.decimals()),
            parts: serde_json::to_string(&parts).unwrap_or_default(),
            worked_out_at: self.now(),
        }))
    }
}
