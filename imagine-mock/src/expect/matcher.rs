//! Matchers for the values of fields.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::json::{contains_string, is_equal};

/// The type of a string field. The value of an uploaded file is its file name.
#[derive(Clone, Copy, Debug)]
pub struct JsonString;

/// The type of an integer field.
#[derive(Clone, Copy, Debug)]
pub struct JsonInteger;

/// The type of a number field.
#[derive(Clone, Copy, Debug)]
pub struct JsonNumber;

/// The type of a boolean field.
#[derive(Clone, Copy, Debug)]
pub struct JsonBoolean;

/// The type of a field that is an array, an object, or one of several types.
#[derive(Clone, Copy, Debug)]
pub struct JsonValue;

/// A conversion into a matcher for a field of the type `K`: a value of that type, or a [`Matcher`].
///
/// `K` is [`JsonString`], [`JsonInteger`], [`JsonNumber`], [`JsonBoolean`] or [`JsonValue`].
pub trait IntoMatcher<K> {
    /// Converts the value into a matcher.
    fn into_matcher(self) -> Matcher;
}

type Predicate = dyn Fn(Option<&Value>) -> bool + Send + Sync;

/// A condition for the value of a field.
///
/// A plain value is a matcher for an equal field. [`containing`], [`any`], [`missing`] and [`predicate`] create others.
#[derive(Clone)]
pub struct Matcher {
    predicate: Arc<Predicate>,
    expected: String,
}

/// Matches any value. The field must be present.
pub fn any() -> Matcher {
    Matcher::new("any value", |value| value.is_some())
}

/// Matches a missing field.
pub fn missing() -> Matcher {
    Matcher::new("no value", |value| value.is_none())
}

/// Matches a string that contains this one.
///
/// An array or object matches if it contains such a string at any depth. So the matcher applies to chat messages.
pub fn containing(string: impl Into<String>) -> Matcher {
    let string = string.into();
    let expected = format!("a value containing {}", Value::from(string.as_str()));
    predicate(expected, move |value| contains_string(value, &string))
}

/// Matches a value that satisfies a predicate. Reports describe it as `expected`, for instance `an even number`.
pub fn predicate(
    expected: impl Into<String>,
    predicate: impl Fn(&Value) -> bool + Send + Sync + 'static,
) -> Matcher {
    Matcher::new(expected, move |value| value.is_some_and(&predicate))
}

fn equal(expected: Value) -> Matcher {
    predicate(expected.to_string(), move |value| {
        is_equal(value, &expected)
    })
}

impl Matcher {
    fn new(
        expected: impl Into<String>,
        predicate: impl Fn(Option<&Value>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            predicate: Arc::new(predicate),
            expected: expected.into(),
        }
    }

    pub(super) fn is_match(&self, value: Option<&Value>) -> bool {
        (self.predicate)(value)
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.expected)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Matcher({self})")
    }
}

impl<T: Into<Value>> IntoMatcher<JsonValue> for T {
    fn into_matcher(self) -> Matcher {
        equal(self.into())
    }
}

/// Implements the conversion for the Rust types of a JSON type.
macro_rules! values {
    ($($json_type:ty: $($value:ty),+;)+) => {
        $($(impl IntoMatcher<$json_type> for $value {
            fn into_matcher(self) -> Matcher {
                equal(Value::from(self))
            }
        })+)+
    };
}

values! {
    JsonString: &str, String;
    JsonInteger: i32, i64, u8, u16, u32, u64, usize;
    JsonNumber: f64, i32, i64, u32, u64;
    JsonBoolean: bool;
}

/// Implements the conversion of a matcher for all JSON types.
macro_rules! matchers {
    ($($json_type:ty),+) => {
        $(impl IntoMatcher<$json_type> for Matcher {
            fn into_matcher(self) -> Matcher {
                self
            }
        })+
    };
}

matchers!(JsonString, JsonInteger, JsonNumber, JsonBoolean, JsonValue);
