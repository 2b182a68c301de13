//! The rules of a site, and the slots that are free under them.

use forecourt_core::access::Permission;
use forecourt_core::booking::{Rules, Slot, Span, Taken, is_free, slots_of_day};
use forecourt_core::change::What;
use forecourt_core::id::SiteId;
use forecourt_core::tariff::VatRate;
use forecourt_core::unit::Currency;
use forecourt_store::SiteRecord;
use forecourt_store::booking::{BookingRecord, BookingRulesRecord};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::json;

use super::{Place, course_of, place_of};
use crate::{App, AppError, FieldError, Principal};

/// Days of slots in one answer.
const DAYS_MAX: i64 = 31;

/// The rules of a site; those that are usual where it has none.
#[derive(Debug, Clone)]
pub struct BookingRulesSheet {
    pub rules: Rules,
    /// 0: nobody has set any.
    pub version: i64,
    pub changed_at: Option<Timestamp>,
}

/// A slot, and how many plugs are free all through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeSlot {
    pub slot: Slot,
    pub free: usize,
    pub of: usize,
}

impl App {
    pub async fn booking_rules(
        &self,
        principal: &Principal,
        site: SiteId,
    ) -> Result<BookingRulesSheet, AppError> {
        principal.require(Permission::Read)?;
        let place = self.site(principal, site).await?.site;
        let kept = self.store.booking_rules(principal.organisation, site).await?;
        Ok(match kept {
            Some(record) => BookingRulesSheet {
                rules: record.rules,
                version: record.version,
                changed_at: Some(record.changed_at),
            },
            None => {
                let currency = Currency::read(&place.currency).ok_or(AppError::NotFound("currency"))?;
                let rules = Rules { vat: self.usual_vat(&place), ..Rules::usual(currency) };
                BookingRulesSheet { rules, version: 0, changed_at: None }
            }
        })
    }

    /// The rate of the site's prices.
    fn usual_vat(&self, site: &SiteRecord) -> Option<VatRate> {
        let version = self.tariffs.valid_at(site.tariff?, self.now())?;
        version.rules.elements.iter().flat_map(|element| &element.components).find_map(|c| c.vat)
    }

    /// Other rules, for bookings that are made later: those that are made keep theirs.
    pub async fn set_booking_rules(
        &self,
        principal: &Principal,
        site: SiteId,
        expected: Option<i64>,
        rules: Rules,
    ) -> Result<BookingRulesSheet, AppError> {
        principal.require(Permission::Network)?;
        let place = self.site(principal, site).await?.site;
        let known = self.booking_rules(principal, site).await?;
        if prices_of(&rules) != prices_of(&known.rules) {
            principal.require(Permission::Tariffs)?;
        }
        self.check_booking_rules(&place, &rules)?;
        let record = BookingRulesRecord {
            site,
            organisation: principal.organisation,
            rules,
            changed_at: self.now(),
            version: expected.unwrap_or(known.version),
        };
        let mut tx = self.store.begin().await?;
        tx.put_booking_rules(&record).await?;
        let note = self.note(principal, "site.booking_rules_set", ("site", site.0, &place.name));
        tx.audit(&note.changed(json!(known.rules), json!(record.rules))).await?;
        tx.commit().await?;
        self.bookings.load(&self.store).await?;
        self.tell(principal, Some(site), None, What::Site);
        self.booking_rules(principal, site).await
    }

    fn check_booking_rules(&self, site: &SiteRecord, rules: &Rules) -> Result<(), AppError> {
        let named = rules.faults().into_iter();
        let mut faults: Vec<FieldError> = named
            .map(|(path, text)| FieldError { field: path.to_owned(), message: text.to_owned() })
            .collect();
        let mut add = |field: &str, message: String| {
            faults.push(FieldError { field: field.to_owned(), message });
        };
        if rules.currency.code() != site.currency {
            add("/currency", format!("that of the site, {}", site.currency));
        }
        // A session without a tariff has no receipt: nothing of a booking could stand on it.
        let costs = rules.price.is_some() || rules.fee.0 > 0 || rules.fee_future.is_some_and(|fee| fee.0 > 0);
        if rules.enabled && (costs || rules.blocking.is_some()) && site.tariff.is_none() {
            add(
                "/enabled",
                "give the site a tariff first: bookings that cost something are billed with it".into(),
            );
        }
        for station in &rules.stations {
            let record = self.directory.get(*station).map(|live| live.record());
            if record.is_none_or(|record| record.site != site.id) {
                add("/stations", "chargers of this site".into());
                break;
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
    }

    /// The slots of so many days, with what is free. With `rules` as they would be: nothing has to be saved to see them.
    pub async fn booking_slots(
        &self,
        principal: &Principal,
        site: SiteId,
        (first, days): (Option<Date>, i64),
        rules: Option<Rules>,
    ) -> Result<Vec<FreeSlot>, AppError> {
        principal.require(Permission::Read)?;
        let place = self.site(principal, site).await?.site;
        let rules = match rules {
            Some(rules) => rules,
            None => self.booking_rules(principal, site).await?.rules,
        };
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(AppError::field("/days", format!("from 1 to {DAYS_MAX}")));
        }
        if !rules.faults().is_empty() {
            self.check_booking_rules(&place, &rules)?;
        }
        let zone = zone_of(&place);
        let first = first.unwrap_or_else(|| zone.to_datetime(self.now()).date());
        let slots = slots_of_days(&rules, &place, &zone, first, days);
        let book = self.bookings.pages().get(&site).cloned();
        let places: Vec<Place> = match &book {
            Some(book) => book.places.iter().copied().filter(|(station, _)| rules.offers(*station)).collect(),
            None => Vec::new(),
        };
        let taken = book.map(|book| taken_of(&book.open)).unwrap_or_default();
        let free = |slot: &Slot| {
            let wanted = span_of(std::slice::from_ref(slot), &rules);
            wanted.map_or(0, |wanted| places.iter().filter(|p| is_free(**p, &taken, wanted)).count())
        };
        Ok(slots.iter().map(|slot| FreeSlot { slot: *slot, free: free(slot), of: places.len() }).collect())
    }
}

/// What somebody without the right to make prices leaves as it is.
fn prices_of(rules: &Rules) -> serde_json::Value {
    json!([
        rules.currency,
        rules.vat,
        rules.price,
        rules.free_wh,
        rules.fee,
        rules.fee_future,
        rules.blocking
    ])
}

pub(super) fn zone_of(site: &SiteRecord) -> TimeZone {
    TimeZone::get(&site.time_zone).unwrap_or(TimeZone::UTC)
}

pub(super) fn slots_of_days(
    rules: &Rules,
    site: &SiteRecord,
    zone: &TimeZone,
    first: Date,
    days: i64,
) -> Vec<Slot> {
    let day = |number: i64| first.checked_add(number.days()).ok();
    let of = |date| slots_of_day(rules, site.opening_hours.as_ref(), date, zone);
    (0..days).filter_map(day).flat_map(of).collect()
}

pub(super) fn taken_of(open: &[BookingRecord]) -> Vec<Taken<Place>> {
    open.iter().map(|b| Taken { place: place_of(b), span: course_of(b).taken() }).collect()
}

/// What these slots take of a plug, the buffer after the last included.
pub(super) fn span_of(slots: &[Slot], rules: &Rules) -> Option<Span> {
    let (first, last) = (slots.first()?, slots.last()?);
    let buffer = SignedDuration::from_mins(rules.buffer_min);
    Some(Span { from: first.from, to: last.to.checked_add(buffer).ok()? })
}
