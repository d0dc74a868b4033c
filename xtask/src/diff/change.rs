//! A difference with its class, in words.

use std::collections::BTreeSet;

use serde_json::Value;

use super::class::Class;
use super::rules::{self, Rule};
use crate::delta::{Difference, How, Subject, Use};

/// A difference that was classed.
pub(crate) struct Change {
    /// The document that it is in.
    pub(crate) api: String,
    pub(crate) difference: Difference,
    pub(crate) rule: &'static Rule,
    pub(crate) wire: Class,
    pub(crate) rust: Class,
}

/// The sections of a release note.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Section {
    Breaking,
    Added,
    Changed,
    Documentation,
}

impl Change {
    pub(super) fn of(api: &str, difference: Difference) -> Option<Self> {
        let verdict = rules::classify(&difference)?;
        Some(Self {
            api: api.to_owned(),
            difference,
            rule: verdict.rule,
            wire: verdict.wire,
            rust: verdict.rust,
        })
    }

    /// The graver of the two classes.
    pub(crate) fn worst(&self) -> Class {
        self.wire.max(self.rust)
    }

    pub(super) fn section(&self) -> Section {
        let added = [How::Added, How::AddedRequired, How::AddedDefaulted];
        match self.worst() {
            Class::Breaking => Section::Breaking,
            Class::Compatible if added.contains(&self.difference.how) => Section::Added,
            Class::Compatible => Section::Changed,
            Class::Documentation | Class::Unseen => Section::Documentation,
        }
    }

    /// The operations that it is felt in, each once.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let names = self.difference.uses.iter().map(Use::operation);
        names
            .filter(|name| !name.is_empty() && seen.insert(*name))
            .collect()
    }

    /// The way to it in the first of its operations.
    pub(crate) fn path(&self) -> String {
        let first = self.difference.uses.first();
        first.map(Use::path).unwrap_or_default()
    }

    /// What changed.
    pub(crate) fn what(&self) -> String {
        what(&self.difference)
    }
}

/// What differs, in a few words.
pub(crate) fn what(difference: &Difference) -> String {
    let Difference { name, old, new, .. } = difference;
    if let Some(noun) = noun(difference.subject) {
        return format!("{noun} `{name}` {}", became(difference.how));
    }
    match (difference.subject, old, new) {
        (Subject::Text, None, _) => format!("`{name}` is new"),
        (Subject::Text, _, None) => format!("`{name}` is gone"),
        (Subject::Text, ..) => format!("`{name}` is reworded"),
        _ => format!("`{name}`: {} → {}", short(old), short(new)),
    }
}

fn became(how: How) -> &'static str {
    match how {
        How::Added => "is new",
        How::AddedRequired => "is new and required",
        How::AddedDefaulted => "is new and required, with a default that is sent",
        How::Removed | How::RemovedOptional => "is gone",
        How::Changed | How::Widened | How::Narrowed => "differs",
    }
}

fn noun(subject: Subject) -> Option<&'static str> {
    Some(match subject {
        Subject::Operation => "operation",
        Subject::View => "method",
        Subject::Parameter => "parameter",
        Subject::Body => "body",
        Subject::Content => "form",
        Subject::Success => "response",
        Subject::Failure => "failure",
        Subject::Header => "header",
        Subject::Field => "field",
        Subject::Items => "type of items",
        Subject::Values => "type of values",
        Subject::Variant => "variant",
        Subject::EnumValue => "value",
        _ => return None,
    })
}

/// The longest value that is shown whole.
const LONGEST: usize = 60;

fn short(value: &Option<Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}
