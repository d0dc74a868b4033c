//! Development tasks of imagine-sdk: `cargo xtask help` lists them.

mod apis;
mod artifact;
mod budget;
mod cli;
mod codegen;
mod compare;
mod diagnostic;
mod diff;
mod emit;
mod error;
mod lint;
mod model;
mod normalize;
mod openapi;
mod outcome;
mod pattern;
mod public_api;
#[cfg(test)]
mod spec_evolution;
#[cfg(test)]
mod testing;
mod validate;
mod workspace;
mod yaml;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command, SpecCommand};
use error::Error;
use outcome::Outcome;

fn main() -> ExitCode {
    if let Some(status) = public_api::rustdoc::stand_in() {
        return status;
    }
    match execute(Cli::parse().command, &mut io::stdout()) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            // Stderr is the last resort; a failure to write there cannot be reported.
            let _: io::Result<()> = match &error {
                Error::Spec(report) => writeln!(io::stderr(), "{report}"),
                _ => writeln!(io::stderr(), "xtask: {error}"),
            };
            error.outcome().exit_code()
        }
    }
}

fn execute(command: Command, out: &mut impl Write) -> Result<Outcome, Error> {
    match command {
        Command::Codegen { check, root } => codegen::run(&root.path, check.mode(), out),
        Command::Api { check } => public_api::run(&workspace::root(), check.mode(), out),
        Command::Budget => budget::run(&workspace::root(), out),
        Command::ReleaseNote { revision, root } => diff::note(&root.path, &revision, out),
        Command::Spec(command) => execute_spec(command, out),
    }
}

fn execute_spec(command: SpecCommand, out: &mut impl Write) -> Result<Outcome, Error> {
    match command {
        SpecCommand::Lint {
            explain: Some(code),
            ..
        } => Ok(lint::explain(&code, out)),
        SpecCommand::Lint {
            files,
            format,
            root,
            ..
        } => lint::run(&root.path, &files, format, out),
        SpecCommand::Diff {
            explain: Some(id), ..
        } => Ok(diff::explain(&id, out)),
        SpecCommand::Diff {
            old,
            new,
            format,
            fail_on,
            root,
            ..
        } => {
            let options = diff::Options {
                root: root.path,
                old: old.unwrap_or_default(),
                new: new.unwrap_or_default(),
                format,
                fail_on,
            };
            diff::run(&options, out)
        }
        SpecCommand::Compare {
            upstream,
            api,
            write,
            root,
        } => {
            let options = compare::Options {
                root: root.path,
                upstream,
                api,
                write,
                codegen: |doc, api| codegen::pipeline::generate(doc, api).err(),
            };
            compare::run(&options, out)
        }
    }
}
