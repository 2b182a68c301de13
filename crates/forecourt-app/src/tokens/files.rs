//! Charge keys as a file to take away, and from one.

use std::collections::HashSet;

use forecourt_core::access::Permission;
use forecourt_core::driver::Fleet;
use forecourt_core::id::{DriverId, IdTokenId};
use forecourt_core::token::{TokenKind, TokenStatus, key_of};
use forecourt_store::TokenRecord;
use forecourt_store::token::TokenFilter;
use serde_json::json;

use super::{checked_key, checked_optional};
use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Rows read at a time.
const PAGE: u32 = 500;
/// Lines of one import.
const LINES_MAX: usize = 5_000;
const COLUMNS: [&str; 11] = [
    "Number",
    "Kind",
    "Alias",
    "Status",
    "Group",
    "Fleet",
    "Driver",
    "Car",
    "Team",
    "Expires at",
    "Last used at",
];

/// A line of a file with keys, as it was read.
#[derive(Debug, Clone)]
pub struct KeyLine {
    pub uid: String,
    pub kind: TokenKind,
    pub alias: Option<String>,
    /// E-mail address of the driver.
    pub driver: Option<String>,
}

/// What becomes of each line, in order: its problems, none where it is good.
#[derive(Debug, Clone)]
pub struct KeyImport {
    pub problems: Vec<Vec<String>>,
    pub imported: usize,
}

impl App {
    pub async fn token_sheet(&self, principal: &Principal, filter: &TokenFilter) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.tokens(principal, filter, cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(row));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Charge keys", name, zone, self.now(), &COLUMNS, rows))
    }

    /// Makes many keys at once; with `only_look` says what would become of each.
    pub async fn import_tokens(
        &self,
        principal: &Principal,
        lines: &[KeyLine],
        only_look: bool,
    ) -> Result<KeyImport, AppError> {
        principal.require(Permission::Tokens)?;
        if lines.len() > LINES_MAX {
            return Err(AppError::field("/lines", format!("at most {LINES_MAX} at once")));
        }
        let keys: Vec<String> = lines.iter().map(|line| key_of(&line.uid)).collect();
        let mut taken: HashSet<String> =
            self.store.known_keys(principal.organisation, &keys).await?.into_iter().collect();
        let mut records = Vec::new();
        let mut problems = Vec::new();
        for (line, key) in lines.iter().zip(keys) {
            let mut wrong = Vec::new();
            let mut keep = |error: AppError| wrong.push(first_words(&error));
            let uid = checked_key(&line.uid, line.kind).map_err(&mut keep).ok();
            let alias = checked_optional("/alias", line.alias.clone()).map_err(&mut keep).unwrap_or_default();
            let mut holder = None;
            if let Some(email) = line.driver.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
                match self.store.driver_by_email(principal.organisation, email).await? {
                    Some(driver) => holder = Some((driver.id, driver.fleet)),
                    None => wrong.push(format!("there is no driver “{email}”")),
                }
            }
            if !taken.insert(key) {
                wrong.push("this charge key exists already".into());
            }
            if let (Some(uid), true) = (uid, wrong.is_empty()) {
                records.push(self.imported_key(principal, uid, line.kind, alias, holder));
            }
            problems.push(wrong);
        }
        let imported = if only_look { 0 } else { self.write_tokens(principal, &records).await? };
        Ok(KeyImport { problems, imported })
    }

    fn imported_key(
        &self,
        principal: &Principal,
        uid: String,
        kind: TokenKind,
        alias: Option<String>,
        holder: Option<(DriverId, Option<Fleet>)>,
    ) -> TokenRecord {
        TokenRecord {
            alias,
            driver: holder.map(|(id, _)| id),
            fleet: holder.and_then(|(_, fleet)| fleet),
            ..self.blank_token(principal, uid, kind, TokenStatus::Accepted)
        }
    }

    async fn write_tokens(&self, principal: &Principal, records: &[TokenRecord]) -> Result<usize, AppError> {
        let mut tx = self.store.begin().await?;
        for record in records {
            tx.add_token(record).await.map_err(super::taken)?;
            tx.hold_new_token(record, self.now(), IdTokenId(self.id())).await?;
        }
        let subject = ("organisation", principal.organisation.0, "charge keys");
        let note = self.note(principal, "id_token.imported", subject);
        tx.audit(&note.made(&json!({ "charge_keys": records.len() }))).await?;
        tx.commit().await?;
        self.told_of_keys(principal).await?;
        Ok(records.len())
    }
}

fn first_words(error: &AppError) -> String {
    match error {
        AppError::Invalid(fields) => fields.first().map(|field| field.message.clone()).unwrap_or_default(),
        other => other.to_string(),
    }
}

fn row(token: TokenRecord) -> Vec<Cell> {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    vec![
        Cell::Text(token.uid),
        Cell::Text(word(json!(token.kind))),
        Cell::from(token.alias),
        Cell::Text(word(json!(token.status))),
        Cell::from(token.group),
        Cell::from(crate::drivers::fleet_word(token.fleet)),
        Cell::from(token.driver_name),
        Cell::from(token.car_plate),
        Cell::from(token.team_name),
        Cell::from(token.expires_at),
        Cell::from(token.last_used_at),
    ]
}
