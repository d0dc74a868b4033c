//! The `x-imagine-*` hints: which there are, and what each may hold.

use serde_json::Value;

use super::json::string;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

const PREFIX: &str = "x-imagine-";

/// What a hint may hold.
enum Shape {
    Flag,
    Name,
    Texts,
    RustType,
    OneOf(&'static [&'static str], &'static str),
    Views,
}

/// What a hint can stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum On {
    Operation,
    /// A property of an object, or a parameter.
    Property,
    Schema,
}

struct Hint {
    name: &'static str,
    on: &'static [On],
    shape: Shape,
}

const fn hint(name: &'static str, on: &'static [On], shape: Shape) -> Hint {
    Hint { name, on, shape }
}

const RETRY: Shape = Shape::OneOf(&["idempotent", "unstarted"], "`idempotent` or `unstarted`");

const HINTS: &[Hint] = &[
    hint("x-imagine-also-sets", &[On::Property], Shape::Texts),
    hint("x-imagine-response-only", &[On::Property], Shape::Flag),
    hint("x-imagine-check", &[On::Property], Shape::Flag),
    hint("x-imagine-required", &[On::Property], Shape::Flag),
    hint("x-imagine-exclusive", &[On::Operation], Shape::Flag),
    hint("x-imagine-formats", &[On::Property], Shape::Texts),
    hint("x-imagine-name", &[On::Property], Shape::Name),
    hint("x-imagine-args", &[On::Operation], Shape::Texts),
    hint(
        "x-imagine-python",
        &[On::Operation, On::Property, On::Schema],
        Shape::Texts,
    ),
    hint("x-imagine-replacement", &[On::Property], Shape::Name),
    hint("x-imagine-retry", &[On::Operation], RETRY),
    hint("x-imagine-rust", &[On::Schema], Shape::RustType),
    hint("x-imagine-sampling", &[On::Schema], Shape::Flag),
    hint("x-imagine-send-default", &[On::Property], Shape::Flag),
    hint("x-imagine-stream-flag", &[On::Property], Shape::Flag),
    hint(
        "x-imagine-validate-request",
        &[On::Operation],
        Shape::RustType,
    ),
    hint(
        "x-imagine-validate-response",
        &[On::Operation],
        Shape::RustType,
    ),
    hint("x-imagine-views", &[On::Operation], Shape::Views),
    hint("x-imagine-by-value", &[On::Operation], Shape::Flag),
];

/// These hold data of the service, in which a key is no keyword.
const DATA: [&str; 5] = ["default", "enum", "example", "examples", "x-provenance"];

/// What a known hint can stand on.
pub(crate) fn locations(key: &str) -> Option<&'static [On]> {
    find(key).map(|hint| hint.on)
}

/// Whether a key is meant as a hint.
pub(crate) fn is_hint(key: &str) -> bool {
    key.starts_with(PREFIX)
}

/// Checks every hint in a document.
pub(crate) fn check(doc: &Value) -> Result<(), Diagnostic> {
    diagnostics(doc).into_iter().next().map_or(Ok(()), Err)
}

/// Every hint in a document that there is none of, or that holds what it may not.
pub(crate) fn diagnostics(doc: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    check_keywords(doc, &Location::default(), &mut found);
    found
}

fn find(key: &str) -> Option<&'static Hint> {
    HINTS.iter().find(|hint| hint.name == key)
}

fn check_keywords(value: &Value, location: &Location, found: &mut Vec<Diagnostic>) {
    let location = &match string(value, "operationId") {
        Some(operation) => location.clone().in_operation(operation),
        None => location.clone(),
    };
    for (key, member) in value.as_object().into_iter().flatten() {
        check_member(key, member, &location.key(key), found);
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        check_keywords(item, &location.key(at), found);
    }
}

fn check_member(key: &str, value: &Value, location: &Location, found: &mut Vec<Diagnostic>) {
    match key {
        _ if is_hint(key) => found.extend(check_hint(key, value, location)),
        "properties" => {
            for (name, schema) in value.as_object().into_iter().flatten() {
                check_keywords(schema, &location.key(name), found);
            }
        }
        _ if DATA.contains(&key) => {}
        _ => check_keywords(value, location, found),
    }
}

fn check_hint(key: &str, value: &Value, location: &Location) -> Option<Diagnostic> {
    let Some(hint) = find(key) else {
        return Some(location.diagnostic(DiagnosticKind::UnknownExtension(key.to_owned())));
    };
    let found = || {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let expected = hint.shape.mismatch(value)?;
    Some(location.diagnostic(DiagnosticKind::BadValue {
        key: key.to_owned(),
        expected,
        found: found(),
    }))
}

impl Shape {
    /// What was expected, where the value is something else.
    fn mismatch(&self, value: &Value) -> Option<&'static str> {
        let (fits, expected) = match self {
            Self::Flag => (value.is_boolean(), "true or false"),
            Self::Name => (
                value.as_str().is_some_and(super::names::is_snake),
                "a Rust name in snake_case",
            ),
            Self::Texts => (is_list_of(value, Value::is_string), "a list of texts"),
            Self::RustType => (value.as_str().is_some_and(is_rust_type), "a Rust path"),
            Self::OneOf(choices, expected) => (
                value.as_str().is_some_and(|text| choices.contains(&text)),
                *expected,
            ),
            Self::Views => (
                is_list_of(value, is_view),
                "a list of views: method, summary, response and python",
            ),
        };
        (!fits).then_some(expected)
    }
}

fn is_list_of(value: &Value, is_item: impl Fn(&Value) -> bool) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(is_item))
}

fn is_rust_type(text: &str) -> bool {
    syn::parse_str::<syn::TypePath>(text).is_ok()
}

fn is_view(view: &Value) -> bool {
    let known = ["method", "summary", "response", "python"];
    string(view, "method").is_some_and(super::names::is_snake)
        && string(view, "summary").is_some()
        && string(view, "response").is_some_and(is_rust_type)
        && view
            .get("python")
            .is_none_or(|python| is_list_of(python, Value::is_string))
        && view
            .as_object()
            .is_some_and(|view| view.keys().all(|key| known.contains(&key.as_str())))
}
