//! `forecourt doctor`: looks at everything a start needs and says in words what is wrong.

use std::path::Path;
use std::process::ExitCode;

use forecourt_app::SECRET_KEY_FILE;
use forecourt_app::store::{Location, Store};
use tokio::net::TcpListener;

use crate::cli::say;
use crate::config::{Config, check_security, describe, secret_key};

/// Clocks before this moment were never set: 2025-01-01.
const CLOCK_FLOOR_S: i64 = 1_735_689_600;
/// Open files below which a note is due: each charger takes one.
const FILES_WANTED: u64 = 4_096;

enum Finding {
    Good(String),
    Note(String),
    Bad(String),
}

pub async fn run(config: &Config) -> ExitCode {
    let mut findings: Vec<Finding> = config.lines().into_iter().map(Finding::Note).collect();
    findings.push(clock());
    findings.push(files());
    findings.push(folder(&config.data));
    findings.extend(database(&config.location).await);
    findings.push(port(config).await);
    findings.push(tls(config));
    findings.extend(secrets(config));
    findings.push(mail(config).await);
    let mut bad = 0;
    for finding in findings {
        match finding {
            Finding::Good(text) => say(&format!("ok    {text}")),
            Finding::Note(text) => say(&format!("      {text}")),
            Finding::Bad(text) => {
                bad += 1;
                say(&format!("BAD   {text}"));
            }
        }
    }
    if bad == 0 {
        say("everything a start needs is there");
        return ExitCode::SUCCESS;
    }
    say(&format!("{bad} to mend"));
    ExitCode::FAILURE
}

/// The mail server is greeted, no letter is sent.
async fn mail(config: &Config) -> Finding {
    if config.mail.server.is_none() {
        return Finding::Note("no mail server (--smtp): invitations and alerts are kept, not sent".into());
    }
    match config.mail.greet().await {
        Ok(()) => Finding::Good("the mail server answers".into()),
        Err(error) => Finding::Bad(error),
    }
}

fn clock() -> Finding {
    let now = jiff::Timestamp::now();
    if now.as_second() < CLOCK_FLOOR_S {
        return Finding::Bad(format!(
            "the clock says {now}: set it (timedatectl set-ntp true); sessions are billed by it"
        ));
    }
    Finding::Good(format!("the clock says {now}"))
}

fn files() -> Finding {
    match rlimit::increase_nofile_limit(1 << 20) {
        Ok(limit) if limit < FILES_WANTED => Finding::Note(format!(
            "only {limit} files may be open, so about as many chargers connected (ulimit -n)"
        )),
        Ok(limit) => Finding::Good(format!("{limit} files may be open")),
        Err(error) => Finding::Note(format!("the limit of open files cannot be read: {error}")),
    }
}

fn folder(data: &Path) -> Finding {
    let probe = data.join(".forecourt-doctor");
    let written = std::fs::create_dir_all(data).and_then(|()| std::fs::write(&probe, b"x"));
    match written.and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Finding::Good(format!("{} can be written", data.display())),
        Err(error) => Finding::Bad(format!(
            "{} cannot be written: {error}; choose another folder with --data",
            data.display()
        )),
    }
}

async fn database(location: &Location) -> Vec<Finding> {
    if let Location::Sqlite(path) = location
        && !path.exists()
    {
        return vec![Finding::Note(format!(
            "{} does not exist yet: the first start makes it",
            path.display()
        ))];
    }
    let store = match Store::open(location).await {
        Ok(store) => store,
        Err(error) => return vec![Finding::Bad(format!("{} does not open: {error}", describe(location)))],
    };
    let mut findings = Vec::new();
    match store.schema_step().await {
        Ok((step, newest)) if step > newest => {
            findings.push(Finding::Bad(format!(
                "the database was made by a newer build (step {step}, this build knows {newest})"
            )));
        }
        Ok((step, newest)) if step < newest => {
            findings.push(Finding::Note(format!(
                "the database is at step {step} of {newest}: the next start brings it up to date"
            )));
        }
        Ok((step, _)) => findings.push(Finding::Good(format!("{} opens, step {step}", describe(location)))),
        Err(error) => findings.push(Finding::Bad(format!("the database cannot be read: {error}"))),
    }
    if matches!(store.schema_step().await, Ok((step, newest)) if step == newest) {
        findings.push(ledger(&store).await);
    }
    match store.integrity().await.as_deref() {
        Ok("ok") => {}
        Ok(found) => {
            findings.push(Finding::Bad(format!("the database is damaged: {found}; restore a backup")))
        }
        Err(error) => findings.push(Finding::Bad(format!("the database cannot be checked: {error}"))),
    }
    store.close().await;
    findings
}

/// Compares every balance with the lines it is the sum of.
async fn ledger(store: &Store) -> Finding {
    match store.unbalanced().await {
        Ok(found) if found.is_empty() => {
            Finding::Good("every account of the ledger is the sum of its lines".into())
        }
        Ok(found) => Finding::Bad(format!(
            "{} accounts of the ledger are not the sum of their lines: something else wrote into the database",
            found.len()
        )),
        Err(error) => Finding::Bad(format!("the ledger cannot be checked: {error}")),
    }
}

async fn port(config: &Config) -> Finding {
    match TcpListener::bind(config.listen).await {
        Ok(_) => Finding::Good(format!("{} is free", config.listen)),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::Note(format!(
            "{} is in use: by a running forecourt, or choose another with --listen",
            config.listen
        )),
        Err(error) => Finding::Bad(format!("{} cannot be used: {error}", config.listen)),
    }
}

/// The key without which sealed things (keys of authorities) cannot be read any more.
fn secrets(config: &Config) -> Vec<Finding> {
    let place = config.secret_key_place();
    let mut findings = Vec::new();
    if let Err(error) = check_security(config) {
        findings.push(Finding::Bad(error));
    }
    let file = config.data.join(SECRET_KEY_FILE);
    if secret_key().is_some() {
        findings.push(Finding::Good(format!("the secret key is {place}")));
    } else if file.exists() {
        findings.push(Finding::Good(format!("the secret key is {place}: keep a copy with your backups")));
    } else {
        findings
            .push(Finding::Note(format!("{place} does not exist yet: it is made when it is first needed")));
    }
    findings
}

fn tls(config: &Config) -> Finding {
    match &config.tls {
        None if config.listen.ip().is_loopback() => {
            Finding::Note("TLS is off; only this machine can connect".into())
        }
        None => Finding::Note("TLS is off: put a proxy in front, or give tls_certificate and tls_key".into()),
        Some((certificate, key)) => match crate::gateway::check_tls(certificate, key) {
            Ok(_) => Finding::Good(format!("the certificate {} fits its key", certificate.display())),
            Err(error) => Finding::Bad(format!("TLS: {error}")),
        },
    }
}
