//! What holds for a session: whether a key is admitted at a plug, and by which profile, tariff, discount and idle fee it
//! charges. Decided when it starts, kept with its reasons, and not changed afterwards.

use forecourt_core::Timestamp;
use forecourt_core::access_profile::{Closeness, Outcome, Profile, Refusal, Seeker, choose};
use forecourt_core::billing::NotPaying;
use forecourt_core::driver::{Discount, MemberDiscount};
use forecourt_core::id::{DriverId, EvseNumber, IdleFeeId, SiteId, StationId, TariffId, TariffVersionId};
use forecourt_core::idle_fee::IdleFee;
use forecourt_core::session::Session;
use forecourt_core::tariff::{Activity, Period, Tariff, price};
use forecourt_core::token::{KnownToken, TokenKind};
use forecourt_core::unit::WattHours;
use forecourt_store::StoreError;
use forecourt_store::booking::BookingRecord;
use forecourt_store::idle_fee::IdleFeeRecord;
use forecourt_store::session_terms::{IdleTerms, SessionTerms};
use forecourt_store::tariff::TariffVersionRecord;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::App;
use crate::access_profiles::KeyPayment;
use crate::bookings::{Kept, Start, idle_of};
use crate::live::Live;
use crate::price_book::Pages;
use crate::tariffs::PricedBy;

/// The session by which prices are compared: 20 kWh in an hour.
const COMPARED_WH: i64 = 20_000;
const COMPARED: SignedDuration = SignedDuration::from_hours(1);

/// Why a valid key may not start here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    Profile(Refusal),
    /// The plug is kept for somebody else, or for those who book.
    Kept(Kept),
    /// Keys may not start what costs something, or only with a way to pay.
    Payment(KeyPayment),
    /// What the organisation wants of drivers before they start.
    Paying(NotPaying),
    /// Nothing may be charged there now, and the charger cannot be told to wait.
    OutsideHours,
}

impl NotAdmitted {
    /// A word of the timeline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Profile(Refusal::NotForThem) => "not_for_them",
            Self::Profile(Refusal::NotNow) => "not_now",
            Self::Kept(Kept::Booked) => "booked",
            Self::Kept(Kept::BookingOnly) => "booking_only",
            Self::Payment(KeyPayment::Never) => "keys_never",
            Self::Payment(KeyPayment::OnlyFree) => "keys_only_free",
            Self::Payment(_) | Self::Paying(NotPaying::NoMethod) => "no_payment",
            Self::Paying(NotPaying::Owes) => "owes",
            Self::OutsideHours => "outside_hours",
            Self::Paying(NotPaying::EmptyWallet) => "empty_wallet",
        }
    }
}

/// Where somebody wants to charge, and when.
#[derive(Debug, Clone, Copy)]
struct Wish {
    site: SiteId,
    station: StationId,
    evse: Option<EvseNumber>,
    at: Timestamp,
}

/// What a session begins with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beginning {
    pub version: Option<Arc<TariffVersionRecord>>,
    /// Kept where there is more to say than "the site's tariff".
    pub terms: Option<SessionTerms>,
}

/// What a session would be charged by.
#[derive(Debug)]
pub(crate) struct WouldBegin {
    pub version: TariffVersionId,
    pub rules: Tariff,
    pub fee: Option<IdleFee>,
}

impl App {
    /// Whether a key that is valid is admitted at this plug now; if so, whether charging may cost something.
    pub(crate) fn admitted(
        &self,
        live: &Live,
        known: Option<&KnownToken>,
        evse: Option<EvseNumber>,
        now: Timestamp,
    ) -> Result<bool, NotAdmitted> {
        let pages = self.price_book.pages();
        let record = live.record();
        let start = Start { site: record.site, station: record.id, evse, driver: driver_of(known), at: now };
        if let Some(kept) = self.bookings.refuses(&start, &live.zone()) {
            return Err(NotAdmitted::Kept(kept));
        }
        let payment = pages.payments.get(&record.organisation).copied().unwrap_or_default();
        let profiles = pages.profiles.get(&record.organisation).map_or(&[][..], Vec::as_slice);
        let asks_for_price = payment != KeyPayment::Always || pages.paying.contains_key(&record.organisation);
        if profiles.is_empty() && !asks_for_price {
            return Ok(true);
        }
        let wish = Wish { site: record.site, station: record.id, evse, at: now };
        let zone = live.zone();
        let outcome = self.chosen(profiles, known, wish, &zone);
        if let Outcome::Refused(refusal) = outcome
            && !record.free_charging
        {
            return Err(NotAdmitted::Profile(refusal));
        }
        let profile = if let Outcome::Admitted { profile, .. } = outcome { Some(profile) } else { None };
        let tariff = self.tariff_of(profile, wish).map(|(tariff, _)| tariff);
        let costs = tariff.and_then(|id| self.tariffs.valid_at(id, now)).is_some_and(|v| !v.rules.is_free());
        if may_pay(payment, known, costs) { Ok(costs) } else { Err(NotAdmitted::Payment(payment)) }
    }

