//! What can differ, and the keywords that say it.

use super::fact::Variance;

/// What a difference is about.
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
    // Whether a value must be there, and may be null.
    Optionality,
    Nullability,
    // What is said of a part.
    Access,
    AlsoSets,
    AnswerOnly,
    Constant,
    Deprecation,
    Discriminating,
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
    Positional,
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
    Text,
    Type,
    Union,
    Unknown,
    Validation,
    Whole,
}

/// A keyword, what it is about, and how its values relate.
pub(crate) type Keyword = (&'static str, Subject, Variance);

/// The keywords that facts are made of. Those that make parts are not among them.
const KEYWORDS: &[Keyword] = &[
    ("additionalProperties", Subject::Openness, Variance::Opens),
    ("allowEmptyValue", Subject::Encoding, Variance::Opaque),
    ("allowReserved", Subject::Encoding, Variance::Opaque),
    ("default", Subject::DocumentedDefault, Variance::Opaque),
    ("deprecated", Subject::Deprecation, Variance::Flag),
    ("description", Subject::Text, Variance::Opaque),
    ("discriminator", Subject::Discriminator, Variance::Opaque),
    ("encoding", Subject::Encoding, Variance::Opaque),
    ("enum", Subject::Enumeration, Variance::OneOf),
    ("example", Subject::Text, Variance::Opaque),
    ("examples", Subject::Text, Variance::Opaque),
    ("exclusiveMaximum", Subject::Range, Variance::Restricts),
    ("exclusiveMinimum", Subject::Range, Variance::Restricts),
    ("explode", Subject::Encoding, Variance::Opaque),
    ("externalDocs", Subject::Text, Variance::Opaque),
    ("format", Subject::Format, Variance::Narrows),
    ("info", Subject::Text, Variance::Opaque),
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
    ("summary", Subject::Text, Variance::Opaque),
    ("tags", Subject::Text, Variance::Opaque),
    ("title", Subject::Text, Variance::Opaque),
    ("type", Subject::Type, Variance::Type),
    ("uniqueItems", Subject::Limit, Variance::Restricts),
    ("writeOnly", Subject::Access, Variance::Flag),
    ("x-imagine-also-sets", Subject::AlsoSets, Variance::Opaque),
    (
        "x-imagine-response-only",
        Subject::AnswerOnly,
        Variance::Flag,
    ),
    ("x-imagine-check", Subject::Validation, Variance::Flag),
    (
        "x-imagine-required",
        Subject::Discriminating,
        Variance::Flag,
    ),
    ("x-imagine-exclusive", Subject::Exclusive, Variance::Flag),
    ("x-imagine-formats", Subject::FileFormats, Variance::OneOf),
    ("x-imagine-name", Subject::Name, Variance::Opaque),
    ("x-imagine-args", Subject::Positional, Variance::Opaque),
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
    ("x-imagine-by-value", Subject::Whole, Variance::Flag),
    ("x-provenance", Subject::Text, Variance::Opaque),
    ("xml", Subject::Encoding, Variance::Opaque),
];

/// What a keyword is about. One that nobody has classified yet stays visible as such.
pub(super) fn find(key: &str) -> (Subject, Variance) {
    let known = KEYWORDS.iter().find(|(name, ..)| *name == key);
    let is_foreign = key.starts_with("x-") && !key.starts_with("x-imagine-");
    match known {
        Some((_, subject, variance)) => (*subject, *variance),
        None if is_foreign => (Subject::Text, Variance::Opaque),
        None => (Subject::Unknown, Variance::Opaque),
    }
}
