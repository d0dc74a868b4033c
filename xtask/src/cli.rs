//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::diff::{Format, Severity};
use crate::lint;
use crate::outcome::Mode;
use crate::workspace;

/// Development tasks of imagine-sdk.
///
/// Exit codes: 0 success, 1 errors or differences found, 2 invalid usage or unreadable input.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_version_flag = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Generates code from the specifications.
    Codegen {
        #[command(flatten)]
        check: Check,
        #[command(flatten)]
        root: Root,
    },
    /// Writes the public API of the published crates to api/*.txt.
    Api {
        #[command(flatten)]
        check: Check,
    },
    /// Compares the cost of building a program on the SDK with that on other crates. Needs Linux.
    Budget,
    /// Works on specifications.
    #[command(subcommand)]
    Spec(SpecCommand),
    /// Drafts the changelog section of the changes since a revision.
    ReleaseNote {
        revision: String,
        #[command(flatten)]
        root: Root,
    },
}

/// A command on specifications.
#[derive(Debug, Subcommand)]
pub(crate) enum SpecCommand {
    /// Lints specifications.
    Lint {
        /// The files. Default: every specification below the root.
        files: Vec<PathBuf>,
        /// Explains the rule with this code instead.
        #[arg(long, value_name = "CODE", exclusive = true)]
        explain: Option<String>,
        /// The format of the diagnostics.
        #[arg(long, value_enum, default_value = "text")]
        format: lint::Format,
        #[command(flatten)]
        root: Root,
    },
    /// Reports the changes between two versions, and the users they affect.
    ///
    /// A version is a file, a directory, REVISION:FILE of git, or a revision, which stands for all specifications.
    /// openapi/diff.toml overrides the severity of changes.
    Diff {
        #[arg(required = true)]
        old: Option<String>,
        #[arg(required = true)]
        new: Option<String>,
        /// Explains the changes with this id instead.
        #[arg(long, value_name = "ID", exclusive = true)]
        explain: Option<String>,
        /// The format of the report.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
        /// Exits with 1 if a change is of this severity or a worse one.
        #[arg(long, value_enum, value_name = "SEVERITY")]
        fail_on: Option<Severity>,
        #[command(flatten)]
        root: Root,
    },
    /// Reports how a published document, OpenAPI 3.0 or 3.1, differs from the local specification.
    Compare {
        upstream: PathBuf,
        /// The API of the document. Default: the API that shares the most operations with it.
        #[arg(long)]
        api: Option<String>,
        /// Prints the local specification with the missing parts added, or writes it to FILE.
        #[arg(long, value_name = "FILE", require_equals = true, num_args = 0..=1)]
        write: Option<Option<PathBuf>>,
        #[command(flatten)]
        root: Root,
    },
}

/// The flag of commands that write files.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Only reports stale files, and exits with 1 if there are any.
    #[arg(long)]
    check: bool,
}

impl Check {
    pub(crate) fn mode(&self) -> Mode {
        if self.check { Mode::Check } else { Mode::Write }
    }
}

/// The flag of commands that read the workspace.
#[derive(Args, Debug)]
pub(crate) struct Root {
    /// The directory of the workspace.
    #[arg(long = "root", value_name = "DIR", default_value_os_t = workspace::root(), hide_default_value = true)]
    pub(crate) path: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_declaration_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn write_takes_a_file_only_after_an_equals_sign() {
        let write = |arguments: &[&str]| {
            let arguments = ["xtask", "spec", "compare"].iter().chain(arguments);
            match Cli::try_parse_from(arguments).map(|cli| cli.command) {
                Ok(Command::Spec(SpecCommand::Compare { write, .. })) => write,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(write(&["a.json"]), None);
        assert_eq!(write(&["--write", "a.json"]), Some(None));
        assert_eq!(
            write(&["a.json", "--write=b.yaml"]),
            Some(Some("b.yaml".into()))
        );
    }

    #[test]
    fn unknown_arguments_are_errors() {
        for arguments in [
            &["codegen", "--chek"][..],
            &["spec", "diff", "one"],
            &["spec", "lint", "--explain", "reference", "a.yaml"],
        ] {
            let arguments = ["xtask"].iter().chain(arguments);
            assert!(
                Cli::try_parse_from(arguments.clone()).is_err(),
                "{arguments:?}"
            );
        }
    }
}
