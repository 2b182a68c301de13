//! What an alert says, in the languages of the page.

use forecourt_core::fault::Severity;
use forecourt_store::alert::AlertRuleRecord;
use forecourt_store::happening::NamedHappening;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::letters::Language;
use crate::mail::Letter;

/// Lines of one letter; the page has the rest.
const LINES: usize = 50;

pub(crate) fn letter_of(
    language: Language,
    rule: &AlertRuleRecord,
    recipient: &str,
    happenings: &[&NamedHappening],
    zone: &TimeZone,
) -> Letter {
    let mut body: Vec<String> =
        happenings.iter().take(LINES).map(|each| line(language, each, zone)).collect();
    if happenings.len() > LINES {
        body.push(more(language, happenings.len() - LINES));
    }
    body.push(String::new());
    body.push(why(language, &rule.name));
    Letter {
        organisation: Some(rule.organisation),
        recipient: recipient.to_owned(),
        subject: subject_of(language, happenings),
        body: body.join("\n"),
    }
}

/// The worst of them, and how many more.
pub(crate) fn subject_of(language: Language, happenings: &[&NamedHappening]) -> String {
    let Some(worst) = happenings.iter().max_by_key(|each| each.happening.severity) else {
        return String::new();
    };
    let first = format!("{}: {}", place(worst), what(language, worst));
    match happenings.len() - 1 {
        0 => first,
        others => format!("{first} (+{others})"),
    }
}

fn line(language: Language, each: &NamedHappening, zone: &TimeZone) -> String {
    let at = each.happening.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string();
    let severity = severity(language, each.happening.severity);
    format!("{at}  [{severity}]  {}: {}", place(each), what(language, each))
}

fn place(each: &NamedHappening) -> String {
    let station = each.station_name.as_deref().or(each.station_identity.as_deref());
    let parts: Vec<&str> = [each.site_name.as_deref(), station].into_iter().flatten().collect();
    if parts.is_empty() { "Forecourt".into() } else { parts.join(" / ") }
}

fn what(language: Language, each: &NamedHappening) -> String {
    let body: Value = serde_json::from_str(&each.happening.body).unwrap_or(Value::Null);
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let detail: Vec<String> = ["code", "vendor_code", "title", "subject", "kind", "info", "state"]
        .into_iter()
        .filter_map(text)
        .collect();
    let kind = kind(language, &each.happening.kind);
    if detail.is_empty() { kind.to_owned() } else { format!("{kind}: {}", detail.join(", ")) }
}

fn kind(language: Language, kind: &str) -> &str {
    let words = match kind {
        "fault.opened" => ["fault", "Störung", "fejl"],
        "fault.solved" => ["fault is over", "Störung behoben", "fejl er løst"],
        "session.started" => ["session started", "Ladevorgang begonnen", "ladesession startet"],
        "session.ended" => ["session ended", "Ladevorgang beendet", "ladesession afsluttet"],
        "session.review" => ["session needs a look", "Ladevorgang zu prüfen", "ladesession skal ses efter"],
        "issue.opened" => ["issue opened", "Ticket angelegt", "sag oprettet"],
        "issue.changed" => ["issue changed", "Ticket geändert", "sag ændret"],
        "security.event" => ["security event", "Sicherheitsereignis", "sikkerhedshændelse"],
        "certificate.expiring" => ["certificate expires", "Zertifikat läuft ab", "certifikat udløber"],
        "bay.blocked" => ["bay blocked", "Stellplatz blockiert", "plads blokeret"],
        "bay.freed" => ["bay free again", "Stellplatz wieder frei", "plads fri igen"],
        other => return other,
    };
    pick(language, words)
}

fn severity(language: Language, severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => pick(language, ["critical", "kritisch", "kritisk"]),
        Severity::Warning => pick(language, ["warning", "Warnung", "advarsel"]),
        Severity::Info => pick(language, ["note", "Hinweis", "bemærkning"]),
    }
}

fn more(language: Language, count: usize) -> String {
    match language {
        Language::English => format!("… and {count} more; the page shows all."),
        Language::German => format!("… und {count} weitere; die Seite zeigt alle."),
        Language::Danish => format!("… og {count} mere; siden viser alle."),
    }
}

fn why(language: Language, rule: &str) -> String {
    match language {
        Language::English => format!(
            "You get this because you subscribed to the alert \"{rule}\". Under Diagnostics, Alerts you can end that."
        ),
        Language::German => format!(
            "Sie erhalten dies, weil Sie den Alarm „{rule}“ abonniert haben. Unter Diagnose, Alarme können Sie das beenden."
        ),
        Language::Danish => format!(
            "Du får dette, fordi du abonnerer på alarmen \"{rule}\". Under Diagnostik, Alarmer kan du stoppe det."
        ),
    }
}

fn pick(language: Language, words: [&'static str; 3]) -> &'static str {
    let [english, german, danish] = words;
    match language {
        Language::English => english,
        Language::German => german,
        Language::Danish => danish,
    }
}
