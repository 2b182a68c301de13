//! Configuration: flags, then environment, then one TOML file, then defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use forecourt_app::Settings;
use forecourt_app::store::Location;
use serde::Deserialize;

const DEFAULT_LISTEN: &str = "127.0.0.1:8180";
const DEFAULT_DATA: &str = "data";
const DATABASE_FILE: &str = "forecourt.db";

/// Where things are. The same for every command that touches the database.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Folder for the SQLite database and what else is kept on disk [default: data]
    #[arg(long, env = "FORECOURT_DATA", value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
    /// PostgreSQL instead of SQLite: postgres://user:password@host/database
    #[arg(long, env = "FORECOURT_DATABASE", value_name = "URL", hide_env_values = true, global = true)]
    pub database: Option<String>,
    /// Configuration file (TOML, keys as the long flags with _ for -)
    #[arg(long, env = "FORECOURT_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

/// What only a server needs.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port for chargers, page and API [default: 127.0.0.1:8180]
    #[arg(long, env = "FORECOURT_LISTEN", value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Address chargers reach this server at, shown as connection URL [default: from --listen]
    #[arg(long, env = "FORECOURT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// TLS certificate chain (PEM); with --tls-key the same port speaks TLS
    #[arg(long, env = "FORECOURT_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, env = "FORECOURT_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Seconds between heartbeats, told to chargers at boot [default: 60]
    #[arg(long, env = "FORECOURT_HEARTBEAT", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(10..=86_400))]
    pub heartbeat: Option<u32>,
    /// Days OCPP messages are kept [default: 90]
    #[arg(long, env = "FORECOURT_KEEP_MESSAGES", value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=36_500))]
    pub keep_messages: Option<i64>,
    /// Days meter readings are kept; sessions and their energy stay [default: 730]
    #[arg(long, env = "FORECOURT_KEEP_READINGS", value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=36_500))]
    pub keep_readings: Option<i64>,
    /// What is logged: error, warn, info, debug, or a filter such as info,forecourt=debug [default: info]
    #[arg(long, env = "FORECOURT_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Log lines as JSON
    #[arg(long, env = "FORECOURT_LOG_JSON")]
    #[serde(default)]
    pub log_json: bool,
    /// E-mail of the first administrator of an empty database
    #[arg(long, env = "FORECOURT_ADMIN_EMAIL", value_name = "EMAIL")]
    pub admin_email: Option<String>,
    /// Password of the first administrator; only from the environment or the file, never a flag
    #[arg(skip)]
    pub admin_password: Option<String>,
}

#[derive(Debug, Default)]
struct File {
    place: PlaceFile,
    server: Server,
}

#[derive(Debug, Default, Deserialize)]
struct PlaceFile {
    data: Option<PathBuf>,
    database: Option<String>,
}

/// Everything decided.
#[derive(Debug, Clone)]
pub struct Config {
    pub location: Location,
    pub data: PathBuf,
    pub listen: SocketAddr,
    pub public_url: String,
    pub tls: Option<(PathBuf, PathBuf)>,
    pub heartbeat_s: u32,
    pub keep_messages_days: i64,
    pub keep_readings_days: i64,
    pub log: String,
    pub log_json: bool,
    pub admin: Option<(String, String)>,
}

impl Config {
    /// Flags and environment are in `place` and `server` already; the file fills what they leave open.
    pub fn decide(place: Place, server: Server) -> Result<Self, String> {
        let file = match &place.config {
            Some(path) => read(path)?,
            None => File::default(),
        };
        let data = place.data.or(file.place.data).unwrap_or_else(|| DEFAULT_DATA.into());
        let location = match place.database.or(file.place.database) {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Location::Postgres(url)
            }
            Some(_) => {
                return Err(
                    "--database: an address that begins with postgres:// (for SQLite use --data)".into()
                );
            }
            None => Location::Sqlite(data.join(DATABASE_FILE)),
        };
        let flags = server;
        let file = file.server;
        let listen = match flags.listen.or(file.listen) {
            Some(listen) => listen,
            None => DEFAULT_LISTEN.parse().map_err(|_| "the default address does not parse".to_owned())?,
        };
        let tls = match (flags.tls_certificate.or(file.tls_certificate), flags.tls_key.or(file.tls_key)) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => return Err("TLS needs both tls_certificate and tls_key".into()),
        };
        let scheme = if tls.is_some() { "wss" } else { "ws" };
        let public_url =
            flags.public_url.or(file.public_url).unwrap_or_else(|| format!("{scheme}://{listen}"));
        let password = std::env::var("FORECOURT_ADMIN_PASSWORD").ok().or(file.admin_password);
        Ok(Self {
            location,
            data,
            listen,
            public_url: public_url.trim_end_matches('/').to_owned(),
            tls,
            heartbeat_s: flags.heartbeat.or(file.heartbeat).unwrap_or(60),
            keep_messages_days: flags.keep_messages.or(file.keep_messages).unwrap_or(90),
            keep_readings_days: flags.keep_readings.or(file.keep_readings).unwrap_or(730),
            log: flags.log.or(file.log).unwrap_or_else(|| "info".into()),
            log_json: flags.log_json || file.log_json,
            admin: flags.admin_email.or(file.admin_email).zip(password),
        })
    }

    pub fn settings(&self) -> Settings {
        Settings {
            heartbeat_s: self.heartbeat_s,
            keep_messages_days: self.keep_messages_days,
            keep_readings_days: self.keep_readings_days,
            public_url: self.public_url.clone(),
        }
    }

    /// The effective configuration, secrets left out.
    pub fn lines(&self) -> Vec<String> {
        let tls =
            self.tls.as_ref().map_or("off".into(), |(certificate, _)| certificate.display().to_string());
        let admin = self.admin.as_ref().map_or("none", |(email, _)| email);
        vec![
            format!("database       {}", describe(&self.location)),
            format!("data           {}", self.data.display()),
            format!("listen         {}", self.listen),
            format!("public_url     {}", self.public_url),
            format!("tls            {tls}"),
            format!("heartbeat      {} s", self.heartbeat_s),
            format!("keep_messages  {} days", self.keep_messages_days),
            format!("keep_readings  {} days", self.keep_readings_days),
            format!("log            {}", self.log),
            format!("admin_email    {admin}"),
        ]
    }
}

/// Where the database is, without user and password.
pub fn describe(location: &Location) -> String {
    match location {
        Location::Sqlite(path) => format!("SQLite at {}", path.display()),
        Location::Postgres(url) => {
            let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
            format!("PostgreSQL at {}", place.split('?').next().unwrap_or_default())
        }
    }
}

fn read(path: &Path) -> Result<File, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    const KEYS: [&str; 14] = [
        "data",
        "database",
        "listen",
        "public_url",
        "tls_certificate",
        "tls_key",
        "heartbeat",
        "keep_messages",
        "keep_readings",
        "log",
        "log_json",
        "admin_email",
        "admin_password",
        "config",
    ];
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("{}: there is no setting {unknown}", path.display()));
    }
    let part = |keys: &[&str]| -> toml::Table {
        table
            .iter()
            .filter(|(key, _)| keys.contains(&key.as_str()))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    };
    let wrong = |error: toml::de::Error| format!("{}: {}", path.display(), error.message());
    let place: PlaceFile = part(&KEYS[..2]).try_into().map_err(wrong)?;
    let server: Server = part(&KEYS[2..13]).try_into().map_err(wrong)?;
    Ok(File { place, server })
}
