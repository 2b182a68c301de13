//! `user` and `api-key`: work beside a running server, on the same database.

use std::io::Read as _;
use std::sync::Arc;

use clap::Subcommand;
use forecourt_app::{App, Clock, NewOperator, Principal, Who};
use forecourt_core::access::{Permission, Role};
use forecourt_core::id::{ApiKeyId, OrganisationId};

use super::say;
use crate::config::Config;
use crate::serve::explain;

/// Name of the organisation that is made when there is none yet.
const FIRST_ORGANISATION: &str = "My organisation";

#[derive(Debug, Subcommand)]
pub enum User {
    /// Add an operator; the password is read from FORECOURT_PASSWORD or standard input
    Add {
        email: String,
        #[arg(long, default_value = "")]
        name: String,
        /// admin, operator, support or maintenance
        #[arg(long, default_value = "admin")]
        role: String,
        /// Number of the organisation [default: the first]
        #[arg(long)]
        organisation: Option<i64>,
    },
    /// Set a new password and end every login; read as for `add`
    ResetPassword { email: String },
}

#[derive(Debug, Subcommand)]
pub enum ApiKey {
    /// Make a key and print it, alone, on standard output
    Create {
        #[arg(long)]
        name: String,
        /// Rights of the key, for example read,sessions_read (the API lists them at /api/v1/roles) [default: all]
        #[arg(long, value_delimiter = ',')]
        scopes: Vec<String>,
        /// Number of the organisation [default: the first]
        #[arg(long)]
        organisation: Option<i64>,
    },
    /// Revoke a key by its id or its name
    Revoke { key: String },
}

async fn open(config: &Config) -> Result<Arc<App>, String> {
    std::fs::create_dir_all(&config.data).map_err(|error| format!("{}: {error}", config.data.display()))?;
    App::open(&config.location, config.settings(), Clock::System)
        .await
        .map_err(|error| explain("the database", &error))
}

/// The organisation named, the first, or a new one.
async fn organisation(app: &App, number: Option<i64>) -> Result<OrganisationId, String> {
    let failed = |error: forecourt_app::store::StoreError| error.to_string();
    if let Some(number) = number {
        let found = app.store().organisation(OrganisationId(number)).await.map_err(failed)?;
        return found.map(|o| o.id).ok_or_else(|| format!("there is no organisation {number}"));
    }
    if let Some(first) = app.store().first_organisation().await.map_err(failed)? {
        return Ok(first.id);
    }
    let made = app.add_organisation(FIRST_ORGANISATION, "UTC", "EUR").await;
    made.map(|o| o.id).map_err(|error| explain("the first organisation", &error))
}

fn password() -> Result<String, String> {
    if let Ok(password) = std::env::var("FORECOURT_PASSWORD") {
        return Ok(password);
    }
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(4_096)
        .read_to_string(&mut text)
        .map_err(|error| format!("the password: {error}"))?;
    let password = text.lines().next().unwrap_or_default().to_owned();
    if password.is_empty() {
        return Err("give the password on standard input or in FORECOURT_PASSWORD".into());
    }
    Ok(password)
}

pub async fn user(config: &Config, user: User) -> Result<(), String> {
    let app = open(config).await?;
    match user {
        User::Add { email, name, role, organisation: number } => {
            let role = Role::parse(&role).ok_or("--role: admin, operator, support or maintenance")?;
            let password = password()?;
            let organisation = organisation(&app, number).await?;
            let added = app.add_operator(organisation, NewOperator { email, name, password, role }).await;
            say(&format!("{} can sign in", added.map_err(|error| explain("the operator", &error))?.email));
        }
        User::ResetPassword { email } => {
            let password = password()?;
            app.reset_operator_password(&email, &password)
                .await
                .map_err(|error| explain("the operator", &error))?;
            say(&format!("{email} has a new password and is signed out everywhere"));
        }
    }
    Ok(())
}

pub async fn api_key(config: &Config, key: ApiKey) -> Result<(), String> {
    let app = open(config).await?;
    match key {
        ApiKey::Create { name, scopes, organisation: number } => {
            let parse = |word: &String| {
                Permission::parse(word).ok_or_else(|| format!("--scopes: there is no scope {word}"))
            };
            let scopes = scopes.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
            let scopes = (!scopes.is_empty()).then_some(scopes);
            let organisation = organisation(&app, number).await?;
            let issued = app.issue_api_key(organisation, &name, scopes, None).await;
            say(&issued.map_err(|error| explain("the key", &error))?.key);
        }
        ApiKey::Revoke { key } => {
            let organisation = organisation(&app, None).await?;
            let who = Who::Program {
                id: ApiKeyId(0),
                name: "command line".into(),
                scopes: vec![Permission::Integrations],
            };
            let principal = Principal::new(organisation, who);
            let keys = app.api_keys(&principal).await.map_err(|error| explain("the keys", &error))?;
            let alive = keys.iter().filter(|k| k.revoked_at.is_none());
            let named: Vec<_> = alive.filter(|k| k.id.to_string() == key || k.name == key).collect();
            match named.as_slice() {
                [one] => {
                    app.revoke_api_key(&principal, one.id)
                        .await
                        .map_err(|error| explain("the key", &error))?;
                    say(&format!("{} is revoked", one.name));
                }
                [] => return Err(format!("there is no key {key}")),
                _ => return Err(format!("several keys are called {key}; use the id")),
            }
        }
    }
    Ok(())
}
