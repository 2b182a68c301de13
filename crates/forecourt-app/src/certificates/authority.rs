//! Who signs: the built-in authority, or one outside that is asked over HTTPS. One door for both.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{CertificateId, OrganisationId};
use forecourt_store::certificate::{AuthorityRecord, CertificateRecord};
use serde_json::json;

use super::built_in::{Root, make_root};
use super::x509::{Csr, describe, pem_chain, to_pem};
use crate::outside::{Ask, OutsideError};
use crate::{App, AppError, Principal};

/// What a new authority does until somebody says otherwise, in days.
const VALID_DAYS: i64 = 365;
const RENEW_DAYS: i64 = 30;
const VALID_DAYS_RANGE: std::ops::RangeInclusive<i64> = 1..=3_650;
/// What sealed texts are for.
const KEY_LABEL: &str = "certificate authority key";
const TOKEN_LABEL: &str = "certificate authority token";
/// Longest answer of an outside authority, in bytes.
const ANSWER_MAX_BYTES: usize = super::x509::PEM_MAX_BYTES;

/// Who signs for an organisation, as shown.
#[derive(Debug, Clone)]
pub struct AuthorityView {
    pub kind: String,
    pub url: Option<String>,
    pub has_token: bool,
    pub valid_days: i64,
    pub renew_days: i64,
    /// The built-in root; `None` before the first signature.
    pub root: Option<CertificateRecord>,
    pub version: i64,
}

/// `None` leaves a member as it is.
#[derive(Debug, Clone, Default)]
pub struct AuthorityEdit {
    pub kind: Option<String>,
    pub url: Option<String>,
    pub token: Option<String>,
    pub valid_days: Option<i64>,
    pub renew_days: Option<i64>,
}

/// Where a certificate came from, with its issuers.
pub(super) struct Signed {
    /// The station's certificate first, the root left out.
    pub chain: Vec<Vec<u8>>,
    pub origin: &'static str,
}

/// Why nothing was signed.
pub(super) enum Unsigned {
    /// It may go better later: asked again.
    Later(String),
    Never(String),
}

/// The two kinds of authority.
enum Authority {
    BuiltIn(Root),
    External { url: String, token: Option<String> },
}

impl App {
    pub async fn certificate_authority(&self, principal: &Principal) -> Result<AuthorityView, AppError> {
        principal.require(Permission::Read)?;
        let record = self.authority_record(principal.organisation).await?;
        self.authority_view(record).await
    }

    async fn authority_view(&self, record: AuthorityRecord) -> Result<AuthorityView, AppError> {
        let root = match record.root {
            Some(id) => self.store.certificate(record.organisation, id).await?,
            None => None,
        };
        Ok(AuthorityView {
            kind: record.kind,
            url: record.url,
            has_token: record.sealed_token.is_some(),
            valid_days: record.valid_days,
            renew_days: record.renew_days,
            root,
            version: record.version,
        })
    }

    /// As stored, or what stands for an organisation that never said anything.
    pub(super) async fn authority_record(
        &self,
        organisation: OrganisationId,
    ) -> Result<AuthorityRecord, AppError> {
        let fresh = || AuthorityRecord {
            organisation,
            kind: "built_in".into(),
            url: None,
            sealed_token: None,
            root: None,
            sealed_key: None,
            valid_days: VALID_DAYS,
            renew_days: RENEW_DAYS,
            created_at: self.now(),
            version: 1,
        };
        Ok(self.store.authority(organisation).await?.unwrap_or_else(fresh))
    }

