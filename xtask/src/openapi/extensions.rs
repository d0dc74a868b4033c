//! The extensions and their schemas.

use serde_json::Value;

use super::json::string;
use super::pagination::{PAGINATION, Pagination};
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

const PREFIX: &str = "x-imagine-";

/// The type of an extension's value.
enum Shape {
    Flag,
    Name,
    Strings,
    /// Search aliases of rustdoc.
    Aliases,
    RustType,
    OneOf(&'static [&'static str], &'static str),
    Views,
    /// The references of names.
    Mapping,
    /// The crate and the path of a Rust type.
    CrateType,
    /// The pages of a list.
    Pagination,
}

/// The objects that an extension applies to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    Operation,
    /// A property of an object, or a parameter.
    Property,
    Schema,
}

struct Extension {
    name: &'static str,
    targets: &'static [Target],
    shape: Shape,
}

const fn extension(name: &'static str, targets: &'static [Target], shape: Shape) -> Extension {
    Extension {
        name,
        targets,
        shape,
    }
}

const RETRY: Shape = Shape::OneOf(&["idempotent", "unstarted"], "`idempotent` or `unstarted`");

const EXTENSIONS: &[Extension] = &[
    extension("x-aliases", &[Target::Property], Shape::Strings),
    extension(PAGINATION, &[Target::Operation], Shape::Pagination),
    extension("x-rust-type", &[Target::Schema], Shape::CrateType),
    extension("x-imagine-accumulated", &[Target::Schema], Shape::Flag),
    extension("x-imagine-also-sets", &[Target::Property], Shape::Strings),
    extension("x-imagine-response-only", &[Target::Property], Shape::Flag),
    extension("x-imagine-check", &[Target::Property], Shape::Flag),
    extension("x-imagine-required", &[Target::Property], Shape::Flag),
    extension("x-imagine-events", &[Target::Schema], Shape::Mapping),
    extension("x-imagine-exclusive", &[Target::Operation], Shape::Flag),
    extension("x-imagine-formats", &[Target::Property], Shape::Strings),
    extension("x-imagine-inputs", &[Target::Property], Shape::Flag),
    extension("x-imagine-json-text", &[Target::Property], Shape::Flag),
    extension(
        "x-imagine-name",
        &[Target::Operation, Target::Property],
        Shape::Name,
    ),
    extension("x-imagine-args", &[Target::Operation], Shape::Strings),
    extension(
        "x-imagine-python",
        &[Target::Operation, Target::Property, Target::Schema],
        Shape::Aliases,
    ),
    extension("x-imagine-replacement", &[Target::Property], Shape::Name),
    extension("x-imagine-retry", &[Target::Operation], RETRY),
    extension("x-imagine-rust", &[Target::Schema], Shape::RustType),
    extension("x-imagine-sampling", &[Target::Schema], Shape::Flag),
    extension("x-imagine-send-default", &[Target::Property], Shape::Flag),
    extension("x-imagine-stream-flag", &[Target::Property], Shape::Flag),
    extension(
        "x-imagine-validate-request",
        &[Target::Operation],
        Shape::RustType,
    ),
    extension(
        "x-imagine-validate-response",
        &[Target::Operation],
        Shape::RustType,
    ),
    extension("x-imagine-views", &[Target::Operation], Shape::Views),
    extension("x-imagine-by-value", &[Target::Operation], Shape::Flag),
];

/// Returns the objects that a known extension applies to.
pub(crate) fn targets(key: &str) -> Option<&'static [Target]> {
    find(key).map(|extension| extension.targets)
}

/// Returns true if a key is an extension that codegen reads, or has the prefix of ours.
pub(crate) fn is_ours(key: &str) -> bool {
    key.starts_with(PREFIX) || find(key).is_some()
}

/// Reports an unknown extension or an invalid value.
pub(crate) fn check(key: &str, value: &Value, location: &Location) -> Option<Diagnostic> {
    let Some(extension) = find(key) else {
        return Some(location.diagnostic(DiagnosticKind::UnknownExtension(key.to_owned())));
    };
    let found = || {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let expected = extension.shape.mismatch(value)?;
    Some(location.diagnostic(DiagnosticKind::BadValue {
        key: key.to_owned(),
        expected,
        found: found(),
    }))
}

fn find(key: &str) -> Option<&'static Extension> {
    EXTENSIONS.iter().find(|extension| extension.name == key)
}

impl Shape {
    /// Returns the expected type if the value does not match.
    fn mismatch(&self, value: &Value) -> Option<&'static str> {
        let (fits, expected) = match self {
            Self::Flag => (value.is_boolean(), "true or false"),
            Self::Name => (
                value.as_str().is_some_and(super::names::is_snake),
                "a Rust name in snake_case",
            ),
            Self::Strings => (is_list_of(value, Value::is_string), "a list of strings"),
            Self::Aliases => (
                is_list_of(value, is_alias),
                "a list of names without quotes and outer spaces",
            ),
            Self::RustType => (value.as_str().is_some_and(is_rust_type), "a Rust path"),
            Self::OneOf(choices, expected) => (
                value.as_str().is_some_and(|text| choices.contains(&text)),
                *expected,
            ),
            Self::Views => (
                is_list_of(value, is_view),
                "a list of views: method, summary, response and python",
            ),
            Self::Mapping => (
                value
                    .as_object()
                    .is_some_and(|mapping| mapping.values().all(Value::is_string)),
                "a map of names to references",
            ),
            Self::Pagination => (
                Pagination::read(value).is_some(),
                "a map of `style` (cursor, page or offset), `parameter`, and optionally `size`, `first`, `items`, \
                 `next`, `has_more`, `total`, `pages` and `item_ids`",
            ),
            Self::CrateType => (
                rust_type(value).is_some(),
                "a type of the SDK: `crate: imagine-sdk` and a `path` such as `imagine_sdk::Timestamp`",
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

fn is_alias(value: &Value) -> bool {
    let is_accepted =
        |name: &str| !name.is_empty() && !name.contains(['"', '\'']) && name.trim() == name;
    value.as_str().is_some_and(is_accepted)
}

fn is_rust_type(text: &str) -> bool {
    syn::parse_str::<syn::TypePath>(text).is_ok()
}

/// Returns the path within the SDK of a type in `x-rust-type`.
pub(crate) fn rust_type(value: &Value) -> Option<String> {
    let path = string(value, "path")?.strip_prefix("imagine_sdk::")?;
    let path = format!("crate::{path}");
    let is_ours = string(value, "crate") == Some("imagine-sdk");
    (is_ours && is_rust_type(&path)).then_some(path)
}

fn is_view(view: &Value) -> bool {
    let known = ["method", "summary", "response", "python"];
    string(view, "method").is_some_and(super::names::is_snake)
        && string(view, "summary").is_some()
        && string(view, "response").is_some_and(is_rust_type)
        && view
            .get("python")
            .is_none_or(|python| is_list_of(python, is_alias))
        && view
            .as_object()
            .is_some_and(|view| view.keys().all(|key| known.contains(&key.as_str())))
}
