//! `imagine`, the command line of the Imagine inference and media APIs.
//!
//! ```sh
//! imagine --mock chat hi
//! imagine --mock image "a red fox" -o fox.png
//! ```
//!
//! `docs/cli.md` is its guide.

mod cli;
mod commands;
mod config;
mod environment;
mod failure;
mod generated;
mod globals;
mod journal;
mod markdown;
mod models;
mod operation;
mod output;
mod picture;
mod session;
mod state;
mod terminal;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::env::CompleteEnv;

use crate::cli::Cli;
use crate::commands::completions;
use crate::failure::Failure;

fn main() -> ExitCode {
    // Responds to a shell that completes a line, and ends the process then.
    CompleteEnv::with_factory(Cli::command)
        .var(completions::VARIABLE)
        .complete();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("cannot start a runtime: {error}")))?;
    let result = runtime.block_on(cli.run());
    // A blocked read of the terminal must not delay the end of the process.
    runtime.shutdown_background();
    result
}
