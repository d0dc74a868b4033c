//! Values in paths, queries and forms.

use serde::Serialize;
use serde_json::Value;

use super::FilePart;

/// A value that can be sent in a path, a query or a multipart form.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent in a path, a query or a multipart form",
    note = "it may be a boolean, a number, a `String`, a `FilePart`, or a type that derives `OpenEnum`; also in `Option` and `Vec`"
)]
pub trait WireValue {
    /// Returns the contents: none for an unset value, one for each item of a list.
    fn contents(&self) -> Vec<Content>;
}

/// A value outside JSON.
#[derive(Debug)]
pub enum Content {
    /// A string.
    Text(String),
    /// A file, which only a form can contain.
    File(FilePart),
}

pub(super) fn strings(value: &impl WireValue) -> impl Iterator<Item = String> {
    value
        .contents()
        .into_iter()
        .filter_map(|content| match content {
            Content::Text(text) => Some(text),
            Content::File(_) => None,
        })
}

/// Returns the contents of a value by its JSON: an object is a JSON document.
pub fn json_contents(value: &impl Serialize) -> Vec<Content> {
    let text = |value: Value| match value {
        Value::String(text) => Content::Text(text),
        other => Content::Text(other.to_string()),
    };
    match serde_json::to_value(value) {
        Ok(Value::Null) | Err(_) => Vec::new(),
        Ok(Value::Array(items)) => items.into_iter().map(text).collect(),
        Ok(one) => vec![text(one)],
    }
}

impl WireValue for FilePart {
    fn contents(&self) -> Vec<Content> {
        vec![Content::File(self.clone())]
    }
}

impl<T: WireValue> WireValue for Option<T> {
    fn contents(&self) -> Vec<Content> {
        self.as_ref().map(WireValue::contents).unwrap_or_default()
    }
}

impl<T: WireValue> WireValue for Vec<T> {
    fn contents(&self) -> Vec<Content> {
        self.iter().flat_map(WireValue::contents).collect()
    }
}

/// Implements `WireValue` with `Display`.
macro_rules! wire_value_via_display {
    ($($type:ty),*) => {$(
        impl $crate::request::WireValue for $type {
            fn contents(&self) -> Vec<$crate::request::Content> {
                vec![$crate::request::Content::Text(self.to_string())]
            }
        }
    )*};
}

pub(crate) use wire_value_via_display;

wire_value_via_display!(
    String, bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64
);
