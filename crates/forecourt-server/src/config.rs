//! Configuration: flags, then environment, then one TOML file, then defaults.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use forecourt_app::electricity::SPOT_PRICES_URL;
use forecourt_app::store::Location;
use forecourt_app::{
    MailSettings, OutsideRules, SECRET_KEY_FILE, SECRET_KEY_MIN_CHARS, SecuritySettings, Settings, Vault,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;

const DEFAULT_LISTEN: &str = "127.0.0.1:8180";
/// Sender of letters until one is set.
const MAIL_FROM: &str = "Forecourt <forecourt@localhost>";
const DEFAULT_DATA: &str = "data";
const DATABASE_FILE: &str = "forecourt.db";
/// Folder for the logs that chargers send, in the data folder.
const UPLOADS: &str = "uploads";
/// Word for nowhere.
const OFF: &str = "off";
/// Environment variable of the secret key.
const SECRET_KEY: &str = "FORECOURT_SECRET_KEY";

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
    /// Address of the page, for links in letters [default: from --public-url]
    #[arg(long, env = "FORECOURT_PAGE_URL", value_name = "URL")]
    pub page_url: Option<String>,
    /// Mail server: smtp://user:password@host:587?tls=required or smtps://…; without, letters are kept
    #[arg(long, env = "FORECOURT_SMTP", value_name = "URL", hide_env_values = true)]
    pub smtp: Option<String>,
    /// Sender of letters [default: Forecourt <forecourt@localhost>]
    #[arg(long, env = "FORECOURT_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// TLS certificate chain (PEM); with --tls-key the same port speaks TLS
    #[arg(long, env = "FORECOURT_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, env = "FORECOURT_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// A proxy in front that ends TLS: its X-Forwarded-Proto is believed; may be given several times
    #[arg(long, env = "FORECOURT_TLS_PROXY", value_name = "ADDR", value_delimiter = ',')]
    #[serde(default)]
    pub tls_proxy: Vec<IpAddr>,
    /// Root certificates (PEM) of an authority outside that vouch for chargers of security profile 3
    #[arg(long, env = "FORECOURT_CLIENT_CA", value_name = "FILE", value_delimiter = ',')]
    #[serde(default)]
    pub client_ca: Vec<PathBuf>,
    /// Hosts in private networks that operators may name as outside services (certificate authority, contracts)
    #[arg(long, env = "FORECOURT_OUTSIDE_HOSTS", value_name = "HOST", value_delimiter = ',')]
    #[serde(default)]
    pub outside_hosts: Vec<String>,
    /// Further root certificates (PEM) for asking outside services
    #[arg(long, env = "FORECOURT_OUTSIDE_CA", value_name = "FILE", value_delimiter = ',')]
    #[serde(default)]
    pub outside_ca: Vec<PathBuf>,
    /// Where contract certificates are asked for (ISO 15118); the token comes from FORECOURT_CONTRACT_TOKEN
    #[arg(long, env = "FORECOURT_CONTRACT_SERVICE", value_name = "URL")]
    pub contract_service: Option<String>,
    /// Where day-ahead prices of electricity are read (in the format of Energi Data Service), or off [default: Energi Data Service; off with --demo]
    #[arg(long, env = "FORECOURT_SPOT_PRICES", value_name = "URL")]
    pub spot_prices: Option<String>,
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
    /// Token for the contract service; only from the environment or the file, never a flag
    #[arg(skip)]
    pub contract_token: Option<String>,
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
    pub page_url: String,
    pub mail: MailSettings,
    pub tls: Option<(PathBuf, PathBuf)>,
    pub heartbeat_s: u32,
    pub keep_messages_days: i64,
    pub keep_readings_days: i64,
    pub log: String,
    pub log_json: bool,
    pub admin: Option<(String, String)>,
    pub tls_proxies: Vec<IpAddr>,
    pub client_ca: Vec<PathBuf>,
    pub outside_hosts: Vec<String>,
    pub outside_ca: Vec<PathBuf>,
    pub contract_service: Option<(String, Option<String>)>,
    /// As it was said; `None`: nothing was.
    pub spot_prices: Option<String>,
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
        let public_url = public_url.trim_end_matches('/').to_owned();
        let page_url = flags.page_url.or(file.page_url).unwrap_or_else(|| page_beside(&public_url));
        let mail = MailSettings {
            server: flags.smtp.or(file.smtp).filter(|url| !url.is_empty()),
            from: flags.mail_from.or(file.mail_from).unwrap_or_else(|| MAIL_FROM.into()),
        };
        let password = std::env::var("FORECOURT_ADMIN_PASSWORD").ok().or(file.admin_password);
        let token = std::env::var("FORECOURT_CONTRACT_TOKEN").ok().or(file.contract_token);
        let contract_service = flags.contract_service.or(file.contract_service).map(|url| (url, token));
        Ok(Self {
            location,
            data,
            listen,
            public_url,
            page_url: page_url.trim_end_matches('/').to_owned(),
            mail,
            tls,
            heartbeat_s: flags.heartbeat.or(file.heartbeat).unwrap_or(60),
            keep_messages_days: flags.keep_messages.or(file.keep_messages).unwrap_or(90),
            keep_readings_days: flags.keep_readings.or(file.keep_readings).unwrap_or(730),
            log: flags.log.or(file.log).unwrap_or_else(|| "info".into()),
            log_json: flags.log_json || file.log_json,
            admin: flags.admin_email.or(file.admin_email).zip(password),
            tls_proxies: first(flags.tls_proxy, file.tls_proxy),
            client_ca: first(flags.client_ca, file.client_ca),
            outside_hosts: first(flags.outside_hosts, file.outside_hosts),
            outside_ca: first(flags.outside_ca, file.outside_ca),
            contract_service,
            spot_prices: flags.spot_prices.or(file.spot_prices),
        })
    }

    pub fn settings(&self) -> Settings {
        Settings {
            heartbeat_s: self.heartbeat_s,
            keep_messages_days: self.keep_messages_days,
            keep_readings_days: self.keep_readings_days,
            public_url: self.public_url.clone(),
            page_url: self.page_url.clone(),
            spot_prices_url: self.spot_prices_url(),
            mail: Arc::new(self.mail.clone()),
            security: Arc::new(self.security()),
        }
    }

    /// Files that cannot be read leave their roots out; `serve` and `doctor` say so before it matters.
    fn security(&self) -> SecuritySettings {
        let roots = |files: &[PathBuf]| certificates_of(files).unwrap_or_default();
        SecuritySettings {
            vault: self.vault(),
            outside: OutsideRules { hosts: self.allowed_hosts(), roots: roots(&self.outside_ca) },
            station_roots: roots(&self.client_ca),
            tls: self.tls.is_some() || !self.tls_proxies.is_empty(),
            client_certificates: self.tls.is_some(),
            uploads: Some(self.data.join(UPLOADS)),
            contract_service: self.contract_service.clone(),
        }
    }

    /// What the machine's operator names here is allowed wherever it is.
    fn allowed_hosts(&self) -> Vec<String> {
        let mut hosts = self.outside_hosts.clone();
        let service = self.contract_service.as_ref().and_then(|(url, _)| url.parse::<http::Uri>().ok());
        hosts.extend(service.and_then(|url| url.host().map(str::to_owned)));
        let prices = self.spot_prices.as_ref().and_then(|url| url.parse::<http::Uri>().ok());
        hosts.extend(prices.and_then(|url| url.host().map(str::to_owned)));
        hosts
    }

    fn spot_prices_url(&self) -> Option<String> {
        match self.spot_prices.as_deref() {
            Some(OFF) => None,
            Some(url) => Some(url.to_owned()),
            None => Some(SPOT_PRICES_URL.to_owned()),
        }
    }

    fn vault(&self) -> Vault {
        match secret_key() {
            Some(text) => Vault::of_text(text),
            None => Vault::in_folder(&self.data),
        }
    }

    /// Where the secret key is, never what it is.
    pub fn secret_key_place(&self) -> String {
        match secret_key() {
            Some(_) => format!("from {SECRET_KEY}"),
            None => self.data.join(SECRET_KEY_FILE).display().to_string(),
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
            format!("page_url       {}", self.page_url),
            format!(
                "mail_from      {}",
                self.mail.server.as_ref().map_or("no mail server", |_| self.mail.from.as_str())
            ),
            format!("tls            {tls}"),
            format!("secret_key     {}", self.secret_key_place()),
            format!("tls_proxy      {}", list(&self.tls_proxies)),
            format!("client_ca      {}", list(self.client_ca.iter().map(|file| file.display()))),
            format!("outside_hosts  {}", list(&self.outside_hosts)),
            format!("contracts      {}", self.contract_service.as_ref().map_or("none", |(url, _)| url)),
            format!("spot_prices    {}", self.spot_prices_url().unwrap_or_else(|| OFF.into())),
            format!("heartbeat      {} s", self.heartbeat_s),
            format!("keep_messages  {} days", self.keep_messages_days),
            format!("keep_readings  {} days", self.keep_readings_days),
            format!("log            {}", self.log),
            format!("admin_email    {admin}"),
        ]
    }
}

