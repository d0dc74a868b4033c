//! Lint diagnostics.

use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::yaml::Mark;

/// A diagnostic with its rule and its position in the file.
#[derive(Debug, PartialEq)]
pub(super) struct LintDiagnostic {
    pub(super) file: String,
    pub(super) mark: Mark,
    pub(super) rule: &'static str,
    pub(super) diagnostic: Diagnostic,
}

impl fmt::Display for LintDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            mark,
            rule,
            diagnostic,
        } = self;
        let Diagnostic { message, help, .. } = diagnostic;
        write!(f, "{file}:{mark}: {rule}: {message}")?;
        help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}
