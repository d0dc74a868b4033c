//! `cargo xtask spec lint`: checks specifications by named rules.

mod diagnostic;
mod rules;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::api::APIS;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::error::Error;
use crate::openapi::shapes::Shape;
use crate::openapi::{self, Node, Walk};
use crate::outcome::{Outcome, print_line};
use diagnostic::LintDiagnostic;

/// A specification and its objects.
struct Spec<'a> {
    doc: &'a Value,
    walk: Walk<'a>,
}

impl<'a> Spec<'a> {
    fn new(doc: &'a Value) -> Self {
        let walk = Walk::over(doc);
        Self { doc, walk }
    }

    /// Iterates over the objects of a kind.
    fn each(&self, shape: &'static Shape) -> impl Iterator<Item = &Node<'a>> {
        let nodes = self.walk.nodes.iter();
        nodes.filter(move |node| node.is(shape))
    }

    /// Resolves a reference; returns other values unchanged.
    fn resolve(&self, value: &'a Value) -> Option<&'a Value> {
        openapi::resolve(self.doc, value)
    }
}

/// Lints the files, or every specification below `root`.
pub(crate) fn run(root: &Path, files: &[PathBuf], out: &mut impl Write) -> Result<Outcome, Error> {
    let mut found = 0;
    for (path, name) in sources(root, files) {
        let diagnostics = match Document::load(&path, &name) {
            Ok(document) => lint(&document),
            Err(error @ Error::Yaml { .. }) => {
                print_line(out, format_args!("{error}"));
                found += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        found += diagnostics.len();
        for diagnostic in diagnostics {
            print_line(out, format_args!("{diagnostic}"));
        }
    }
    match found {
        0 => Ok(Outcome::Good),
        _ => {
            let plural = if found == 1 { "" } else { "s" };
            print_line(out, format_args!("{found} error{plural}"));
            Ok(Outcome::Bad)
        }
    }
}

fn sources(root: &Path, files: &[PathBuf]) -> Vec<(PathBuf, String)> {
    let named = files
        .iter()
        .map(|file| (file.clone(), file.display().to_string()));
    let all = APIS
        .iter()
        .map(|api| (root.join(api.spec), api.spec.to_owned()));
    match files {
        [] => all.collect(),
        _ => named.collect(),
    }
}

/// Lints a specification and sorts the diagnostics by position.
fn lint(document: &Document) -> Vec<LintDiagnostic> {
    let locate = |(rule, diagnostic): (_, Diagnostic)| LintDiagnostic {
        file: document.file.clone(),
        mark: document.mark(&diagnostic.location),
        rule,
        diagnostic,
    };
    let mut found: Vec<LintDiagnostic> = diagnostics(&document.value)
        .into_iter()
        .map(locate)
        .collect();
    found.sort_by_key(|found| (found.mark.line, found.mark.column));
    found
}

/// Runs every rule.
fn diagnostics(doc: &Value) -> Vec<(&'static str, Diagnostic)> {
    let spec = Spec::new(doc);
    let found = rules::ALL.iter().flat_map(|rule| {
        let found = (rule.check)(&spec).into_iter();
        found.map(|diagnostic| (rule.name, diagnostic))
    });
    found.collect()
}
