//! What operators see and do: the list of certificates, those stations are to trust, revocation.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{
    CertificateHash, Command, InstalledCertificate, Outcome, TriggeredMessage, TrustUse,
};
use forecourt_core::id::{CertificateId, StationId};
use forecourt_store::certificate::{CertificateFilter, CertificateRecord, CertificateRequestRecord};
use forecourt_store::security::InstalledRecord;
use forecourt_store::{CommandRecord, Cursor, Page};
use serde_json::json;

use super::hash::certificate_hash;
use super::x509::{check_key, describe, pem_chain, to_pem};
use crate::live::Live;
use crate::security::severity::CERTIFICATE_REVOKED;
use crate::{App, AppError, Principal};

/// Requests of a station that are shown.
const REQUESTS_SHOWN: u32 = 50;

const OCPP_16: &str = "ocpp1.6";
const ALL_USES: [TrustUse; 6] = [
    TrustUse::Csms,
    TrustUse::Manufacturer,
    TrustUse::V2gRoot,
    TrustUse::MobilityOperatorRoot,
    TrustUse::V2gChain,
    TrustUse::OemRoot,
];

/// A certificate that stations, or we, are to trust.
#[derive(Debug, Clone)]
pub struct NewTrusted {
    /// `station_root`: vouches for stations that connect here. The others are for installing on stations.
    pub kind: String,
    pub pem: String,
}

pub(crate) fn trust_word(trust: TrustUse) -> &'static str {
    match trust {
        TrustUse::Csms => "csms",
        TrustUse::Manufacturer => "manufacturer",
        TrustUse::V2gRoot => "v2g_root",
        TrustUse::MobilityOperatorRoot => "mobility_operator_root",
        TrustUse::V2gChain => "v2g_chain",
        TrustUse::OemRoot => "oem_root",
    }
}

fn trust_of(kind: &str) -> Option<TrustUse> {
    [
        TrustUse::Csms,
        TrustUse::Manufacturer,
        TrustUse::V2gRoot,
        TrustUse::MobilityOperatorRoot,
        TrustUse::OemRoot,
    ]
    .into_iter()
    .find(|trust| trust_word(*trust) == kind)
}

impl App {
    pub async fn certificates(
        &self,
        principal: &Principal,
        filter: &CertificateFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CertificateRecord>, AppError> {
        principal.require(Permission::Read)?;
        let mut page = self.store.certificates(principal.organisation, filter, cursor, limit).await?;
        page.items.retain(|record| self.sees_station(principal, record.station));
        Ok(page)
    }

    pub async fn certificate(
        &self,
        principal: &Principal,
        id: CertificateId,
    ) -> Result<CertificateRecord, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.certificate(principal.organisation, id).await?;
        let found = found.filter(|record| self.sees_station(principal, record.station));
        found.ok_or(AppError::NotFound("certificate"))
    }

