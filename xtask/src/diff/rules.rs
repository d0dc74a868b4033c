//! Rules that classify differences, for the wire and for the Rust API.
//!
//! A request may accept more and a response may return less without breaking the wire: old requests stay valid, and new
//! responses were always possible. The Rust API tolerates more (enums are open, unknown fields are kept, limits of
//! responses are not checked) and less: each change of a type or a name is visible.

use super::Class::{self, Breaking, Compatible, Documentation, Invisible};
use crate::diff::delta::ChangeKind::{
    Added, AddedDefaulted, AddedRequired, Narrowed, Removed, RemovedOptional, Widened,
};
use crate::diff::delta::Position::{Request, Response};
use crate::diff::delta::Subject as S;
use crate::diff::delta::{ChangeKind, Difference, Position, Subject, Use};

/// The classification of a kind of difference. The first matching rule applies.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    subjects: &'static [Subject],
    /// The kinds of change; empty matches any.
    kind: &'static [ChangeKind],
    /// The side of a call; `None` matches both.
    position: Option<Position>,
    pub(crate) wire: Class,
    /// The class if code is generated from the part; otherwise the Rust API is not affected.
    pub(crate) rust: Class,
    /// An explanation, if the difference itself is not clear.
    pub(crate) note: &'static str,
}

const fn rule(
    name: &'static str,
    on: (&'static [Subject], &'static [ChangeKind], Option<Position>),
    (wire, rust): (Class, Class),
    note: &'static str,
) -> Rule {
    let (subjects, kind, position) = on;
    Rule {
        name,
        subjects,
        kind,
        position,
        wire,
        rust,
        note,
    }
}

const ADDED: &[ChangeKind] = &[Added, AddedRequired, AddedDefaulted];
const ANY: &[ChangeKind] = &[];
const REMOVED: &[ChangeKind] = &[Removed, RemovedOptional];
const NARROWED: &[ChangeKind] = &[Narrowed];
const WIDENED: &[ChangeKind] = &[Widened];

const ARGUMENTS: &[Subject] = &[S::Parameter, S::Body, S::Field];
const MEDIA_TYPES: &[Subject] = &[S::Content, S::Success];
const ENUM_VALUES: &[Subject] = &[S::EnumValue];

