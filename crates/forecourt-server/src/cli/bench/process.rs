//! The processes that are measured.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

/// A tick of /proc's CPU clock, in microseconds (USER_HZ is 100 on every Linux of today).
const TICK_US: u64 = 10_000;
/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that goes when it is dropped.
#[derive(Debug)]
pub(super) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!(
            "forecourt-bench-{}-{}",
            std::process::id(),
            rand::random::<u32>()
        ));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a process has used so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usage {
    pub cpu_us: u64,
    /// Memory that is its own (resident, without files mapped from disk).
    pub memory_kib: u64,
    /// All that is resident.
    pub resident_kib: u64,
}

#[derive(Debug)]
pub(super) struct Child {
    process: tokio::process::Child,
    address: String,
    files: Option<PathBuf>,
    /// PostgreSQL's work counts as the server's.
    postgres: bool,
}

impl Child {
    pub async fn server(folder: &Path, database: Option<&str>) -> Result<Self, String> {
        let mut command = this_program()?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "info", "--data"]).arg(folder);
        if let Some(url) = database {
            command.env("FORECOURT_DATABASE", url);
        }
        command.stderr(Stdio::piped()).stdout(Stdio::null());
        let mut process = command.kill_on_drop(true).spawn().map_err(|error| error.to_string())?;
        let lines = process.stderr.take().ok_or("the server has no log")?;
        let address = ready(lines, |line| {
            line.split("ready: http://").nth(1).map(|rest| rest.trim_end_matches('/').to_owned())
        })
        .await?;
        Ok(Self {
            process,
            address,
            files: database.is_none().then(|| folder.to_owned()),
            postgres: database.is_some(),
        })
    }

    pub async fn floor() -> Result<Self, String> {
        let mut command = this_program()?;
        command.args(["bench", "--floor"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.kill_on_drop(true).spawn().map_err(|error| error.to_string())?;
        let lines = process.stdout.take().ok_or("the floor has no output")?;
        let address = ready(lines, |line| line.contains(':').then(|| line.trim().to_owned())).await?;
        Ok(Self { process, address, files: None, postgres: false })
    }

    pub fn url(&self) -> String {
        format!("ws://{}/ocpp", self.address)
    }

    pub fn usage(&self) -> Usage {
        let mut usage = self.process.id().map(of_process).unwrap_or_default();
        if self.postgres {
            usage.cpu_us += postgres_cpu_us();
        }
        usage
    }

    /// Ends the process in order, so that all it wrote stands in the database's own file.
    pub async fn stop(&mut self) -> Result<(), String> {
        let Some(id) = self.process.id() else { return Ok(()) };
        let asked =
            Command::new("kill").arg(id.to_string()).status().await.map_err(|error| error.to_string())?;
        if !asked.success() {
            return Err("the server could not be stopped".into());
        }
        let ended = tokio::time::timeout(PATIENCE, self.process.wait()).await;
        ended.map_err(|_| "the server does not stop")?.map(drop).map_err(|error| error.to_string())
    }

    /// Size of the database's files; nothing for PostgreSQL, whose files are its own.
    pub fn disk_bytes(&self) -> Option<u64> {
        let folder = self.files.as_ref()?;
        let files = std::fs::read_dir(folder).ok()?.flatten();
        Some(files.filter_map(|file| file.metadata().ok()).map(|meta| meta.len()).sum())
    }
}

fn this_program() -> Result<Command, String> {
    std::env::current_exe().map(Command::new).map_err(|error| error.to_string())
}

/// Reads lines until one says where the process listens; the rest is read and dropped, so that the pipe never fills.
async fn ready<R>(output: R, address: impl Fn(&str) -> Option<String>) -> Result<String, String>
where
    R: tokio::io::AsyncRead + Unpin + Send + 'static,
{
    let mut lines = BufReader::new(output).lines();
    let found = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(found) = address(&line) {
                return Ok(found);
            }
        }
        Err("the process ended before it was ready".to_owned())
    };
    let address = tokio::time::timeout(PATIENCE, found)
        .await
        .map_err(|_| "the process is not ready after a minute")??;
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(address)
}

fn of_process(id: u32) -> Usage {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let kib = |name: &str| {
        let found = status.lines().find_map(|line| line.strip_prefix(name));
        found.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    };
    Usage { cpu_us: cpu_us(&stat), memory_kib: kib("RssAnon:"), resident_kib: kib("VmRSS:") }
}

/// utime and stime: the 14th and 15th member, counted behind the name in brackets.
fn cpu_us(stat: &str) -> u64 {
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 =
        behind_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    ticks * TICK_US
}

fn postgres_cpu_us() -> u64 {
    let Ok(processes) = std::fs::read_dir("/proc") else { return 0 };
    let stats =
        processes.flatten().filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter(|stat| stat.contains("(postgres)")).map(|stat| cpu_us(&stat)).sum()
}
