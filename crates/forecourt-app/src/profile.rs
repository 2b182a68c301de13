//! What an organisation says of itself: who it is, how it looks, which parts of the product it uses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::OrganisationId;
use forecourt_core::opening::SupportContact;
use forecourt_store::StoreError;
use forecourt_store::profile::ProfileRecord;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::documents::picture_kind;
use crate::network::refuse_faults;
use crate::{App, AppError, Principal};

/// Largest logo, in bytes: it stands on every page and every receipt.
pub const LOGO_MAX_BYTES: usize = 512 * 1024;
/// Longest text of one member, in characters.
const TEXT_MAX_CHARS: usize = 300;
/// Longest path or sub-domain, in characters (a label of a host name has at most 63).
const SLUG_MAX_CHARS: usize = 40;
/// Words that are addresses of ours.
const TAKEN: &[&str] = &["api", "www", "app", "admin", "ocpp", "assets", "sign-in", "login", "at"];

/// Parts of the product that can be switched off.
pub const PACKAGES: [&str; 2] = ["installer", "white_label"];

/// A postal address, printed on receipts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostalAddress {
    pub street: String,
    pub postal_code: String,
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// Somebody to turn to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    pub name: String,
    pub email: String,
    pub phone: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// As printed on receipts, where it is not the organisation's name.
    pub trading_name: String,
    pub vat_id: String,
    pub website: String,
    pub email: String,
    pub registered: PostalAddress,
    /// `None`: the registered address.
    pub billing: Option<PostalAddress>,
    pub general: Contact,
    /// Gets revenue statements.
    pub finance: Contact,
    /// For the people who work here.
    pub platform_support: Contact,
    /// For drivers; the default of every site.
    pub driver_support: Contact,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    /// In place of the product's name; empty: the product's.
    pub product_name: String,
    /// `#rrggbb`; empty: the product's.
    pub colour: String,
    /// What stands on the login page below the name.
    pub welcome: String,
    /// Whom somebody who cannot sign in turns to.
    pub help: String,
}

/// What the page knows of an organisation.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    pub details: Details,
    pub branding: Branding,
    /// Those that are on.
    pub packages: Vec<String>,
    pub slug: Option<String>,
    pub has_logo: bool,
    /// Whether somebody has said anything yet.
    pub details_given: bool,
    pub version: i64,
}

/// What anybody may see before signing in.
#[derive(Debug, Clone)]
pub struct Brand {
    pub organisation: OrganisationId,
    pub name: String,
    pub branding: Branding,
    pub has_logo: bool,
}

/// What is to be changed; absent members stay as they are.
#[derive(Debug, Clone, Default)]
pub struct ProfileEdit {
    pub details: Option<Details>,
    pub branding: Option<Branding>,
    pub packages: Option<Vec<String>>,
    pub slug: Option<Option<String>>,
}

impl App {
    pub async fn profile(&self, principal: &Principal) -> Result<Profile, AppError> {
        principal.require(Permission::Read)?;
        self.profile_of(principal.organisation).await
    }

    /// For receipts, letters and everything else that speaks for the organisation.
    pub(crate) async fn profile_of(&self, organisation: OrganisationId) -> Result<Profile, AppError> {
        let record = self.store.profile(organisation).await?.ok_or(AppError::NotFound("organisation"))?;
        let mut profile = profile_from(record);
        if let Some(support) = self.store.default_support(organisation).await? {
            profile.details.driver_support.phone = support.phone.unwrap_or_default();
            profile.details.driver_support.email = support.email.unwrap_or_default();
        }
        Ok(profile)
    }

