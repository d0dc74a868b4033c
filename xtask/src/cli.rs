//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use thiserror::Error;

use crate::api::{APIS, Api};
use crate::compare::{self, Target};
use crate::diff::{self, Class, Format};
use crate::write::Mode;

/// The usage message.
pub(crate) const HELP: &str = "\
Development tasks of imagine-sdk.

Usage: cargo xtask <COMMAND>

Commands:
  codegen [--check] [--root DIR]  Generate code from openapi/*.yaml;
                                  with --check, only report stale files, and exit with 1
  api [--check]                   Write the public API of the published crates to api/*.txt;
                                  with --check, only report changes, and exit with 1
  spec lint [--root DIR] [FILES]  Lint specifications. Default: openapi/*.yaml
  spec diff OLD NEW [--format table|markdown|json] [--fail-on breaking|compatible|documentation]
            [--root DIR]          Report changes and the users they affect; with --fail-on, exit with 1 if
                                  a change is of that class or a worse one. OLD and NEW are files, directories,
                                  REVISION:FILE of git, or revisions, which stand for openapi/*.yaml
  spec compare UPSTREAM [--api inference|media] [--write[=FILE]] [--root DIR]
                                  Report how a published OpenAPI document, 3.0 or 3.1, differs from the
                                  local specification, and exit with 1 if it does; with --write, print the
                                  local specification with the missing parts added, or write it to FILE
  release-note REVISION [--root DIR]
                                  Draft the changelog section of the changes since a revision
  help                            Print this message

Exit codes: 0 success, 1 errors or differences found, 2 invalid usage or unreadable input.
";

/// A command.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Codegen {
        mode: Mode,
        root: PathBuf,
    },
    /// Lists the public API of the published crates.
    Api {
        mode: Mode,
    },
    Spec(SpecCommand),
    /// Drafts a changelog section of the changes since a revision.
    ReleaseNote {
        root: PathBuf,
        revision: String,
    },
    Help,
}

/// A command on specifications.
#[derive(Debug, PartialEq)]
pub(crate) enum SpecCommand {
    /// Lints the files, or every specification below the root.
    Lint {
        root: PathBuf,
        files: Vec<PathBuf>,
    },
    Diff(diff::Options),
    Compare(compare::Options),
}

/// An error in the command line.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum UsageError {
    #[error("missing command")]
    NoCommand,
    #[error("unknown command `{0}`")]
    UnknownCommand(String),
    #[error("unexpected argument `{0}`")]
    UnknownArgument(String),
    #[error("`--root` needs a directory")]
    NoRoot,
    #[error("missing argument {0}")]
    Missing(&'static str),
    #[error("`{flag}` must be {expected}")]
    BadFlag {
        flag: &'static str,
        expected: &'static str,
    },
}

/// Parses the arguments that follow the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut arguments = arguments.into_iter();
    let command = arguments.next().ok_or(UsageError::NoCommand)?;
    match command.to_string_lossy().as_ref() {
        "codegen" => parse_codegen(arguments),
        "api" => parse_api(arguments),
        "spec" => parse_spec(arguments),
        "release-note" => parse_release_note(arguments),
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

fn parse_api(arguments: impl Iterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut mode = Mode::Write;
    for argument in arguments {
        match argument.to_string_lossy().as_ref() {
            "--check" => mode = Mode::Check,
            "--help" | "-h" => return Ok(Command::Help),
            other => return Err(UsageError::UnknownArgument(other.to_owned())),
        }
    }
    Ok(Command::Api { mode })
}

fn parse_spec(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, UsageError> {
    let command = arguments.next().ok_or(UsageError::NoCommand)?;
    match command.to_string_lossy().as_ref() {
        "lint" => parse_lint(arguments),
        "diff" => parse_diff(arguments),
        "compare" => parse_compare(arguments),
        "help" | "--help" | "-h" => Ok(Command::Help),
        other => Err(UsageError::UnknownCommand(format!("spec {other}"))),
    }
}

fn parse_lint(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut root = workspace();
    let mut files = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--root" => root = arguments.next().ok_or(UsageError::NoRoot)?.into(),
            "--help" | "-h" => return Ok(Command::Help),
            flag if flag.starts_with('-') => {
                return Err(UsageError::UnknownArgument(flag.to_owned()));
            }
            _ => files.push(argument.into()),
        }
    }
    Ok(Command::Spec(SpecCommand::Lint { root, files }))
}

fn parse_diff(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut root = workspace();
    let mut format = Format::Table;
    let mut fail_on = None;
    let mut versions = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--root" => root = arguments.next().ok_or(UsageError::NoRoot)?.into(),
            "--format" => format = choice(&mut arguments, Format::named, "--format", FORMATS)?,
            "--fail-on" => {
                fail_on = Some(choice(&mut arguments, Class::named, "--fail-on", CLASSES)?);
            }
            "--help" | "-h" => return Ok(Command::Help),
            flag if flag.starts_with('-') => {
                return Err(UsageError::UnknownArgument(flag.to_owned()));
            }
            version => versions.push(version.to_owned()),
        }
    }
    let [old, new] = exactly(versions, ["OLD", "NEW"])?;
    Ok(Command::Spec(SpecCommand::Diff(diff::Options {
        root,
        old,
        new,
        format,
        fail_on,
    })))
}

fn parse_compare(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut root = workspace();
    let mut api = None;
    let mut write = None;
    let mut given = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--root" => root = arguments.next().ok_or(UsageError::NoRoot)?.into(),
            "--api" => api = Some(choice(&mut arguments, api_named, "--api", NAMES)?),
            "--write" => write = Some(Target::Out),
            "--help" | "-h" => return Ok(Command::Help),
            flag if flag.starts_with('-') => {
                let file = flag
                    .strip_prefix("--write=")
                    .filter(|file| !file.is_empty());
                let file = file.ok_or_else(|| UsageError::UnknownArgument(flag.to_owned()))?;
                write = Some(Target::File(file.into()));
            }
            upstream => given.push(upstream.to_owned()),
        }
    }
    let [upstream] = exactly(given, ["UPSTREAM"])?;
    Ok(Command::Spec(SpecCommand::Compare(compare::Options {
        root,
        upstream: upstream.into(),
        api,
        write,
    })))
}

fn api_named(name: &str) -> Option<&'static Api> {
    APIS.iter().find(|api| api.name == name)
}

fn parse_release_note(
    mut arguments: impl Iterator<Item = OsString>,
) -> Result<Command, UsageError> {
    let mut root = workspace();
    let mut given = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--root" => root = arguments.next().ok_or(UsageError::NoRoot)?.into(),
            "--help" | "-h" => return Ok(Command::Help),
            flag if flag.starts_with('-') => {
                return Err(UsageError::UnknownArgument(flag.to_owned()));
            }
            revision => given.push(revision.to_owned()),
        }
    }
    let [revision] = exactly(given, ["REVISION"])?;
    Ok(Command::ReleaseNote { root, revision })
}

const NAMES: &str = "`inference` or `media`";
const FORMATS: &str = "`table`, `markdown` or `json`";
const CLASSES: &str = "`breaking`, `compatible` or `documentation`";

/// Parses the value of a flag that takes one of several names.
fn choice<T>(
    arguments: &mut impl Iterator<Item = OsString>,
    named: impl Fn(&str) -> Option<T>,
    flag: &'static str,
    expected: &'static str,
) -> Result<T, UsageError> {
    let name = arguments.next().unwrap_or_default();
    named(&name.to_string_lossy()).ok_or(UsageError::BadFlag { flag, expected })
}

/// Returns the arguments if their number equals the number of names.
fn exactly<const N: usize>(
    given: Vec<String>,
    names: [&'static str; N],
) -> Result<[String; N], UsageError> {
    if let Some(name) = names.get(given.len()) {
        return Err(UsageError::Missing(name));
    }
    given.try_into().map_err(|given: Vec<String>| {
        UsageError::UnknownArgument(given.get(N).cloned().unwrap_or_default())
    })
}

/// Returns the directory of the workspace that this program was built in.
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
    fn codegen_accepts_its_flags_in_any_order() {
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
    fn api_accepts_check() {
        let api = |mode| Ok(Command::Api { mode });
        assert_eq!(parsed(&["api"]), api(Mode::Write));
        assert_eq!(parsed(&["api", "--check"]), api(Mode::Check));
        let unknown = Err(UsageError::UnknownArgument("--root".to_owned()));
        assert_eq!(parsed(&["api", "--root"]), unknown);
    }

    #[test]
    fn rejects_unknown_arguments() {
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
        assert_eq!(
            parsed(&["spec", "lnit"]),
            Err(UsageError::UnknownCommand("spec lnit".to_owned()))
        );
        assert_eq!(
            parsed(&["spec", "lint", "--fix"]),
            Err(UsageError::UnknownArgument("--fix".to_owned()))
        );
    }

    #[test]
    fn lint_accepts_files_or_none() {
        let lint = |root: PathBuf, files: &[&str]| {
            let files = files.iter().map(PathBuf::from).collect();
            Ok(Command::Spec(SpecCommand::Lint { root, files }))
        };
        assert_eq!(parsed(&["spec", "lint"]), lint(workspace(), &[]));
        assert_eq!(
            parsed(&["spec", "lint", "a.yaml", "--root", "there", "b.yaml"]),
            lint("there".into(), &["a.yaml", "b.yaml"])
        );
    }

    #[test]
    fn diff_accepts_two_versions_and_its_flags_in_any_order() {
        let diff = |format, fail_on| {
            Ok(Command::Spec(SpecCommand::Diff(diff::Options {
                root: workspace(),
                old: "a".to_owned(),
                new: "b".to_owned(),
                format,
                fail_on,
            })))
        };
        assert_eq!(
            parsed(&["spec", "diff", "a", "b"]),
            diff(Format::Table, None)
        );
        assert_eq!(
            parsed(&[
                "spec",
                "diff",
                "--fail-on",
                "breaking",
                "a",
                "--format",
                "json",
                "b"
            ]),
            diff(Format::Json, Some(Class::Breaking))
        );
        assert_eq!(
            parsed(&["spec", "diff", "a"]),
            Err(UsageError::Missing("NEW"))
        );
        assert_eq!(
            parsed(&["spec", "diff", "a", "b", "c"]),
            Err(UsageError::UnknownArgument("c".to_owned()))
        );
        let message = parsed(&["spec", "diff", "--format"])
            .unwrap_err()
            .to_string();
        assert_eq!(message, "`--format` must be `table`, `markdown` or `json`");
    }

    #[test]
    fn compare_accepts_one_document_and_a_target() {
        let compare = |api, write| {
            Ok(Command::Spec(SpecCommand::Compare(compare::Options {
                root: workspace(),
                upstream: "a.json".into(),
                api,
                write,
            })))
        };
        let media = APIS.iter().find(|api| api.name == "media");
        assert_eq!(parsed(&["spec", "compare", "a.json"]), compare(None, None));
        assert_eq!(
            parsed(&["spec", "compare", "--api", "media", "a.json", "--write"]),
            compare(media, Some(Target::Out))
        );
        assert_eq!(
            parsed(&["spec", "compare", "a.json", "--write=b.yaml"]),
            compare(None, Some(Target::File("b.yaml".into())))
        );
        assert_eq!(
            parsed(&["release-note"]),
            Err(UsageError::Missing("REVISION"))
        );
    }
}
