//! Rules that classify differences, for the wire and for the Rust API.
//!
//! A request may accept more and a response may return less without breaking the wire: old requests stay valid, and new
//! responses were always possible. The Rust API tolerates more (enums are open, unknown fields are kept, limits of
//! responses are not checked) and less: each change of a type or a name is visible.

use super::class::Class::{self, Behavior, Breaking, Compatible, Documentation, Invisible};
use crate::diff::delta::ChangeKind::{
    Added, AddedDefaulted, AddedRequired, Narrowed, Removed, RemovedOptional, Widened,
};
use crate::diff::delta::Position::{Request, Response};
use crate::diff::delta::Subject as S;
use crate::diff::delta::{ChangeKind, Difference, Position, Subject, Use};

/// The classification of a kind of difference. The first matching rule applies.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The stable id of the changes, in kebab-case.
    pub(crate) id: &'static str,
    subjects: &'static [Subject],
    /// The kinds of change; empty matches any.
    kind: &'static [ChangeKind],
    /// The side of a call; `None` matches both.
    position: Option<Position>,
    pub(crate) wire: Class,
    /// The class if code is generated from the part; otherwise the Rust API is not affected.
    pub(crate) rust: Class,
    /// The effect, if the difference itself is not clear.
    pub(crate) note: &'static str,
    /// The explanation of the id.
    pub(crate) about: &'static str,
}

