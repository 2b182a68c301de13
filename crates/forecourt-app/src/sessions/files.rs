//! Sessions to take away: the list as a sheet, the log of one, its receipt on paper.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::SessionId;
use forecourt_core::session::State;
use forecourt_core::tariff::{Line, Receipt, What};
use forecourt_core::unit::{Currency, MinorUnits};
use forecourt_store::message::{Direction, MessageFilter, MessageRow};
use forecourt_store::session::{SessionFilter, SessionRecord};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::secrets::redact;
use crate::sheet::logo;
use crate::sheet::paper::{A4, Face, Paper, Picture};
use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Longest range of an export (C38).
const EXPORT_MAX: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A clock change may make thirty days an hour longer.
const CLOCK_CHANGE: SignedDuration = SignedDuration::from_hours(1);
/// What happened shortly before a session (the key shown, the plug put in) and after it belongs to its story.
const LOG_MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// Messages of one session's log: a week of one every minute, with room.
const LOG_MAX: usize = 20_000;
const LOG_PAGE: u32 = 500;

impl App {
    /// The sessions of a filter as a sheet, of at most thirty days (C38).
    pub async fn export_sessions(
        &self,
        principal: &Principal,
        filter: &SessionFilter,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let filter = self.by_local_days(principal, filter.clone()).await?;
        let (Some(from), Some(to)) = (filter.from, filter.to) else {
            return Err(AppError::Conflict(
                "choose first and last day: an export covers at most 30 days".into(),
            ));
        };
        let longest = filter.spans.iter().map(|span| span.to.duration_since(span.from)).max();
        let length = longest.unwrap_or(to.duration_since(from));
        if length > EXPORT_MAX + CLOCK_CHANGE {
            // Days of 23 and 25 hours are days.
            let days = (length.as_hours() + 12) / 24;
            return Err(AppError::Conflict(format!(
                "an export covers at most 30 days; this range has {days}. Choose a shorter one, or read the API page by page"
            )));
        }
        let limit = u32::try_from(ROWS_MAX + 1).unwrap_or(u32::MAX);
        let found = self.sessions(principal, &filter, None, limit).await?.items;
        if found.len() > ROWS_MAX {
            return Err(AppError::Conflict(format!(
                "these are more than {ROWS_MAX} sessions; choose a shorter range or more filters"
            )));
        }
        let organisation = self.organisation(principal).await?;
        let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let first = filter.from_day.unwrap_or(day(from));
        let last = filter.to_day.unwrap_or(day(to - SignedDuration::from_nanos(1)));
        let now = self.now();
        let rows = found.iter().map(|record| row(record, now)).collect();
        let sheet = Sheet::list("Sessions", organisation.name, organisation.time_zone, now, &COLUMNS, rows);
        Ok(sheet.covering(format!("{first} to {last}")))
    }