    pub async fn edit_profile(
        &self,
        principal: &Principal,
        version: Option<i64>,
        edit: ProfileEdit,
    ) -> Result<Profile, AppError> {
        principal.require(Permission::Organisation)?;
        principal.require_every_site()?;
        let old = self.profile(principal).await?;
        let mut new = Profile { version: version.unwrap_or(old.version), ..old.clone() };
        if let Some(details) = edit.details {
            new.details = checked_details(details)?;
        }
        if edit.packages.is_some() {
            principal.require(Permission::Administration)?;
        }
        new.packages = edit.packages.map_or(Ok(new.packages), checked_packages)?;
        if edit.branding.is_some() || edit.slug.is_some() {
            new.branding = edit.branding.map_or(Ok(new.branding), checked_branding)?;
            new.slug = edit.slug.map_or(Ok(new.slug), checked_slug)?;
            if !new.packages.iter().any(|package| package == "white_label") {
                return Err(AppError::Conflict(
                    "the package white label is off: an administrator switches it on".into(),
                ));
            }
        }
        let given = new.details_given || new.details != old.details;
        let record = ProfileRecord {
            details: given.then(|| json!(new.details).to_string()),
            branding: Some(json!(new.branding).to_string()),
            // A package that comes later is on where nobody switched any off.
            packages: (new.packages.len() < PACKAGES.len()).then(|| json!(new.packages).to_string()),
            slug: new.slug.clone(),
            logo_type: None,
            version: new.version,
        };
        let support = self.changed_support(principal, &old.details, &new.details).await?;
        let mut tx = self.store.begin().await?;
        if let Some(support) = support {
            tx.put_default_support(principal.organisation, &support, self.now(), false).await?;
        }
        tx.set_profile(principal.organisation, &record).await.map_err(|error| match error {
            StoreError::Conflict => AppError::field("/slug", "another organisation has this address"),
            other => other.into(),
        })?;
        let line = self.note(
            principal,
            "organisation.profile_edited",
            ("organisation", principal.organisation.0, ""),
        );
        tx.audit(&line.changed(described(&old), described(&new))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        self.profile(principal).await
    }

    /// The contact that sites without one of their own give drivers, where the details change it.
    async fn changed_support(
        &self,
        principal: &Principal,
        old: &Details,
        new: &Details,
    ) -> Result<Option<SupportContact>, AppError> {
        let (old, new) = (&old.driver_support, &new.driver_support);
        if (&old.phone, &old.email) == (&new.phone, &new.email) {
            return Ok(None);
        }
        let kept = self.store.default_support(principal.organisation).await?.unwrap_or_default();
        let (phone, email) = (Some(new.phone.clone()), Some(new.email.clone()));
        let support = SupportContact { phone, email, ..kept }.trimmed();
        refuse_faults("/details/driver_support", support.faults())?;
        Ok(Some(support))
    }

    /// A PNG, JPEG or WebP, told by its content.
    pub async fn set_logo(&self, principal: &Principal, content: Option<&[u8]>) -> Result<(), AppError> {
        principal.require(Permission::Organisation)?;
        principal.require_every_site()?;
        let logo = match content {
            Some(content) if content.len() > LOGO_MAX_BYTES => {
                return Err(AppError::field("", format!("at most {} kB", LOGO_MAX_BYTES / 1024)));
            }
            Some(content) => {
                let kind = picture_kind(content)
                    .ok_or_else(|| AppError::field("", "a PNG, JPEG or WebP picture"))?;
                Some((STANDARD.encode(content), kind))
            }
            None => None,
        };
        let action = if logo.is_some() { "organisation.logo_set" } else { "organisation.logo_removed" };
        let mut tx = self.store.begin().await?;
        tx.set_logo(principal.organisation, logo).await?;
        let line = self.note(principal, action, ("organisation", principal.organisation.0, ""));
        tx.audit(&line.done()).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        Ok(())
    }

    /// The logo's bytes and media type: it stands on the login page, so anybody may see it.
    pub async fn logo(&self, organisation: OrganisationId) -> Result<(Vec<u8>, String), AppError> {
        let (content, kind) = self.store.logo(organisation).await?.ok_or(AppError::NotFound("logo"))?;
        let bytes = STANDARD.decode(content).map_err(|_| StoreError::Corrupt("logo"))?;
        Ok((bytes, kind))
    }

    /// How the login page at this path or sub-domain looks.
    pub async fn brand(&self, slug: &str) -> Result<Option<Brand>, AppError> {
        let Some(organisation) = self.store.organisation_by_slug(&slug.to_lowercase()).await? else {
            return Ok(None);
        };
        let profile = self.profile_of(organisation).await?;
        if !profile.packages.iter().any(|package| package == "white_label") {
            return Ok(None);
        }
        let name = self.store.organisation(organisation).await?.map(|record| record.name).unwrap_or_default();
        Ok(Some(Brand { organisation, name, branding: profile.branding, has_logo: profile.has_logo }))
    }

    /// Refuses what belongs to a package that is off.
    pub(crate) async fn require_package(&self, principal: &Principal, package: &str) -> Result<(), AppError> {
        let profile = self.profile_of(principal.organisation).await?;
        if profile.packages.iter().any(|each| each == package) {
            return Ok(());
        }
        Err(AppError::Conflict(format!("the package {package} is off: an administrator switches it on")))
    }
}

/// Every package is on until somebody chose.
fn profile_from(record: ProfileRecord) -> Profile {
    let read = |text: &Option<String>| text.clone().unwrap_or_else(|| "{}".into());
    let packages = record.packages.as_deref().and_then(|text| serde_json::from_str(text).ok());
    Profile {
        details: serde_json::from_str(&read(&record.details)).unwrap_or_default(),
        branding: serde_json::from_str(&read(&record.branding)).unwrap_or_default(),
        packages: packages.unwrap_or_else(|| PACKAGES.map(str::to_owned).to_vec()),
        slug: record.slug,
        has_logo: record.logo_type.is_some(),
        details_given: record.details.is_some(),
        version: record.version,
    }
}

fn described(profile: &Profile) -> serde_json::Value {
    json!({
        "details": profile.details,
        "branding": profile.branding,
        "packages": profile.packages,
        "slug": profile.slug,
    })
}

fn checked_text(field: &str, text: &str) -> Result<(), AppError> {
    if text.chars().count() > TEXT_MAX_CHARS || text.chars().any(char::is_control) {
        return Err(AppError::field(field, format!("one line of at most {TEXT_MAX_CHARS} characters")));
    }
    Ok(())
}

fn checked_details(details: Details) -> Result<Details, AppError> {
    for (field, text) in [
        ("/details/trading_name", &details.trading_name),
        ("/details/vat_id", &details.vat_id),
        ("/details/website", &details.website),
    ] {
        checked_text(field, text)?;
    }
    if !details.website.is_empty()
        && !details.website.starts_with("https://")
        && !details.website.starts_with("http://")
    {
        return Err(AppError::field("/details/website", "an address that begins with https://"));
    }
    checked_email("/details/email", &details.email)?;
    for (name, contact) in [
        ("general", &details.general),
        ("finance", &details.finance),
        ("platform_support", &details.platform_support),
        ("driver_support", &details.driver_support),
    ] {
        checked_text(&format!("/details/{name}/name"), &contact.name)?;
        checked_text(&format!("/details/{name}/phone"), &contact.phone)?;
        checked_email(&format!("/details/{name}/email"), &contact.email)?;
    }
    for (name, address) in [("registered", Some(&details.registered)), ("billing", details.billing.as_ref())]
    {
        let Some(address) = address else { continue };
        for (member, text) in
            [("street", &address.street), ("postal_code", &address.postal_code), ("city", &address.city)]
        {
            checked_text(&format!("/details/{name}/{member}"), text)?;
        }
        let country = &address.country;
        if !country.is_empty() && (country.len() != 2 || !country.chars().all(|c| c.is_ascii_uppercase())) {
            return Err(AppError::field(&format!("/details/{name}/country"), "two letters, for example DK"));
        }
    }
    Ok(details)
}

fn checked_email(field: &str, email: &str) -> Result<(), AppError> {
    checked_text(field, email)?;
    if !email.is_empty() && !email.contains('@') {
        return Err(AppError::field(field, "an e-mail address"));
    }
    Ok(())
}

fn checked_branding(branding: Branding) -> Result<Branding, AppError> {
    for (field, text) in [
        ("/branding/product_name", &branding.product_name),
        ("/branding/welcome", &branding.welcome),
        ("/branding/help", &branding.help),
    ] {
        checked_text(field, text)?;
    }
    let hex = |colour: &str| {
        colour.len() == 7 && colour.starts_with('#') && colour.chars().skip(1).all(|c| c.is_ascii_hexdigit())
    };
    if !branding.colour.is_empty() && !hex(&branding.colour) {
        return Err(AppError::field("/branding/colour", "a colour like #1f6feb"));
    }
    Ok(branding)
}

fn checked_packages(packages: Vec<String>) -> Result<Vec<String>, AppError> {
    if packages.iter().any(|package| !PACKAGES.contains(&package.as_str())) {
        return Err(AppError::field("/packages", format!("of {}", PACKAGES.join(", "))));
    }
    Ok(PACKAGES
        .iter()
        .filter(|known| packages.iter().any(|p| p == *known))
        .map(|p| (*p).to_owned())
        .collect())
}

fn checked_slug(slug: Option<String>) -> Result<Option<String>, AppError> {
    let Some(slug) = slug.map(|slug| slug.trim().to_lowercase()).filter(|slug| !slug.is_empty()) else {
        return Ok(None);
    };
    let plain = slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let odd = slug.len() < 2 || slug.len() > SLUG_MAX_CHARS || slug.starts_with('-') || slug.ends_with('-');
    if !plain || odd || TAKEN.contains(&slug.as_str()) {
        let text = format!("2 to {SLUG_MAX_CHARS} small letters, digits and hyphens, and no word of ours");
        return Err(AppError::field("/slug", text));
    }
    Ok(Some(slug))
}
