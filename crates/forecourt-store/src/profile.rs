//! What an organisation says of itself: details, branding, packages, logo. Kept as JSON: nothing is looked for inside.

use forecourt_core::id::OrganisationId;

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, Default)]
pub struct ProfileRecord {
    /// JSON; `None`: nothing was said yet.
    pub details: Option<String>,
    pub branding: Option<String>,
    pub packages: Option<String>,
    /// The path or sub-domain of the login page.
    pub slug: Option<String>,
    /// Media type of the logo, where there is one.
    pub logo_type: Option<String>,
    pub version: i64,
}

fn record_from(row: &Row) -> Result<ProfileRecord, StoreError> {
    Ok(ProfileRecord {
        details: row.text_or_none("details")?,
        branding: row.text_or_none("branding")?,
        packages: row.text_or_none("packages")?,
        slug: row.text_or_none("slug")?,
        logo_type: row.text_or_none("logo_type")?,
        version: row.int("version")?,
    })
}

impl Store {
    pub async fn profile(&self, organisation: OrganisationId) -> Result<Option<ProfileRecord>, StoreError> {
        let sql =
            "SELECT details, branding, packages, slug, logo_type, version FROM organisation WHERE id = $1";
        self.row(sql, values![organisation]).await?.as_ref().map(record_from).transpose()
    }

    /// Whose login page this is.
    pub async fn organisation_by_slug(&self, slug: &str) -> Result<Option<OrganisationId>, StoreError> {
        let row = self.row("SELECT id FROM organisation WHERE slug = $1", values![slug]).await?;
        row.map(|row| row.int("id").map(OrganisationId)).transpose()
    }

    /// The logo, base64, and its media type.
    pub async fn logo(&self, organisation: OrganisationId) -> Result<Option<(String, String)>, StoreError> {
        let sql = "SELECT logo, logo_type FROM organisation WHERE id = $1 AND logo IS NOT NULL";
        let row = self.row(sql, values![organisation]).await?;
        row.map(|row| Ok((row.text("logo")?, row.text("logo_type")?))).transpose()
    }
}

impl Tx {
    /// Changes a profile that is still in the version its editor saw.
    pub async fn set_profile(
        &mut self,
        organisation: OrganisationId,
        profile: &ProfileRecord,
    ) -> Result<(), StoreError> {
        let changed = self
            .execute(
                "UPDATE organisation SET details = $1, branding = $2, packages = $3, slug = $4, version = version + 1 \
                 WHERE id = $5 AND version = $6",
                values![
                    &profile.details,
                    &profile.branding,
                    &profile.packages,
                    &profile.slug,
                    organisation,
                    profile.version,
                ],
            )
            .await?;
        if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Base64 and its media type; `None` takes the logo away.
    pub async fn set_logo(
        &mut self,
        organisation: OrganisationId,
        logo: Option<(String, &str)>,
    ) -> Result<(), StoreError> {
        let (content, kind) = match logo {
            Some((content, kind)) => (Some(content), Some(kind.to_owned())),
            None => (None, None),
        };
        let sql = "UPDATE organisation SET logo = $1, logo_type = $2, version = version + 1 WHERE id = $3";
        self.execute(sql, values![content, kind, organisation]).await.map(drop)
    }
}
