//! Words about a station: what the audit tells, and what may be said of its use.

use forecourt_core::opening::SupportContact;
use forecourt_store::station::StationRecord;
use serde_json::{Value, json};

use crate::AppError;

pub(super) const COMMERCIAL: &str = "commercial";
const USES: [&str; 2] = [COMMERCIAL, "home"];

/// What the audit tells of a station. Of its password only that there is a new one.
pub(super) fn words(record: &StationRecord, new_password: bool) -> Value {
    json!({
        "identity": record.identity, "name": record.name, "site_id": record.site.to_string(),
        "registration": record.registration, "security_profile": record.security_profile,
        "used_as": record.used_as, "owner_email": record.owner_email, "new_password": new_password,
    })
}

pub(super) fn checked_use(text: Option<&str>) -> Result<&str, AppError> {
    let used_as = text.unwrap_or(COMMERCIAL);
    let known = USES.contains(&used_as).then_some(used_as);
    known.ok_or_else(|| AppError::field("/used_as", format!("one of {}", USES.join(", "))))
}

pub(super) fn checked_owner(email: Option<String>) -> Result<Option<String>, AppError> {
    let contact = SupportContact { email, ..SupportContact::default() }.trimmed();
    match contact.faults().first() {
        Some((_, text)) => Err(AppError::field("/owner_email", *text)),
        None => Ok(contact.email),
    }
}
