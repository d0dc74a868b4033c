//! Development tasks of imagine-sdk: `cargo xtask help` lists them.

mod api;
mod artifact;
mod cli;
mod codegen;
mod compare;
mod delta;
mod diagnostic;
mod diff;
mod document;
mod drift;
mod emit;
mod error;
mod lint;
mod lock;
mod lowering;
mod model;
mod normalize;
mod openapi;
mod outcome;
mod pipeline;
mod public_api;
#[cfg(test)]
mod spec_evolution;
#[cfg(test)]
mod testing;
mod write;
mod yaml;

use std::io::{self, Write};
use std::process::ExitCode;

use cli::{Command, SpecCommand};
use error::Error;
use outcome::Outcome;

fn main() -> ExitCode {
    if let Some(status) = public_api::rustdoc::stand_in() {
        return status;
    }
    match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => run(command),
        Err(error) => {
            report_error(format_args!("{error}\n\n{}", cli::HELP));
            Outcome::Misused.exit_code()
        }
    }
}

fn run(command: Command) -> ExitCode {
    match execute(command, &mut io::stdout()) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            report_error(format_args!("{error}"));
            error.outcome().exit_code()
        }
    }
}

fn execute(command: Command, out: &mut impl Write) -> Result<Outcome, Error> {
    match command {
        Command::Codegen { mode, root } => codegen::run(&root, mode, out),
        Command::Api { mode } => public_api::run(&cli::workspace(), mode, out),
        Command::Spec(SpecCommand::Lint { root, files }) => lint::run(&root, &files, out),
        Command::Spec(SpecCommand::Diff(options)) => diff::run(&options, out),
        Command::Spec(SpecCommand::Compare(options)) => compare::run(&options, out),
        Command::ReleaseNote { root, revision } => diff::note(&root, &revision, out),
        Command::Help => {
            outcome::print_line(out, format_args!("{}", cli::HELP.trim_end()));
            Ok(Outcome::Good)
        }
    }
}

// Stderr is the last resort; a failure to write there cannot be reported.
fn report_error(message: std::fmt::Arguments<'_>) {
    let _: io::Result<()> = writeln!(io::stderr(), "xtask: {message}");
}
