//! Operators of an organisation and their rights. Nobody gives rights they do not have, and nobody removes the last
//! person who could give them back.

use forecourt_core::access::{Permission, Permissions, Role};
use forecourt_core::id::{OperatorId, OrganisationId, SiteId};
use forecourt_store::{Colleague, Cursor, MembershipRecord, OrganisationRecord, Page, Tx};
use serde_json::{Value, json};

use crate::accounts::{checked_currency, checked_name, checked_zone};
use crate::{App, AppError, Principal, Who};

/// What a person is to be given.
#[derive(Debug, Clone)]
pub struct Rights {
    pub role: Role,
    /// Without: those of the role.
    pub permissions: Option<Permissions>,
    /// The only sites the person will see; without: every site.
    pub sites: Option<Vec<SiteId>>,
}

impl Rights {
    fn permissions(&self) -> Permissions {
        self.permissions.unwrap_or_else(|| self.role.permissions())
    }

    pub(crate) fn described(&self) -> Value {
        json!({
            "role": self.role.as_str(),
            "permissions": self.permissions.map(Permissions::words),
            "sites": self.sites.as_ref().map(|sites| sites.iter().map(ToString::to_string).collect::<Vec<_>>()),
        })
    }
}

/// A branch of an organisation.
#[derive(Debug, Clone)]
pub struct NewBranch {
    pub name: String,
    pub time_zone: String,
    pub currency: String,
}

