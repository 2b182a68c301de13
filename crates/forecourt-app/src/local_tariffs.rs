//! Prices for stations that compute costs themselves (OCPP 2.1 I07, I08, I10): each holds what the public pays there, kept so
//! by a reconciler, and is told what a driver pays when he shows his key. What is billed is our receipt, always.

use std::hash::{DefaultHasher, Hash, Hasher};

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::command::{Command, Outcome, VariableName};
use forecourt_core::fact::ExtraValue;
use forecourt_core::id::{EvseNumber, SessionId, StationId, TariffVersionId};
use forecourt_core::tariff::{Prices, StationTariff, Tariff, Unsayable};
use forecourt_core::token::KnownToken;
use forecourt_store::told_tariff::ToldTariff;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::certificates::hex;
use crate::letters::Language;
use crate::live::Live;
use crate::price_told::in_words;
use crate::terms::WouldBegin;
use crate::{App, AppError, Principal};

/// The first protocol in which stations can.
pub(crate) const LOCAL_COST_SINCE: &str = "ocpp2.1";
/// Where a station says whether it does.
pub(crate) const COMPONENT: &str = "TariffCostCtrlr";
const ENABLED: &str = "Enabled";
const INSTANCE: &str = "Tariff";
/// How long a refusal rests before the next try.
const REST: SignedDuration = SignedDuration::from_mins(30);
/// Characters of a digest in an id: of 64 bits nobody finds two alike among the tariffs of one station.
const DIGEST_CHARS: usize = 16;

/// What one place of a station should hold.
struct Wanted {
    /// `None`: every EVSE.
    evse: Option<EvseNumber>,
    version: TariffVersionId,
    tariff: Result<StationTariff, Unsayable>,
}

/// What a station computes with, for the page.
#[derive(Debug, Clone)]
pub struct LocalTariffs {
    /// Whether it computes costs itself; `None`: not known.
    pub computes_costs: Option<bool>,
    pub told: Vec<ToldTariff>,
}

impl App {
    pub async fn local_tariffs(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<LocalTariffs, AppError> {
        principal.require(Permission::Read)?;
        let live = self.own_station(principal, station)?;
        let known = live.link().computes_costs;
        let computes_costs = match known {
            Some(known) => Some(known),
            None => self.said_to_compute(station).await?,
        };
        Ok(LocalTariffs { computes_costs, told: self.store.told_tariffs(station).await? })
    }

    /// What the station told of a session's cost, in its own words (2.1 I12).
    pub async fn cost_details(
        &self,
        principal: &Principal,
        session: SessionId,
    ) -> Result<Option<String>, AppError> {
        principal.require(Permission::SessionsRead)?;
        self.session(principal, session).await?;
        let Some(kept) = self.store.newest_cost_details(session).await? else { return Ok(None) };
        let values: Vec<ExtraValue> = serde_json::from_str(&kept).unwrap_or_default();
        Ok(values.into_iter().find(|value| value.measurand == "costDetails").map(|value| value.value))
    }

    /// Asks the station anew whether it computes costs, and tells it its tariffs again.
    pub async fn retell_tariffs(&self, principal: &Principal, station: StationId) -> Result<(), AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let identity = live.record().identity.clone();
        // The guard ends before anything is awaited.
        {
            let mut link = live.link();
            if link.orders.is_none() {
                return Err(AppError::Conflict("the charger is not connected".into()));
            }
            if link.protocol != Some(LOCAL_COST_SINCE) {
                return Err(AppError::Conflict(
                    "only chargers that speak OCPP 2.1 compute costs themselves".into(),
                ));
            }
            link.computes_costs = None;
            link.doubts_tariffs = true;
            link.errands = true;
        }
        let note = self.note(principal, "station.tariffs_told", ("station", station.0, identity.as_str()));
        self.keep_note(note.made(&serde_json::json!({}))).await
    }

    /// What this driver pays, where it is not what the public pays.
    pub(crate) fn tariff_of_driver(
        &self,
        live: &Live,
        known: Option<&KnownToken>,
        evse: Option<EvseNumber>,
        now: Timestamp,
    ) -> Option<Box<StationTariff>> {
        if known.is_none() || live.link().computes_costs != Some(true) {
            return None;
        }
        let usual = self.would_begin(live, None, evse, now)?;
        let own = self.would_begin(live, known, evse, now).unwrap_or_else(|| free(&usual));
        if own.rules == usual.rules {
            return None;
        }
        let told = self.told_as(&own, "driver", live, now);
        told.inspect_err(
            |why| tracing::info!(station = %live.record().id, %why, "a driver's price was not told"),
        )
        .ok()
        .map(Box::new)
    }

