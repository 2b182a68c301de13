//! Reports that go out by themselves: a letter with the main figures and the way to the file, which asks for signing in.
//!
//! Made with the rights its maker has at that moment; nothing of the figures is open to whoever finds the letter's links.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::SiteId;
use forecourt_core::metrics::{day_number, day_of, start_of_day};
use forecourt_store::ReportScheduleRecord;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use serde_json::json;

use super::{Tab, date};
use crate::dashboard::{Dashboard, Period};
use crate::letters::Language;
use crate::logins::principal_of;
use crate::mail::Letter;
use crate::sheet::Format;
use crate::{App, AppError, Principal, Who};

/// Letters of one schedule.
const RECIPIENTS_MAX: usize = 20;
/// Schedules of one look of the job.
const AT_ONCE: i64 = 20;
/// When letters go out, after midnight of the organisation's zone: in time for the morning.
const HOUR: SignedDuration = SignedDuration::from_hours(6);

/// How often a report goes out; it covers the whole day, week or month before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Day,
    Week,
    Month,
}

impl Every {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month].into_iter().find(|every| every.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "daily",
            Self::Week => "weekly",
            Self::Month => "monthly",
        }
    }

    /// The first day of the day, week or month after that of `today`.
    fn next_day(self, today: Date) -> Date {
        match self {
            Self::Day => today.saturating_add(1.day()),
            Self::Week => {
                today.saturating_add((8 - i64::from(today.weekday().to_monday_one_offset())).days())
            }
            Self::Month => today.first_of_month().saturating_add(1.month()),
        }
    }

    /// What a letter of `today` covers: the whole one before.
    fn covers(self, today: Date) -> (Date, Date) {
        match self {
            Self::Day => (today.saturating_sub(1.day()), today.saturating_sub(1.day())),
            Self::Week => {
                let monday = today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
                (monday.saturating_sub(7.days()), monday.saturating_sub(1.day()))
            }
            Self::Month => {
                let first = today.first_of_month();
                (first.saturating_sub(1.month()), first.saturating_sub(1.day()))
            }
        }
    }

    fn next(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        let today = date(day_of(now, zone));
        let at = |day: Date| start_of_day(day_number(day), zone) + HOUR;
        // This morning's may be still to come.
        let first = if self.is_first(today) { Some(at(today)).filter(|at| *at > now) } else { None };
        first.unwrap_or_else(|| at(self.next_day(today)))
    }

    fn is_first(self, day: Date) -> bool {
        match self {
            Self::Day => true,
            Self::Week => day.weekday() == jiff::civil::Weekday::Monday,
            Self::Month => day.day() == 1,
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewSchedule {
    pub tab: Tab,
    pub format: Format,
    pub every: Every,
    pub site: Option<SiteId>,
    pub recipients: Vec<String>,
}

impl App {
    pub async fn report_schedules(
        &self,
        principal: &Principal,
    ) -> Result<Vec<ReportScheduleRecord>, AppError> {
        principal.require(Permission::Reports)?;
        let all = self.store.report_schedules(principal.organisation).await?;
        let mine = |s: &ReportScheduleRecord| match s.site {
            Some(site) => principal.sees(site),
            None => principal.sites().is_none(),
        };
        Ok(all.into_iter().filter(mine).collect())
    }

    pub async fn add_report_schedule(
        &self,
        principal: &Principal,
        new: NewSchedule,
    ) -> Result<ReportScheduleRecord, AppError> {
        principal.require(Permission::Reports)?;
        let Who::Operator { id: operator, .. } = &principal.who else {
            return Err(AppError::Forbidden("a report goes out in a person's name; programs fetch theirs"));
        };
        let organisation = self.organisation(principal).await?;
        let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
        let now = self.now();
        let today = day_of(now, &zone);
        self.over(principal, Period { from: today, to: today }, new.site).await?;
        let record = ReportScheduleRecord {
            id: self.id(),
            organisation: principal.organisation,
            tab: new.tab.as_str().into(),
            format: new.format.as_str().into(),
            every: new.every.as_str().into(),
            site: new.site,
            recipients: recipients(&new.recipients)?,
            operator: *operator,
            next_at: new.every.next(now, &zone),
            last_sent_at: None,
            problem: None,
            created_at: now,
        };
        if self.store.report_schedules(principal.organisation).await?.len() >= 100 {
            return Err(AppError::Conflict("there are a hundred scheduled reports already".into()));
        }
        let mut tx = self.store.begin().await?;
        tx.add_report_schedule(&record).await?;
        let note = self.note(principal, "report.scheduled", ("report", record.id, new.tab.as_str()));
        let after = json!({"every": record.every, "format": record.format, "recipients": record.recipients});
        tx.audit(&note.made(&after)).await?;
        tx.commit().await?;
        Ok(record)
    }

    pub async fn delete_report_schedule(&self, principal: &Principal, id: i64) -> Result<(), AppError> {
        let known = self.report_schedules(principal).await?;
        let record = known.into_iter().find(|s| s.id == id).ok_or(AppError::NotFound("scheduled report"))?;
        let mut tx = self.store.begin().await?;
        tx.delete_report_schedule(principal.organisation, id).await?;
        let note = self.note(principal, "report.unscheduled", ("report", id, &record.tab));
        tx.audit(&note.gone(&json!({"every": record.every, "recipients": record.recipients}))).await?;
        Ok(tx.commit().await?)
    }

    /// Writes the letters that are due.
    pub(crate) async fn send_reports(&self) -> Result<(), AppError> {
        for due in self.store.due_reports(self.now(), AT_ONCE).await? {
            let found = self.store.organisation(due.organisation).await?;
            let zone = found.as_ref().and_then(|o| TimeZone::get(&o.time_zone).ok()).unwrap_or(TimeZone::UTC);
            let now = self.now();
            let every = Every::parse(&due.every).unwrap_or(Every::Month);
            let letters = self.letters_of(&due, every, &zone).await;
            let mut tx = self.store.begin().await?;
            let outcome = match &letters {
                Ok(_) => Ok(now),
                Err(AppError::Storage(error)) => return Err(error.clone().into()),
                Err(error) => Err(error.to_string()),
            };
            // Nobody gets the same letter twice, whoever else looks at this moment.
            if tx.report_sent(due.id, due.next_at, every.next(now, &zone), outcome).await? {
                for letter in letters.into_iter().flatten() {
                    tx.enqueue_mail(&self.letter(letter)).await?;
                }
                tx.commit().await?;
            }
        }
        Ok(())
    }

    async fn letters_of(
        &self,
        due: &ReportScheduleRecord,
        every: Every,
        zone: &TimeZone,
    ) -> Result<Vec<Letter>, AppError> {
        let gone = AppError::Forbidden("who scheduled this report does not work here any more");
        let operator = self.store.operator(due.operator).await?;
        let membership = self.store.membership(due.operator, due.organisation).await?;
        let (Some(operator), Some(membership)) = (operator, membership) else { return Err(gone) };
        let principal = principal_of(&operator, membership);
        principal.require(Permission::Reports)?;
        let (from, to) = every.covers(date(day_of(self.now(), zone)));
        let period = Period { from: day_number(from), to: day_number(to) };
        let found = self.dashboard(&principal, period, due.site).await?;
        let organisation = self.organisation(&principal).await?.name;
        let site = due.site.map(|site| format!("&site_id={site}")).unwrap_or_default();
        let page = self.settings().page_url;
        let link = format!(
            "{page}/?tab={}&period=custom&from={from}&to={to}{}",
            due.tab,
            site.replace("site_id", "site")
        );
        let file =
            format!("{page}/api/v1/reports/{}?from={from}&to={to}&format={}{site}", due.tab, due.format);
        let language = Language::of(operator.language.as_deref());
        let letter = |recipient: &String| {
            let (subject, body) =
                text(language, (&organisation, &due.tab), (from, to), &figures(&found), (&link, &file));
            Letter { organisation: Some(due.organisation), recipient: recipient.clone(), subject, body }
        };
        Ok(due.recipients.iter().map(letter).collect())
    }
}

/// Figures as lines of a letter.
fn figures(found: &Dashboard) -> String {
    let sums = &found.total.sums;
    let percent = |value: Option<i64>| value.map_or("-".into(), |v| forecourt_core::unit::fixed(v, 1));
    let mut lines = vec![
        format!("  {} kWh", forecourt_core::unit::fixed(sums.energy_wh, 3)),
        format!("  {} sessions", sums.sessions),
        format!("  {} % uptime, {} % utilisation", percent(sums.uptime()), percent(sums.utilisation())),
    ];
    for (currency, money) in &found.total.revenue {
        let amount = currency.text(forecourt_core::unit::MinorUnits(money.with_vat));
        lines.push(format!("  {} {amount}", currency.code()));
    }
    lines.join("\n")
}

fn text(
    language: Language,
    (organisation, tab): (&str, &str),
    (from, to): (Date, Date),
    figures: &str,
    (link, file): (&str, &str),
) -> (String, String) {
    match language {
        Language::English => (
            format!("{organisation}: report {from} to {to}"),
            format!(
                "The {tab} report of {organisation}, {from} to {to}:\n\n{figures}\n\nOn the dashboard:\n\n{link}\n\nAs a file (sign in first):\n\n{file}"
            ),
        ),
        Language::German => (
            format!("{organisation}: Bericht {from} bis {to}"),
            format!(
                "Der Bericht ({tab}) von {organisation}, {from} bis {to}:\n\n{figures}\n\nAuf der Übersicht:\n\n{link}\n\nAls Datei (bitte zuerst anmelden):\n\n{file}"
            ),
        ),
        Language::Danish => (
            format!("{organisation}: rapport {from} til {to}"),
            format!(
                "Rapporten ({tab}) for {organisation}, {from} til {to}:\n\n{figures}\n\nPå overblikket:\n\n{link}\n\nSom fil (log ind først):\n\n{file}"
            ),
        ),
    }
}

fn recipients(asked: &[String]) -> Result<Vec<String>, AppError> {
    let mut kept: Vec<String> = Vec::new();
    for address in asked.iter().map(|a| a.trim().to_lowercase()).filter(|a| !a.is_empty()) {
        let plain = !address.chars().any(|c| c.is_control() || c.is_whitespace() || ",;<>\"".contains(c));
        let known = address.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        if !plain || !known {
            return Err(AppError::field("/recipients", format!("{address} is no e-mail address")));
        }
        if !kept.contains(&address) {
            kept.push(address);
        }
    }
    if kept.is_empty() || kept.len() > RECIPIENTS_MAX {
        return Err(AppError::field("/recipients", format!("1 to {RECIPIENTS_MAX} e-mail addresses")));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_cover_whole_days_weeks_and_months_and_go_out_in_the_morning() {
        let zone = TimeZone::get("Europe/Copenhagen").expect("a zone");
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert_eq!(Every::Week.covers(day("2026-11-21")), (day("2026-11-09"), day("2026-11-15")));
        assert_eq!(Every::Month.covers(day("2026-03-01")), (day("2026-02-01"), day("2026-02-28")));
        assert_eq!(Every::Day.covers(day("2026-01-01")), (day("2025-12-31"), day("2025-12-31")));
        let next = |every: Every, now: &str| {
            every.next(now.parse().expect("a time"), &zone).to_zoned(zone.clone()).datetime().to_string()
        };
        assert_eq!(next(Every::Day, "2026-11-21T02:00:00Z"), "2026-11-21T06:00:00");
        assert_eq!(next(Every::Day, "2026-11-21T12:00:00Z"), "2026-11-22T06:00:00");
        assert_eq!(next(Every::Week, "2026-11-21T12:00:00Z"), "2026-11-23T06:00:00");
        assert_eq!(next(Every::Month, "2026-11-21T12:00:00Z"), "2026-12-01T06:00:00");
    }

    #[test]
    fn addresses_are_addresses() {
        let of = |list: &[&str]| recipients(&list.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["A@Example.org", " a@example.org"]).expect("kept"), ["a@example.org"]);
        for wrong in ["", "a", "a@b", "a@b.c\nbcc: d@e.f", "a@b.c,d@e.f", "<a@b.c>"] {
            assert!(of(&[wrong]).is_err(), "{wrong:?}");
        }
    }
}
