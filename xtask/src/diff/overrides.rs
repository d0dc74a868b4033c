//! `openapi/diff.toml`: severities that replace those of the rules, each with a reason.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::class::Severity;
use super::rules::{RULES, Rule};
use crate::diagnostic::{Diagnostic, DiagnosticKind, Excerpt, Location, Report, Severity as Level};
use crate::diff::delta::{Difference, Use};
use crate::error::Error;
use crate::pattern;

/// The path of the file.
pub(crate) const FILE: &str = "openapi/diff.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default, rename = "override")]
    overrides: Vec<Override>,
}

/// A severity for the changes that all given patterns match. In a pattern, `*` matches any string.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Override {
    /// The id of the changes.
    id: Spanned<String>,
    severity: Severity,
    reason: Spanned<String>,
    api: Option<String>,
    /// The name of every affected operation.
    operation: Option<String>,
    /// The path of every affected operation, for instance `/voices*`.
    path: Option<String>,
    /// The path to the change from its first operation, or its JSON pointer in either document.
    location: Option<String>,
}

/// The overrides of a comparison, and those that a change has matched.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    text: String,
    list: Vec<(Override, bool)>,
}

/// The severity of an override, and its reason.
pub(super) struct Found {
    pub(super) severity: Severity,
    pub(super) reason: String,
}

impl Overrides {
    /// Loads the overrides below `root`. Without a file, there are none.
    pub(super) fn load(root: &Path) -> Result<Self, Error> {
        let path = root.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        Self::parse(text)
    }

    pub(super) fn parse(text: String) -> Result<Self, Error> {
        let table: Table = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let kind = DiagnosticKind::Syntax(error.message().to_owned());
            Error::Spec(Box::new(report(
                &text,
                at,
                Location::default().diagnostic(kind),
            )))
        })?;
        for entry in &table.overrides {
            entry.check(&text)?;
        }
        let list = table.overrides.into_iter().map(|entry| (entry, false));
        let list = list.collect();
        Ok(Self { text, list })
    }

    /// Returns the first override for a use of a difference.
    pub(super) fn find(
        &mut self,
        id: &str,
        api: &str,
        difference: &Difference,
        used: &Use,
    ) -> Option<Found> {
        let mut list = self.list.iter_mut();
        let (entry, is_used) = list.find(|(entry, _)| entry.matches(id, api, difference, used))?;
        *is_used = true;
        Some(Found {
            severity: entry.severity,
            reason: entry.reason.get_ref().trim().to_owned(),
        })
    }

    /// Returns a warning for each override that no change has matched.
    pub(super) fn unused(&self) -> Vec<Report> {
        let unused = self.list.iter().filter(|(_, is_used)| !is_used);
        unused
            .map(|(entry, _)| {
                let id = entry.id.get_ref();
                let message = format!("no change matches this override of `{id}`");
                let help = "remove it, or correct what restricts it";
                let warning = diagnostic("unused-override", message, help);
                let severity = Level::Warning;
                report(
                    &self.text,
                    entry.id.span().start,
                    Diagnostic {
                        severity,
                        ..warning
                    },
                )
            })
            .collect()
    }
}

impl Override {
    fn check(&self, text: &str) -> Result<(), Error> {
        let error = |at: usize, diagnostic| Error::Spec(Box::new(report(text, at, diagnostic)));
        let id = self.id.get_ref();
        if Rule::of(id).is_none() {
            let message = format!("no change has the id `{id}`");
            let diagnostic = diagnostic("unknown-id", message, &closest(id));
            return Err(error(self.id.span().start, diagnostic));
        }
        if self.reason.get_ref().trim().is_empty() {
            let help = "state why the severity of the rule is wrong here";
            let diagnostic = diagnostic("reason", "the reason is empty".to_owned(), help);
            return Err(error(self.reason.span().start, diagnostic));
        }
        Ok(())
    }

    fn matches(&self, id: &str, api: &str, difference: &Difference, used: &Use) -> bool {
        let accepts = |pattern: &Option<String>, text: &str| {
            let pattern = pattern.as_ref();
            pattern.is_none_or(|pattern| pattern::matches(pattern, text))
        };
        self.id.get_ref() == id
            && accepts(&self.api, api)
            && self.accepts_operations(used)
            && self.location.as_ref().is_none_or(|location| {
                let pointers = difference.locations.iter().map(|at| at.to_string());
                let mut places = pointers.chain([difference.path()]);
                places.any(|place| pattern::matches(location, &place))
            })
    }

    /// Returns true if all operations match. A change outside of operations matches no pattern of operations.
    fn accepts_operations(&self, used: &Use) -> bool {
        let patterns = [(&self.operation, true), (&self.path, false)];
        patterns.into_iter().all(|(pattern, is_id)| {
            pattern.as_ref().is_none_or(|pattern| {
                let mut operations = used.operations().peekable();
                operations.peek().is_some()
                    && operations.all(|operation| {
                        let path = operation
                            .request
                            .split_once(' ')
                            .map_or("", |(_, path)| path);
                        pattern::matches(pattern, if is_id { &operation.id } else { path })
                    })
            })
        })
    }
}

fn diagnostic(code: &'static str, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(&Location::default(), message, help).with_code(code)
}

/// Adds the file and the position of a byte of it.
fn report(text: &str, at: usize, diagnostic: Diagnostic) -> Report {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    Report {
        file: FILE.to_owned(),
        excerpt: Excerpt::of(text, line, column),
        diagnostic,
    }
}

/// Suggests the ids that share the most words with an unknown one.
fn closest(id: &str) -> String {
    let words: Vec<&str> = id.split('-').collect();
    let shared = |rule: &Rule| {
        rule.id
            .split('-')
            .filter(|word| words.contains(word))
            .count()
    };
    let most = RULES.iter().map(shared).max().filter(|most| *most > 0);
    let close = RULES.iter().filter(|rule| Some(shared(rule)) == most);
    let close: Vec<String> = close.take(5).map(|rule| format!("`{}`", rule.id)).collect();
    match close.is_empty() {
        true => "`spec diff --explain` lists the ids".to_owned(),
        false => format!("similar ids: {}", close.join(", ")),
    }
}