    pub async fn edit_certificate_authority(
        &self,
        principal: &Principal,
        edit: AuthorityEdit,
    ) -> Result<AuthorityView, AppError> {
        principal.require(Permission::Administration)?;
        principal.require_every_site()?;
        let mut record = self.authority_record(principal.organisation).await?;
        if let Some(kind) = edit.kind {
            if !["built_in", "external"].contains(&kind.as_str()) {
                return Err(AppError::field("/kind", "built_in or external"));
            }
            record.kind = kind;
        }
        if let Some(url) = edit.url {
            self.outside.check_url(&url).map_err(|error| AppError::field("/url", error.to_string()))?;
            record.url = Some(url);
        }
        if let Some(token) = edit.token {
            record.sealed_token = match token.as_str() {
                "" => None,
                token => Some(self.vault().seal(TOKEN_LABEL, token.as_bytes())?),
            };
        }
        record.valid_days = edit.valid_days.unwrap_or(record.valid_days);
        if !VALID_DAYS_RANGE.contains(&record.valid_days) {
            return Err(AppError::field("/valid_days", "1 to 3650 days"));
        }
        record.renew_days = edit.renew_days.unwrap_or(record.renew_days);
        if !(0..record.valid_days).contains(&record.renew_days) {
            return Err(AppError::field("/renew_days", "0 (never) or less than valid_days"));
        }
        if record.kind == "external" && record.url.is_none() {
            return Err(AppError::field("/url", "where the outside authority takes requests (https://…)"));
        }
        let mut tx = self.store.begin().await?;
        tx.put_authority(&record).await?;
        let note = self.note(
            principal,
            "certificate_authority.edited",
            ("organisation", principal.organisation.0, ""),
        );
        let after = json!({"kind": record.kind, "url": record.url, "valid_days": record.valid_days,
            "renew_days": record.renew_days});
        tx.audit(&note.made(&after)).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        self.certificate_authority(principal).await
    }

    /// Makes the built-in root when there is none, and shows it.
    pub async fn certificate_root(&self, principal: &Principal) -> Result<CertificateRecord, AppError> {
        principal.require(Permission::Network)?;
        let (_, id) = self.built_in_root(principal.organisation).await?;
        self.store.certificate(principal.organisation, id).await?.ok_or(AppError::NotFound("certificate"))
    }

    async fn built_in_root(&self, organisation: OrganisationId) -> Result<(Root, CertificateId), AppError> {
        // Two first signatures at once would make two roots.
        let _turn = self.root_turn.lock().await;
        let mut record = self.authority_record(organisation).await?;
        if let (Some(id), Some(sealed)) = (record.root, &record.sealed_key)
            && let Some(certificate) = self.store.certificate(organisation, id).await?
        {
            let key = self.vault().open(KEY_LABEL, sealed)?;
            let chain = pem_chain(&certificate.pem).map_err(AppError::Conflict)?;
            let certificate = chain.into_iter().next().unwrap_or_default();
            return Ok((Root { certificate, key }, id));
        }
        let name = self.store.organisation(organisation).await?.ok_or(AppError::NotFound("organisation"))?;
        let root = make_root(&name.name, organisation.0, self.now()).map_err(AppError::Conflict)?;
        let described = describe(&root.certificate).map_err(AppError::Conflict)?;
        let id = CertificateId(self.id());
        let certificate = self.certificate_record(id, organisation, "authority", "built_in", described);
        let certificate =
            CertificateRecord { pem: to_pem(&root.certificate), state: "trusted".into(), ..certificate };
        record.root = Some(id);
        record.sealed_key = Some(self.vault().seal(KEY_LABEL, &root.key)?);
        let mut tx = self.store.begin().await?;
        tx.add_certificate(&certificate).await?;
        tx.put_authority(&record).await?;
        tx.commit().await?;
        self.trust.put(&certificate);
        Ok((root, id))
    }

    /// The revocation list of the built-in authority, DER. Everybody may read it: it holds numbers only.
    pub async fn revocation_list(&self, organisation: OrganisationId) -> Result<Vec<u8>, AppError> {
        let record = self.store.authority(organisation).await?;
        if record.is_none_or(|record| record.root.is_none()) {
            return Err(AppError::NotFound("revocation list"));
        }
        let (root, _) = self.built_in_root(organisation).await?;
        let revoked = self.store.revoked_serials(organisation).await?;
        // Rises with each list (RFC 5280 §5.2.3), and asks nothing of storage: anybody may fetch it.
        let number = self.now().as_second();
        root.revocation_list(&revoked, number, self.now()).map_err(AppError::Conflict)
    }

