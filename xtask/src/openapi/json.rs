//! Accessors of JSON values. A missing member and a member of another type read as absent.

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

/// The members of an object.
pub(crate) type Object = Map<String, Value>;

/// Returns a string member.
pub(crate) fn string<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// Returns true if a member is true.
pub(crate) fn boolean(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// Returns the strings of a list.
pub(crate) fn strings(list: Option<&Value>) -> Vec<&str> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

/// Returns the strings of a list, owned.
pub(crate) fn owned_strings(list: Option<&Value>) -> Vec<String> {
    strings(list).into_iter().map(str::to_owned).collect()
}

/// Iterates over the members of an object member.
pub(crate) fn members<'a>(
    value: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// Iterates mutably over the members of an object member.
pub(crate) fn members_mut<'a>(
    value: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    value
        .get_mut(key)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
}

/// Iterates over the items of a list member.
pub(crate) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Iterates mutably over the items of a list member.
pub(crate) fn items_mut<'a>(
    value: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = &'a mut Value> {
    value
        .get_mut(key)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}

/// Sets a member of an object.
pub(crate) fn set(value: &mut Value, key: &str, member: impl Into<Value>) {
    if let Value::Object(members) = value {
        members.insert(key.to_owned(), member.into());
    }
}

/// Returns a required member.
pub(super) fn required<'a>(
    value: &'a Value,
    key: &'static str,
    location: &Location,
) -> Result<&'a Value, Diagnostic> {
    let missing = || location.diagnostic(DiagnosticKind::Missing(key));
    value.get(key).ok_or_else(missing)
}

/// Returns a required string member.
pub(super) fn required_string(
    value: &Value,
    key: &'static str,
    location: &Location,
) -> Result<String, Diagnostic> {
    let missing = || location.diagnostic(DiagnosticKind::Missing(key));
    string(value, key).map(str::to_owned).ok_or_else(missing)
}
