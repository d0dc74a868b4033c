//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use thiserror::Error;

use crate::sync::Mode;

/// How to call this program.
pub(crate) const HELP: &str = "\
Development tasks of imagine-sdk.

Usage: cargo xtask <COMMAND>

Commands:
  codegen [--check] [--root DIR]  Write the code that is generated from openapi/*.yaml;
                                  with --check, only say what is not up to date, and end with 1
  help                            Print this
";

/// What was asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Codegen { mode: Mode, root: PathBuf },
    Help,
}

/// A command line that cannot be understood.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum UsageError {
    #[error("no command is given")]
    NoCommand,
    #[error("no command is called `{0}`")]
    UnknownCommand(String),
    #[error("`{0}` is not understood here")]
    UnknownArgument(String),
    #[error("`--root` needs a folder")]
    NoRoot,
}

/// Reads the arguments that follow the name of the program.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut arguments = arguments.into_iter();
    let command = arguments.next().ok_or(UsageError::NoCommand)?;
    match command.to_string_lossy().as_ref() {
        "codegen" => parse_codegen(arguments),
        "help" | "--help" | "-h" => Ok(Command::Help),
        other => Err(UsageError::UnknownCommand(other.to_owned())),
    }
}

fn parse_codegen(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut mode = Mode::Write;
    let mut root = workspace();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--check" => mode = Mode::Check,
            "--root" => root = arguments.next().ok_or(UsageError::NoRoot)?.into(),
            "--help" | "-h" => return Ok(Command::Help),
            other => return Err(UsageError::UnknownArgument(other.to_owned())),
        }
    }
    Ok(Command::Codegen { mode, root })
}

/// The folder of the workspace that this program was built in.
pub(crate) fn workspace() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, UsageError> {
        parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn codegen_takes_its_flags_in_any_order() {
        let root = PathBuf::from("elsewhere");
        let expected = Ok(Command::Codegen {
            mode: Mode::Check,
            root,
        });
        assert_eq!(
            parsed(&["codegen", "--root", "elsewhere", "--check"]),
            expected
        );
        assert_eq!(
            parsed(&["codegen", "--check", "--root", "elsewhere"]),
            expected
        );
        assert_eq!(
            parsed(&["codegen"]),
            Ok(Command::Codegen {
                mode: Mode::Write,
                root: workspace()
            })
        );
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        assert_eq!(parsed(&[]), Err(UsageError::NoCommand));
        assert_eq!(
            parsed(&["generate"]),
            Err(UsageError::UnknownCommand("generate".to_owned()))
        );
        assert_eq!(
            parsed(&["codegen", "--chek"]),
            Err(UsageError::UnknownArgument("--chek".to_owned()))
        );
        assert_eq!(parsed(&["codegen", "--root"]), Err(UsageError::NoRoot));
    }
}