    /// What the station and we said to each other around a session.
    pub async fn session_log(&self, principal: &Principal, id: SessionId) -> Result<Sheet, AppError> {
        let record = self.session(principal, id).await?;
        let session = &record.session;
        let until = session.ended_at().unwrap_or(self.now()).max(session.last_heard_at);
        let filter = MessageFilter {
            kinds: Vec::new(),
            direction: None,
            text: None,
            from: Some(session.started_at - LOG_MARGIN),
            to: Some(until + LOG_MARGIN),
        };
        let mut messages: Vec<MessageRow> = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.store.messages(session.station, &filter, cursor.as_ref(), LOG_PAGE).await?;
            messages.extend(page.items);
            cursor = page.next;
            if cursor.is_none() || messages.len() >= LOG_MAX {
                break;
            }
        }
        messages.reverse();
        let line = |m: MessageRow| {
            vec![
                Cell::from(m.at),
                Cell::from(if m.direction == Direction::Received { "received" } else { "sent" }),
                Cell::Text(m.action),
                Cell::Text(m.message_id),
                Cell::from(m.outcome.as_str()),
                Cell::from(m.error_code),
                Cell::Text(redact(m.request)),
                Cell::from(m.response.map(redact)),
            ]
        };
        let rows = messages.into_iter().map(line).collect();
        let columns = ["At", "Direction", "Action", "Message id", "Outcome", "Error", "Request", "Response"];
        let title = format!("Session {} log", session.id);
        let organisation = self.organisation(principal).await?.name;
        let zone = record.site_time_zone.clone();
        let sheet = Sheet::list(title, organisation, zone, self.now(), &columns, rows);
        let key = session.token.clone().unwrap_or_else(|| "no charge key".into());
        Ok(sheet.covering(format!("{} · EVSE {} · {key}", record.station_identity, session.evse.0)))
    }

    /// The receipt of an ended session on paper, with its number and file name.
    pub async fn receipt_on_paper(
        &self,
        principal: &Principal,
        id: SessionId,
    ) -> Result<(Vec<u8>, String), AppError> {
        principal.require(Permission::Receipts)?;
        let record = self.session(principal, id).await?;
        if record.session.is_active() {
            return Err(AppError::Conflict("a receipt is issued when the session has ended".into()));
        }
        let receipt = self.receipt(principal, id).await?.ok_or(AppError::NotFound("receipt"))?;
        let seller = self.seller(principal).await?;
        let number = receipt_number(&record);
        let logo = self.logo_for_paper(principal.organisation).await;
        let bytes = draw((&record, &receipt), &number, &seller, logo);
        Ok((bytes, format!("receipt-{number}.pdf")))
    }

    /// Who gives the receipt, a line each: name, registered address, VAT number and where to ask.
    pub(crate) async fn seller(&self, principal: &Principal) -> Result<Vec<String>, AppError> {
        let name = self.organisation(principal).await?.name;
        let details = self.profile_of(principal.organisation).await?.details;
        let address = details.registered;
        let vat = Some(details.vat_id).filter(|id| !id.is_empty()).map(|id| format!("VAT {id}"));
        let lines = [
            if details.trading_name.is_empty() { name } else { details.trading_name },
            address.street,
            format!("{} {}", address.postal_code, address.city).trim().to_owned(),
            address.country,
            vat.unwrap_or_default(),
            details.website,
            details.email,
        ];
        Ok(lines.into_iter().filter(|line| !line.is_empty()).collect())
    }
}

/// Year and month of the session's end, and the session's own number: unique, and found again.
fn receipt_number(record: &SessionRecord) -> String {
    let zone = TimeZone::get(&record.site_time_zone).unwrap_or(TimeZone::UTC);
    let ended = record.session.ended_at().unwrap_or(record.session.last_heard_at);
    format!("{}-{}", ended.to_zoned(zone).strftime("%Y%m"), record.session.id)
}

const COLUMNS: [&str; 22] = [
    "Session",
    "Started",
    "Ended",
    "Duration (min)",
    "Site",
    "Charger",
    "Charger name",
    "EVSE",
    "Charge key",
    "Key name",
    "Type",
    "Energy (kWh)",
    "Cost with VAT",
    "Currency",
    "Payment",
    "Status",
    "Stop reason",
    "Ended by",
    "Meter start (kWh)",
    "Meter end (kWh)",
    "Charger's number",
    "To review",
];