    /// What holds for a session that begins.
    pub(crate) async fn beginning(
        &self,
        live: &Live,
        session: &Session,
        booking: Option<&BookingRecord>,
        now: Timestamp,
    ) -> Result<Beginning, StoreError> {
        let known = match &session.token {
            Some(uid) => self.known_tokens.find(&self.store, session.organisation, uid).await?,
            None => None,
        };
        let pages = self.price_book.pages();
        let profiles = pages.profiles.get(&session.organisation).map_or(&[][..], Vec::as_slice);
        let wish = Wish {
            site: session.site,
            station: session.station,
            evse: Some(session.evse),
            at: session.started_at,
        };
        let zone = live.zone();
        let outcome = self.chosen(profiles, known.as_ref(), wish, &zone);
        let profile = if let Outcome::Admitted { profile, .. } = &outcome { Some(*profile) } else { None };
        let Some((tariff, priced_by)) = self.tariff_of(profile, wish) else {
            return Ok(Beginning::default());
        };
        let Some(version) = self.tariffs.valid_at(tariff, wish.at) else { return Ok(Beginning::default()) };
        let discount = best_discount(known.as_ref(), &version.rules, wish, &zone);
        let fee =
            idle_fee(&pages, profile, wish.site).filter(|fee| fee.rules.currency == version.rules.currency);
        let holder = known.as_ref().map(|token| &token.holder);
        let driver = holder.and_then(|holder| holder.driver.as_ref()).map(|driver| driver.id);
        let team = holder.and_then(|holder| holder.team.as_ref()).filter(|t| t.is_payer).map(|team| team.id);
        let booked = match booking {
            Some(booking) => Some(self.booked(booking, session, session.started_at).await?),
            None => None,
        };
        let mut idle =
            fee.map(|fee| IdleTerms { rules: fee.rules.clone(), course: Default::default(), until: None });
        let until = booking.and_then(idle_of).filter(|idle| idle.rules.currency == version.rules.currency);
        idle = until.or(idle);
        let is_usual = profile.is_none()
            && discount.is_none()
            && idle.is_none()
            && booked.is_none()
            && priced_by == Found::Site;
        let terms = (!is_usual || driver.is_some() || team.is_some()).then(|| SessionTerms {
            session: session.id,
            organisation: session.organisation,
            profile: profile.map(|profile| profile.id),
            tariff_version: Some(version.id),
            driver,
            team,
            idle_fee: fee.map(|fee| fee.id),
            reasons: reasons(&outcome, priced_by, discount, fee).to_string(),
            discount: discount.map(|discount| discount.discount.clone()),
            idle_open: idle.is_some(),
            idle,
            decided_at: now,
            booking: booked,
        });
        Ok(Beginning { version: Some(version), terms })
    }

    /// What would be charged for a session that began here and now, with the driver's discount; `None`: nothing.
    pub(crate) fn would_begin(
        &self,
        live: &Live,
        known: Option<&KnownToken>,
        evse: Option<EvseNumber>,
        now: Timestamp,
    ) -> Option<WouldBegin> {
        let record = live.record();
        if record.free_charging {
            return None;
        }
        let pages = self.price_book.pages();
        let profiles = pages.profiles.get(&record.organisation).map_or(&[][..], Vec::as_slice);
        let wish = Wish { site: record.site, station: record.id, evse, at: now };
        let zone = live.zone();
        let outcome = self.chosen(profiles, known, wish, &zone);
        let profile = if let Outcome::Admitted { profile, .. } = &outcome { Some(*profile) } else { None };
        let (tariff, _) = self.tariff_of(profile, wish)?;
        let version = self.tariffs.valid_at(tariff, now)?;
        let start = Start { site: wish.site, station: wish.station, evse, driver: driver_of(known), at: now };
        let own = self.bookings.of_start(&start).and_then(|booking| booking.rules.own_tariff());
        let rules = own.filter(|own| own.currency == version.rules.currency);
        let rules = rules.unwrap_or_else(|| version.rules.clone());
        let rules = match best_discount(known, &version.rules, wish, &zone) {
            Some(discount) => rules.discounted(&discount.discount),
            None => rules,
        };
        let fee = idle_fee(&pages, profile, wish.site);
        let fee = fee.filter(|fee| fee.rules.currency == rules.currency).map(|fee| fee.rules.clone());
        Some(WouldBegin { version: version.id, rules, fee })
    }

