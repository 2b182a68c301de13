//! Certificates, who signs them, and what stations asked to have signed.

use forecourt_core::Timestamp;
use forecourt_core::id::{CertificateId, CertificateRequestId, OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

/// A certificate we issued, or one to install on stations.
#[derive(Debug, Clone)]
pub struct CertificateRecord {
    pub id: CertificateId,
    pub organisation: OrganisationId,
    pub station: Option<StationId>,
    /// Identity of the station, where it is a station's.
    pub station_identity: Option<String>,
    /// `authority`, `station`, `v2g`, or what stations are to trust: `csms_root`, `manufacturer_root`, …
    pub kind: String,
    /// `built_in`, `external` or `uploaded`.
    pub origin: String,
    pub state: String,
    pub detail: Option<String>,
    /// Hex, without leading zeros.
    pub serial: String,
    pub subject: String,
    pub issuer: String,
    /// SHA-256 of the certificate, hex.
    pub fingerprint: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// The certificate, then its issuers without the root.
    pub pem: String,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub warned_days: Option<i64>,
}

/// Who signs for an organisation.
#[derive(Debug, Clone)]
pub struct AuthorityRecord {
    pub organisation: OrganisationId,
    /// `built_in` or `external`.
    pub kind: String,
    pub url: Option<String>,
    pub sealed_token: Option<String>,
    pub root: Option<CertificateId>,
    pub sealed_key: Option<String>,
    pub valid_days: i64,
    /// Days before its end at which a station is asked to renew; 0: never.
    pub renew_days: i64,
    pub created_at: Timestamp,
    pub version: i64,
}

/// What a station asked to have signed.
#[derive(Debug, Clone)]
pub struct CertificateRequestRecord {
    pub id: CertificateRequestId,
    pub organisation: OrganisationId,
    pub station: StationId,
    pub kind: String,
    pub csr: String,
    pub request_id: Option<i64>,
    /// `waiting`, `signed`, `accepted`, `refused`, `failed` or `superseded`.
    pub state: String,
    pub detail: Option<String>,
    pub certificate: Option<CertificateId>,
    pub sent_on: Option<i64>,
    pub attempts: i64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

#[derive(Debug, Clone, Default)]
pub struct CertificateFilter {
    pub station: Option<StationId>,
    pub kind: Option<String>,
    pub state: Option<String>,
    pub expires_before: Option<Timestamp>,
}

const SELECT: &str = "SELECT c.*, s.identity AS station_identity FROM certificate c LEFT JOIN station s ON s.id = c.station_id";

fn certificate_from(row: &Row) -> Result<CertificateRecord, StoreError> {
    Ok(CertificateRecord {
        id: CertificateId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        station: row.int_or_none("station_id")?.map(StationId),
        station_identity: row.text_or_none("station_identity")?,
        kind: row.text("kind")?,
        origin: row.text("origin")?,
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        serial: row.text("serial")?,
        subject: row.text("subject")?,
        issuer: row.text("issuer")?,
        fingerprint: row.text("fingerprint")?,
        not_before: row.time("not_before")?,
        not_after: row.time("not_after")?,
        pem: row.text("pem")?,
        created_at: row.time("created_at")?,
        changed_at: row.time("changed_at")?,
        revoked_at: row.time_or_none("revoked_at")?,
        warned_days: row.int_or_none("warned_days")?,
    })
}

fn authority_from(row: &Row) -> Result<AuthorityRecord, StoreError> {
    Ok(AuthorityRecord {
        organisation: OrganisationId(row.int("organisation_id")?),
        kind: row.text("kind")?,
        url: row.text_or_none("url")?,
        sealed_token: row.text_or_none("sealed_token")?,
        root: row.int_or_none("root_certificate_id")?.map(CertificateId),
        sealed_key: row.text_or_none("sealed_key")?,
        valid_days: row.int("valid_days")?,
        renew_days: row.int("renew_days")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

fn request_from(row: &Row) -> Result<CertificateRequestRecord, StoreError> {
    Ok(CertificateRequestRecord {
        id: CertificateRequestId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        station: StationId(row.int("station_id")?),
        kind: row.text("kind")?,
        csr: row.text("csr")?,
        request_id: row.int_or_none("request_id")?,
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        certificate: row.int_or_none("certificate_id")?.map(CertificateId),
        sent_on: row.int_or_none("sent_on")?,
        attempts: row.int("attempts")?,
        created_at: row.time("created_at")?,
        changed_at: row.time("changed_at")?,
    })
}

impl Store {
    /// By the day they end, the first to end first.
    pub async fn certificates(
        &self,
        organisation: OrganisationId,
        filter: &CertificateFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CertificateRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("c.organisation_id = ?", values![organisation])
            .and_if(filter.station, "c.station_id = ?")
            .and_if(filter.kind.clone(), "c.kind = ?")
            .and_if(filter.state.clone(), "c.state = ?")
            .and_if(filter.expires_before, "c.not_after < ?");
        if let Some(cursor) = cursor {
            let at = cursor.number();
            rows.and("(c.not_after > ? OR (c.not_after = ? AND c.id > ?))", values![at, at, cursor.id]);
        }
        let sql = format!("{SELECT}{} ORDER BY c.not_after, c.id LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(certificate_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |c| Cursor { key: c.not_after.as_millisecond().to_string(), id: c.id.0 }))
    }

    pub async fn certificate(
        &self,
        organisation: OrganisationId,
        id: CertificateId,
    ) -> Result<Option<CertificateRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE c.id = $1 AND c.organisation_id = $2");
        self.row(&sql, values![id, organisation]).await?.as_ref().map(certificate_from).transpose()
    }

    /// Every certificate that opens the door or vouches for one: held in memory by the node that serves.
    pub async fn trusted_certificates(&self) -> Result<Vec<CertificateRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE c.kind IN ('authority', 'station', 'station_root')");
        self.rows(&sql, values![]).await?.iter().map(certificate_from).collect()
    }

    /// Certificates in use that end before a moment and were not warned of at this many days.
    pub async fn certificates_ending(
        &self,
        before: Timestamp,
        warned_days: i64,
    ) -> Result<Vec<CertificateRecord>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE c.not_after < $1 AND c.state IN ('issued', 'accepted', 'trusted') \
             AND (c.warned_days IS NULL OR c.warned_days > $2) ORDER BY c.not_after LIMIT 500"
        );
        self.rows(&sql, values![before, warned_days]).await?.iter().map(certificate_from).collect()
    }

    pub async fn authority(
        &self,
        organisation: OrganisationId,
    ) -> Result<Option<AuthorityRecord>, StoreError> {
        let sql = "SELECT * FROM certificate_authority WHERE organisation_id = $1";
        self.row(sql, values![organisation]).await?.as_ref().map(authority_from).transpose()
    }

    /// Serial numbers and times of what the built-in authority has revoked and is not over anyway.
    pub async fn revoked_serials(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let sql = "SELECT serial, revoked_at FROM certificate WHERE organisation_id = $1 AND origin = 'built_in' \
                   AND revoked_at IS NOT NULL ORDER BY id";
        let rows = self.rows(sql, values![organisation]).await?;
        rows.iter().map(|row| Ok((row.text("serial")?, row.time("revoked_at")?))).collect()
    }

    pub async fn certificate_requests(
        &self,
        station: StationId,
        limit: u32,
    ) -> Result<Vec<CertificateRequestRecord>, StoreError> {
        let sql =
            format!("SELECT * FROM certificate_request WHERE station_id = $1 ORDER BY id DESC LIMIT {limit}");
        self.rows(&sql, values![station]).await?.iter().map(request_from).collect()
    }

    /// What is still to be signed or delivered, oldest first.
    pub async fn open_certificate_requests_of(
        &self,
        station: StationId,
    ) -> Result<Vec<CertificateRequestRecord>, StoreError> {
        let sql = "SELECT * FROM certificate_request WHERE station_id = $1 AND state IN ('waiting', 'signed') ORDER BY id";
        self.rows(sql, values![station]).await?.iter().map(request_from).collect()
    }

    /// Stations that wait for a certificate.
    pub async fn stations_with_certificate_requests(&self) -> Result<Vec<StationId>, StoreError> {
        let sql = "SELECT DISTINCT station_id FROM certificate_request WHERE state IN ('waiting', 'signed')";
        self.rows(sql, values![]).await?.iter().map(|row| Ok(StationId(row.int("station_id")?))).collect()
    }
}

impl Tx {
    pub async fn add_certificate(&mut self, new: &CertificateRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO certificate (id, organisation_id, station_id, kind, origin, state, detail, serial, subject, issuer, \
             fingerprint, not_before, not_after, pem, created_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            values![
                new.id,
                new.organisation,
                new.station.map(|s| s.0),
                &new.kind,
                &new.origin,
                &new.state,
                &new.detail,
                &new.serial,
                &new.subject,
                &new.issuer,
                &new.fingerprint,
                new.not_before,
                new.not_after,
                &new.pem,
                new.created_at,
                new.changed_at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn set_certificate_state(
        &mut self,
        id: CertificateId,
        state: &str,
        detail: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let revoked = (state == "revoked").then_some(now);
        self.execute(
            "UPDATE certificate SET state = $1, detail = $2, changed_at = $3, revoked_at = COALESCE($4, revoked_at) WHERE id = $5",
            values![state, detail.map(str::to_owned), now, revoked, id],
        )
        .await
        .map(drop)
    }

    /// The older certificates of a station for the same use, once a newer one is accepted.
    pub async fn supersede_certificates(
        &mut self,
        station: StationId,
        kind: &str,
        newer: CertificateId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE certificate SET state = 'superseded', changed_at = $1 \
             WHERE station_id = $2 AND kind = $3 AND id < $4 AND state IN ('issued', 'accepted')",
            values![now, station, kind, newer],
        )
        .await
        .map(drop)
    }

    pub async fn delete_certificate(
        &mut self,
        organisation: OrganisationId,
        id: CertificateId,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM certificate WHERE id = $1 AND organisation_id = $2";
        self.execute(sql, values![id, organisation]).await.map(drop)
    }

    pub async fn set_warned(&mut self, id: CertificateId, days: i64) -> Result<(), StoreError> {
        self.execute("UPDATE certificate SET warned_days = $1 WHERE id = $2", values![days, id])
            .await
            .map(drop)
    }

    /// Certificates past their end are called so.
    pub async fn expire_certificates(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE certificate SET state = 'expired', changed_at = $1 \
                   WHERE not_after < $1 AND state IN ('issued', 'accepted', 'superseded', 'trusted')";
        self.execute(sql, values![now]).await
    }

    pub async fn put_authority(&mut self, new: &AuthorityRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO certificate_authority (organisation_id, kind, url, sealed_token, root_certificate_id, sealed_key, \
             valid_days, renew_days, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (organisation_id) DO UPDATE SET kind = excluded.kind, url = excluded.url, \
             sealed_token = excluded.sealed_token, root_certificate_id = excluded.root_certificate_id, \
             sealed_key = excluded.sealed_key, valid_days = excluded.valid_days, renew_days = excluded.renew_days, \
             version = certificate_authority.version + 1",
            values![
                new.organisation,
                &new.kind,
                &new.url,
                &new.sealed_token,
                new.root.map(|id| id.0),
                &new.sealed_key,
                new.valid_days,
                new.renew_days,
                new.created_at,
                new.version,
            ],
        )
        .await
        .map(drop)
    }

    /// A newer request of a station replaces the open one of the same kind.
    pub async fn add_certificate_request(
        &mut self,
        new: &CertificateRequestRecord,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE certificate_request SET state = 'superseded', changed_at = $1 \
             WHERE station_id = $2 AND kind = $3 AND state IN ('waiting', 'signed')",
            values![new.created_at, new.station, &new.kind],
        )
        .await?;
        self.execute(
            "INSERT INTO certificate_request (id, organisation_id, station_id, kind, csr, request_id, state, detail, attempts, \
             created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)",
            values![
                new.id,
                new.organisation,
                new.station,
                &new.kind,
                &new.csr,
                new.request_id,
                &new.state,
                &new.detail,
                new.created_at,
                new.changed_at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_certificate_request(
        &mut self,
        request: &CertificateRequestRecord,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE certificate_request SET state = $1, detail = $2, certificate_id = $3, sent_on = $4, attempts = $5, \
             changed_at = $6 WHERE id = $7",
            values![
                &request.state,
                &request.detail,
                request.certificate.map(|id| id.0),
                request.sent_on,
                request.attempts,
                request.changed_at,
                request.id,
            ],
        )
        .await
        .map(drop)
    }
}