    /// Has a checked request signed by whoever signs for the organisation.
    pub(super) async fn sign(
        &self,
        organisation: OrganisationId,
        identity: &str,
        csr: &Csr,
    ) -> Result<Signed, Unsigned> {
        let later = |error: AppError| Unsigned::Later(error.to_string());
        let record = self.authority_record(organisation).await.map_err(later)?;
        let authority = match (record.kind.as_str(), &record.url) {
            ("external", Some(url)) => {
                let token =
                    record.sealed_token.as_deref().map(|sealed| self.vault().open(TOKEN_LABEL, sealed));
                let token = token.transpose().map_err(later)?;
                let token = token.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                Authority::External { url: url.clone(), token }
            }
            _ => Authority::BuiltIn(self.built_in_root(organisation).await.map_err(later)?.0),
        };
        match authority {
            Authority::BuiltIn(root) => {
                let name = self.store.organisation(organisation).await.map_err(|e| later(e.into()))?;
                let name = name.map(|o| o.name).unwrap_or_default();
                let signed = root.sign(csr, identity, &name, record.valid_days, self.now());
                let own = signed.map_err(Unsigned::Never)?;
                Ok(Signed { chain: vec![own], origin: "built_in" })
            }
            Authority::External { url, token } => {
                let chain = self.ask_external(&url, token.as_deref(), csr).await?;
                checked_chain(&chain, csr).map_err(Unsigned::Never)?;
                Ok(Signed { chain: without_root(chain), origin: "external" })
            }
        }
    }

    /// One POST with the request as PKCS #10; the answer is the chain in PEM.
    async fn ask_external(
        &self,
        url: &str,
        token: Option<&str>,
        csr: &Csr,
    ) -> Result<Vec<Vec<u8>>, Unsigned> {
        let ask = Ask {
            headers: &[],
            url,
            token,
            content_type: "application/pkcs10",
            accept: "application/pem-certificate-chain",
            body: csr.der.clone(),
            max_bytes: ANSWER_MAX_BYTES,
        };
        let answer = self.outside.post(ask).await.map_err(|error| match error {
            OutsideError::Forbidden(_) => Unsigned::Never(error.to_string()),
            OutsideError::Status(code) if (400..500).contains(&code) && code != 429 => {
                Unsigned::Never(format!("the outside authority refused the request (status {code})"))
            }
            other => Unsigned::Later(format!("the outside authority: {other}")),
        })?;
        pem_chain(&String::from_utf8_lossy(&answer))
            .map_err(|error| Unsigned::Never(format!("the outside authority answered {error}")))
    }

    pub(super) fn certificate_record(
        &self,
        id: CertificateId,
        organisation: OrganisationId,
        kind: &str,
        origin: &str,
        described: super::x509::Described,
    ) -> CertificateRecord {
        let now = self.now();
        CertificateRecord {
            id,
            organisation,
            station: None,
            station_identity: None,
            kind: kind.to_owned(),
            origin: origin.to_owned(),
            state: "issued".into(),
            detail: None,
            serial: described.serial,
            subject: described.subject,
            issuer: described.issuer,
            fingerprint: described.fingerprint,
            not_before: described.not_before,
            not_after: described.not_after,
            pem: String::new(),
            created_at: now,
            changed_at: now,
            revoked_at: None,
            warned_days: None,
        }
    }
}

/// The station keeps the root already (2.0.1 A02: the chain without the root).
fn without_root(chain: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let is_root = |der: &Vec<u8>| describe(der).is_ok_and(|d| d.self_issued && d.is_ca);
    chain
        .into_iter()
        .enumerate()
        .filter(|(place, der)| *place == 0 || !is_root(der))
        .map(|(_, der)| der)
        .collect()
}

/// What an outside authority answered must be for the key and the name that were asked for.
fn checked_chain(chain: &[Vec<u8>], csr: &Csr) -> Result<(), String> {
    let own = chain.first().ok_or("the outside authority answered nothing")?;
    let described = describe(own)?;
    if described.is_ca {
        return Err("the outside authority answered with the certificate of an authority".into());
    }
    if described.common_name.as_deref() != Some(csr.common_name.as_str()) {
        return Err("the outside authority answered with a certificate of another name".into());
    }
    if !super::x509::is_key_of(own, &csr.public_key) {
        return Err("the outside authority answered with a certificate of another key".into());
    }
    Ok(())
}
