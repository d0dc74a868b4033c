//! Development tasks of imagine-sdk: `cargo xtask help` lists them.

mod api;
mod artifact;
mod cli;
mod codegen;
mod drift;
mod error;
mod expectations;
mod model;
mod normalise;
mod ops;
mod plan;
mod post;
mod raw;
mod schema_json;
mod spec;
mod sync;
#[cfg(test)]
mod testing;

use std::io::{self, Write};
use std::process::ExitCode;

use cli::Command;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => run(command),
        Err(error) => {
            complain(format_args!("{error}\n\n{}", cli::HELP));
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> ExitCode {
    let mut out = io::stdout();
    let result = match command {
        Command::Codegen { mode, root } => codegen::run(&root, mode, &mut out),
        Command::Help => {
            let _: io::Result<()> = write!(out, "{}", cli::HELP);
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

// Nobody is left to tell that the complaint cannot be written.
fn complain(message: std::fmt::Arguments<'_>) {
    let _: io::Result<()> = writeln!(io::stderr(), "xtask: {message}");
}
