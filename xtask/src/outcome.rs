//! The modes and outcomes of tasks, and their output.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

/// The handling of stale files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// The outcome of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// Success.
    Good,
    /// Errors or differences were found.
    Bad,
    /// Invalid usage or unreadable input.
    Misused,
}

impl Outcome {
    /// Returns the exit code.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Good => ExitCode::SUCCESS,
            Self::Bad => ExitCode::from(1),
            Self::Misused => ExitCode::from(2),
        }
    }
}

/// Writes a line of output.
pub(crate) fn print_line(out: &mut impl Write, line: fmt::Arguments<'_>) {
    // A failure to write the output cannot be reported.
    let _: io::Result<()> = writeln!(out, "{line}");
}