/// Every rule.
#[rustfmt::skip]
pub(crate) const RULES: &[Rule] = &[
    rule("operation-added", (&[S::Operation], ADDED, None), (Compatible, Compatible), "a new method"),
    rule("operation-removed", (&[S::Operation], REMOVED, None), (Breaking, Breaking), "its method is removed"),
    rule("operation-renamed", (&[S::OperationId], ANY, None), (Invisible, Breaking), "the method has another name"),
    rule("arguments-reordered", (&[S::Args], ANY, None), (Invisible, Breaking), "the method takes other arguments or another order"),
    rule("by-value-argument", (&[S::ByValue], ANY, None), (Invisible, Breaking), "the method takes other arguments"),
    rule("retry-class", (&[S::Retry], ANY, None), (Invisible, Compatible), "behavior: other failures are retried"),
    rule("validation", (&[S::Validation], ANY, None), (Invisible, Compatible), "behavior: other requests or responses are rejected"),
    rule("exclusive", (&[S::Exclusive], ANY, None), (Invisible, Compatible), "behavior: the number of concurrent requests"),
    rule("also-sets", (&[S::AlsoSets], ANY, None), (Invisible, Compatible), "behavior: a setter sets other fields"),
    rule("method-added", (&[S::View], ADDED, None), (Invisible, Compatible), "a new method"),
    rule("method-removed", (&[S::View], REMOVED, None), (Invisible, Breaking), ""),

    rule("required-argument-added", (ARGUMENTS, &[AddedRequired], Some(Request)), (Breaking, Breaking), "every call must pass it"),
    rule("sent-argument-added", (ARGUMENTS, &[AddedDefaulted], Some(Request)), (Breaking, Compatible), "the SDK sends a default"),
    rule("optional-argument-added", (ARGUMENTS, &[Added], Some(Request)), (Compatible, Compatible), "a new setter"),
    rule("argument-removed", (ARGUMENTS, REMOVED, Some(Request)), (Breaking, Breaking), ""),
    rule("response-field-added", (ARGUMENTS, ADDED, Some(Response)), (Compatible, Compatible), ""),
    rule("response-option-removed", (ARGUMENTS, &[RemovedOptional], Some(Response)), (Compatible, Breaking), "it could be missing before"),
    rule("response-field-removed", (ARGUMENTS, REMOVED, Some(Response)), (Breaking, Breaking), ""),
    rule("path-parameter-renamed", (&[S::ParameterName], ANY, None), (Invisible, Breaking), "the wire does not contain its name"),
    rule("encoding", (&[S::Encoding], ANY, None), (Breaking, Invisible), "values are encoded differently"),

    rule("media-type-added", (MEDIA_TYPES, ADDED, None), (Compatible, Compatible), ""),
    rule("media-type-removed", (MEDIA_TYPES, REMOVED, None), (Breaking, Breaking), ""),
    rule("failure", (&[S::Failure], ANY, None), (Compatible, Invisible), "errors are decoded in any form"),
    rule("header-added", (&[S::Header], ADDED, None), (Compatible, Invisible), ""),
    rule("header-removed", (&[S::Header], REMOVED, None), (Breaking, Invisible), ""),

    rule("request-became-optional", (&[S::Optionality], WIDENED, Some(Request)), (Compatible, Breaking), "an argument becomes a setter"),
    rule("request-became-required", (&[S::Optionality], ANY, Some(Request)), (Breaking, Breaking), "a setter becomes an argument"),
    rule("response-became-required", (&[S::Optionality], NARROWED, Some(Response)), (Compatible, Breaking), "no longer an `Option`"),
    rule("response-became-optional", (&[S::Optionality], ANY, Some(Response)), (Breaking, Breaking), "an `Option` now"),
    rule("request-accepts-null", (&[S::Nullability], WIDENED, Some(Request)), (Compatible, Invisible), ""),
    rule("request-rejects-null", (&[S::Nullability], ANY, Some(Request)), (Breaking, Invisible), ""),
    rule("response-never-null", (&[S::Nullability], NARROWED, Some(Response)), (Compatible, Invisible), ""),
    rule("response-may-be-null", (&[S::Nullability], ANY, Some(Response)), (Breaking, Invisible), "the SDK decodes null as absent"),

    rule("type-widened", (&[S::Type], WIDENED, Some(Request)), (Compatible, Breaking), ""),
    rule("type-narrowed", (&[S::Type], NARROWED, Some(Response)), (Compatible, Breaking), ""),
    rule("type-changed", (&[S::Type], ANY, None), (Breaking, Breaking), ""),
    rule("items", (&[S::Items, S::Values], ANY, None), (Breaking, Breaking), "the type of the items"),
    rule("format-removed", (&[S::Format], WIDENED, Some(Request)), (Compatible, Breaking), "some formats have a Rust type"),
    rule("format-added", (&[S::Format], NARROWED, Some(Response)), (Compatible, Breaking), "some formats have a Rust type"),
    rule("format-changed", (&[S::Format], ANY, None), (Breaking, Breaking), "some formats have a Rust type"),
    rule("rust-type", (&[S::RustType], ANY, None), (Invisible, Breaking), "the Rust type or its name changes"),

    rule("value-added", (ENUM_VALUES, ADDED, None), (Compatible, Compatible), "enums are open"),
    rule("request-value-removed", (ENUM_VALUES, REMOVED, Some(Request)), (Breaking, Breaking), "its variant is removed"),
    rule("response-value-removed", (ENUM_VALUES, REMOVED, Some(Response)), (Compatible, Breaking), "its variant is removed"),
    rule("enum-removed", (&[S::Enumeration], WIDENED, None), (Compatible, Breaking), "an enum becomes a string"),
    rule("response-enum-added", (&[S::Enumeration], ANY, Some(Response)), (Compatible, Breaking), "a string becomes an enum"),
    rule("request-enum-added", (&[S::Enumeration], ANY, None), (Breaking, Breaking), "a string becomes an enum"),
    rule("constant-removed", (&[S::Constant], WIDENED, None), (Compatible, Invisible), ""),
    rule("response-constant", (&[S::Constant], ANY, Some(Response)), (Compatible, Invisible), ""),
    rule("request-constant", (&[S::Constant], ANY, None), (Breaking, Invisible), ""),

    rule("response-limits-narrowed", (&[S::Range, S::Limit], NARROWED, Some(Response)), (Compatible, Invisible), "limits of responses are not checked"),
    rule("response-limits", (&[S::Range, S::Limit], ANY, Some(Response)), (Breaking, Invisible), "the SDK does not check limits of responses"),
    rule("range-widened", (&[S::Range], WIDENED, None), (Compatible, Compatible), "the SDK checks the range before sending"),
    rule("range-narrowed", (&[S::Range], ANY, None), (Breaking, Compatible), "behavior: the SDK rejects values before sending"),
    rule("limit-widened", (&[S::Limit], WIDENED, None), (Compatible, Invisible), ""),
    rule("limit-narrowed", (&[S::Limit], ANY, None), (Breaking, Invisible), "the SDK does not check it"),
    rule("unknown-fields-rejected", (&[S::Openness], NARROWED, Some(Request)), (Breaking, Invisible), ""),
    rule("openness", (&[S::Openness], ANY, None), (Compatible, Invisible), "unknown fields are kept"),
    rule("request-variant-removed", (&[S::Variant], REMOVED, Some(Request)), (Breaking, Breaking), ""),
    rule("response-variant-added", (&[S::Variant], ADDED, Some(Response)), (Breaking, Breaking), ""),
    rule("variant", (&[S::Variant], ANY, None), (Compatible, Compatible), ""),
    rule("discriminator-extended", (&[S::Discriminator], WIDENED, None), (Compatible, Compatible), "a value names another variant"),
    rule("discriminator", (&[S::Discriminator], ANY, None), (Breaking, Breaking), ""),
    rule("union", (&[S::Union], ANY, None), (Compatible, Invisible), ""),

    rule("sent-default", (&[S::SentDefault], ANY, None), (Compatible, Compatible), "behavior: the SDK sends another default"),
    rule("send-default", (&[S::SendDefault], ANY, None), (Invisible, Compatible), "behavior: the SDK sends the default, or no longer does"),
    rule("documented-default", (&[S::DocumentedDefault], ANY, None), (Compatible, Documentation), "behavior: the service uses another default"),
    rule("required-in-responses", (&[S::RequiredInResponses], ANY, None), (Invisible, Compatible), "behavior: other responses are rejected"),
    rule("file-formats", (&[S::FileFormats], ANY, None), (Invisible, Compatible), "behavior: other files are rejected before sending"),
    rule("setters", (&[S::ResponseOnly, S::StreamFlag, S::Sampling], ANY, None), (Invisible, Breaking), "a setter is added or removed"),
    rule("renamed-in-rust", (&[S::Name], ANY, None), (Invisible, Breaking), ""),

    rule("scheme-added", (&[S::Security], ADDED, None), (Compatible, Invisible), "a scheme that no operation requires yet"),
    rule("credentials-widened", (&[S::Security], WIDENED, None), (Compatible, Invisible), "another way to send the key"),
    rule("credentials", (&[S::Security], ANY, None), (Breaking, Invisible), "the key is sent differently"),
    rule("server-added", (&[S::Server], WIDENED, None), (Compatible, Invisible), "another URL"),
    rule("server", (&[S::Server], ANY, None), (Breaking, Invisible), "the URL changes"),
    rule("access", (&[S::Access], ANY, None), (Compatible, Invisible), ""),
    rule("deprecation", (&[S::Deprecation, S::Replacement], ANY, None), (Compatible, Documentation), ""),
    rule("search-names", (&[S::PythonNames], ANY, None), (Invisible, Documentation), "names to search for"),
    rule("prose", (&[S::Prose], ANY, None), (Documentation, Documentation), ""),

    // An unclassified keyword counts as breaking until it has a rule.
    rule("unclassified", (&[], ANY, None), (Breaking, Breaking), "no rule for this keyword; add one"),
];

