//! What a person may do in an organisation.

use forecourt_core::Timestamp;
use forecourt_core::access::{Permissions, Role};
use forecourt_core::id::{OperatorId, OrganisationId, SiteId};

use crate::engine::{Row, Value, values};
use crate::page::{Filter, containing};
use crate::{Cursor, OrganisationRecord, Page, Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipRecord {
    pub operator: OperatorId,
    pub organisation: OrganisationId,
    pub role: Role,
    /// Without: those of the role.
    pub permissions: Option<Permissions>,
    /// The only sites the person sees; without: every site.
    pub sites: Option<Vec<SiteId>>,
    pub created_at: Timestamp,
    pub last_seen_at: Option<Timestamp>,
    pub version: i64,
}

impl MembershipRecord {
    /// What the person may do.
    pub fn rights(&self) -> Permissions {
        self.permissions.unwrap_or_else(|| self.role.permissions())
    }
}

/// A membership, with what its organisation demands of those who sign in.
#[derive(Debug, Clone)]
pub struct AtWork {
    pub membership: MembershipRecord,
    pub second_factor_required: bool,
    /// Only who comes by the organisation's provider gets in.
    pub provider_required: bool,
}

/// A member with what the list shows of the person.
#[derive(Debug, Clone)]
pub struct Colleague {
    pub membership: MembershipRecord,
    pub name: String,
    pub email: String,
    pub second_factor: bool,
}

pub(crate) fn sites_from(text: Option<String>) -> Option<Vec<SiteId>> {
    text.map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).collect())
}