    fn chosen<'a>(
        &self,
        profiles: &'a [Profile],
        known: Option<&KnownToken>,
        wish: Wish,
        zone: &TimeZone,
    ) -> Outcome<'a> {
        let holder = known.map(|token| &token.holder);
        let seeker = Seeker {
            site: wish.site,
            station: wish.station,
            evse: wish.evse,
            driver: holder.and_then(|holder| holder.driver.as_ref()).map(|driver| driver.id),
            groups: holder.map_or(&[][..], |holder| holder.groups.as_slice()),
            local: zone.to_datetime(wish.at),
        };
        choose(profiles, &seeker, |profile| {
            let tariff = self.tariff_of(Some(profile), wish).map(|(tariff, _)| tariff);
            let version = tariff.and_then(|id| self.tariffs.valid_at(id, wish.at));
            version.map_or(0, |version| compared(&version.rules, wish.at, zone))
        })
    }

    fn tariff_of(&self, profile: Option<&Profile>, wish: Wish) -> Option<(TariffId, Found)> {
        if let Some(tariff) = profile.and_then(|profile| profile.rules.tariff_id) {
            return Some((tariff, Found::Profile));
        }
        let evse = wish.evse.unwrap_or(EvseNumber(0));
        let (tariff, by) = self.tariffs.of_place(wish.site, wish.station, evse)?;
        let by = match by {
            PricedBy::Plug => Found::Plug,
            PricedBy::Charger => Found::Charger,
            PricedBy::Site => Found::Site,
        };
        Some((tariff, by))
    }
}

fn driver_of(known: Option<&KnownToken>) -> Option<DriverId> {
    known.and_then(|token| token.holder.driver.as_ref()).map(|driver| driver.id)
}

/// What a tariff was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Profile,
    Plug,
    Charger,
    Site,
}

impl Found {
    fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Plug => "plug",
            Self::Charger => "charger",
            Self::Site => "site",
        }
    }
}

/// What the compared session costs, in the currency's smallest unit.
fn compared(rules: &Tariff, at: Timestamp, zone: &TimeZone) -> i64 {
    let period = Period {
        from: at,
        to: at.saturating_add(COMPARED).unwrap_or(at),
        energy: WattHours(COMPARED_WH),
        activity: Activity::Charging,
        power: None,
        current: None,
    };
    price(rules, &[period], zone).with_vat.0
}

fn may_pay(policy: KeyPayment, known: Option<&KnownToken>, costs: bool) -> bool {
    let Some(holder) = known.map(|token| &token.holder) else { return true };
    if holder.kind != TokenKind::Rfid {
        return true;
    }
    match policy {
        KeyPayment::Always => true,
        KeyPayment::Never => false,
        KeyPayment::OnlyFree => !costs,
        KeyPayment::WithPayment => {
            let team = holder.team.as_ref().is_some_and(|team| team.is_payer);
            !costs || team || holder.driver.as_ref().is_some_and(|driver| driver.can_pay)
        }
    }
}

/// The discount under which the compared session is cheapest, if it is cheaper than without.
fn best_discount<'a>(
    known: Option<&'a KnownToken>,
    rules: &Tariff,
    wish: Wish,
    zone: &TimeZone,
) -> Option<&'a MemberDiscount> {
    let usual = compared(rules, wish.at, zone);
    let priced = |discount: &Discount| compared(&rules.discounted(discount), wish.at, zone);
    let all = known?.holder.discounts_at(wish.site, wish.station);
    let best =
        all.map(|discount| (priced(&discount.discount), discount)).min_by_key(|(cost, d)| (*cost, d.id.0));
    best.filter(|(cost, _)| *cost < usual).map(|(_, discount)| discount)
}

fn idle_fee<'a>(pages: &'a Pages, profile: Option<&Profile>, site: SiteId) -> Option<&'a IdleFeeRecord> {
    let of_site = || pages.fees_of_sites.get(&site).copied();
    let id: IdleFeeId = profile.and_then(|profile| profile.rules.idle_fee_id).or_else(of_site)?;
    pages.fees.get(&id)
}

/// Why this price, for the page. No names of people: those may be erased.
fn reasons(
    outcome: &Outcome<'_>,
    found: Found,
    discount: Option<&MemberDiscount>,
    fee: Option<&IdleFeeRecord>,
) -> Value {
    let (profile, instead_of) = match outcome {
        Outcome::Admitted { profile, by, instead_of } => {
            let by = match by {
                Closeness::Driver => "driver",
                Closeness::Group => "group",
                Closeness::Public => "public",
            };
            let others: Vec<&str> = instead_of.iter().map(|other| other.name.as_str()).collect();
            (json!({"id": profile.id, "name": profile.name, "by": by}), json!(others))
        }
        Outcome::NoProfile | Outcome::Refused(_) => (Value::Null, json!([])),
    };
    json!({
        "profile": profile,
        "instead_of": instead_of,
        "tariff_by": found.as_str(),
        "discount": discount.map(|discount| json!({"alias": discount.alias})),
        "idle_fee": fee.map(|fee| json!({"name": fee.name})),
    })
}
