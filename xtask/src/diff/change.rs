//! Classified differences.

use serde_json::Value;

use super::class::Class;
use super::rules::{self, Rule};
use crate::diff::delta::{ChangeKind, Difference, Subject};

/// A classified difference.
pub(crate) struct Change {
    /// The API of the document.
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
        let classification = rules::classify(&difference)?;
        Some(Self {
            api: api.to_owned(),
            difference,
            rule: classification.rule,
            wire: classification.wire,
            rust: classification.rust,
        })
    }

    /// Returns the worse of the two classes.
    pub(crate) fn worst(&self) -> Class {
        self.wire.max(self.rust)
    }

    pub(super) fn section(&self) -> Section {
        let added = [
            ChangeKind::Added,
            ChangeKind::AddedRequired,
            ChangeKind::AddedDefaulted,
        ];
        match self.worst() {
            Class::Breaking => Section::Breaking,
            Class::Compatible if added.contains(&self.difference.kind) => Section::Added,
            Class::Compatible => Section::Changed,
            Class::Documentation | Class::Invisible => Section::Documentation,
        }
    }

    /// Describes the change.
    pub(crate) fn description(&self) -> String {
        describe(&self.difference)
    }
}

/// Describes a difference in a few words.
pub(crate) fn describe(difference: &Difference) -> String {
    let Difference { name, old, new, .. } = difference;
    if let Some(noun) = noun(difference.subject) {
        return format!("{noun} `{name}` {}", became(difference.kind));
    }
    match (difference.subject, old, new) {
        (Subject::Prose, None, _) => format!("`{name}` is new"),
        (Subject::Prose, _, None) => format!("`{name}` is gone"),
        (Subject::Prose, ..) => format!("`{name}` is reworded"),
        _ => format!("`{name}`: {} → {}", short(old), short(new)),
    }
}

fn became(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "is new",
        ChangeKind::AddedRequired => "is new and required",
        ChangeKind::AddedDefaulted => "is new and required, with a default that is sent",
        ChangeKind::Removed | ChangeKind::RemovedOptional => "is gone",
        ChangeKind::Changed | ChangeKind::Widened | ChangeKind::Narrowed => "differs",
    }
}

fn noun(subject: Subject) -> Option<&'static str> {
    Some(match subject {
        Subject::Operation => "operation",
        Subject::View => "method",
        Subject::Parameter => "parameter",
        Subject::Body => "body",
        Subject::Content => "media type",
        Subject::Success => "response",
        Subject::Failure => "error response",
        Subject::Header => "header",
        Subject::Field => "field",
        Subject::Items => "type of items",
        Subject::Values => "type of values",
        Subject::Variant => "variant",
        Subject::EnumValue => "value",
        _ => return None,
    })
}

/// The longest value shown in full.
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
