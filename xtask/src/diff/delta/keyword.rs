//! The subjects of differences, and the keywords of facts.

use super::variance::Variance;

/// The subject of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    // Parts of a specification.
    Document,
    Operation,
    View,
    Parameter,
    Body,
    Content,
    Success,
    Failure,
    Header,
    Field,
    Items,
    Values,
    Variant,
    Component,
    /// A component that parts refer to.
    Definition,
    // Required and nullable.
    Optionality,
    Nullability,
    // Facts of a part.
    Access,
    AlsoSets,
    ResponseOnly,
    Constant,
    Deprecation,
    RequiredInResponses,
    Discriminator,
    DocumentedDefault,
    Encoding,
    EnumValue,
    Enumeration,
    Exclusive,
    FileFormats,
    Format,
    Limit,
    Name,
    Openness,
    OperationId,
    ParameterName,
    Args,
    PythonNames,
    Range,
    Replacement,
    Retry,
    RustType,
    Sampling,
    Security,
    SendDefault,
    SentDefault,
    Server,
    StreamFlag,
    Prose,
    Type,
    Union,
    Unknown,
    Validation,
    ByValue,
}

/// A keyword, its subject, and its variance.
pub(crate) type Keyword = (&'static str, Subject, Variance);

/// The keywords of facts, without those of parts.
const KEYWORDS: &[Keyword] = &[
    ("additionalProperties", Subject::Openness, Variance::Opens),
    ("allowEmptyValue", Subject::Encoding, Variance::Opaque),
    ("allowReserved", Subject::Encoding, Variance::Opaque),
    ("default", Subject::DocumentedDefault, Variance::Opaque),
    ("deprecated", Subject::Deprecation, Variance::Flag),
    ("description", Subject::Prose, Variance::Opaque),
    ("discriminator", Subject::Discriminator, Variance::Mapping),
    ("encoding", Subject::Encoding, Variance::Opaque),
    ("enum", Subject::Enumeration, Variance::OneOf),
    ("example", Subject::Prose, Variance::Opaque),
    ("examples", Subject::Prose, Variance::Opaque),
    ("exclusiveMaximum", Subject::Range, Variance::Restricts),
    ("exclusiveMinimum", Subject::Range, Variance::Restricts),
    ("explode", Subject::Encoding, Variance::Opaque),
    ("externalDocs", Subject::Prose, Variance::Opaque),
    ("format", Subject::Format, Variance::Narrows),
    ("info", Subject::Prose, Variance::Opaque),
    ("maximum", Subject::Range, Variance::Ceiling),
    ("maxItems", Subject::Limit, Variance::Ceiling),
    ("maxLength", Subject::Limit, Variance::Ceiling),
    ("maxProperties", Subject::Limit, Variance::Ceiling),
    ("minimum", Subject::Range, Variance::Floor),
    ("minItems", Subject::Limit, Variance::Floor),
    ("minLength", Subject::Limit, Variance::Floor),
    ("minProperties", Subject::Limit, Variance::Floor),
    ("multipleOf", Subject::Limit, Variance::Narrows),
    ("operationId", Subject::OperationId, Variance::Opaque),
    ("pattern", Subject::Limit, Variance::Narrows),
    ("readOnly", Subject::Access, Variance::Flag),
    ("security", Subject::Security, Variance::Alternatives),
    ("style", Subject::Encoding, Variance::Opaque),
    ("summary", Subject::Prose, Variance::Opaque),
    ("tags", Subject::Prose, Variance::Opaque),
    ("title", Subject::Prose, Variance::Opaque),
    ("type", Subject::Type, Variance::Type),
    ("uniqueItems", Subject::Limit, Variance::Restricts),
    ("writeOnly", Subject::Access, Variance::Flag),
    ("x-imagine-also-sets", Subject::AlsoSets, Variance::Opaque),
    (
        "x-imagine-response-only",
        Subject::ResponseOnly,
        Variance::Flag,
    ),
    ("x-imagine-check", Subject::Validation, Variance::Flag),
    (
        "x-imagine-required",
        Subject::RequiredInResponses,
        Variance::Flag,
    ),
    ("x-imagine-inputs", Subject::Validation, Variance::Flag),
    (
        "x-imagine-json-text",
        Subject::RequiredInResponses,
        Variance::Flag,
    ),
    ("x-imagine-exclusive", Subject::Exclusive, Variance::Flag),
    ("x-imagine-formats", Subject::FileFormats, Variance::OneOf),
    ("x-imagine-name", Subject::Name, Variance::Opaque),
    ("x-imagine-args", Subject::Args, Variance::Opaque),
    ("x-imagine-python", Subject::PythonNames, Variance::Opaque),
    (
        "x-imagine-replacement",
        Subject::Replacement,
        Variance::Opaque,
    ),
    ("x-imagine-retry", Subject::Retry, Variance::Opaque),
    ("x-imagine-sampling", Subject::Sampling, Variance::Flag),
    (
        "x-imagine-send-default",
        Subject::SendDefault,
        Variance::Flag,
    ),
    ("x-imagine-stream-flag", Subject::StreamFlag, Variance::Flag),
    (
        "x-imagine-validate-request",
        Subject::Validation,
        Variance::Opaque,
    ),
    (
        "x-imagine-validate-response",
        Subject::Validation,
        Variance::Opaque,
    ),
    ("x-imagine-by-value", Subject::ByValue, Variance::Flag),
    ("x-provenance", Subject::Prose, Variance::Opaque),
    ("xml", Subject::Encoding, Variance::Opaque),
];

/// Returns the subject of a keyword. An unclassified keyword has the subject `Unknown`.
pub(super) fn find(key: &str) -> (Subject, Variance) {
    let known = KEYWORDS.iter().find(|(name, ..)| *name == key);
    let is_foreign = key.starts_with("x-") && !key.starts_with("x-imagine-");
    match known {
        Some((_, subject, variance)) => (*subject, *variance),
        None if is_foreign => (Subject::Prose, Variance::Opaque),
        None => (Subject::Unknown, Variance::Opaque),
    }
}