impl App {
    pub async fn colleagues(
        &self,
        principal: &Principal,
        text: Option<&str>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Colleague>, AppError> {
        may_manage(principal)?;
        Ok(self.store.colleagues(principal.organisation, text, cursor, limit).await?)
    }

    pub async fn colleague(&self, principal: &Principal, id: OperatorId) -> Result<Colleague, AppError> {
        may_manage(principal)?;
        let found = self.store.colleague(principal.organisation, id).await?;
        found.ok_or(AppError::NotFound("operator"))
    }

    /// Gives a person other rights.
    pub async fn edit_rights(
        &self,
        principal: &Principal,
        id: OperatorId,
        expected: Option<i64>,
        rights: Rights,
    ) -> Result<Colleague, AppError> {
        let colleague = self.colleague(principal, id).await?;
        let mut record = colleague.membership;
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        may_touch(principal, &record)?;
        self.checked_rights(principal, &rights).await?;
        let before = described(&record);
        record.role = rights.role;
        record.permissions = rights.permissions.filter(|set| *set != rights.role.permissions());
        record.sites = rights.sites;
        let mut tx = self.store.begin().await?;
        keeps_an_administrator(&mut tx, &record, false).await?;
        tx.change_membership(&record).await?;
        let note = self.note(principal, "operator.edited", ("operator", id.0, &colleague.name));
        tx.audit(&note.changed(before, described(&record))).await?;
        tx.commit().await?;
        self.colleague(principal, id).await
    }

    /// Takes a person out of the organisation; what they did stays noted.
    pub async fn remove_operator(&self, principal: &Principal, id: OperatorId) -> Result<(), AppError> {
        let colleague = self.colleague(principal, id).await?;
        may_touch(principal, &colleague.membership)?;
        let mut tx = self.store.begin().await?;
        keeps_an_administrator(&mut tx, &colleague.membership, true).await?;
        tx.delete_membership(id, principal.organisation).await?;
        let note = self.note(principal, "operator.removed", ("operator", id.0, &colleague.name));
        let before = json!({"email": colleague.email, "role": colleague.membership.role.as_str()});
        tx.audit(&note.gone(&before)).await?;
        Ok(tx.commit().await?)
    }

    /// Whether these rights may be given by this person, and name sites that exist.
    pub(crate) async fn checked_rights(
        &self,
        principal: &Principal,
        rights: &Rights,
    ) -> Result<(), AppError> {
        if !rights.permissions().is_within(principal.permissions) {
            return Err(AppError::Forbidden("you cannot give rights that you do not have"));
        }
        for (place, site) in rights.sites.iter().flatten().enumerate() {
            if self.store.site(principal.organisation, *site).await?.is_none() {
                return Err(AppError::field(&format!("/sites/{place}"), "there is no such site"));
            }
        }
        if rights.sites.as_ref().is_some_and(Vec::is_empty) {
            return Err(AppError::field("/sites", "choose at least one site, or every site"));
        }
        Ok(())
    }

    /// A branch: an organisation of its own. Only its maker comes along, as its administrator.
    pub async fn add_branch(
        &self,
        principal: &Principal,
        new: NewBranch,
    ) -> Result<OrganisationRecord, AppError> {
        principal.require(Permission::Administration)?;
        principal.require_every_site()?;
        self.require_package(principal, "installer").await?;
        let Who::Operator { id: operator, .. } = principal.who else {
            return Err(AppError::Forbidden("a program cannot be the administrator of a new organisation"));
        };
        checked_zone("/time_zone", &new.time_zone)?;
        checked_currency("/currency", &new.currency)?;
        let name = checked_name("/name", &new.name)?;
        let mut tx = self.store.begin().await?;
        let record = OrganisationRecord {
            id: OrganisationId(tx.next_number("organisation").await?),
            name,
            time_zone: new.time_zone,
            currency: new.currency,
            waiting_room: false,
            parent: Some(principal.organisation),
            second_factor_required: false,
            created_at: self.now(),
            version: 1,
        };
        tx.add_organisation(&record).await?;
        tx.add_membership(&MembershipRecord {
            operator,
            organisation: record.id,
            role: Role::Admin,
            permissions: None,
            sites: None,
            created_at: self.now(),
            last_seen_at: None,
            version: 1,
        })
        .await?;
        let subject = ("organisation", record.id.0, record.name.as_str());
        tx.audit(&self.note(principal, "organisation.added", subject).done()).await?;
        // The branch's own record begins with its beginning.
        let there = principal.clone().in_organisation(record.id);
        tx.audit(&self.note(&there, "organisation.added", subject).done()).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// The branches of the caller's organisation, whoever belongs to them.
    pub async fn branches(&self, principal: &Principal) -> Result<Vec<OrganisationRecord>, AppError> {
        principal.require(Permission::Administration)?;
        principal.require_every_site()?;
        Ok(self.store.branches(principal.organisation).await?)
    }
}

pub(crate) fn may_manage(principal: &Principal) -> Result<(), AppError> {
    principal.require(Permission::Operators)?;
    principal.require_every_site()
}

/// Whoever has more rights than the caller is left alone.
fn may_touch(principal: &Principal, record: &MembershipRecord) -> Result<(), AppError> {
    if record.rights().is_within(principal.permissions) {
        return Ok(());
    }
    Err(AppError::Forbidden("this person has rights that you do not have"))
}

fn described(record: &MembershipRecord) -> Value {
    Rights { role: record.role, permissions: record.permissions, sites: record.sites.clone() }.described()
}

/// Who can give rights back to everybody.
pub(crate) fn is_administrator(record: &MembershipRecord) -> bool {
    let rights = record.rights();
    record.sites.is_none() && rights.has(Permission::Operators) && rights.has(Permission::Administration)
}

async fn keeps_an_administrator(
    tx: &mut Tx,
    changed: &MembershipRecord,
    removed: bool,
) -> Result<(), AppError> {
    let members = tx.members(changed.organisation).await?;
    let others = members.iter().any(|m| m.operator != changed.operator && is_administrator(m));
    if others || !removed && is_administrator(changed) {
        return Ok(());
    }
    let was = members.iter().any(|m| m.operator == changed.operator && is_administrator(m));
    if !was {
        return Ok(());
    }
    Err(AppError::Conflict("this is the last administrator; make somebody else one first".into()))
}
