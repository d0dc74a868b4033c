//! Classified differences.

use serde_json::Value;

use super::class::{Class, Severity};
use super::overrides::Overrides;
use super::rules::{Classification, Rule};
use crate::diff::delta::{ChangeKind, Difference, Subject};

/// A classified difference.
pub(crate) struct Change {
    /// The API of the document.
    pub(crate) api: String,
    pub(crate) difference: Difference,
    /// The rule of the worst use.
    pub(crate) rule: &'static Rule,
    pub(crate) wire: Class,
    pub(crate) rust: Class,
    pub(crate) severity: Severity,
    /// The reason of the override that decided the severity.
    pub(crate) reason: Option<String>,
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
    /// Classifies a difference by its worst use; wire and Rust separately. Returns `None` for a difference that is
    /// invisible on both sides, for instance the name of a type that is not generated.
    pub(super) fn of(api: &str, difference: Difference, overrides: &mut Overrides) -> Option<Self> {
        let uses = difference.uses.iter().filter_map(|used| {
            let class = Classification::of(&difference, used)?;
            let worst = class.worst();
            let found = match worst {
                Class::Invisible => None,
                _ => overrides.find(class.rule.id, api, &difference, used),
            };
            let severity = found.as_ref().map(|found| found.severity);
            let severity = severity.unwrap_or(Severity::of(worst));
            Some((class, severity, found.map(|found| found.reason)))
        });
        let uses: Vec<_> = uses.collect();
        let wire = uses.iter().map(|(class, ..)| class.wire).max()?;
        let rust = uses.iter().map(|(class, ..)| class.rust).max()?;
        // Of equal uses, the first.
        let worst = uses
            .into_iter()
            .rev()
            .max_by_key(|(class, severity, _)| (*severity, class.worst()));
        let (class, severity, reason) = worst?;
        (class.worst() > Class::Invisible).then(|| Self {
            api: api.to_owned(),
            difference,
            rule: class.rule,
            wire,
            rust,
            severity,
            reason,
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
        match (self.severity, self.worst()) {
            (Severity::Error, _) => Section::Breaking,
            (_, Class::Documentation | Class::Invisible) => Section::Documentation,
            _ if added.contains(&self.difference.kind) => Section::Added,
            _ => Section::Changed,
        }
    }

    /// Returns the location: the API, the first affected operation, and the path to the change in it.
    pub(crate) fn location(&self) -> String {
        let operations = self.difference.operations();
        let operation = operations.first().copied().unwrap_or_default();
        let location = format!("{operation} {}", self.difference.path());
        match location.trim() {
            "" => "the document".to_owned(),
            location => location.to_owned(),
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
        (Subject::ReadOnly, ..) => format!("field `{name}` is read-only"),
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
