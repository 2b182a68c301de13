//! `forecourt serve`: one node, from the first log line to an orderly end.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use forecourt_app::store::Location;
use forecourt_app::{App, Clock, NewOperator, jobs};
use forecourt_core::access::Role;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, check_security, describe};
use crate::http::{self, HttpState};
use crate::listen::listen;
use crate::{demo, gateway, telemetry};

const LOCK_FILE: &str = "forecourt.lock";
/// Name of the organisation that `FORECOURT_ADMIN_EMAIL` makes.
const FIRST_ORGANISATION: &str = "My organisation";
/// How long connections may take to end.
const GOODBYE: Duration = Duration::from_secs(10);

/// Runs until a signal. `demo` adds a network of simulated stations.
pub async fn run(config: Config, with_demo: bool) -> Result<(), String> {
    telemetry::logs(&config.log, config.log_json)?;
    for line in config.lines() {
        tracing::info!("{line}");
    }
    check_security(&config)?;
    raise_file_limit();
    std::fs::create_dir_all(&config.data).map_err(|error| format!("{}: {error}", config.data.display()))?;
    // Held until the process ends.
    let _lock = lock(&config)?;
    let app = App::open(&config.location, config.settings(), Clock::System)
        .await
        .map_err(|error| open_failed(&config, &error))?;
    app.take_over().await.map_err(|error| explain("taking over", &error))?;
    if with_demo && config.spot_prices.is_none() {
        // Its prices are made up; a demonstration asks nobody.
        app.change_settings(|settings| settings.spot_prices_url = None);
    }
    let demo = if with_demo { Some(demo::prepare(&app).await?) } else { None };
    first_administrator(&app, &config).await?;

    let listener = listen(config.listen).map_err(|error| format!("{}: {error}", config.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let cancel = CancellationToken::new();
    let tracker = TaskTracker::new();
    jobs::start(&app, &tracker, &cancel);
    let state = HttpState {
        app: app.clone(),
        metrics: Some(telemetry::metrics()?),
        limits: Arc::default(),
        demo: demo.as_ref().map(demo::Prepared::sign_in),
        secure_cookies: config.tls.is_some(),
    };
    let options = gateway::Options {
        listener,
        app: app.clone(),
        page: http::router(state),
        tls: config.tls.clone(),
        proxies: gateway::Proxies(config.tls_proxies.clone()),
    };
    let door = tokio::spawn(gateway::serve(options, cancel.clone()));
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    tracing::info!("ready: {scheme}://{address}/");
    if let Some(demo) = demo {
        demo.start(address, &tracker, &cancel);
    }
    wait_for_signal().await;
    tracing::info!("stopping: sockets are closed in order");
    cancel.cancel();
    tracker.close();
    let _ = tokio::time::timeout(GOODBYE, tracker.wait()).await;
    match tokio::time::timeout(GOODBYE, door).await {
        Ok(Ok(outcome)) => outcome?,
        Ok(Err(error)) => tracing::error!(%error, "the stations' door ended badly"),
        Err(_) => tracing::warn!("some connections did not end in time"),
    }
    app.store().close().await;
    tracing::info!("stopped");
    Ok(())
}

fn open_failed(config: &Config, error: &forecourt_app::AppError) -> String {
    explain(&format!("{} does not open", describe(&config.location)), error)
}

/// SQLite has one writer: a second node on the same folder would fight over every station.
pub fn lock(config: &Config) -> Result<Option<File>, String> {
    if matches!(config.location, Location::Postgres(_)) {
        return Ok(None);
    }
    let path = config.data.join(LOCK_FILE);
    let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(_) => Err(format!(
            "another forecourt runs on {}; SQLite allows one (use PostgreSQL for more)",
            config.data.display()
        )),
    }
}

async fn first_administrator(app: &App, config: &Config) -> Result<(), String> {
    if !app.needs_set_up().await.map_err(|error| error.to_string())? {
        return Ok(());
    }
    if let Some((email, password)) = &config.admin {
        let new = NewOperator {
            email: email.clone(),
            name: String::new(),
            password: password.clone(),
            role: Role::Admin,
        };
        app.add_first_operator(FIRST_ORGANISATION, new)
            .await
            .map_err(|error| explain("the first administrator", &error))?;
        tracing::info!("{email} is the administrator");
        return Ok(());
    }
    if let Some(code) = app.prepare_set_up().await.map_err(|error| error.to_string())? {
        tracing::info!("nobody can sign in yet: open the page and enter this code once: {code}");
    }
    Ok(())
}

/// An application error with the member it is about.
pub fn explain(what: &str, error: &forecourt_app::AppError) -> String {
    match error {
        forecourt_app::AppError::Invalid(fields) => {
            let list: Vec<String> = fields
                .iter()
                .map(|f| format!("{}: {}", f.field.trim_start_matches('/'), f.message))
                .collect();
            format!("{what}: {}", list.join("; "))
        }
        // Who runs a command on this machine may know why.
        forecourt_app::AppError::Storage(why) => format!("{what}: {why}"),
        other => format!("{what}: {other}"),
    }
}

/// Each station is a file descriptor; the usual limit of 1,024 is for desktops.
fn raise_file_limit() {
    match rlimit::increase_nofile_limit(1 << 20) {
        Ok(limit) => tracing::debug!(limit, "file descriptors"),
        Err(error) => tracing::warn!(%error, "the number of file descriptors could not be raised"),
    }
}

async fn wait_for_signal() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