    pub async fn certificate_requests(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Vec<CertificateRequestRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.certificate_requests(station, REQUESTS_SHOWN).await?)
    }

    /// Takes a root or an intermediate into the inventory.
    pub async fn add_trusted(
        &self,
        principal: &Principal,
        new: NewTrusted,
    ) -> Result<CertificateRecord, AppError> {
        principal.require(Permission::Administration)?;
        principal.require_every_site()?;
        if new.kind != "station_root" && trust_of(&new.kind).is_none() {
            return Err(AppError::field(
                "/kind",
                "station_root, csms, manufacturer, v2g_root, mobility_operator_root or oem_root",
            ));
        }
        let wrong = |reason: String| AppError::field("/pem", reason);
        let chain = pem_chain(&new.pem).map_err(wrong)?;
        let [der] = chain.as_slice() else {
            return Err(wrong("one certificate at a time".into()));
        };
        let described = describe(der).map_err(wrong)?;
        check_key(der).map_err(wrong)?;
        if !described.is_ca {
            return Err(wrong(
                "not the certificate of an authority (basic constraints say CA: false)".into(),
            ));
        }
        if described.not_after <= self.now() {
            return Err(wrong(format!("ended at {}", described.not_after)));
        }
        let id = CertificateId(self.id());
        let record = self.certificate_record(id, principal.organisation, &new.kind, "uploaded", described);
        let record = CertificateRecord { state: "trusted".into(), pem: to_pem(der), ..record };
        let mut tx = self.store.begin().await?;
        tx.add_certificate(&record).await.map_err(|error| match error {
            forecourt_store::StoreError::Conflict => {
                AppError::Conflict("this certificate is in the inventory already".into())
            }
            other => other.into(),
        })?;
        let note = self.note(principal, "certificate.added", ("certificate", record.id.0, &record.subject));
        tx.audit(&note.made(&json!({"kind": record.kind, "serial": record.serial}))).await?;
        tx.commit().await?;
        self.trust.put(&record);
        self.tell(principal, None, None, What::Organisation);
        Ok(record)
    }

    /// Takes an uploaded certificate out of the inventory; where it is installed it stays.
    pub async fn delete_trusted(&self, principal: &Principal, id: CertificateId) -> Result<(), AppError> {
        principal.require(Permission::Administration)?;
        principal.require_every_site()?;
        let record = self.certificate(principal, id).await?;
        if record.origin != "uploaded" {
            return Err(AppError::Conflict(
                "certificates that were issued stay in the inventory; revoke it instead".into(),
            ));
        }
        let mut tx = self.store.begin().await?;
        tx.delete_certificate(principal.organisation, id).await?;
        let note = self.note(principal, "certificate.deleted", ("certificate", id.0, &record.subject));
        tx.audit(&note.gone(&json!({"kind": record.kind, "serial": record.serial}))).await?;
        tx.commit().await?;
        self.trust.remove(id);
        self.tell(principal, None, None, What::Organisation);
        Ok(())
    }

    /// From now on it opens no door; a station that is connected with it is disconnected.
    pub async fn revoke_certificate(
        &self,
        principal: &Principal,
        id: CertificateId,
        reason: Option<String>,
    ) -> Result<CertificateRecord, AppError> {
        principal.require(Permission::Network)?;
        let record = self.certificate(principal, id).await?;
        let Some(station) = record.station else {
            return Err(AppError::Conflict("only certificates of stations can be revoked here".into()));
        };
        if record.state == "revoked" {
            return Ok(record);
        }
        let reason = crate::tokens::checked_optional("/reason", reason)?;
        let mut tx = self.store.begin().await?;
        tx.set_certificate_state(id, "revoked", reason.as_deref(), self.now()).await?;
        let note = self.note(principal, "certificate.revoked", ("certificate", id.0, &record.subject));
        tx.audit(&note.made(&json!({"serial": record.serial, "reason": reason}))).await?;
        tx.commit().await?;
        let record = self.certificate(principal, id).await?;
        self.trust.put(&record);
        if let Some(live) = self.directory.get(station) {
            let info = format!("{} revoked certificate {}", principal.name(), record.serial);
            self.security_event(&live, CERTIFICATE_REVOKED, Some(info)).await;
            if live.link().certificate == Some(id) {
                self.dismiss(&live, "the certificate of this connection was revoked").await;
            }
        }
        self.tell(principal, None, Some(station), What::Station);
        Ok(record)
    }

    /// Asks a station to make a new key and have it signed.
    pub async fn renew_certificate(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<CommandRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let message = TriggeredMessage::SignStationCertificate;
        Ok(self.order(&live, Command::Trigger { message, evse: None, connector: None }).await?.0)
    }

    /// Puts a certificate of the inventory into a station's trust.
    pub async fn install_certificate(
        &self,
        principal: &Principal,
        station: StationId,
        certificate: CertificateId,
        trust: Option<TrustUse>,
    ) -> Result<CommandRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let record = self.store.certificate(principal.organisation, certificate).await?;
        let record =
            record.ok_or_else(|| AppError::field("/certificate_id", "there is no such certificate"))?;
        let trust = trust.or_else(|| trust_of(&record.kind)).or(match record.kind.as_str() {
            "authority" => Some(TrustUse::Csms),
            _ => None,
        });
        let trust = trust.ok_or_else(|| AppError::field("/use", "what the station is to trust it for"))?;
        let command = Command::InstallCertificate { trust, certificate: record.pem.clone() };
        let (done, outcome) = self.order(&live, command).await?;
        if matches!(outcome, Outcome::Answered { accepted: true, .. }) {
            self.note_installed(&live, &record, trust).await?;
        }
        Ok(done)
    }

    async fn note_installed(
        &self,
        live: &Live,
        record: &CertificateRecord,
        trust: TrustUse,
    ) -> Result<(), AppError> {
        let chain = pem_chain(&record.pem).map_err(AppError::Conflict)?;
        let Some(hash) = chain.first().and_then(|der| certificate_hash(der, der)) else { return Ok(()) };
        let installed = installed_record(live.record().id, trust, hash, Some(record.id), self.now());
        let mut tx = self.store.begin().await?;
        tx.add_installed(&installed).await?;
        tx.commit().await?;
        self.publish(live, self.now(), What::Station);
        Ok(())
    }

    /// What a station holds, as far as it has said or we installed it.
    pub async fn installed_certificates(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Vec<InstalledRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.installed_certificates(station).await?)
    }

    /// Asks a station what it holds; the answer is kept when it comes.
    pub async fn read_installed_certificates(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<CommandRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        if live.link().protocol != Some(OCPP_16) {
            return Ok(self.order(&live, Command::ReadInstalledCertificates { uses: Vec::new() }).await?.0);
        }
        // 1.6 is asked for one use at a time, and does not repeat which.
        live.link().asked_trust = Some(TrustUse::Manufacturer);
        let uses = vec![TrustUse::Manufacturer];
        self.order(&live, Command::ReadInstalledCertificates { uses }).await?;
        live.link().asked_trust = Some(TrustUse::Csms);
        let uses = vec![TrustUse::Csms];
        Ok(self.order(&live, Command::ReadInstalledCertificates { uses }).await?.0)
    }

    /// Takes a certificate out of a station's trust.
    pub async fn delete_installed_certificate(
        &self,
        principal: &Principal,
        station: StationId,
        serial: &str,
        issuer_key_hash: &str,
    ) -> Result<CommandRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let all = self.store.installed_certificates(station).await?;
        let found =
            all.into_iter().find(|one| one.serial == serial && one.issuer_key_hash == issuer_key_hash);
        let found = found.ok_or(AppError::NotFound("installed certificate"))?;
        let hash = CertificateHash {
            algorithm: found.algorithm.clone(),
            issuer_name_hash: found.issuer_name_hash.clone(),
            issuer_key_hash: found.issuer_key_hash.clone(),
            serial: found.serial.clone(),
        };
        let (done, outcome) = self.order(&live, Command::DeleteCertificate { hash }).await?;
        let gone = match &outcome {
            Outcome::Answered { accepted: true, .. } => true,
            // It was not there any more: the same.
            Outcome::Answered { status: Some(status), .. } => status.eq_ignore_ascii_case("NotFound"),
            _ => false,
        };
        if gone {
            let mut tx = self.store.begin().await?;
            tx.remove_installed(&found).await?;
            tx.commit().await?;
            self.tell(principal, None, Some(station), What::Station);
        }
        Ok(done)
    }

    /// A station has listed what it holds of what it was asked for.
    pub(crate) async fn put_installed(
        &self,
        live: &Live,
        held: Vec<InstalledCertificate>,
    ) -> Result<(), AppError> {
        let station = live.record().id;
        let known = self.inventory_hashes(live).await?;
        let asked = live.link().asked_trust.take();
        let uses = asked.map_or_else(|| ALL_USES.to_vec(), |asked| vec![asked]);
        let now = self.now();
        let row = |one: InstalledCertificate| {
            let same = known.iter().find(|(_, ours)| {
                ours.serial == super::x509::trimmed(&one.hash.serial)
                    && ours.issuer_key_hash.eq_ignore_ascii_case(&one.hash.issuer_key_hash)
            });
            let trust = one.trust.or(asked).unwrap_or(TrustUse::Csms);
            installed_record(station, trust, one.hash, same.map(|(id, _)| *id), now)
        };
        let rows: Vec<InstalledRecord> = held.into_iter().map(row).collect();
        let uses: Vec<String> = uses.into_iter().map(|trust| trust_word(trust).to_owned()).collect();
        let mut tx = self.store.begin().await?;
        tx.put_installed(station, &uses, &rows).await?;
        tx.commit().await?;
        self.publish(live, now, What::Station);
        Ok(())
    }

    /// The roots of the inventory by the names OCPP gives them.
    async fn inventory_hashes(&self, live: &Live) -> Result<Vec<(CertificateId, CertificateHash)>, AppError> {
        let organisation = live.record().organisation;
        let filter = CertificateFilter { state: Some("trusted".into()), ..CertificateFilter::default() };
        let roots =
            self.store.certificates(organisation, &filter, None, forecourt_store::page::MAX_LIMIT).await?;
        let hash = |record: CertificateRecord| {
            let chain = pem_chain(&record.pem).ok()?;
            let der = chain.first()?;
            Some((record.id, certificate_hash(der, der)?))
        };
        Ok(roots.items.into_iter().filter_map(hash).collect())
    }
}

fn installed_record(
    station: StationId,
    trust: TrustUse,
    hash: CertificateHash,
    certificate: Option<CertificateId>,
    seen_at: forecourt_core::Timestamp,
) -> InstalledRecord {
    InstalledRecord {
        station,
        kind: trust_word(trust).into(),
        serial: hash.serial,
        issuer_name_hash: hash.issuer_name_hash,
        issuer_key_hash: hash.issuer_key_hash,
        algorithm: hash.algorithm,
        certificate,
        seen_at,
    }
}
