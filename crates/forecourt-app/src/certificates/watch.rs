//! Certificates that end soon: somebody is warned, and the station asked to renew its own. A job.

use forecourt_core::command::{Command, TriggeredMessage};
use forecourt_core::fault::Severity;
use forecourt_core::id::OrganisationId;
use forecourt_store::certificate::CertificateRecord;
use jiff::SignedDuration;
use serde_json::json;

use crate::security::severity::CERTIFICATE_EXPIRES;
use crate::{App, AppError};

/// Days before the end at which a warning is due, the last one first.
const WARN_DAYS: [i64; 4] = [1, 7, 14, 30];
/// From here on somebody must act now.
const URGENT_DAYS: i64 = 7;

/// Looks once.
pub(crate) async fn run(app: &App) -> Result<(), AppError> {
    let now = app.now();
    let mut tx = app.store.begin().await?;
    tx.expire_certificates(now).await?;
    tx.commit().await?;
    for days in WARN_DAYS {
        let before = now + SignedDuration::from_hours(24 * days);
        for certificate in app.store.certificates_ending(before, days).await? {
            warn(app, &certificate, days).await?;
        }
    }
    Ok(())
}

async fn warn(app: &App, certificate: &CertificateRecord, days: i64) -> Result<(), AppError> {
    let body = json!({ "subject": certificate.subject, "ends_at": certificate.not_after, "days": days });
    let severity = if days <= URGENT_DAYS { Severity::Critical } else { Severity::Warning };
    let mut told =
        app.happening(certificate.organisation, "certificate.expiring", severity, app.now(), &body);
    told.station = certificate.station;
    let mut tx = app.store.begin().await?;
    tx.set_warned(certificate.id, days).await?;
    tx.add_happening(&told).await?;
    tx.commit().await?;
    let info = format!("{} ends at {}", certificate.subject, certificate.not_after);
    let Some(live) = certificate.station.and_then(|station| app.directory.get(station)) else {
        tracing::warn!(certificate = %certificate.serial, info, "a certificate ends soon");
        return Ok(());
    };
    app.security_event(&live, CERTIFICATE_EXPIRES, Some(info)).await;
    if certificate.kind == "station" && days <= renew_days(app, certificate.organisation).await? {
        let message = TriggeredMessage::SignStationCertificate;
        // A station that is away, or that cannot, is asked again at the next warning.
        app.order(&live, Command::Trigger { message, evse: None, connector: None }).await?;
    }
    Ok(())
}

async fn renew_days(app: &App, organisation: OrganisationId) -> Result<i64, AppError> {
    Ok(app.authority_record(organisation).await?.renew_days)
}
