//! `cargo xtask spec lint`: what is wrong with a specification, by named rules.

mod finding;
mod rules;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::api::APIS;
use crate::error::Error;
use crate::openapi::shapes::Shape;
use crate::openapi::{self, Node, Walk};
use crate::outcome::{Outcome, say};
use crate::spec::Document;
use finding::{Finding, Located};

/// A specification as the rules look at it.
struct Spec<'a> {
    doc: &'a Value,
    walk: Walk<'a>,
}

impl<'a> Spec<'a> {
    fn new(doc: &'a Value) -> Self {
        let walk = Walk::over(doc);
        Self { doc, walk }
    }

    /// Every object of a kind.
    fn each(&self, shape: &'static Shape) -> impl Iterator<Item = &Node<'a>> {
        let nodes = self.walk.nodes.iter();
        nodes.filter(move |node| node.is(shape))
    }

    /// What a reference leads to, or the value itself.
    fn resolve(&self, value: &'a Value) -> Option<&'a Value> {
        openapi::resolve(self.doc, value)
    }
}

/// Checks the files, or every specification below `root`.
pub(crate) fn run(root: &Path, files: &[PathBuf], out: &mut impl Write) -> Result<Outcome, Error> {
    let mut found = 0;
    for (path, name) in sources(root, files) {
        let findings = match Document::load(&path, &name) {
            Ok(document) => lint(&document),
            Err(error @ Error::Yaml { .. }) => {
                say(out, format_args!("{error}"));
                found += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        found += findings.len();
        for finding in findings {
            say(out, format_args!("{finding}"));
        }
    }
    match found {
        0 => Ok(Outcome::Good),
        _ => {
            say(out, format_args!("{found} found"));
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

/// Everything that is wrong with a specification, in the order of its lines.
fn lint(document: &Document) -> Vec<Located> {
    let locate = |(rule, finding): (_, Finding)| Located {
        file: document.file.clone(),
        mark: document.mark(&finding.place),
        rule,
        finding,
    };
    let mut found: Vec<Located> = findings(&document.value).into_iter().map(locate).collect();
    found.sort_by_key(|located| (located.mark.line, located.mark.column));
    found
}

/// What each rule finds.
fn findings(doc: &Value) -> Vec<(&'static str, Finding)> {
    let spec = Spec::new(doc);
    let found = rules::ALL.iter().flat_map(|rule| {
        let found = (rule.check)(&spec).into_iter();
        found.map(|finding| (rule.name, finding))
    });
    found.collect()
}
