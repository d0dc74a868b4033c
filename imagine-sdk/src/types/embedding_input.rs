//! The input of embeddings.

use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Serialize};

use crate::json;

/// A string or several strings to embed.
///
/// ```
/// use imagine_sdk::inference::EmbeddingInput;
///
/// assert_eq!(EmbeddingInput::from("a"), EmbeddingInput::One("a".into()));
/// assert_eq!(EmbeddingInput::from(["a", "b"]), EmbeddingInput::Many(vec!["a".into(), "b".into()]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum EmbeddingInput {
    /// A string.
    One(String),
    /// Several strings.
    Many(Vec<String>),
}

impl EmbeddingInput {
    /// Returns the strings.
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(strings) => strings,
        }
    }
}

impl Default for EmbeddingInput {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl From<&str> for EmbeddingInput {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

impl From<&String> for EmbeddingInput {
    fn from(text: &String) -> Self {
        Self::One(text.clone())
    }
}

impl<T: Clone + Into<String>> From<&Vec<T>> for EmbeddingInput {
    fn from(strings: &Vec<T>) -> Self {
        strings.iter().cloned().collect()
    }
}

impl From<String> for EmbeddingInput {
    fn from(text: String) -> Self {
        Self::One(text)
    }
}

impl<T: Into<String>> From<Vec<T>> for EmbeddingInput {
    fn from(strings: Vec<T>) -> Self {
        strings.into_iter().collect()
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for EmbeddingInput {
    fn from(strings: [T; N]) -> Self {
        strings.into_iter().collect()
    }
}

impl<T: Clone + Into<String>> From<&[T]> for EmbeddingInput {
    fn from(strings: &[T]) -> Self {
        strings.iter().cloned().collect()
    }
}

impl<T: Into<String>> FromIterator<T> for EmbeddingInput {
    fn from_iter<I: IntoIterator<Item = T>>(strings: I) -> Self {
        Self::Many(strings.into_iter().map(Into::into).collect())
    }
}

impl<'de> Deserialize<'de> for EmbeddingInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InputVisitor;
        impl<'de> Visitor<'de> for InputVisitor {
            type Value = EmbeddingInput;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<EmbeddingInput, E> {
                Ok(EmbeddingInput::from(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, strings: A) -> Result<EmbeddingInput, A::Error> {
                json::new(SeqAccessDeserializer::new(strings)).map(EmbeddingInput::Many)
            }
        }
        deserializer.deserialize_any(InputVisitor)
    }
}

json::lenient_via_serde!(EmbeddingInput);
