//! An organisation with stations to measure with.

use std::path::Path;

use forecourt_app::store::station::NewStation;
use forecourt_app::store::{Location, Store};
use forecourt_app::{App, Clock, NewSite, NewToken, Principal, Settings, Who};
use forecourt_core::access::PERMISSIONS;
use forecourt_core::fact::Registration;
use forecourt_core::id::{ApiKeyId, StationId, id_at};
use forecourt_core::token::{TokenKind, TokenStatus};

/// A charge key that is accepted.
pub(super) const TOKEN: &str = "LOAD";

/// Makes stations without passwords (the handshake's hashing is not what is measured); returns their identities.
pub(super) async fn stations(
    folder: &Path,
    database: Option<&str>,
    count: usize,
) -> Result<Vec<String>, String> {
    let location = match database {
        Some(url) => Location::Postgres(url.to_owned()),
        None => Location::Sqlite(folder.join("forecourt.db")),
    };
    let failed = |error: forecourt_app::AppError| crate::serve::explain("seeding", &error);
    let app = App::open(&location, Settings::default(), Clock::System).await.map_err(failed)?;
    let organisation = app.add_organisation("Bench", "UTC", "EUR").await.map_err(failed)?.id;
    let who = Who::Program { id: ApiKeyId(0), name: "bench".into(), scopes: PERMISSIONS.to_vec() };
    let principal = Principal::new(organisation, who);
    let site = NewSite {
        name: "Bench".into(),
        time_zone: "UTC".into(),
        currency: "EUR".into(),
        ..NewSite::default()
    };
    let site = app.add_site(&principal, site).await.map_err(failed)?.site.id;
    let token = NewToken {
        uid: TOKEN.into(),
        kind: TokenKind::Rfid,
        alias: None,
        status: TokenStatus::Accepted,
        expires_at: None,
        group: None,
        ..NewToken::default()
    };
    app.add_token(&principal, token).await.map_err(failed)?;
    let identities: Vec<String> = (0..count).map(|n| format!("BENCH-{organisation}-{n:05}")).collect();
    let store: &Store = app.store();
    let mut tx = store.begin().await.map_err(|error| error.to_string())?;
    let now = app.now();
    for (number, identity) in identities.iter().enumerate() {
        let new = NewStation {
            id: StationId(id_at(now, number as u32)),
            organisation,
            site,
            identity: identity.clone(),
            name: None,
            registration: Registration::Accepted,
            security_profile: 0,
            password_hash: None,
            used_as: "commercial".into(),
            owner_email: None,
            created_at: now,
        };
        tx.add_station(&new).await.map_err(|error| error.to_string())?;
    }
    tx.commit().await.map_err(|error| error.to_string())?;
    store.close().await;
    Ok(identities)
}
