//! The content of a message.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Serialize};

use super::Image;
use crate::generated::inference::types::{ContentPart, ImageUrl};
use crate::json;

/// The content of a message: a string, or a list of parts, which are strings and images.
///
/// ```
/// use imagine_sdk::{ChatMessage, Image, inference::Content};
///
/// let text = Content::from("Hello");
/// let parts = Content::from(["What is this?".into(), Image::bytes(b"GIF89a..")?.into()]);
/// assert_eq!(text.text().as_deref(), Some("Hello"));
/// assert_eq!(parts.text().as_deref(), Some("What is this?"));
///
/// let message = ChatMessage::user(parts);
/// # let _ = message;
/// # Ok::<(), imagine_sdk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Content {
    /// A string.
    Text(String),
    /// A list of parts.
    Parts(Vec<ContentPart>),
}

impl Content {
    /// Returns the string, or the concatenated strings of the parts. `None` if there is no string.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Parts(parts) => {
                let strings: Vec<_> = parts
                    .iter()
                    .filter_map(|part| part.text.as_deref())
                    .collect();
                (!strings.is_empty()).then(|| Cow::Owned(strings.concat()))
            }
        }
    }
    /// Returns the parts. Empty for a string.
    pub fn parts(&self) -> &[ContentPart] {
        match self {
            Self::Text(_) => &[],
            Self::Parts(parts) => parts,
        }
    }
}

impl ContentPart {
    /// Creates a part with a string.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            type_: "text".to_owned(),
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// Creates a part with an image: an [`Image`] or a string with its URL. `image_url` is the wire name for linked and
    /// for embedded images.
    pub fn image_url(image: impl Into<Image>) -> Self {
        let image = ImageUrl {
            url: image.into().into_string(),
            ..ImageUrl::default()
        };
        Self {
            type_: "image_url".to_owned(),
            image_url: Some(image),
            ..Self::default()
        }
    }
}

impl From<&str> for ContentPart {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for ContentPart {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Image> for ContentPart {
    fn from(image: Image) -> Self {
        Self::image_url(image)
    }
}

impl From<&Image> for ContentPart {
    fn from(image: &Image) -> Self {
        Self::image_url(image)
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Content {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Cow<'_, str>> for Content {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<ContentPart>> for Content {
    fn from(parts: Vec<ContentPart>) -> Self {
        Self::Parts(parts)
    }
}

impl<const N: usize> From<[ContentPart; N]> for Content {
    fn from(parts: [ContentPart; N]) -> Self {
        Self::Parts(parts.into())
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContentVisitor;
        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = Content;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of parts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Content, E> {
                Ok(Content::Text(text.to_owned()))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Content, E> {
                Ok(Content::Text(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, parts: A) -> Result<Content, A::Error> {
                json::new(SeqAccessDeserializer::new(parts)).map(Content::Parts)
            }
        }
        deserializer.deserialize_any(ContentVisitor)
    }
}

json::lenient_via_serde!(Content);