/// The page is served where stations are.
fn page_beside(public_url: &str) -> String {
    match public_url.split_once("://") {
        Some(("wss", rest)) => format!("https://{rest}"),
        Some((_, rest)) => format!("http://{rest}"),
        None => public_url.to_owned(),
    }
}

/// The secret key of the environment.
pub fn secret_key() -> Option<String> {
    std::env::var(SECRET_KEY).ok().filter(|text| !text.is_empty())
}

/// Whether the secret key, the certificate files and the mail settings can be used; the error is a sentence.
pub fn check_security(config: &Config) -> Result<(), String> {
    if secret_key().is_some_and(|key| key.trim().chars().count() < SECRET_KEY_MIN_CHARS) {
        return Err(format!("{SECRET_KEY}: at least {SECRET_KEY_MIN_CHARS} characters"));
    }
    config.mail.check()?;
    certificates_of(&config.client_ca)?;
    certificates_of(&config.outside_ca).map(drop)
}

/// Every certificate of these PEM files, DER.
fn certificates_of(files: &[PathBuf]) -> Result<Vec<Vec<u8>>, String> {
    let mut all = Vec::new();
    for file in files {
        let wrong = |error: rustls_pki_types::pem::Error| format!("{}: {error}", file.display());
        for certificate in CertificateDer::pem_file_iter(file).map_err(wrong)? {
            all.push(certificate.map_err(wrong)?.to_vec());
        }
    }
    Ok(all)
}

fn list<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

fn first<T>(flags: Vec<T>, file: Vec<T>) -> Vec<T> {
    if flags.is_empty() { file } else { flags }
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
    const KEYS: [&str; 24] = [
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
        "tls_proxy",
        "client_ca",
        "outside_hosts",
        "outside_ca",
        "contract_service",
        "contract_token",
        "page_url",
        "smtp",
        "mail_from",
        "spot_prices",
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
    let server: Server = part(&KEYS[2..23]).try_into().map_err(wrong)?;
    Ok(File { place, server })
}
