//! `cargo xtask spec diff`: reports the changes between two versions of the specifications, and the users they
//! affect.
//! `cargo xtask release-note`: drafts a changelog section from them.

mod change;
mod class;
pub(crate) mod delta;
mod report;
mod rules;
mod source;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::outcome::{Outcome, print_line};

pub(crate) use change::{Change, describe};
pub(crate) use class::Class;
pub(crate) use report::Format;
use source::Pair;

/// The versions to compare, and the format of the report.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) root: PathBuf,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) format: Format,
    /// The class at which the command fails.
    pub(crate) fail_on: Option<Class>,
}

/// Prints the report of the changes.
pub(crate) fn run(options: &Options, out: &mut impl Write) -> Result<Outcome, Error> {
    let changes = changes(&options.root, &options.old, &options.new)?;
    print_line(out, format_args!("{}", options.format.report(&changes)));
    let worst = changes.iter().map(Change::worst).max();
    let failed = options.fail_on.is_some_and(|limit| worst >= Some(limit));
    Ok(if failed { Outcome::Bad } else { Outcome::Good })
}

/// Drafts the changelog section of the changes since a revision.
pub(crate) fn note(root: &Path, revision: &str, out: &mut impl Write) -> Result<Outcome, Error> {
    let changes = changes(root, revision, &root.to_string_lossy())?;
    let sections = Format::Markdown.report(&changes);
    print_line(out, format_args!("## Unreleased\n\n{sections}"));
    Ok(Outcome::Good)
}

fn changes(root: &Path, old: &str, new: &str) -> Result<Vec<Change>, Error> {
    let pairs = source::pairs(root, old, new)?;
    Ok(pairs.iter().flat_map(of_pair).collect())
}

fn of_pair(pair: &Pair) -> Vec<Change> {
    let differences = delta::between(&pair.old, &pair.new).into_iter();
    let changes = differences.filter_map(|difference| Change::of(&pair.name, difference));
    // A change that is invisible on both sides is no change: for instance the name of a type that is not generated.
    changes
        .filter(|change| change.worst() > Class::Invisible)
        .collect()
}
