//! `cargo xtask spec diff`: what changed between two versions of the specifications, and for whom.
//! `cargo xtask release-note`: the same as a draft for the changelog.

mod change;
mod class;
mod report;
mod rules;
mod source;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::delta;
use crate::error::Error;
use crate::outcome::{Outcome, say};

pub(crate) use change::{Change, what};
pub(crate) use class::Class;
pub(crate) use report::Format;
use source::Pair;

/// What to compare, and how to tell.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) root: PathBuf,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) format: Format,
    /// The class from which on a change is a failure.
    pub(crate) fail_on: Option<Class>,
}

/// Tells what changed.
pub(crate) fn run(options: &Options, out: &mut impl Write) -> Result<Outcome, Error> {
    let changes = changes(&options.root, &options.old, &options.new)?;
    say(out, format_args!("{}", options.format.report(&changes)));
    let worst = changes.iter().map(Change::worst).max();
    let failed = options.fail_on.is_some_and(|limit| worst >= Some(limit));
    Ok(if failed { Outcome::Bad } else { Outcome::Good })
}

/// Drafts the section of the changelog for what changed since a revision.
pub(crate) fn note(root: &Path, revision: &str, out: &mut impl Write) -> Result<Outcome, Error> {
    let changes = changes(root, revision, &root.to_string_lossy())?;
    let sections = Format::Markdown.report(&changes);
    say(out, format_args!("## Unreleased\n\n{sections}"));
    Ok(Outcome::Good)
}

fn changes(root: &Path, old: &str, new: &str) -> Result<Vec<Change>, Error> {
    let pairs = source::pairs(root, old, new)?;
    Ok(pairs.iter().flat_map(of_pair).collect())
}

fn of_pair(pair: &Pair) -> Vec<Change> {
    let differences = delta::between(&pair.old, &pair.new).into_iter();
    let changes = differences.filter_map(|difference| Change::of(&pair.name, difference));
    // A change that neither side sees is none, such as a type of another name for what has no type.
    changes
        .filter(|change| change.worst() > Class::Unseen)
        .collect()
}
