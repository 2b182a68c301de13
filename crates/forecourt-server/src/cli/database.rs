//! `migrate`, `backup`, `restore`.

use std::path::{Path, PathBuf};

use forecourt_app::store::{Location, Store};

use super::say;
use crate::config::{Config, describe};

pub async fn migrate(config: &Config) -> Result<(), String> {
    std::fs::create_dir_all(&config.data).map_err(|error| format!("{}: {error}", config.data.display()))?;
    let store = Store::open(&config.location).await.map_err(|error| error.to_string())?;
    let ran = store.migrate().await.map_err(|error| error.to_string())?;
    match ran.as_slice() {
        [] => say(&format!("{} is up to date", describe(&config.location))),
        steps => say(&format!("{}: {}", describe(&config.location), steps.join(", "))),
    }
    store.close().await;
    Ok(())
}

pub async fn backup(config: &Config, to: &Path) -> Result<(), String> {
    if to.exists() {
        return Err(format!("{} exists already", to.display()));
    }
    let store = existing(&config.location).await?;
    store.backup(to).await.map_err(|error| error.to_string())?;
    store.close().await;
    // What is not on disk is no backup.
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(|error| format!("{}: {error}", to.display()))?;
    let size = std::fs::metadata(to).map_or(0, |meta| meta.len());
    say(&format!("{} ({} KiB)", to.display(), size / 1024));
    Ok(())
}

async fn existing(location: &Location) -> Result<Store, String> {
    if let Location::Sqlite(path) = location
        && !path.exists()
    {
        return Err(format!("there is no database at {}", path.display()));
    }
    Store::open(location).await.map_err(|error| error.to_string())
}

pub async fn restore(config: &Config, from: &Path, replace: bool) -> Result<(), String> {
    let Location::Sqlite(path) = &config.location else {
        return Err("use pg_restore or psql to restore PostgreSQL".into());
    };
    let _lock = crate::serve::lock(config)?;
    check(from).await?;
    if path.exists() {
        if !replace {
            return Err(format!("{} exists; add --replace to put the copy in its place", path.display()));
        }
        put_aside(path)?;
    }
    std::fs::create_dir_all(&config.data).map_err(|error| format!("{}: {error}", config.data.display()))?;
    // Copied beside first: a copy cut off half way must not stand where the database belongs.
    let half = path.with_extension("restoring");
    std::fs::copy(from, &half).map_err(|error| format!("{}: {error}", half.display()))?;
    std::fs::File::open(&half)
        .and_then(|file| file.sync_all())
        .map_err(|error| format!("{}: {error}", half.display()))?;
    std::fs::rename(&half, path).map_err(|error| format!("{}: {error}", path.display()))?;
    let store = Store::open_migrated(&config.location).await.map_err(|error| error.to_string())?;
    store.close().await;
    say(&format!("{} is restored from {}", path.display(), from.display()));
    Ok(())
}

async fn check(copy: &Path) -> Result<(), String> {
    let store = existing(&Location::Sqlite(copy.to_owned())).await?;
    let found = store.integrity().await.map_err(|error| format!("{}: {error}", copy.display()))?;
    let (step, newest) = store.schema_step().await.map_err(|error| error.to_string())?;
    store.close().await;
    if found != "ok" {
        return Err(format!("{} is damaged: {found}", copy.display()));
    }
    match step {
        0 => Err(format!("{} is no Forecourt database", copy.display())),
        step if step > newest => Err(format!("{} was made by a newer build", copy.display())),
        _ => Ok(()),
    }
}

/// The database that was there stays beside, with its unwritten log.
fn put_aside(path: &Path) -> Result<(), String> {
    let name = |suffix: &str| PathBuf::from(format!("{}{suffix}", path.display()));
    let stamp = jiff::Timestamp::now().as_second();
    for suffix in ["", "-wal", "-shm"] {
        if name(suffix).exists() {
            let aside = name(&format!(".before-{stamp}{suffix}"));
            std::fs::rename(name(suffix), &aside).map_err(|error| format!("{}: {error}", aside.display()))?;
        }
    }
    Ok(())
}
