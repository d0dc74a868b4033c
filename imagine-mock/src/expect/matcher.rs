//! What a value must be.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::compare::{has_text, is_equal};

/// The kind of a field that is a text. Of an uploaded file it is the file's name.
#[derive(Clone, Copy, Debug)]
pub struct Text;

/// The kind of a field that is a whole number.
#[derive(Clone, Copy, Debug)]
pub struct Integer;

/// The kind of a field that is a number.
#[derive(Clone, Copy, Debug)]
pub struct Number;

/// The kind of a field that is true or false.
#[derive(Clone, Copy, Debug)]
pub struct Flag;

/// The kind of a field that is a list, an object, or one of several kinds.
#[derive(Clone, Copy, Debug)]
pub struct Json;

/// What a field of the kind `K` may be held against: a value of that kind, or a [`Matcher`].
///
/// `K` is [`Text`], [`Integer`], [`Number`], [`Flag`] or [`Json`].
pub trait Matches<K> {
    /// The matcher that this stands for.
    fn into_matcher(self) -> Matcher;
}

type Test = dyn Fn(Option<&Value>) -> bool + Send + Sync;

/// A test of a field.
///
/// A plain value is one: the field must equal it. Others are made by [`containing`], [`present`],
/// [`absent`] and [`satisfying`].
#[derive(Clone)]
pub struct Matcher {
    test: Arc<Test>,
    wanted: String,
}

/// A field that is there, whatever it is.
pub fn present() -> Matcher {
    Matcher::new("anything", |value| value.is_some())
}

/// A field that is not there.
pub fn absent() -> Matcher {
    Matcher::new("no value", |value| value.is_none())
}

/// A text with this one in it; or a list or an object with such a text anywhere in it, as the messages of
/// a chat are.
pub fn containing(text: impl Into<String>) -> Matcher {
    let text = text.into();
    let wanted = format!("something with {} in it", Value::from(text.as_str()));
    satisfying(wanted, move |value| has_text(value, &text))
}

/// A field that is there and passes a test. `wanted` is what reports say of it, for instance `an even
/// number`.
pub fn satisfying(
    wanted: impl Into<String>,
    test: impl Fn(&Value) -> bool + Send + Sync + 'static,
) -> Matcher {
    Matcher::new(wanted, move |value| value.is_some_and(&test))
}

fn equal(wanted: Value) -> Matcher {
    satisfying(wanted.to_string(), move |value| is_equal(value, &wanted))
}

impl Matcher {
    fn new(
        wanted: impl Into<String>,
        test: impl Fn(Option<&Value>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            test: Arc::new(test),
            wanted: wanted.into(),
        }
    }

    /// Whether a field is as wanted.
    pub(super) fn fits(&self, value: Option<&Value>) -> bool {
        (self.test)(value)
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.wanted)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Matcher({self})")
    }
}

impl<T: Into<Value>> Matches<Json> for T {
    fn into_matcher(self) -> Matcher {
        equal(self.into())
    }
}

/// Which types are values of which kinds.
macro_rules! values {
    ($($kind:ty: $($value:ty),+;)+) => {
        $($(impl Matches<$kind> for $value {
            fn into_matcher(self) -> Matcher {
                equal(Value::from(self))
            }
        })+)+
    };
}

values! {
    Text: &str, String;
    Integer: i32, i64, u8, u16, u32, u64, usize;
    Number: f64, i32, i64, u32, u64;
    Flag: bool;
}

/// A matcher fits fields of every kind.
macro_rules! any_kind {
    ($($kind:ty),+) => {
        $(impl Matches<$kind> for Matcher {
            fn into_matcher(self) -> Matcher {
                self
            }
        })+
    };
}

any_kind!(Text, Integer, Number, Flag, Json);
