//! Drivers from a file: first what would become of each line, then the good lines at once.
//!
//! Columns are known by their headings, in the languages of the page; the file that an export makes can be read.

use std::collections::{HashMap, HashSet};

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::{DriverStatus, Fleet};
use forecourt_core::id::{DriverGroupId, DriverId, IdTokenId, OrganisationId};
use forecourt_core::token::{TokenKind, TokenStatus, key_of};
use forecourt_store::TokenRecord;
use forecourt_store::driver::{DriverRecord, TakenColumn};
use serde_json::json;

use super::{checked_address, checked_phone, checked_text, taken};
use crate::accounts::checked_name;
use crate::letters::Language;
use crate::tokens::{checked_optional, checked_uid};
use crate::{App, AppError, Principal};

/// Lines of one file: one transaction, and what a person can look over.
const LINES_MAX: usize = 5_000;
/// Bytes of one file.
const FILE_MAX_BYTES: usize = 1_000_000;
/// Headings by column.
const HEADINGS: [(Column, &[&str]); 9] = [
    (Column::Name, &["name", "navn", "driver", "fahrer"]),
    (Column::Email, &["email", "mail", "emailaddress"]),
    (Column::Phone, &["phone", "telefon", "telephone", "mobile", "mobil"]),
    (Column::Number, &["number", "nummer", "customernumber", "kundennummer", "kundenummer", "id"]),
    (Column::Address, &["address", "adresse"]),
    (Column::Notes, &["notes", "note", "notizen", "noter"]),
    (Column::Fleet, &["fleet", "flotte", "flåde"]),
    (Column::Group, &["group", "groups", "gruppe", "gruppen", "grupper"]),
    (Column::Key, &["chargekey", "rfid", "key", "ladekarte", "ladebrik", "card"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Column {
    Name,
    Email,
    Phone,
    Number,
    Address,
    Notes,
    Fleet,
    Group,
    Key,
}

/// What becomes of a line.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// As a spreadsheet counts: the headings are line 1.
    pub line: usize,
    pub name: String,
    pub email: String,
    pub key: Option<String>,
    /// In words; none: the line is good.
    pub problems: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct ImportOutcome {
    pub lines: Vec<ImportLine>,
    /// Drivers that were made: none when only looking.
    pub imported: usize,
}

struct Candidate {
    line: ImportLine,
    record: DriverRecord,
    group: Option<DriverGroupId>,
}

impl App {
    /// Reads a CSV text. With `only_look` nothing is written; else the lines without problems are.
    pub async fn import_drivers(
        &self,
        principal: &Principal,
        text: &str,
        only_look: bool,
    ) -> Result<ImportOutcome, AppError> {
        principal.require(Permission::Drivers)?;
        let rows = read(text)?;
        if rows.iter().any(|(_, row)| row.get(&Column::Key).is_some_and(|key| !key.is_empty())) {
            principal.require(Permission::Tokens)?;
        }
        let mut candidates = Vec::with_capacity(rows.len());
        let groups: HashMap<String, DriverGroupId> = self
            .store
            .driver_groups(principal.organisation)
            .await?
            .into_iter()
            .map(|group| (group.name.to_lowercase(), group.id))
            .collect();
        for (line, row) in rows {
            candidates.push(self.candidate(principal, line, &row, &groups));
        }
        self.find_taken(principal.organisation, &mut candidates).await?;
        let mut imported = 0;
        if !only_look {
            imported = self.write_import(principal, &candidates).await?;
        }
        Ok(ImportOutcome { lines: candidates.into_iter().map(|c| c.line).collect(), imported })
    }

    fn candidate(
        &self,
        principal: &Principal,
        line: usize,
        row: &HashMap<Column, String>,
        groups: &HashMap<String, DriverGroupId>,
    ) -> Candidate {
        let mut problems = Vec::new();
        let text = |column| row.get(&column).cloned().filter(|text| !text.is_empty());
        let name = kept(checked_name("name", &text(Column::Name).unwrap_or_default()), "name", &mut problems);
        let email = kept(checked_address(text(Column::Email).as_deref()), "e-mail", &mut problems);
        let phone = kept(checked_phone(text(Column::Phone)), "phone", &mut problems);
        let address = kept(checked_text("address", text(Column::Address)), "address", &mut problems);
        let notes = kept(checked_text("notes", text(Column::Notes)), "notes", &mut problems);
        let number = kept(checked_optional("number", text(Column::Number)), "number", &mut problems);
        let key = text(Column::Key).map(|key| kept(checked_uid(&key), "charge key", &mut problems));
        let fleet = match text(Column::Fleet).map(|word| word.to_lowercase()).as_deref() {
            None => None,
            Some("internal" | "intern" | "own") => Some(Fleet::Internal),
            Some("external" | "extern" | "ekstern") => Some(Fleet::External),
            Some(other) => {
                problems.push(format!("fleet: internal or external, not “{other}”"));
                None
            }
        };
        let group = text(Column::Group).and_then(|name| {
            let found = groups.get(&name.to_lowercase()).copied();
            if found.is_none() {
                problems.push(format!("there is no group “{name}”"));
            }
            found
        });
        let record = DriverRecord {
            id: DriverId(self.id()),
            organisation: principal.organisation,
            number: number.unwrap_or_default(),
            name: name.clone(),
            email: email.clone(),
            phone,
            address,
            notes,
            status: DriverStatus::Active,
            fleet,
            can_pay: false,
            language: Language::default().word().to_owned(),
            code_expires_at: None,
            joined_at: None,
            created_at: self.now(),
            last_charge_at: None,
            deleted_at: None,
            version: 1,
            keys: 0,
        };
        Candidate { line: ImportLine { line, name, email, key, problems }, record, group }
    }

    /// What exists already, here or further up in the file.
    async fn find_taken(
        &self,
        organisation: OrganisationId,
        candidates: &mut [Candidate],
    ) -> Result<(), AppError> {
        let words = |of: fn(&Candidate) -> String| -> Vec<String> {
            candidates.iter().map(of).filter(|word| !word.is_empty()).collect()
        };
        let emails = words(|c| c.line.email.clone());
        let numbers = words(|c| c.record.number.clone());
        let keys = words(|c| c.line.key.as_deref().map(key_of).unwrap_or_default());
        let taken = |found: Vec<String>| found.into_iter().collect::<HashSet<_>>();
        let mut emails = taken(self.store.taken_by_drivers(organisation, TakenColumn::Email, &emails).await?);
        let mut numbers =
            taken(self.store.taken_by_drivers(organisation, TakenColumn::Number, &numbers).await?);
        let mut keys = taken(self.store.known_keys(organisation, &keys).await?);
        for candidate in candidates {
            let key = candidate.line.key.as_deref().map(key_of).unwrap_or_default();
            for (word, taken, what) in [
                (candidate.line.email.clone(), &mut emails, "e-mail address"),
                (candidate.record.number.clone(), &mut numbers, "number"),
                (key, &mut keys, "charge key"),
            ] {
                if !word.is_empty() && !taken.insert(word) {
                    candidate.line.problems.push(format!("this {what} exists already"));
                }
            }
        }
        Ok(())
    }

    async fn write_import(&self, principal: &Principal, candidates: &[Candidate]) -> Result<usize, AppError> {
        let mut imported = 0;
        let mut tx = self.store.begin().await?;
        for candidate in candidates.iter().filter(|c| c.line.problems.is_empty()) {
            let mut record = candidate.record.clone();
            if record.number.is_empty() {
                record.number = format!("{:06}", tx.next_driver_number(principal.organisation).await?);
            }
            tx.add_driver(&record).await.map_err(taken)?;
            if let Some(group) = candidate.group {
                tx.join_driver_group(group, record.id).await?;
            }
            if let Some(uid) = &candidate.line.key {
                let token = TokenRecord {
                    fleet: record.fleet,
                    driver: Some(record.id),
                    ..self.blank_token(principal, uid.clone(), TokenKind::Rfid, TokenStatus::Accepted)
                };
                tx.add_token(&token).await?;
                tx.hold_new_token(&token, self.now(), IdTokenId(self.id())).await?;
            }
            imported += 1;
        }
        if imported > 0 {
            let subject = ("organisation", principal.organisation.0, "drivers");
            let note = self.note(principal, "driver.imported", subject);
            tx.audit(&note.made(&json!({ "drivers": imported }))).await?;
        }
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(imported)
    }
}

/// The value, or its problem among the others.
fn kept<T: Default>(checked: Result<T, AppError>, what: &str, problems: &mut Vec<String>) -> T {
    checked.unwrap_or_else(|error| {
        let text = match &error {
            AppError::Invalid(fields) => fields.first().map(|f| f.message.clone()).unwrap_or_default(),
            other => other.to_string(),
        };
        problems.push(format!("{what}: {text}"));
        T::default()
    })
}

type Rows = Vec<(usize, HashMap<Column, String>)>;

/// Lines by column. Commas, semicolons or tabs between values, as the headings have it.
fn read(text: &str) -> Result<Rows, AppError> {
    let wrong = |message: String| AppError::field("/csv", message);
    if text.len() > FILE_MAX_BYTES {
        return Err(wrong(format!("at most {} kB", FILE_MAX_BYTES / 1_000)));
    }
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let between = [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|mark| first.bytes().filter(|b| b == mark).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(between)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| wrong(error.to_string()))?;
    let columns: Vec<Option<Column>> = headings.iter().map(column_of).collect();
    if !columns.contains(&Some(Column::Name)) {
        return Err(wrong("the first line names the columns; one of them is “name”".into()));
    }
    let mut rows = Vec::new();
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(format!("line {}: {error}", number + 2)))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == LINES_MAX {
            return Err(wrong(format!("at most {LINES_MAX} lines at once")));
        }
        let cells = columns.iter().zip(record.iter());
        let row = cells.filter_map(|(column, text)| Some(((*column)?, harmless(text)))).collect();
        rows.push((number + 2, row));
    }
    Ok(rows)
}

/// An export marks what a spreadsheet would take for a formula.
fn harmless(text: &str) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

fn column_of(heading: &str) -> Option<Column> {
    let plain: String = heading.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    HEADINGS.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(column, _)| *column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_headings_whatever_stands_between() {
        for text in [
            "Name;E-mail;RFID\nAda;ada@example.com;CARD9\n",
            "\u{feff}Navn,E-Mail,Ladebrik\r\nAda,ada@example.com,CARD9\r\n",
            "name\temail\tcharge key\nAda\tada@example.com\tCARD9",
        ] {
            let rows = read(text).expect("a file");
            assert_eq!(rows.len(), 1, "{text}");
            assert_eq!(rows[0].0, 2);
            assert_eq!(rows[0].1[&Column::Name], "Ada");
            assert_eq!(rows[0].1[&Column::Email], "ada@example.com");
            assert_eq!(rows[0].1[&Column::Key], "CARD9");
        }
        assert!(read("email\nada@example.com").is_err());
    }

    #[test]
    fn what_an_export_marked_is_read_as_it_was() {
        let rows = read("name,phone\nAda,'+45 12 34 56 78").expect("a file");
        assert_eq!(rows[0].1[&Column::Phone], "+45 12 34 56 78");
    }
}