    /// Looks whether a station should hold other tariffs than were settled with it: a price changed, or its time came.
    pub(crate) async fn note_other_tariffs(&self, live: &Live) {
        let settled = {
            let link = live.link();
            if link.computes_costs != Some(true) || link.orders.is_none() {
                return;
            }
            link.settled_tariffs
        };
        let wanted = digest(&self.wanted_tariffs(live).await);
        if settled != Some(wanted) {
            live.link().errands = true;
        }
    }

    /// Tells a station the tariffs it should hold and does not. Says whether nothing is left to do.
    pub(crate) async fn reconcile_tariffs(&self, live: &Live) -> Result<bool, AppError> {
        let station = live.record().id;
        if live.link().protocol != Some(LOCAL_COST_SINCE) {
            return Ok(true);
        }
        if live.link().doubts_tariffs {
            let mut tx = self.store.begin().await?;
            tx.doubt_told_tariffs(station).await?;
            tx.commit().await?;
            live.link().doubts_tariffs = false;
        }
        let wanted = self.wanted_tariffs(live).await;
        let known = self.store.told_tariffs(station).await?;
        if wanted.is_empty() && known.is_empty() {
            return Ok(true);
        }
        match self.asked_to_compute(live).await? {
            None => return Ok(false),
            Some(false) => return Ok(true),
            Some(true) => {}
        }
        let digest = digest(&wanted);
        let mut done = true;
        for place in &wanted {
            let at = evse_number(place.evse);
            done &= self.settle_tariff(live, place, known.iter().find(|told| told.evse == at)).await?;
        }
        for gone in known.iter().filter(|told| wanted.iter().all(|w| evse_number(w.evse) != told.evse)) {
            let elsewhere = wanted.iter().any(|w| w.tariff.as_ref().is_ok_and(|t| t.id == gone.told_id));
            if !elsewhere && !self.take_back(live, gone).await? {
                done = false;
                continue;
            }
            let mut tx = self.store.begin().await?;
            tx.remove_told_tariff(station, gone.evse).await?;
            tx.commit().await?;
        }
        live.link().settled_tariffs = done.then_some(digest);
        Ok(done)
    }

    async fn settle_tariff(
        &self,
        live: &Live,
        place: &Wanted,
        known: Option<&ToldTariff>,
    ) -> Result<bool, AppError> {
        let now = self.now();
        let mut next = ToldTariff {
            station: live.record().id,
            evse: evse_number(place.evse),
            told_id: String::new(),
            version: Some(place.version),
            state: "held".into(),
            detail: None,
            changed_at: now,
            retry_at: None,
        };
        match &place.tariff {
            Err(why) => {
                // What it holds is not the price any more: better it asks us for the cost.
                if let Some(known) = known
                    && !self.take_back(live, known).await?
                {
                    return Ok(false);
                }
                next.state = "unsayable".into();
                next.detail = Some(why.code().to_owned());
            }
            Ok(tariff) => {
                let same = known.filter(|told| told.told_id == tariff.id);
                if same.is_some_and(|told| told.state == "held") {
                    return Ok(true);
                }
                if same.is_some_and(|told| told.retry_at.is_some_and(|at| at > now)) {
                    return Ok(false);
                }
                next.told_id.clone_from(&tariff.id);
                let command = Command::SetTariff { evse: place.evse, tariff: Box::new(tariff.clone()) };
                next.detail = match self.order(live, command).await?.1 {
                    Outcome::Offline | Outcome::NoAnswer | Outcome::Busy => return Ok(false),
                    Outcome::Answered { accepted: true, .. } => None,
                    // The id is a digest of the prices: it holds these.
                    Outcome::Answered { status: Some(status), .. } if status == "DuplicateTariffId" => None,
                    Outcome::Answered { status, .. } => Some(status.unwrap_or_else(|| "Rejected".into())),
                    Outcome::Failed { code, description, .. } => Some(format!("{code} {description}")),
                    Outcome::Impossible { reason } => Some(reason),
                };
                if next.detail.is_some() {
                    next.state = "refused".into();
                    next.retry_at = Some(now + REST);
                }
            }
        }
        let unchanged = known.is_some_and(|known| {
            (known.state.as_str(), &known.detail, &known.told_id)
                == (next.state.as_str(), &next.detail, &next.told_id)
        });
        if !unchanged || next.retry_at.is_some() {
            let mut tx = self.store.begin().await?;
            tx.put_told_tariff(&next).await?;
            tx.commit().await?;
        }
        Ok(next.retry_at.is_none())
    }

