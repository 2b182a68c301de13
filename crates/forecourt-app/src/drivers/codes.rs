//! Redemption codes: a driver joins with one, sent by letter or handed over. Only its digest is kept; it works once.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::DriverStatus;
use forecourt_core::id::DriverId;
use forecourt_store::Tx;
use forecourt_store::driver::DriverRecord;
use jiff::SignedDuration;

use super::checked_phone;
use crate::accounts::checked_name;
use crate::letters::Language;
use crate::passwords::digest;
use crate::{App, AppError, Principal, driver_letters};

/// How long a code works: it may lie on somebody's desk.
pub(crate) const CODE_LASTS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Letters and digits of a code, without those that are taken for another: 60 bits.
const CODE_CHARS: usize = 12;
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// In groups of four it is read and typed with ease.
const GROUP: usize = 4;

/// A code, told once.
#[derive(Debug, Clone)]
pub struct IssuedCode {
    /// `7K2M-…`
    pub code: String,
    pub expires_at: Timestamp,
    /// A letter is on its way.
    pub by_letter: bool,
}

/// What the holder of a code may know before joining.
#[derive(Debug, Clone)]
pub struct CodeView {
    pub organisation: String,
    pub name: String,
    pub groups: Vec<String>,
    pub language: String,
    /// The code claims this charger.
    pub home_charger: Option<String>,
}

/// How a driver joins.
#[derive(Debug, Clone)]
pub struct Redemption {
    pub code: String,
    pub name: String,
    pub phone: Option<String>,
}

pub(crate) fn fresh_code() -> String {
    let letters = (0..CODE_CHARS).map(|n| {
        let letter = ALPHABET[usize::from(rand::random::<u8>()) % ALPHABET.len()] as char;
        if n > 0 && n % GROUP == 0 { format!("-{letter}") } else { letter.to_string() }
    });
    letters.collect()
}

/// However it was typed.
pub(crate) fn digest_of(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    digest(plain.to_ascii_uppercase().as_bytes())
}

impl App {
    /// A new code for a driver who has not joined; the one before no longer works.
    pub async fn invite_driver(
        &self,
        principal: &Principal,
        id: DriverId,
        by_letter: bool,
    ) -> Result<IssuedCode, AppError> {
        principal.require(Permission::Drivers)?;
        let record = self.driver(principal, id).await?;
        if record.joined_at.is_some() {
            return Err(AppError::Conflict("this driver has joined already".into()));
        }
        if by_letter && record.email.is_empty() {
            return Err(AppError::Conflict(
                "the driver has no e-mail address; hand a code over instead".into(),
            ));
        }
        let mut tx = self.store.begin().await?;
        let issued = self.issue_code(&mut tx, principal, &record, by_letter).await?;
        let subject = ("driver", id.0, record.name.as_str());
        let note = self.note(principal, "driver.invited", subject);
        tx.audit(&note.made(&serde_json::json!({ "by_letter": by_letter }))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(issued)
    }

    pub(super) async fn issue_code(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        record: &DriverRecord,
        by_letter: bool,
    ) -> Result<IssuedCode, AppError> {
        let code = fresh_code();
        let expires_at = self.now() + CODE_LASTS;
        tx.set_driver_code(record.id, Some((&digest_of(&code), expires_at))).await?;
        if by_letter {
            let organisation = self.organisation(principal).await?;
            // Behind the #: neither servers nor proxies write it into a log.
            let link = format!("{}/redeem#{code}", self.settings().page_url);
            let language = Language::of(Some(&record.language));
            let names = (organisation.name.as_str(), record.name.as_str());
            let mut letter = driver_letters::invitation(language, &record.email, names, (&code, &link));
            letter.organisation = Some(record.organisation);
            tx.enqueue_mail(&self.letter(letter)).await?;
        }
        Ok(IssuedCode { code, expires_at, by_letter })
    }

    /// What stands behind a code.
    pub async fn look_at_code(&self, code: &str) -> Result<CodeView, AppError> {
        if let Some(view) = self.look_at_home_code(code).await? {
            return Ok(view);
        }
        let record = self.driver_of_code(code).await?;
        let organisation = self.store.organisation(record.organisation).await?;
        let groups = self.store.groups_of_driver(record.id).await?;
        Ok(CodeView {
            organisation: organisation.map(|o| o.name).unwrap_or_default(),
            name: record.name,
            groups: groups.into_iter().map(|group| group.name).collect(),
            language: record.language,
            home_charger: None,
        })
    }

    async fn driver_of_code(&self, code: &str) -> Result<DriverRecord, AppError> {
        let found = self.store.driver_by_code(&digest_of(code), self.now()).await?;
        found.ok_or(AppError::NotFound("code, or it was used or is too old; ask for a new one"))
    }

    /// Joins. What the driver was put into before (groups, fleet, discounts) holds at once.
    pub async fn redeem_code(&self, redemption: Redemption) -> Result<CodeView, AppError> {
        if let Some(view) = self.redeem_home_code(&redemption).await? {
            return Ok(view);
        }
        let view = self.look_at_code(&redemption.code).await?;
        let mut record = self.driver_of_code(&redemption.code).await?;
        let before = record.name.clone();
        record.name = checked_name("/name", &redemption.name)?;
        if let Some(phone) = checked_phone(redemption.phone)? {
            record.phone = Some(phone);
        }
        record.joined_at = Some(self.now());
        if record.status == DriverStatus::Invited {
            record.status = DriverStatus::Active;
        }
        let mut tx = self.store.begin().await?;
        // The version tells whether somebody was faster with the same code.
        tx.change_driver(&record).await?;
        tx.set_driver_code(record.id, None).await?;
        let actor = ("driver", record.id.0, record.name.as_str());
        let note = self.note_by(record.organisation, actor, "driver.joined", actor);
        tx.audit(&note.made(&serde_json::json!({ "invited_as": before }))).await?;
        tx.commit().await?;
        self.known_tokens.forget();
        let change = forecourt_core::change::Change {
            organisation: record.organisation,
            site: None,
            station: None,
            what: What::Driver,
        };
        self.changes.publish(self.now(), change);
        Ok(CodeView { name: record.name, ..view })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = fresh_code();
        assert_eq!(code.len(), 14);
        assert_eq!(digest_of(&code), digest_of(&code.to_lowercase().replace('-', " ")));
        assert_ne!(digest_of(&code), digest_of(&fresh_code()));
    }
}
