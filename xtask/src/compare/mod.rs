//! `cargo xtask spec compare`: compares the document that a service publishes with our specification.
//!
//! The published document is lowered to OpenAPI 3.0, its paths are rebased, and the two are compared like versions of
//! one document. Nothing is fetched.

mod accepted;
mod differences;
mod lower;
mod paths;
mod propose;
mod report;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::api::{APIS, Api};
use crate::delta::{self, ChangeKind, Difference, Subject};
use crate::diagnostic::Location;
use crate::document::json::string;
use crate::document::{Document, null};
use crate::error::Error;
use crate::normalize::Count;
use crate::openapi::Walk;
use crate::outcome::{Outcome, print_line};
use accepted::Accepted;
pub(crate) use differences::{FILE, list};
use paths::Base;

/// The documents to compare, and the target of a proposal.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) root: PathBuf,
    /// The published document.
    pub(crate) upstream: PathBuf,
    /// The API of the document. Default: the API that shares the most operations with it.
    pub(crate) api: Option<&'static Api>,
    pub(crate) write: Option<Target>,
}

/// The target of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// Standard output, instead of the report.
    Out,
    File(PathBuf),
}

/// Both documents and the results of the comparison.
struct Comparison {
    local: Document,
    /// The source of our document.
    text: String,
    upstream: Document,
    /// The lowered published document.
    lowered: Value,
    rules: Vec<Count>,
    base: Base,
    /// The parts that no rule lowers, by location in the lowered document.
    unlowered: Vec<(Location, String)>,
    differences: Vec<Difference>,
    accepted: Accepted,
}

impl Comparison {
    /// Returns the differences that are not accepted.
    fn open(&self) -> impl Iterator<Item = &Difference> {
        let differences = self.differences.iter();
        differences.filter(|difference| self.accepted.reason(difference).is_none())
    }

    /// Returns the differences that are accepted for a reason.
    fn accepted_for<'a>(&'a self, reason: &'a str) -> impl Iterator<Item = &'a Difference> {
        let differences = self.differences.iter();
        differences.filter(move |difference| self.accepted.reason(difference) == Some(reason))
    }

    /// Returns true if every difference is accepted and every pattern matches one.
    fn is_settled(&self) -> bool {
        self.open().next().is_none() && self.unlowered.is_empty() && self.unused().is_empty()
    }

    /// Returns the patterns that match no difference. The list describes the published documents of this repository;
    /// other documents may differ in other ways.
    fn unused(&self) -> Vec<&str> {
        if self.upstream.file.contains(differences::DIRECTORY) {
            self.accepted.unused(&self.differences)
        } else {
            Vec::new()
        }
    }
}

/// Compares two documents and prints the report or a proposal.
pub(crate) fn run(options: &Options, out: &mut impl Write) -> Result<Outcome, Error> {
    let upstream = read(&options.upstream)?;
    let comparison = compare(options, upstream)?;
    match &options.write {
        None => report::print(&comparison, out),
        Some(Target::Out) => print_line(out, format_args!("{}", propose::with_notes(&comparison)?)),
        Some(Target::File(path)) => {
            let proposal = propose::propose(&comparison)?;
            fs::write(path, proposal.text).map_err(Error::file("write", path))?;
            report::print(&comparison, out);
        }
    }
    Ok(if comparison.is_settled() {
        Outcome::Good
    } else {
        Outcome::Bad
    })
}

fn read(path: &Path) -> Result<Document, Error> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    Document::comparable(&name, &text)
}

fn compare(options: &Options, upstream: Document) -> Result<Comparison, Error> {
    let mut lowered = upstream.value.clone();
    let rules = lower::lower(&mut lowered);
    let (api, local) = local(options, &lowered)?;
    let path = options.root.join(api.spec);
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    let base = Base::between(&local.value, &lowered);
    if base.shared == 0 {
        return Err(Error::Unrelated(upstream.file, api.spec));
    }
    base.apply(&mut lowered);
    let unlowered = unlowered(&lowered);
    let mut comparable = local.value.clone();
    null::null_variants(&mut comparable);
    let differences = delta::between(&comparable, &lowered);
    let differences = differences.into_iter().filter(is_compared).collect();
    Ok(Comparison {
        local,
        text,
        upstream,
        lowered,
        rules,
        base,
        unlowered,
        differences,
        accepted: Accepted::load(&options.root, api.name)?,
    })
}

/// Returns the parts that OpenAPI 3.0 does not define.
fn unlowered(lowered: &Value) -> Vec<(Location, String)> {
    let version = string(lowered, "openapi").filter(|version| !version.starts_with("3.0."));
    let version = version.map(|version| {
        let location = Location::default().key("openapi");
        (location, format!("OpenAPI {version} is not supported"))
    });
    let diagnostics = Walk::over(lowered).diagnostics.into_iter();
    version
        .into_iter()
        .chain(diagnostics.map(|diagnostic| (*diagnostic.location, diagnostic.message)))
        .collect()
}

/// Returns our document of the named API, or of the API that shares the most operations.
fn local(options: &Options, lowered: &Value) -> Result<(&'static Api, Document), Error> {
    let named = |api: &&Api| options.api.is_none_or(|named| named == *api);
    let candidates = APIS.iter().filter(named).map(|api| {
        let doc = Document::load(&options.root.join(api.spec), api.spec)?;
        let shared = Base::between(&doc.value, lowered).shared;
        Ok((shared, api, doc))
    });
    let candidates: Vec<_> = candidates.collect::<Result<_, Error>>()?;
    let best = candidates.into_iter().max_by_key(|(shared, ..)| *shared);
    best.map(|(_, api, doc)| (api, doc)).ok_or(Error::NoApi)
}

/// The subjects that published documents omit or express differently: prose, Rust names, extensions, URLs and keys.
const NOT_COMPARED: &[Subject] = &[
    Subject::AlsoSets,
    Subject::ResponseOnly,
    Subject::Component,
    Subject::RequiredInResponses,
    Subject::Exclusive,
    Subject::FileFormats,
    Subject::Name,
    Subject::OperationId,
    Subject::ParameterName,
    Subject::Args,
    Subject::PythonNames,
    Subject::Replacement,
    Subject::Retry,
    Subject::RustType,
    Subject::Sampling,
    Subject::Security,
    Subject::SendDefault,
    Subject::Server,
    Subject::StreamFlag,
    Subject::Prose,
    Subject::Union,
    Subject::Validation,
    Subject::View,
    Subject::ByValue,
];

fn is_compared(difference: &Difference) -> bool {
    // Few services publish their error responses; our documents list them for every operation.
    let unpublished =
        (difference.subject, difference.kind) == (Subject::Failure, ChangeKind::Removed);
    !unpublished && !NOT_COMPARED.contains(&difference.subject)
}