impl Rule {
    fn matches(&self, difference: &Difference, position: Option<Position>) -> bool {
        (self.subjects.is_empty() || self.subjects.contains(&difference.subject))
            && (self.kind.is_empty() || self.kind.contains(&difference.kind))
            && (self.position.is_none() || self.position == position)
    }

    /// Returns the classes for a use: wire, then Rust.
    fn classes(&self, used: &Use) -> [Class; 2] {
        let rust = if used.generated { self.rust } else { Invisible };
        [self.wire, rust]
    }
}

/// The classification of a difference.
pub(crate) struct Classification {
    pub(crate) rule: &'static Rule,
    pub(crate) wire: Class,
    pub(crate) rust: Class,
}

/// Classifies a difference by its worst use; wire and Rust separately.
pub(crate) fn classify(difference: &Difference) -> Option<Classification> {
    let classified = difference.uses.iter().filter_map(|used| {
        let rule = RULES
            .iter()
            .find(|rule| rule.matches(difference, used.position))?;
        let [wire, rust] = rule.classes(used);
        Some(Classification { rule, wire, rust })
    });
    classified.reduce(|left, right| Classification {
        rule: if right.worst() > left.worst() {
            right.rule
        } else {
            left.rule
        },
        wire: left.wire.max(right.wire),
        rust: left.rust.max(right.rust),
    })
}

impl Classification {
    /// Returns the worse of the two classes.
    pub(crate) fn worst(&self) -> Class {
        self.wire.max(self.rust)
    }
}
