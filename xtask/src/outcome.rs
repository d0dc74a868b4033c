//! How a task ended, and what it says on the way.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// All is well.
    Good,
    /// What was looked at has something wrong.
    Bad,
    /// Nothing could be looked at.
    Misused,
}

impl Outcome {
    /// The code that the program ends with.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Good => ExitCode::SUCCESS,
            Self::Bad => ExitCode::from(1),
            Self::Misused => ExitCode::from(2),
        }
    }
}

/// Writes a line of output.
pub(crate) fn say(out: &mut impl Write, line: fmt::Arguments<'_>) {
    // Nobody is left to tell that the output cannot be written.
    let _: io::Result<()> = writeln!(out, "{line}");
}