fn row(record: &SessionRecord, now: Timestamp) -> Vec<Cell> {
    let session = &record.session;
    let until = session.ended_at().unwrap_or(now);
    let (start, end) = session.meter.ends();
    let ended_by = match session.state {
        State::Active => Cell::Empty,
        State::Ended { by, .. } => Cell::Text(format!("{by:?}").to_lowercase()),
    };
    vec![
        Cell::Text(session.id.to_string()),
        session.started_at.into(),
        session.ended_at().into(),
        Cell::Whole(until.duration_since(session.started_at).as_mins().max(0)),
        Cell::Text(record.site_name.clone()),
        Cell::Text(record.station_identity.clone()),
        record.station_name.clone().into(),
        Cell::Whole(i64::from(session.evse.0)),
        session.token.clone().into(),
        record.token_alias.clone().into(),
        Cell::from(if record.reservation.is_some() { "booking" } else { "on demand" }),
        Cell::kwh(session.energy().0),
        record.cost.as_ref().map_or(Cell::Empty, Cell::money),
        record.cost.map_or(Cell::Empty, |cost| Cell::Text(cost.currency.code().to_owned())),
        Cell::from(if record.is_priced { "priced" } else { "no tariff" }),
        Cell::from(if session.is_active() { "active" } else { "ended" }),
        session.stop_reason.clone().into(),
        ended_by,
        start.map_or(Cell::Empty, |wh| Cell::kwh(wh.0)),
        end.map_or(Cell::Empty, |wh| Cell::kwh(wh.0)),
        Cell::Text(session.reference.0.clone()),
        Cell::from(if session.needs_review() { "yes" } else { "no" }),
    ]
}

const MARGIN: f32 = 56.0;

fn draw(
    (record, receipt): (&SessionRecord, &Receipt),
    number: &str,
    seller: &[String],
    mark: Option<Picture>,
) -> Vec<u8> {
    let zone = TimeZone::get(&record.site_time_zone).unwrap_or(TimeZone::UTC);
    let local = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let mut paper = Paper::new(A4.0, A4.1);
    let right = paper.width - MARGIN;
    let mut y = MARGIN + 10.0 + logo::place(&mut paper, mark, MARGIN);
    for (n, line) in seller.iter().enumerate() {
        let face = if n == 0 { Face::Bold } else { Face::Regular };
        paper.text(MARGIN, y, face, if n == 0 { 14.0 } else { 9.0 }, line);
        y += if n == 0 { 16.0 } else { 12.0 };
    }
    paper.text_right(right, MARGIN + 10.0, Face::Bold, 18.0, "Receipt");
    paper.text_right(right, MARGIN + 28.0, Face::Regular, 9.0, &format!("No. {number}"));
    let session = &record.session;
    let ended = session.ended_at().unwrap_or(session.last_heard_at);
    paper.text_right(
        right,
        MARGIN + 41.0,
        Face::Regular,
        9.0,
        &format!("Date {}", ended.to_zoned(zone.clone()).date()),
    );
    y = y.max(MARGIN + 60.0) + 24.0;
    let energy = forecourt_core::unit::fixed(session.energy().0, 3);
    let facts = [
        ("Charged at", format!("{}, {}", record.site_name, record.station_identity)),
        ("Plug", session.evse.0.to_string()),
        ("From", format!("{} ({})", local(session.started_at), record.site_time_zone)),
        ("To", format!("{} ({})", local(ended), record.site_time_zone)),
        ("Charge key", session.token.clone().unwrap_or_else(|| "-".into())),
        ("Energy", format!("{energy} kWh")),
    ];
    for (name, value) in facts {
        paper.text(MARGIN, y, Face::Regular, 9.0, name);
        paper.text_within(MARGIN + 90.0, y, right - MARGIN - 90.0, false, (Face::Regular, 9.0), &value);
        y += 14.0;
    }
    y = lines(&mut paper, receipt, y + 18.0, &local);
    totals(&mut paper, receipt, y + 10.0);
    let left = seller.first().cloned().unwrap_or_default();
    paper.feet(|page, of| (format!("{left} · receipt {number}"), format!("Page {page} of {of}")));
    paper.finish(&format!("Receipt {number}"), seller.first().map_or("", String::as_str))
}

/// Columns of a receipt's lines: where each ends, from the left edge.
const QUANTITY: f32 = 330.0;
const PRICE: f32 = 410.0;
const VAT: f32 = 455.0;

