//! The binary `forecourt`. Everything is in the library beside it.

use std::process::ExitCode;

use clap::Parser as _;
use forecourt_server::cli;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return cli::fail(&format!("the runtime does not start: {error}")),
    };
    match runtime.block_on(cli::run(cli)) {
        Ok(code) => code,
        Err(error) => cli::fail(&error),
    }
}
