//! Explanations of the codes of diagnostics.

use crate::openapi::shapes;

/// Every code with its explanation.
const EXPLANATIONS: &[(&str, &str)] = &[
    (
        "apis",
        "A row of openapi/apis.toml has an unknown key, lacks one, or has a value that is invalid or belongs to \
         another API. The comments of the table describe the keys.",
    ),
    (
        "arguments",
        "`x-imagine-args` lists the fields that a method takes as arguments. Every entry must be a field of the \
         request, and every required field without a default must be listed.",
    ),
    (
        "array-items",
        "A schema of type `array` needs `items`; without it, the type of the items is unknown.",
    ),
    (
        "default",
        "A `default` must be a valid value of its schema: of its type, one of its values, within its limits.",
    ),
    (
        "description",
        "Tags, parameters, components and properties need a description, which becomes documentation. It starts \
         with a capital, because it is shown as a sentence.",
    ),
    (
        "duplicate-name",
        "Two parts of the document get the same name in Rust, for instance an operation and a component, or two \
         fields that differ in capitals.",
    ),
    (
        "extension",
        "Extensions that start with `x-imagine-` are a closed list, and their values have a type. \
         openapi/README.md lists them. A misspelled extension would have no effect.",
    ),
    (
        "extension-target",
        "The extension has no effect on an object of this kind. openapi/README.md lists where each one applies.",
    ),
    (
        "foreign-extension",
        "The specifications of this repository contain no extensions of other tools, because codegen ignores them.",
    ),
    (
        "generator",
        "The translation of schemas to types failed. The location is the smallest schema that fails alone.",
    ),
    (
        "hand-written",
        "The extension names hand-written code for the types of an API, and the row of the API in openapi/apis.toml \
         does not set `hand_written`.",
    ),
    (
        "limits",
        "The lower limit is greater than the upper limit, so that no value is valid.",
    ),
    (
        "nullable",
        "In OpenAPI 3.0, `nullable` adds null to the `type` beside it, and has no effect elsewhere. A nullable \
         reference is an `anyOf` of the reference and of a component whose only value is null.",
    ),
    (
        "open-enum",
        "A service may add values to an enum of its responses. Only enums of strings keep unknown values.",
    ),
    (
        "open-response",
        "A service may add properties to its responses, so that `additionalProperties: false` is wrong there.",
    ),
    (
        "operation-case",
        "The `operationId` of the specifications of this repository is in snake_case, like the method. Codegen \
         converts other names.",
    ),
    (
        "operation-id",
        "Every operation needs a unique `operationId`, or a unique `x-imagine-name`, which names the method of the \
         client. The client's own methods have their names already.",
    ),
    (
        "operation-provenance",
        "Every operation needs an `x-provenance` with the grade and the source of its facts.",
    ),
    (
        "operation-retry",
        "Every operation needs a retry class in `x-imagine-retry`: `idempotent` if the client may repeat it after \
         any transient failure, `unstarted` otherwise.",
    ),
    (
        "operation-summary",
        "Every operation needs a `summary`, the first line of its documentation.",
    ),
    (
        "operation-tag",
        "Every operation needs a tag that the document describes.",
    ),
    (
        "pagination",
        "`x-pagination` names a parameter of the operation, or a property of its body, that selects the page, and the \
         properties of the response that contain the items and the end of the list. openapi/README.md lists its keys.",
    ),
    (
        "path",
        "A path starts with a slash, has no query, closes its braces, and differs from every other path in more than \
         the names of its parameters. Its operations are written in place.",
    ),
    (
        "path-parameters",
        "The names in braces in a path and the declared path parameters must be the same, and path parameters are \
         required: a path without one is another path.",
    ),
    (
        "provenance",
        "An `x-provenance` consists of a `grade` and a `source`. openapi/README.md lists the grades.",
    ),
    (
        "recursion",
        "A schema contains itself without an object, a list or a map in between, so that no value is finite.",
    ),
    (
        "reference",
        "A `$ref` must point to a value in the same document.",
    ),
    (
        "required-property",
        "`required` lists a property that the object does not define.",
    ),
    (
        "schema",
        "A keyword has a value that JSON Schema excludes: a duplicate in `required`, an empty list of schemas, a step \
         that is not positive, a regular expression that does not compile. The mock could not check requests.",
    ),
    (
        "sent-default",
        "`x-imagine-send-default` sends the `default`, which must be a string, a number or a boolean.",
    ),
    (
        "status",
        "Responses are keyed by a status of three digits, a class such as `4XX`, or `default`.",
    ),
    (
        "structure",
        "The objects of OpenAPI 3.0 have a fixed set of keys, with values of a fixed type.",
    ),
    (
        "syntax",
        "The file is not YAML, or contains what JSON cannot express: duplicate keys, tags, several documents.",
    ),
    (
        "type-name",
        "The name of a component cannot be the name of its type, because it hides a type that generated code uses.",
    ),
    (
        "typed-error",
        "Every operation needs an error response with a schema, so that the mock can send one.",
    ),
    (
        "unsent-default",
        "A required field with a default must say whether the SDK sends the default.",
    ),
    (
        "unsupported",
        "Codegen has no rule for this construct. The help names another way to express it.",
    ),
    ("unused-component", "Nothing refers to the component."),
    ("version", "The specifications are OpenAPI 3.0 or 3.1."),
];

/// Returns all codes.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    EXPLANATIONS.iter().map(|(code, _)| *code)
}

/// Returns the explanation of a code. That of `structure` lists the keys of every object.
pub(crate) fn explanation(code: &str) -> Option<String> {
    let (_, explanation) = EXPLANATIONS.iter().find(|(known, _)| *known == code)?;
    let keys = match code {
        "structure" => shapes::listing(),
        _ => String::new(),
    };
    Some(format!("{explanation}{keys}"))
}
