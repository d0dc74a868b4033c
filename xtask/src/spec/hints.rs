//! The `x-imagine-*` hints: which there are, and what each may hold.

use serde_json::Value;

use super::json::text;
use crate::error::{Fault, Place, Problem};

const PREFIX: &str = "x-imagine-";

/// What a hint may hold.
enum Shape {
    Flag,
    Text,
    Texts,
    RustType,
    OneOf(&'static [&'static str], &'static str),
    Views,
}

const HINTS: &[(&str, Shape)] = &[
    ("x-imagine-answer-only", Shape::Flag),
    ("x-imagine-discriminating", Shape::Flag),
    ("x-imagine-formats", Shape::Texts),
    ("x-imagine-name", Shape::Text),
    ("x-imagine-positional", Shape::Texts),
    ("x-imagine-python", Shape::Texts),
    (
        "x-imagine-retry",
        Shape::OneOf(&["idempotent", "unstarted"], "`idempotent` or `unstarted`"),
    ),
    ("x-imagine-rust", Shape::RustType),
    ("x-imagine-sampling", Shape::Flag),
    ("x-imagine-send-default", Shape::Flag),
    ("x-imagine-stream-flag", Shape::Flag),
    ("x-imagine-views", Shape::Views),
    ("x-imagine-whole", Shape::Flag),
];

/// These hold data of the service, in which a key is no keyword.
const DATA: [&str; 5] = ["default", "enum", "example", "examples", "x-provenance"];

/// Checks every hint in a document.
pub(crate) fn check(doc: &Value) -> Result<(), Fault> {
    check_keywords(doc, &Place::default())
}

fn check_keywords(value: &Value, place: &Place) -> Result<(), Fault> {
    let place = &match text(value, "operationId") {
        Some(operation) => place.clone().of(operation),
        None => place.clone(),
    };
    for (key, member) in value.as_object().into_iter().flatten() {
        check_member(key, member, &place.key(key))?;
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        check_keywords(item, &place.key(at))?;
    }
    Ok(())
}

fn check_member(key: &str, value: &Value, place: &Place) -> Result<(), Fault> {
    match key {
        _ if key.starts_with(PREFIX) => check_hint(key, value, place),
        "properties" => value
            .as_object()
            .into_iter()
            .flatten()
            .try_for_each(|(name, schema)| check_keywords(schema, &place.key(name))),
        _ if DATA.contains(&key) => Ok(()),
        _ => check_keywords(value, place),
    }
}

fn check_hint(key: &str, value: &Value, place: &Place) -> Result<(), Fault> {
    let Some((_, shape)) = HINTS.iter().find(|(name, _)| *name == key) else {
        return Err(place.fault(Problem::UnknownHint(key.to_owned())));
    };
    match shape.mismatch(value) {
        None => Ok(()),
        Some(expected) => Err(place.fault(Problem::BadValue {
            key: key.to_owned(),
            expected,
            found: value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        })),
    }
}

impl Shape {
    /// What was expected, where the value is something else.
    fn mismatch(&self, value: &Value) -> Option<&'static str> {
        let (fits, expected) = match self {
            Self::Flag => (value.is_boolean(), "true or false"),
            Self::Text => (value.is_string(), "text"),
            Self::Texts => (is_list_of(value, Value::is_string), "a list of texts"),
            Self::RustType => (
                value.as_str().is_some_and(is_rust_type),
                "the path of a Rust type",
            ),
            Self::OneOf(choices, expected) => (
                value.as_str().is_some_and(|text| choices.contains(&text)),
                *expected,
            ),
            Self::Views => (
                is_list_of(value, is_view),
                "a list of views: method, summary, answer and python",
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
    let known = ["method", "summary", "answer", "python"];
    text(view, "method").is_some_and(super::names::is_snake)
        && text(view, "summary").is_some()
        && text(view, "answer").is_some_and(is_rust_type)
        && view
            .get("python")
            .is_none_or(|python| is_list_of(python, Value::is_string))
        && view
            .as_object()
            .is_some_and(|view| view.keys().all(|key| known.contains(&key.as_str())))
}
