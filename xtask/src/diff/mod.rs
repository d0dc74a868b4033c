//! `cargo xtask spec diff`: reports the changes between two versions of the specifications, and the users they
//! affect.
//! `cargo xtask release-note`: drafts a changelog section from them.

#[cfg(test)]
mod agreement;
mod change;
mod class;
pub(crate) mod delta;
mod explain;
mod overrides;
mod report;
mod rules;
mod source;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diagnostic;
use crate::error::Error;
use crate::outcome::{Outcome, print_line};

use change::Change;
pub(crate) use change::describe;
pub(crate) use class::Severity;
pub(crate) use explain::explain;
use overrides::Overrides;
pub(crate) use report::Format;
use source::Pair;

/// The versions to compare, and the format of the report.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) root: PathBuf,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) format: Format,
    /// The severity at which the command fails.
    pub(crate) fail_on: Option<Severity>,
}

/// The changes between two versions.
struct Report {
    changes: Vec<Change>,
    /// The number of changes that overrides hide.
    ignored: usize,
    /// The overrides that no change matches.
    unused: Vec<diagnostic::Report>,
}

impl Report {
    fn worst(&self) -> Option<Severity> {
        self.changes.iter().map(|change| change.severity).max()
    }
}

/// Prints the report of the changes.
pub(crate) fn run(options: &Options, out: &mut impl Write) -> Result<Outcome, Error> {
    let report = report(&options.root, &options.old, &options.new)?;
    print_line(out, format_args!("{}", options.format.report(&report)));
    if options.format != Format::Json {
        warn(&report);
    }
    let failed = options
        .fail_on
        .is_some_and(|limit| report.worst() >= Some(limit));
    Ok(if failed { Outcome::Bad } else { Outcome::Good })
}

/// Drafts the changelog section of the changes since a revision.
pub(crate) fn note(root: &Path, revision: &str, out: &mut impl Write) -> Result<Outcome, Error> {
    let report = report(root, revision, &root.to_string_lossy())?;
    let sections = Format::Markdown.report(&report);
    print_line(out, format_args!("## Unreleased\n\n{sections}"));
    warn(&report);
    Ok(Outcome::Good)
}

/// Warns of unused overrides.
fn warn(report: &Report) {
    for warning in &report.unused {
        // A failure to write there cannot be reported.
        let _: io::Result<()> = writeln!(io::stderr(), "{warning}");
    }
}

fn report(root: &Path, old: &str, new: &str) -> Result<Report, Error> {
    let mut overrides = Overrides::load(root)?;
    let pairs = source::pairs(root, old, new)?;
    Ok(of_pairs(&pairs, &mut overrides))
}

fn of_pairs(pairs: &[Pair], overrides: &mut Overrides) -> Report {
    let differences = pairs.iter().flat_map(|pair| {
        let differences = delta::between(&pair.old, &pair.new).into_iter();
        differences.map(|difference| (&pair.name, difference))
    });
    let changes =
        differences.filter_map(|(api, difference)| Change::of(api, difference, overrides));
    let (ignored, changes): (Vec<_>, Vec<_>) =
        changes.partition(|change| change.severity == Severity::Ignore);
    Report {
        changes,
        ignored: ignored.len(),
        unused: overrides.unused(),
    }
}
