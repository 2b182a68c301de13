//! Security events, passwords and profiles on their way, and what stations say they trust.

use forecourt_core::Timestamp;
use forecourt_core::id::{CertificateId, OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

/// Something a security officer wants to know.
#[derive(Debug, Clone)]
pub struct SecurityEventRecord {
    pub id: i64,
    pub station: StationId,
    pub station_identity: String,
    pub at: Timestamp,
    /// The station's own time, when it told.
    pub happened_at: Option<Timestamp>,
    pub kind: String,
    pub severity: String,
    pub info: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct SecurityEventFilter {
    pub station: Option<StationId>,
    pub severity: Option<String>,
    pub kind: Option<String>,
}

/// A new password on its way to a station.
#[derive(Debug, Clone)]
pub struct RotationRecord {
    pub station: StationId,
    /// `sending`, `waiting`, `unclear`, `refused` or `done`.
    pub state: String,
    pub detail: Option<String>,
    pub asked_by: String,
    pub started_at: Timestamp,
    pub changed_at: Timestamp,
}

/// A station on its way to a higher security profile.
#[derive(Debug, Clone)]
pub struct UpgradeRecord {
    pub station: StationId,
    pub profile: i64,
    /// `blocked`, `running`, `waiting`, `failed`, `cancelled` or `done`.
    pub state: String,
    /// JSON text.
    pub steps: String,
    pub asked_by: String,
    pub started_at: Timestamp,
    pub changed_at: Timestamp,
}

/// A certificate a station trusts or holds, as OCPP names it.
#[derive(Debug, Clone)]
pub struct InstalledRecord {
    pub station: StationId,
    pub kind: String,
    pub serial: String,
    pub issuer_name_hash: String,
    pub issuer_key_hash: String,
    pub algorithm: String,
    pub certificate: Option<CertificateId>,
    pub seen_at: Timestamp,
}

fn event_from(row: &Row) -> Result<SecurityEventRecord, StoreError> {
    Ok(SecurityEventRecord {
        id: row.int("id")?,
        station: StationId(row.int("station_id")?),
        station_identity: row.text("station_identity")?,
        at: row.time("at")?,
        happened_at: row.time_or_none("happened_at")?,
        kind: row.text("kind")?,
        severity: row.text("severity")?,
        info: row.text_or_none("info")?,
    })
}

fn rotation_from(row: &Row) -> Result<RotationRecord, StoreError> {
    Ok(RotationRecord {
        station: StationId(row.int("station_id")?),
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        asked_by: row.text("asked_by")?,
        started_at: row.time("started_at")?,
        changed_at: row.time("changed_at")?,
    })
}

fn upgrade_from(row: &Row) -> Result<UpgradeRecord, StoreError> {
    Ok(UpgradeRecord {
        station: StationId(row.int("station_id")?),
        profile: row.int("profile")?,
        state: row.text("state")?,
        steps: row.text("steps")?,
        asked_by: row.text("asked_by")?,
        started_at: row.time("started_at")?,
        changed_at: row.time("changed_at")?,
    })
}

fn installed_from(row: &Row) -> Result<InstalledRecord, StoreError> {
    Ok(InstalledRecord {
        station: StationId(row.int("station_id")?),
        kind: row.text("kind")?,
        serial: row.text("serial")?,
        issuer_name_hash: row.text("issuer_name_hash")?,
        issuer_key_hash: row.text("issuer_key_hash")?,
        algorithm: row.text("algorithm")?,
        certificate: row.int_or_none("certificate_id")?.map(CertificateId),
        seen_at: row.time("seen_at")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn find_security_events(
        &self,
        organisation: OrganisationId,
        filter: &SecurityEventFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SecurityEventRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("e.organisation_id = ?", values![organisation])
            .and_if(filter.station, "e.station_id = ?")
            .and_if(filter.severity.clone(), "e.severity = ?")
            .and_if(filter.kind.clone(), "e.kind = ?")
            .and_if(cursor.map(|c| c.id), "e.id < ?");
        let sql = format!(
            "SELECT e.*, s.identity AS station_identity FROM security_event e JOIN station s ON s.id = e.station_id{} \
             ORDER BY e.id DESC LIMIT {}",
            rows.sql(),
            limit + 1
        );
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(event_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |e| Cursor { key: String::new(), id: e.id }))
    }

    pub async fn rotation(&self, station: StationId) -> Result<Option<RotationRecord>, StoreError> {
        let sql = "SELECT * FROM password_rotation WHERE station_id = $1";
        self.row(sql, values![station]).await?.as_ref().map(rotation_from).transpose()
    }

    pub async fn upgrade(&self, station: StationId) -> Result<Option<UpgradeRecord>, StoreError> {
        let sql = "SELECT * FROM security_upgrade WHERE station_id = $1";
        self.row(sql, values![station]).await?.as_ref().map(upgrade_from).transpose()
    }

    pub async fn installed_certificates(
        &self,
        station: StationId,
    ) -> Result<Vec<InstalledRecord>, StoreError> {
        let sql = "SELECT * FROM installed_certificate WHERE station_id = $1 ORDER BY kind, serial";
        self.rows(sql, values![station]).await?.iter().map(installed_from).collect()
    }
}

impl Tx {
    pub async fn put_rotation(&mut self, rotation: &RotationRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO password_rotation (station_id, state, detail, asked_by, started_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (station_id) DO UPDATE SET state = excluded.state, \
             detail = excluded.detail, asked_by = excluded.asked_by, started_at = excluded.started_at, \
             changed_at = excluded.changed_at",
            values![
                rotation.station,
                &rotation.state,
                &rotation.detail,
                &rotation.asked_by,
                rotation.started_at,
                rotation.changed_at,
            ],
        )
        .await
        .map(drop)
    }

    /// After a start of this node: nobody knows whether what was being sent has arrived.
    pub async fn abandon_rotations(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE password_rotation SET state = 'unclear', changed_at = $1, \
                   detail = 'The server was restarted before the charger answered; the old password and the new one open \
                   the door until one is seen to be in use.' WHERE state = 'sending'";
        self.execute(sql, values![now]).await
    }

    /// The passwords that open the door, and the profile in force and asked for. Others' edits of the station stay.
    pub async fn set_station_security(
        &mut self,
        station: StationId,
        password_hash: Option<&str>,
        next_password_hash: Option<&str>,
        profile: i64,
        next_profile: Option<i64>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE station SET password_hash = $1, next_password_hash = $2, security_profile = $3, \
             next_security_profile = $4, version = version + 1 WHERE id = $5",
            values![
                password_hash.map(str::to_owned),
                next_password_hash.map(str::to_owned),
                profile,
                next_profile,
                station
            ],
        )
        .await
        .map(drop)
    }

    pub async fn put_upgrade(&mut self, upgrade: &UpgradeRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO security_upgrade (station_id, profile, state, steps, asked_by, started_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (station_id) DO UPDATE SET profile = excluded.profile, \
             state = excluded.state, steps = excluded.steps, asked_by = excluded.asked_by, started_at = excluded.started_at, \
             changed_at = excluded.changed_at",
            values![
                upgrade.station,
                upgrade.profile,
                &upgrade.state,
                &upgrade.steps,
                &upgrade.asked_by,
                upgrade.started_at,
                upgrade.changed_at,
            ],
        )
        .await
        .map(drop)
    }

    /// All that a station said it holds of these uses; what it did not name is gone there.
    pub async fn put_installed(
        &mut self,
        station: StationId,
        uses: &[String],
        installed: &[InstalledRecord],
    ) -> Result<(), StoreError> {
        for kind in uses {
            let sql = "DELETE FROM installed_certificate WHERE station_id = $1 AND kind = $2";
            self.execute(sql, values![station, kind]).await?;
        }
        for one in installed {
            self.add_installed(one).await?;
        }
        Ok(())
    }

    pub async fn add_installed(&mut self, one: &InstalledRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO installed_certificate (station_id, kind, serial, issuer_name_hash, issuer_key_hash, algorithm, \
             certificate_id, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (station_id, kind, serial, issuer_key_hash) DO UPDATE SET \
             certificate_id = COALESCE(excluded.certificate_id, installed_certificate.certificate_id), seen_at = excluded.seen_at",
            values![
                one.station,
                &one.kind,
                &one.serial,
                &one.issuer_name_hash,
                &one.issuer_key_hash,
                &one.algorithm,
                one.certificate.map(|id| id.0),
                one.seen_at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn remove_installed(&mut self, one: &InstalledRecord) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM installed_certificate WHERE station_id = $1 AND serial = $2 AND issuer_key_hash = $3",
            values![one.station, &one.serial, &one.issuer_key_hash],
        )
        .await
        .map(drop)
    }
}
