//! Whose certificate opens which door: the certificates of all organisations in memory, and the check of a chain.
//!
//! A root of one organisation vouches for its own stations only; a certificate we issued is good for the one station it
//! was issued to (threat 20).

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::id::{CertificateId, OrganisationId, StationId};
use forecourt_store::certificate::CertificateRecord;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use super::x509::{describe, fingerprint, pem_chain};

/// A client certificate whose key the other side has proved to hold: its chain in DER, its own first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate(pub Vec<Vec<u8>>);

#[derive(Debug, Default)]
pub(crate) struct Trust(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    issued: HashMap<(OrganisationId, String), Issued>,
    roots: HashMap<CertificateId, Root>,
}

#[derive(Debug, Clone)]
struct Issued {
    id: CertificateId,
    station: StationId,
    revoked: bool,
}

#[derive(Debug)]
struct Root {
    organisation: OrganisationId,
    der: Vec<u8>,
    /// Our own: what it signed must be in the inventory.
    built_in: bool,
}

impl Trust {
    /// Takes in a certificate as it is now.
    pub fn put(&self, record: &CertificateRecord) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match (record.kind.as_str(), record.station) {
            ("station", Some(station)) => {
                let issued = Issued { id: record.id, station, revoked: record.state == "revoked" };
                inner.issued.insert((record.organisation, record.fingerprint.clone()), issued);
            }
            ("authority" | "station_root", _) if record.state != "revoked" => {
                let Some(der) = pem_chain(&record.pem).ok().and_then(|chain| chain.into_iter().next()) else {
                    return;
                };
                let built_in = record.kind == "authority";
                inner.roots.insert(record.id, Root { organisation: record.organisation, der, built_in });
            }
            ("authority" | "station_root", _) => drop(inner.roots.remove(&record.id)),
            _ => {}
        }
    }

    pub fn remove(&self, id: CertificateId) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.roots.remove(&id);
        inner.issued.retain(|_, issued| issued.id != id);
    }

    /// Whether this certificate proves that its holder is the station. The error is a sentence for the operator.
    pub fn check(
        &self,
        certificate: &ClientCertificate,
        station: (OrganisationId, StationId, &str),
        machine_roots: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<Option<CertificateId>, String> {
        let (organisation, id, identity) = station;
        let (own, issuers) = certificate.0.split_first().ok_or("there is no certificate")?;
        let described = describe(own)?;
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let issued = inner.issued.get(&(organisation, fingerprint(own))).cloned();
        if let Some(issued) = &issued {
            if issued.station != id {
                return Err("the certificate was issued to another station".into());
            }
            if issued.revoked {
                return Err("the certificate is revoked".into());
            }
        }
        if described.not_after < now {
            return Err(format!("the certificate ended at {}", described.not_after));
        }
        let of = |built_in: bool| {
            let roots = inner
                .roots
                .values()
                .filter(move |r| r.organisation == organisation && r.built_in == built_in);
            roots.map(|root| root.der.clone()).collect::<Vec<_>>()
        };
        let by_us = verify_chain(own, issuers, &of(true), now);
        if by_us.is_err() {
            let mut external = of(false);
            external.extend(machine_roots.iter().cloned());
            verify_chain(own, issuers, &external, now)?;
        } else if issued.is_none() {
            return Err("the certificate is not in the inventory".into());
        }
        let names = described.common_name.iter().chain(&described.alternative_names);
        if !names.into_iter().any(|name| name.eq_ignore_ascii_case(identity)) {
            let whose = described.common_name.unwrap_or(described.subject);
            return Err(format!("the certificate is of {whose:?}, not of this station"));
        }
        Ok(issued.map(|issued| issued.id))
    }
}

/// Whether a chain leads to one of these roots today, DER throughout.
pub(crate) fn verify_chain(
    own: &[u8],
    issuers: &[Vec<u8>],
    roots: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), String> {
    const UNKNOWN: &str = "the certificate's issuer is not trusted here";
    let roots: Vec<CertificateDer<'_>> =
        roots.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let anchors: Vec<_> = roots.iter().filter_map(|der| anchor_from_trusted_cert(der).ok()).collect();
    if anchors.is_empty() {
        return Err(UNKNOWN.into());
    }
    let own = CertificateDer::from(own);
    let end = EndEntityCert::try_from(&own).map_err(|_| "the certificate cannot be read".to_owned())?;
    let issuers: Vec<CertificateDer<'_>> =
        issuers.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let at =
        UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.as_second()).unwrap_or_default()));
    let usage = KeyUsage::client_auth();
    end.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &anchors, &issuers, at, usage, None, None)
        .map(drop)
        .map_err(|error| match error {
            webpki::Error::UnknownIssuer => UNKNOWN.to_owned(),
            other => format!("the certificate's chain does not hold: {other}"),
        })
}
