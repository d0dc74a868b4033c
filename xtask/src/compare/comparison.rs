//! The results of a comparison.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::accepted::Accepted;
use super::fastapi;
use super::paths::Base;
use crate::apis::{self, Api};
use crate::diagnostic::Location;
use crate::diff::delta::{self, ChangeKind, Difference, Subject};
use crate::error::Error;
use crate::openapi::json::string;
use crate::openapi::lower::{self, Count, null};
use crate::openapi::{Document, Walk};

/// The directory of the published documents of this repository.
pub(super) const DIRECTORY: &str = "openapi/published";

/// Both documents and the results of the comparison.
pub(super) struct Comparison {
    pub(super) api: Api,
    pub(super) local: Document,
    pub(super) upstream: Document,
    /// The lowered published document.
    pub(super) lowered: Value,
    pub(super) rules: Vec<Count>,
    pub(super) base: Base,
    /// The parts that no rule lowers, by location in the lowered document.
    pub(super) unlowered: Vec<(Location, String)>,
    pub(super) differences: Vec<Difference>,
    pub(super) accepted: Accepted,
}

impl Comparison {
    /// Returns the differences that are not accepted.
    pub(super) fn open(&self) -> impl Iterator<Item = &Difference> {
        let differences = self.differences.iter();
        differences.filter(|difference| self.accepted.reason(difference).is_none())
    }

    /// Returns the differences that are accepted for a reason.
    pub(super) fn accepted_for<'a>(
        &'a self,
        reason: &'a str,
    ) -> impl Iterator<Item = &'a Difference> {
        let differences = self.differences.iter();
        differences.filter(move |difference| self.accepted.reason(difference) == Some(reason))
    }

    /// Returns true if every difference is accepted and every pattern matches one.
    pub(super) fn is_settled(&self) -> bool {
        self.open().next().is_none() && self.unlowered.is_empty() && self.unused().is_empty()
    }

    /// Returns the patterns that match no difference. The list describes the published documents of this repository;
    /// other documents may differ in other ways.
    pub(super) fn unused(&self) -> Vec<&str> {
        if self.upstream.file.contains(DIRECTORY) {
            self.accepted.unused(&self.differences)
        } else {
            Vec::new()
        }
    }
}

pub(super) fn read(path: &Path) -> Result<Document, Error> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    Document::comparable(&name, &text)
}

/// Compares a published document with our document of the named API, or of the API that shares the most operations.
pub(super) fn compare(
    root: &Path,
    named: Option<&str>,
    upstream: Document,
) -> Result<Comparison, Error> {
    let mut lowered = upstream.value.clone();
    let mut rules = fastapi::remove_additions(&mut lowered);
    rules.extend(lower::lower(&mut lowered));
    let (api, local) = local(root, named, &lowered)?;
    let base = Base::between(&local.value, &lowered);
    if base.shared == 0 {
        let help = match named {
            Some(_) => "another document, or another `--api`",
            None => "another document, or name the API with `--api`",
        };
        return Err(Error::Unrelated(upstream.file, api.document, help));
    }
    base.apply(&mut lowered);
    let unlowered = unlowered(&lowered);
    let mut comparable = local.value.clone();
    null::null_variants(&mut comparable);
    let differences = delta::between(&comparable, &lowered);
    let differences = differences.into_iter().filter(is_compared).collect();
    let accepted = Accepted::load(root, &api.name)?;
    Ok(Comparison {
        api,
        local,
        upstream,
        lowered,
        rules,
        base,
        unlowered,
        differences,
        accepted,
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
fn local(root: &Path, named: Option<&str>, lowered: &Value) -> Result<(Api, Document), Error> {
    let apis = apis::load(root)?;
    let names: Vec<_> = apis.iter().map(|api| api.name.clone()).collect();
    let is_named = |api: &Api| named.is_none_or(|named| named == api.name);
    let candidates = apis.into_iter().filter(is_named).map(|api| {
        let doc = Document::load(&root.join(&api.document), &api.document)?;
        let shared = Base::between(&doc.value, lowered).shared;
        Ok((shared, api, doc))
    });
    let candidates: Vec<_> = candidates.collect::<Result<_, Error>>()?;
    let best = candidates.into_iter().max_by_key(|(shared, ..)| *shared);
    best.map(|(_, api, doc)| (api, doc))
        .ok_or_else(|| Error::NoApi(named.unwrap_or_default().to_owned(), names.join(", ")))
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
    Subject::SecurityFlow,
    Subject::SendDefault,
    Subject::Server,
    Subject::Stability,
    Subject::Sunset,
    Subject::StreamFlag,
    Subject::Prose,
    Subject::Union,
    Subject::Validation,
    Subject::Version,
    Subject::View,
    Subject::ByValue,
];

fn is_compared(difference: &Difference) -> bool {
    // Few services publish their error responses; our documents list them for every operation.
    let unpublished =
        (difference.subject, difference.kind) == (Subject::Failure, ChangeKind::Removed);
    !unpublished && !NOT_COMPARED.contains(&difference.subject)
}