pub(crate) fn sites_text(sites: Option<&[SiteId]>) -> Option<String> {
    sites.map(|sites| sites.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}

fn record_from(row: &Row) -> Result<MembershipRecord, StoreError> {
    Ok(MembershipRecord {
        operator: OperatorId(row.int("operator_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        role: Role::parse(&row.text("role")?).ok_or(StoreError::Corrupt("role"))?,
        permissions: row.text_or_none("permissions")?.map(|words| Permissions::parse(&words)),
        sites: sites_from(row.text_or_none("sites")?),
        created_at: row.time("created_at")?,
        last_seen_at: row.time_or_none("last_seen_at")?,
        version: row.int("version")?,
    })
}

fn colleague_from(row: &Row) -> Result<Colleague, StoreError> {
    Ok(Colleague {
        membership: record_from(row)?,
        name: row.text("name")?,
        email: row.text("email")?,
        second_factor: row.bool("totp_confirmed")?,
    })
}

const COLLEAGUE: &str = "SELECT m.*, o.name AS name, o.email AS email, o.totp_confirmed AS totp_confirmed \
                         FROM membership m JOIN operator o ON o.id = m.operator_id";

impl Store {
    pub async fn membership(
        &self,
        operator: OperatorId,
        organisation: OrganisationId,
    ) -> Result<Option<MembershipRecord>, StoreError> {
        let sql = "SELECT * FROM membership WHERE operator_id = $1 AND organisation_id = $2";
        self.row(sql, values![operator, organisation]).await?.map(|r| record_from(&r)).transpose()
    }

    /// A membership, with what its organisation demands of those who sign in.
    pub async fn membership_at_work(
        &self,
        operator: OperatorId,
        organisation: OrganisationId,
    ) -> Result<Option<AtWork>, StoreError> {
        let sql = "SELECT m.*, g.second_factor_required AS demanded, \
                   COALESCE(p.required, FALSE) AS provider_required FROM membership m \
                   JOIN organisation g ON g.id = m.organisation_id \
                   LEFT JOIN identity_provider p ON p.organisation_id = m.organisation_id \
                   WHERE m.operator_id = $1 AND m.organisation_id = $2";
        let row = self.row(sql, values![operator, organisation]).await?;
        let shape = |row: Row| {
            Ok(AtWork {
                membership: record_from(&row)?,
                second_factor_required: row.bool("demanded")?,
                provider_required: row.bool("provider_required")?,
            })
        };
        row.map(shape).transpose()
    }

    /// Where a person belongs: where they were last, then the longest.
    pub async fn memberships(&self, operator: OperatorId) -> Result<Vec<MembershipRecord>, StoreError> {
        let sql = "SELECT * FROM membership WHERE operator_id = $1 \
                   ORDER BY COALESCE(last_seen_at, 0) DESC, created_at, organisation_id LIMIT 500";
        self.rows(sql, values![operator]).await?.iter().map(record_from).collect()
    }

    /// The organisations a person belongs to, by name.
    pub async fn organisations_of(
        &self,
        operator: OperatorId,
    ) -> Result<Vec<OrganisationRecord>, StoreError> {
        let sql = "SELECT g.* FROM membership m JOIN organisation g ON g.id = m.organisation_id \
                   WHERE m.operator_id = $1 ORDER BY g.name, g.id LIMIT 500";
        let rows = self.rows(sql, values![operator]).await?;
        rows.iter().map(crate::organisation::record_from).collect()
    }

    /// Members by name; `text` looks in name and address.
    pub async fn colleagues(
        &self,
        organisation: OrganisationId,
        text: Option<&str>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Colleague>, StoreError> {
        let mut filter = Filter::default();
        filter.and("m.organisation_id = ?", values![organisation]);
        if let Some(text) = text {
            let pattern = containing(text);
            let clause = "(LOWER(o.name) LIKE ? ESCAPE '\\' OR o.email LIKE ? ESCAPE '\\')";
            filter.and(clause, values![&pattern, &pattern]);
        }
        if let Some(cursor) = cursor {
            let after: Vec<Value> = values![&cursor.key, &cursor.key, cursor.id];
            filter.and("(o.name > ? OR (o.name = ? AND m.operator_id > ?))", after);
        }
        let sql = format!("{COLLEAGUE}{} ORDER BY o.name, m.operator_id LIMIT {}", filter.sql(), limit + 1);
        let rows = self.rows(&sql, filter.values).await?;
        let items = rows.iter().map(colleague_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |c| Cursor { key: c.name.clone(), id: c.membership.operator.0 }))
    }

    pub async fn colleague(
        &self,
        organisation: OrganisationId,
        operator: OperatorId,
    ) -> Result<Option<Colleague>, StoreError> {
        let sql = format!("{COLLEAGUE} WHERE m.organisation_id = $1 AND m.operator_id = $2");
        self.row(&sql, values![organisation, operator]).await?.map(|r| colleague_from(&r)).transpose()
    }
}

impl Tx {
    pub async fn add_membership(&mut self, new: &MembershipRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO membership (operator_id, organisation_id, role, permissions, sites, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, 1)",
            values![
                new.operator,
                new.organisation,
                new.role.as_str(),
                new.permissions.map(|set| set.words().join(" ")),
                sites_text(new.sites.as_deref()),
                new.created_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_membership(&mut self, record: &MembershipRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE membership SET role = $3, permissions = $4, sites = $5, version = version + 1 \
                 WHERE operator_id = $1 AND organisation_id = $2 AND version = $6",
                values![
                    record.operator,
                    record.organisation,
                    record.role.as_str(),
                    record.permissions.map(|set| set.words().join(" ")),
                    sites_text(record.sites.as_deref()),
                    record.version
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Takes a person out of an organisation; browsers that are at work there are signed out.
    pub async fn delete_membership(
        &mut self,
        operator: OperatorId,
        organisation: OrganisationId,
    ) -> Result<(), StoreError> {
        let both = || values![operator, organisation];
        let sql = "DELETE FROM membership WHERE operator_id = $1 AND organisation_id = $2";
        self.execute(sql, both()).await?;
        let sql = "DELETE FROM login WHERE operator_id = $1 AND organisation_id = $2";
        self.execute(sql, both()).await.map(drop)
    }

    /// Members with their rights, as this transaction sees them.
    pub async fn members(
        &mut self,
        organisation: OrganisationId,
    ) -> Result<Vec<MembershipRecord>, StoreError> {
        // Two administrators who remove each other must not both succeed: the second waits here.
        let turn = "UPDATE organisation SET version = version WHERE id = $1";
        self.execute(turn, values![organisation]).await?;
        let sql = "SELECT * FROM membership WHERE organisation_id = $1";
        self.rows(sql, values![organisation]).await?.iter().map(record_from).collect()
    }
}