    /// Says whether the station does not hold it any more.
    async fn take_back(&self, live: &Live, told: &ToldTariff) -> Result<bool, AppError> {
        if told.told_id.is_empty() || told.state == "refused" {
            return Ok(true);
        }
        let outcome = self.order(live, Command::ClearTariffs { ids: vec![told.told_id.clone()] }).await?.1;
        // One that does not know it does not hold it.
        Ok(!matches!(outcome, Outcome::Offline | Outcome::NoAnswer | Outcome::Busy))
    }

    async fn wanted_tariffs(&self, live: &Live) -> Vec<Wanted> {
        let now = self.now();
        let evses: Vec<EvseNumber> = {
            let state = live.state.lock().await;
            state.evses.iter().map(|(evse, _)| *evse).filter(|evse| evse.0 > 0).collect()
        };
        let priced: Vec<(EvseNumber, WouldBegin)> = evses
            .iter()
            .filter_map(|evse| Some((*evse, self.would_begin(live, None, Some(*evse), now)?)))
            .collect();
        let alike = priced.windows(2).all(|two| match two {
            [one, other] => one.1.rules == other.1.rules && one.1.fee == other.1.fee,
            _ => true,
        });
        let wish = |evse: Option<EvseNumber>, begun: &WouldBegin| {
            let place = evse.map_or_else(|| "all".to_owned(), |evse| evse.0.to_string());
            Wanted { evse, version: begun.version, tariff: self.told_as(begun, &place, live, now) }
        };
        match priced.first() {
            Some((_, begun)) if alike && priced.len() == evses.len() => vec![wish(None, begun)],
            _ => priced.iter().map(|(evse, begun)| wish(Some(*evse), begun)).collect(),
        }
    }

    /// The tariff as the station gets it. The same prices at the same place have the same id, others never.
    fn told_as(
        &self,
        begun: &WouldBegin,
        place: &str,
        live: &Live,
        now: Timestamp,
    ) -> Result<StationTariff, Unsayable> {
        let prices = begun.rules.for_station()?;
        // Words say what holds at one moment: only prices that always hold have them.
        let words: Vec<(String, String)> = if begun.rules.is_unrestricted() {
            let each = [Language::English, Language::German, Language::Danish].into_iter();
            let told = each
                .map(|language| (language.word().to_owned(), in_words(language, begun, now, &live.zone())));
            told.filter(|(_, text)| !text.is_empty()).collect()
        } else {
            Vec::new()
        };
        let text = serde_json::to_string(&(&prices, &words)).unwrap_or_default();
        let mut id = hex(&Sha256::digest(text));
        id.truncate(DIGEST_CHARS);
        Ok(StationTariff { id: format!("fc-{id}-{place}"), prices, words })
    }

    /// Whether the station computes costs; it is asked where it never said. `None`: it could not be asked.
    async fn asked_to_compute(&self, live: &Live) -> Result<Option<bool>, AppError> {
        if let Some(known) = live.link().computes_costs {
            return Ok(Some(known));
        }
        let variable = VariableName { component: COMPONENT.into(), name: format!("{ENABLED}[{INSTANCE}]") };
        let outcome = self.order(live, Command::ReadVariables { variables: vec![variable] }).await?.1;
        if matches!(outcome, Outcome::Offline | Outcome::NoAnswer | Outcome::Busy) {
            return Ok(None);
        }
        let answered = matches!(outcome, Outcome::Answered { accepted: true, .. });
        let computes = answered && self.said_to_compute(live.record().id).await? == Some(true);
        live.link().computes_costs = Some(computes);
        Ok(Some(computes))
    }

    async fn said_to_compute(&self, station: StationId) -> Result<Option<bool>, AppError> {
        let value = self.store.variable_value(station, COMPONENT, ENABLED, INSTANCE).await?;
        Ok(value.map(|value| value.eq_ignore_ascii_case("true")))
    }
}

fn evse_number(evse: Option<EvseNumber>) -> i64 {
    evse.map_or(0, |evse| i64::from(evse.0))
}

/// Nothing, in the currency of the place.
fn free(usual: &WouldBegin) -> WouldBegin {
    let rules = Tariff {
        currency: usual.rules.currency,
        prices: Prices::WithVat,
        elements: Vec::new(),
        min_price: None,
        max_price: None,
    };
    WouldBegin { version: usual.version, rules, fee: None }
}

fn digest(wanted: &[Wanted]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for place in wanted {
        evse_number(place.evse).hash(&mut hasher);
        match &place.tariff {
            Ok(tariff) => tariff.id.hash(&mut hasher),
            Err(why) => why.code().hash(&mut hasher),
        }
    }
    hasher.finish()
}