fn lines(paper: &mut Paper, receipt: &Receipt, start: f32, local: &impl Fn(Timestamp) -> String) -> f32 {
    let right = paper.width - MARGIN;
    let mut y = start;
    paper.band(MARGIN - 4.0, right + 4.0, y - 11.0, 16.0);
    paper.text(MARGIN, y, Face::Bold, 9.0, "What");
    for (x, name) in [(QUANTITY, "Quantity"), (PRICE, "Unit price"), (VAT, "VAT")] {
        paper.text_right(x, y, Face::Bold, 9.0, name);
    }
    paper.text_right(right, y, Face::Bold, 9.0, &format!("{} with VAT", receipt.currency.code()));
    y += 18.0;
    for line in &receipt.lines {
        if y > paper.height - 150.0 {
            paper.turn();
            y = MARGIN + 20.0;
        }
        paper.text(MARGIN, y, Face::Regular, 9.0, what(line.what));
        paper.text_right(QUANTITY, y, Face::Regular, 9.0, &quantity(line));
        let price = line.unit_price.map(String::from).unwrap_or_default();
        paper.text_right(PRICE, y, Face::Regular, 9.0, &price);
        let vat = line.vat.map(|vat| format!("{} %", String::from(vat))).unwrap_or_default();
        paper.text_right(VAT, y, Face::Regular, 9.0, &vat);
        paper.text_right(right, y, Face::Regular, 9.0, &receipt.currency.text(line.with_vat));
        y += 11.0;
        let span = format!("{} to {}", local(line.from), local(line.to));
        paper.text(MARGIN, y, Face::Regular, 7.0, &span);
        y += 6.0;
        paper.line(MARGIN, right, y, 0.88);
        y += 13.0;
    }
    y
}

fn totals(paper: &mut Paper, receipt: &Receipt, start: f32) {
    let right = paper.width - MARGIN;
    let vat = receipt.with_vat.saturating_sub(receipt.without_vat);
    let mut y = start;
    let mut line = |name: &str, amount: MinorUnits, face: Face| {
        paper.text_right(VAT, y, face, 10.0, name);
        paper.text_right(right, y, face, 10.0, &text(receipt.currency, amount));
        y += 16.0;
    };
    line("Without VAT", receipt.without_vat, Face::Regular);
    for (rate, amount) in vat_lines(receipt) {
        line(&format!("VAT {rate} %"), amount, Face::Regular);
    }
    line("VAT in all", vat, Face::Regular);
    line("Total", receipt.with_vat, Face::Bold);
}

/// VAT by rate, as a VAT receipt has to show it.
fn vat_lines(receipt: &Receipt) -> Vec<(String, MinorUnits)> {
    let mut rates: Vec<(String, MinorUnits)> = Vec::new();
    for line in &receipt.lines {
        let Some(rate) = line.vat.map(String::from) else { continue };
        let vat = line.with_vat.saturating_sub(line.without_vat);
        match rates.iter_mut().find(|(known, _)| *known == rate) {
            Some((_, sum)) => *sum = sum.saturating_add(vat),
            None => rates.push((rate, vat)),
        }
    }
    if rates.len() > 1 { rates } else { Vec::new() }
}

fn text(currency: Currency, amount: MinorUnits) -> String {
    format!("{} {}", currency.code(), currency.text(amount))
}

fn what(what: What) -> &'static str {
    match what {
        What::Energy => "Energy",
        What::ChargingTime => "Time charging",
        What::OccupiedTime => "Time connected without charging",
        What::SessionTime => "Time of the session",
        What::Flat => "Flat fee",
        What::MinPrice => "Up to the lowest price",
        What::MaxPrice => "Down to the highest price",
        What::IdleFee => "Fee for blocking the plug",
        What::BookingFee => "Booking fee",
    }
}

/// As billed: kWh, or hours and minutes.
fn quantity(line: &Line) -> String {
    match line.what {
        What::Energy => format!("{} kWh", forecourt_core::unit::fixed(line.billed, 3)),
        What::ChargingTime | What::OccupiedTime | What::SessionTime | What::IdleFee => {
            let minutes = line.billed / 60_000;
            format!("{} h {:02} min", minutes / 60, minutes % 60)
        }
        What::BookingFee => format!("{}", line.billed),
        What::Flat | What::MinPrice | What::MaxPrice => String::new(),
    }
}
