//! `cargo xtask spec compare`: compares the document that a service publishes with our specification.
//!
//! The published document is lowered to OpenAPI 3.0, its paths are rebased, and the two are compared like versions of
//! one document. Nothing is fetched.

mod accepted;
mod comparison;
mod differences;
mod fastapi;
mod headline;
mod paths;
mod propose;
mod report;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;

use crate::apis::Api;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::outcome::{Outcome, print_line};
pub(crate) use differences::{FILE, list};

/// Runs codegen on a document and returns its error. Codegen is above this module.
pub(crate) type Codegen = fn(&Value, &Api) -> Option<Diagnostic>;

/// The documents to compare, and the target of a proposal.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) root: PathBuf,
    /// The published document.
    pub(crate) upstream: PathBuf,
    /// The API of the document. Default: the API that shares the most operations with it.
    pub(crate) api: Option<String>,
    /// The target of a proposal: standard output, instead of the report, or a file.
    pub(crate) write: Option<Option<PathBuf>>,
    /// The check of a proposal.
    pub(crate) codegen: Codegen,
}

/// Compares two documents and prints the report or a proposal.
pub(crate) fn run(options: &Options, out: &mut impl Write) -> Result<Outcome, Error> {
    let upstream = comparison::read(&options.upstream)?;
    let comparison = comparison::compare(&options.root, options.api.as_deref(), upstream)?;
    match &options.write {
        None => report::print(&comparison, out),
        Some(None) => print_line(
            out,
            format_args!("{}", propose::with_notes(&comparison, options.codegen)?),
        ),
        Some(Some(path)) => {
            let proposal = propose::propose(&comparison, options.codegen)?;
            fs::write(path, &proposal.text).map_err(Error::file("write", path))?;
            report::print(&comparison, out);
            report::decisions(&proposal.notes, out);
        }
    }
    Ok(if comparison.is_settled() {
        Outcome::Good
    } else {
        Outcome::Bad
    })
}