const fn rule(
    id: &'static str,
    on: (&'static [Subject], &'static [ChangeKind], Option<Position>),
    (wire, rust): (Class, Class),
    note: &'static str,
    about: &'static str,
) -> Rule {
    let (subjects, kind, position) = on;
    Rule {
        id,
        subjects,
        kind,
        position,
        wire,
        rust,
        note,
        about,
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
const ITEMS: &[Subject] = &[S::Items, S::Values];

/// Every rule.
#[rustfmt::skip]
pub(crate) const RULES: &[Rule] = &[
    rule("operation-added", (&[S::Operation], ADDED, None), (Compatible, Compatible), "a new method",
        "An operation is new."),
    rule("operation-removed", (&[S::Operation], REMOVED, None), (Breaking, Breaking), "its method is removed",
        "An operation is gone. An operation under another path or method counts as removed and added."),
    rule("operation-renamed", (&[S::OperationId], ANY, None), (Invisible, Breaking), "the method has another name",
        "`operationId` or `x-imagine-name` of an operation differs."),
    rule("arguments-reordered", (&[S::Args], ANY, None), (Invisible, Breaking), "the method takes other arguments or another order",
        "`x-imagine-args` of an operation differs."),
    rule("by-value-changed", (&[S::ByValue], ANY, None), (Invisible, Breaking), "the method takes other arguments",
        "`x-imagine-by-value` of an operation differs: its method takes the request as a value, or no longer does."),
    rule("retry-class-changed", (&[S::Retry], ANY, None), (Invisible, Behavior), "other failures are retried",
        "`x-imagine-retry` of an operation differs."),
    rule("validation-changed", (&[S::Validation], ANY, None), (Invisible, Behavior), "other requests or responses are rejected",
        "An extension that validates requests or responses is new, gone or different."),
    rule("exclusive-changed", (&[S::Exclusive], ANY, None), (Invisible, Behavior), "the number of concurrent requests",
        "`x-imagine-exclusive` of an operation differs."),
    rule("also-sets-changed", (&[S::AlsoSets], ANY, None), (Invisible, Behavior), "a setter sets other fields",
        "`x-imagine-also-sets` of a field differs."),
    rule("method-added", (&[S::View], ADDED, None), (Invisible, Compatible), "a new method",
        "An operation has another method in `x-imagine-views`."),
    rule("method-removed", (&[S::View], REMOVED, None), (Invisible, Breaking), "",
        "An operation has a method less in `x-imagine-views`."),

    rule("required-argument-added", (ARGUMENTS, &[AddedRequired], Some(Request)), (Breaking, Breaking), "every call must pass it",
        "A parameter, a body or a field of a request is new and required."),
    rule("sent-argument-added", (ARGUMENTS, &[AddedDefaulted], Some(Request)), (Breaking, Compatible), "the SDK sends a default",
        "A parameter or a field of a request is new and required, but the SDK sends a default."),
    rule("optional-argument-added", (ARGUMENTS, &[Added], Some(Request)), (Compatible, Compatible), "a new setter",
        "A parameter, a body or a field of a request is new and optional."),
    rule("argument-removed", (ARGUMENTS, REMOVED, Some(Request)), (Breaking, Breaking), "",
        "A parameter, a body or a field of a request is gone."),
    rule("argument-became-read-only", (&[S::ReadOnly], ANY, Some(Request)), (Compatible, Breaking), "its setter is removed",
        "A field of a request is `readOnly` now. Services ignore such fields in requests."),
    rule("response-field-added", (ARGUMENTS, ADDED, Some(Response)), (Compatible, Compatible), "",
        "A field of a response is new."),
    rule("response-optional-field-removed", (ARGUMENTS, &[RemovedOptional], Some(Response)), (Compatible, Breaking), "it could be missing before",
        "A field of a response is gone that was optional."),
    rule("response-field-removed", (ARGUMENTS, REMOVED, Some(Response)), (Breaking, Breaking), "",
        "A field of a response is gone that was required."),
    rule("path-parameter-renamed", (&[S::ParameterName], ANY, None), (Invisible, Breaking), "the wire does not contain its name",
        "A parameter of the path has another name at the same position."),
    rule("encoding-changed", (&[S::Encoding], ANY, None), (Breaking, Invisible), "values are encoded differently",
        "`style`, `explode`, `encoding` or another keyword for the encoding of values differs."),

    rule("media-type-added", (MEDIA_TYPES, ADDED, None), (Compatible, Compatible), "",
        "A body or a response has another media type, or an operation has another successful response."),
    rule("media-type-removed", (MEDIA_TYPES, REMOVED, None), (Breaking, Breaking), "",
        "A media type of a body or a response is gone, or a successful response."),
    rule("error-response-changed", (&[S::Failure], ANY, None), (Compatible, Invisible), "errors are decoded in any form",
        "An error response is new or gone."),
    rule("response-header-added", (&[S::Header], ADDED, None), (Compatible, Invisible), "",
        "A header of a response is new."),
    rule("response-header-removed", (&[S::Header], REMOVED, None), (Breaking, Invisible), "",
        "A header of a response is gone."),

    rule("request-became-optional", (&[S::Optionality], WIDENED, Some(Request)), (Compatible, Breaking), "an argument becomes a setter",
        "A part of a request is no longer required, or may be null."),
    rule("request-became-required", (&[S::Optionality], ANY, Some(Request)), (Breaking, Breaking), "a setter becomes an argument",
        "A part of a request is required now, or may no longer be null."),
    rule("response-became-required", (&[S::Optionality], NARROWED, Some(Response)), (Compatible, Breaking), "no longer an `Option`",
        "A part of a response is always present now."),
    rule("response-became-optional", (&[S::Optionality], ANY, Some(Response)), (Breaking, Breaking), "an `Option` now",
        "A part of a response may be missing or null now, for instance a field or a header."),
    rule("request-accepts-null", (&[S::Nullability], WIDENED, Some(Request)), (Compatible, Invisible), "",
        "An optional part of a request may be null now."),
    rule("request-rejects-null", (&[S::Nullability], ANY, Some(Request)), (Breaking, Invisible), "",
        "An optional part of a request may no longer be null."),
    rule("response-never-null", (&[S::Nullability], NARROWED, Some(Response)), (Compatible, Invisible), "",
        "An optional part of a response is no longer null."),
    rule("response-may-be-null", (&[S::Nullability], ANY, Some(Response)), (Breaking, Invisible), "the SDK decodes null as absent",
        "An optional part of a response may be null now."),

    rule("request-type-widened", (&[S::Type], WIDENED, Some(Request)), (Compatible, Breaking), "",
        "A request accepts more types, for instance `number` instead of `integer`."),
    rule("response-type-narrowed", (&[S::Type], NARROWED, Some(Response)), (Compatible, Breaking), "",
        "A response has fewer types, for instance `integer` instead of `number`."),
    rule("type-changed", (&[S::Type], ANY, None), (Breaking, Breaking), "",
        "`type` differs: a request no longer accepts the old type, or a response may have another one."),
    rule("request-items-removed", (ITEMS, REMOVED, Some(Request)), (Compatible, Breaking), "the type of the items",
        "A list or a map in a request accepts items of any type now."),
    rule("response-items-added", (ITEMS, ADDED, Some(Response)), (Compatible, Breaking), "the type of the items",
        "A list or a map in a response has items of one type now."),
    rule("items-changed", (ITEMS, ANY, None), (Breaking, Breaking), "the type of the items",
        "The schema of the items of a list or of the values of a map is new in a request, or gone in a response."),
    rule("request-format-removed", (&[S::Format], WIDENED, Some(Request)), (Compatible, Breaking), "some formats have a Rust type",
        "A request accepts any format now."),
    rule("response-format-added", (&[S::Format], NARROWED, Some(Response)), (Compatible, Breaking), "some formats have a Rust type",
        "A value of a response has a format now."),
    rule("format-changed", (&[S::Format], ANY, None), (Breaking, Breaking), "some formats have a Rust type",
        "`format` differs: it is new in a request, gone in a response, or another one."),
    rule("rust-type-changed", (&[S::RustType], ANY, None), (Invisible, Breaking), "the Rust type or its name changes",
        "The name of the component or `x-imagine-rust` differs, from which the Rust type has its name."),

    rule("enum-value-added", (ENUM_VALUES, ADDED, None), (Compatible, Compatible), "enums are open",
        "An enum has another value. The enums of the SDK keep values that they do not know."),
    rule("request-enum-value-removed", (ENUM_VALUES, REMOVED, Some(Request)), (Breaking, Breaking), "its variant is removed",
        "A request no longer accepts a value of an enum."),
    rule("response-enum-value-removed", (ENUM_VALUES, REMOVED, Some(Response)), (Compatible, Breaking), "its variant is removed",
        "A response no longer has a value of an enum."),
    rule("enum-removed", (&[S::Enumeration], WIDENED, None), (Compatible, Breaking), "an enum becomes a string",
        "Any string is a value now."),
    rule("response-enum-added", (&[S::Enumeration], ANY, Some(Response)), (Compatible, Breaking), "a string becomes an enum",
        "A string of a response has listed values now."),
    rule("request-enum-added", (&[S::Enumeration], ANY, None), (Breaking, Breaking), "a string becomes an enum",
        "A request only accepts listed strings now."),
    rule("constant-removed", (&[S::Constant], WIDENED, None), (Compatible, Invisible), "",
        "A number or a boolean has more values, or any."),
    rule("response-constant-changed", (&[S::Constant], ANY, Some(Response)), (Compatible, Invisible), "",
        "A number or a boolean of a response has other listed values."),
    rule("request-constant-changed", (&[S::Constant], ANY, None), (Breaking, Invisible), "",
        "A request accepts other listed numbers or booleans."),
    rule("extensible-values-removed", (&[S::ExtensibleEnum], NARROWED, Some(Request)), (Breaking, Invisible), "",
        "A request no longer accepts some values of `x-extensible-enum`."),
    rule("extensible-values-changed", (&[S::ExtensibleEnum], ANY, None), (Compatible, Invisible), "other values were possible before",
        "`x-extensible-enum` lists other values."),

    rule("response-limits-narrowed", (&[S::Range, S::Limit], NARROWED, Some(Response)), (Compatible, Invisible), "limits of responses are not checked",
        "A limit on a value of a response is new or stricter."),
    rule("response-limits-changed", (&[S::Range, S::Limit], ANY, Some(Response)), (Breaking, Invisible), "the SDK does not check limits of responses",
        "A limit on a value of a response is gone, looser or different, so that values may occur that did not before."),
    rule("request-range-widened", (&[S::Range], WIDENED, None), (Compatible, Compatible), "the SDK checks the range before sending",
        "The range of a number in a request is larger, or that of the length of a string or a list."),
    rule("request-range-narrowed", (&[S::Range], ANY, None), (Breaking, Behavior), "the SDK rejects values before sending",
        "The range of a number in a request is smaller or another one, or that of the length of a string or a list."),
    rule("request-limit-widened", (&[S::Limit], WIDENED, None), (Compatible, Invisible), "",
        "A limit on a value of a request is gone or looser, for instance `pattern` or `uniqueItems`."),
    rule("request-limit-narrowed", (&[S::Limit], ANY, None), (Breaking, Invisible), "the SDK does not check it",
        "A limit on a value of a request is new, stricter or another one."),
    rule("unknown-fields-rejected", (&[S::Openness], NARROWED, Some(Request)), (Breaking, Invisible), "",
        "A request no longer accepts fields that its schema does not list."),
    rule("unknown-fields-changed", (&[S::Openness], ANY, None), (Compatible, Invisible), "unknown fields are kept",
        "`additionalProperties` differs: a request accepts unlisted fields now, or a response may have others."),
    rule("request-variant-removed", (&[S::Variant], REMOVED, Some(Request)), (Breaking, Breaking), "",
        "A request no longer accepts a variant of a union."),
    rule("response-variant-added", (&[S::Variant], ADDED, Some(Response)), (Breaking, Breaking), "",
        "A response may be another variant of a union."),
    rule("variant-changed", (&[S::Variant], ANY, None), (Compatible, Compatible), "",
        "A request accepts another variant of a union, or a response is no longer one."),
    rule("discriminator-extended", (&[S::Discriminator], WIDENED, None), (Compatible, Compatible), "a value names another variant",
        "The mapping of a discriminator has another entry."),
    rule("discriminator-changed", (&[S::Discriminator], ANY, None), (Breaking, Breaking), "",
        "A discriminator is new or gone, has another property, or its mapping lacks or changes an entry."),
    rule("union-keyword-changed", (&[S::Union], ANY, None), (Compatible, Invisible), "",
        "`oneOf` is `anyOf` now, or the reverse."),

    rule("sent-default-changed", (&[S::SentDefault], ANY, None), (Behavior, Behavior), "the SDK sends another default",
        "A default that the SDK sends differs."),
    rule("send-default-changed", (&[S::SendDefault], ANY, None), (Invisible, Behavior), "the SDK sends the default, or no longer does",
        "`x-imagine-send-default` of a field differs."),
    rule("documented-default-changed", (&[S::DocumentedDefault], ANY, None), (Behavior, Documentation), "the service uses another default",
        "The value differs that the service uses for a value that a request omits."),
    rule("required-in-responses-changed", (&[S::RequiredInResponses], ANY, None), (Invisible, Behavior), "other responses are rejected",
        "`x-imagine-required` or `x-imagine-json-text` of a field differs."),
    rule("file-formats-changed", (&[S::FileFormats], ANY, None), (Invisible, Behavior), "other files are rejected before sending",
        "`x-imagine-formats` of a file differs."),
    rule("setters-changed", (&[S::ResponseOnly, S::StreamFlag, S::Sampling], ANY, None), (Invisible, Breaking), "a setter is added or removed",
        "An extension differs that decides which setters a builder has."),
    rule("field-renamed", (&[S::Name], ANY, None), (Invisible, Breaking), "",
        "`x-imagine-name` of a field or a parameter differs."),

    rule("security-loosened", (&[S::Security], WIDENED, None), (Compatible, Invisible), "what was sent before suffices",
        "An operation accepts the credentials it accepted before, and others, fewer or none."),
    rule("security-changed", (&[S::Security], ANY, None), (Breaking, Invisible), "the key is sent differently",
        "An operation requires other credentials: another scheme, header or scope, or credentials at all."),
    rule("security-flow-changed", (&[S::SecurityFlow], ANY, None), (Behavior, Invisible), "tokens are requested differently",
        "The URLs or the scopes of a security scheme differ by which clients request tokens."),
    rule("server-added", (&[S::Server], WIDENED, None), (Compatible, Invisible), "another URL",
        "A document, a path or an operation has another server."),
    rule("server-changed", (&[S::Server], ANY, None), (Breaking, Invisible), "the URL changes",
        "A document, a path or an operation no longer has a server it had."),
    rule("access-changed", (&[S::Access], ANY, None), (Compatible, Invisible), "",
        "`readOnly` or `writeOnly` differs on the side of a call that has the field."),
    rule("stability-lowered", (&[S::Stability], NARROWED, None), (Breaking, Invisible), "the service promises less",
        "`x-stability-level` is lower, for instance `beta` instead of `stable`."),
    rule("stability-raised", (&[S::Stability], ANY, None), (Compatible, Invisible), "",
        "`x-stability-level` is higher, or new."),
    rule("sunset-changed", (&[S::Sunset], ANY, None), (Behavior, Documentation), "the date of the end",
        "`x-sunset` differs, the date after which an operation may be gone."),
    rule("deprecation-changed", (&[S::Deprecation, S::Replacement], ANY, None), (Compatible, Documentation), "",
        "`deprecated` or the replacement of a deprecated part differs."),
    rule("search-names-changed", (&[S::PythonNames], ANY, None), (Invisible, Documentation), "names to search for",
        "`x-imagine-python` differs: the names of the Python client, by which the documentation is searched."),
    rule("version-changed", (&[S::Version], ANY, None), (Documentation, Documentation), "",
        "The version of OpenAPI differs. Documents of 3.1 are compared after they are lowered to 3.0."),
    rule("prose-changed", (&[S::Prose], ANY, None), (Documentation, Documentation), "",
        "A description, an example, provenance or another keyword for readers differs."),

    // An unclassified keyword counts as breaking until it has a rule.
    rule("unclassified", (&[], ANY, None), (Breaking, Breaking), "no rule for this keyword; add one",
        "A keyword differs that no rule classifies."),
];

impl Rule {
    /// Returns the rule with an id.
    pub(super) fn of(id: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.id == id)
    }

    fn matches(&self, difference: &Difference, position: Option<Position>) -> bool {
        (self.subjects.is_empty() || self.subjects.contains(&difference.subject))
            && (self.kind.is_empty() || self.kind.contains(&difference.kind))
            && (self.position.is_none() || self.position == position)
    }
}

/// The classification of a difference, or of one use.
#[derive(Clone, Copy)]
pub(crate) struct Classification {
    pub(crate) rule: &'static Rule,
    pub(crate) wire: Class,
    pub(crate) rust: Class,
}

impl Classification {
    /// Classifies one use of a difference.
    pub(super) fn of(difference: &Difference, used: &Use) -> Option<Self> {
        let rule = RULES
            .iter()
            .find(|rule| rule.matches(difference, used.position))?;
        Some(Self {
            rule,
            wire: rule.wire,
            rust: if used.generated { rule.rust } else { Invisible },
        })
    }

    /// Returns the worse of the two classes.
    pub(crate) fn worst(&self) -> Class {
        self.wire.max(self.rust)
    }
}
