//! The command line.

mod bench;
mod database;
mod people;
mod simulate;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Place, Server};
use crate::{doctor, http, serve};

/// An open charging station management system in one binary.
#[derive(Debug, Parser)]
#[command(name = "forecourt", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve chargers, the web page and the API
    Serve {
        #[command(flatten)]
        server: Server,
        /// Add a network of simulated chargers; only on an empty folder or one that holds the demonstration
        #[arg(long)]
        demo: bool,
        /// Print the effective configuration and stop
        #[arg(long)]
        print_config: bool,
    },
    /// Run simulated chargers against any CSMS
    Simulate(simulate::Options),
    /// Measure this build on this machine
    Bench(bench::Options),
    /// Bring the database up to date and say what was done
    Migrate,
    /// Operators of the back office
    #[command(subcommand)]
    User(people::User),
    /// Keys for other programs
    #[command(subcommand)]
    ApiKey(people::ApiKey),
    /// Copy the database to a file while the server runs (SQLite; use pg_dump for PostgreSQL)
    Backup {
        /// File to write; must not exist
        file: PathBuf,
    },
    /// Put a copy made by `backup` in place; the server must not run
    Restore {
        file: PathBuf,
        /// Replace the database that is there (it is kept beside, renamed)
        #[arg(long)]
        replace: bool,
    },
    /// Check configuration, database, ports, clock and TLS, and say in words what is wrong
    Doctor {
        #[command(flatten)]
        server: Server,
    },
    /// Print the OpenAPI document
    Openapi,
}

/// Runs one command; the error is a sentence for the person at the terminal.
pub async fn run(cli: Cli) -> Result<ExitCode, String> {
    let place = cli.place;
    let decide = |server| Config::decide(place.clone(), server);
    match cli.command {
        Command::Serve { server, demo, print_config } => {
            let config = decide(server)?;
            if print_config {
                config.lines().iter().for_each(|line| say(line));
                return Ok(ExitCode::SUCCESS);
            }
            serve::run(config, demo).await?;
        }
        Command::Simulate(options) => simulate::run(options).await?,
        Command::Bench(options) => bench::run(options, place.database.clone()).await?,
        Command::Migrate => database::migrate(&decide(Server::default())?).await?,
        Command::User(user) => people::user(&decide(Server::default())?, user).await?,
        Command::ApiKey(key) => people::api_key(&decide(Server::default())?, key).await?,
        Command::Backup { file } => database::backup(&decide(Server::default())?, &file).await?,
        Command::Restore { file, replace } => {
            database::restore(&decide(Server::default())?, &file, replace).await?
        }
        Command::Doctor { server } => return Ok(doctor::run(&decide(server)?).await),
        Command::Openapi => say(&http::document().to_pretty_json().map_err(|error| error.to_string())?),
    }
    Ok(ExitCode::SUCCESS)
}

/// A line on standard output. A reader that has gone away is no error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line on standard error, and the exit code that goes with it.
pub fn fail(line: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "forecourt: {line}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
