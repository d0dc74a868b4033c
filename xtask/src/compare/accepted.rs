//! The accepted differences from published documents, each with its reason.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::headline::headline;
use crate::diagnostic::{DiagnosticKind, Location};
use crate::diff::delta::Difference;
use crate::error::Error;
use crate::openapi::Document;
use crate::openapi::json::{items, string};
use crate::pattern;

/// The file that lists them, by API.
pub(crate) const FILE: &str = "openapi/published/accepted.yaml";

/// The accepted differences of an API.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    patterns: Vec<Pattern>,
}

/// A pattern of difference headlines; `*` matches any string.
#[derive(Debug)]
struct Pattern {
    text: String,
    reason: String,
}

impl Accepted {
    /// Reads the list of an API. Without a file, no difference is accepted.
    pub(super) fn load(root: &Path, api: &str) -> Result<Self, Error> {
        let path = root.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let document = Document::load(&path, FILE)?;
        let location = Location::default().key(api);
        let entries = items(&document.value, api).enumerate();
        let patterns = entries.map(|(index, entry)| {
            patterns(entry, &location.key(index)).map_err(|diagnostic| document.error(diagnostic))
        });
        let patterns: Vec<_> = patterns.collect::<Result<_, _>>()?;
        Ok(Self {
            patterns: patterns.into_iter().flatten().collect(),
        })
    }

    /// Returns the reason to accept a difference.
    pub(super) fn reason(&self, difference: &Difference) -> Option<&str> {
        let headline = headline(difference);
        let mut patterns = self.patterns.iter();
        patterns
            .find(|pattern| pattern::matches(&pattern.text, &headline))
            .map(|pattern| pattern.reason.as_str())
    }

    /// Returns the reasons in the order of the list.
    pub(super) fn reasons(&self) -> impl Iterator<Item = &str> {
        let mut seen = BTreeSet::new();
        let reasons = self.patterns.iter().map(|pattern| pattern.reason.as_str());
        reasons.filter(move |reason| seen.insert(*reason))
    }

    /// Returns the patterns that match no difference.
    pub(super) fn unused(&self, differences: &[Difference]) -> Vec<&str> {
        let headlines: Vec<String> = differences.iter().map(headline).collect();
        let patterns = self.patterns.iter().map(|pattern| pattern.text.as_str());
        patterns
            .filter(|pattern| {
                !headlines
                    .iter()
                    .any(|headline| pattern::matches(pattern, headline))
            })
            .collect()
    }
}

fn patterns(
    entry: &Value,
    location: &Location,
) -> Result<Vec<Pattern>, crate::diagnostic::Diagnostic> {
    let missing = |key| location.diagnostic(DiagnosticKind::Missing(key));
    let reason = string(entry, "reason").ok_or_else(|| missing("reason"))?;
    let patterns = items(entry, "differences").filter_map(Value::as_str);
    let patterns: Vec<_> = patterns
        .map(|pattern| Pattern {
            text: pattern.to_owned(),
            reason: reason.trim().to_owned(),
        })
        .collect();
    if patterns.is_empty() {
        return Err(missing("differences"));
    }
    Ok(patterns)
}
