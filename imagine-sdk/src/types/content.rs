//! What a message says.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Serialize};

use super::Image;
use crate::generated::inference::types::{ContentPart, ImageUrl};
use crate::json;

/// What a message says: a text, or a list of parts, which are texts and images.
///
/// ```
/// use imagine_sdk::{ChatMessage, Image, inference::Content};
///
/// let text = Content::from("Hello");
/// let parts = Content::from(["What is this?".into(), Image::bytes(b"GIF89a..")?.into()]);
/// assert_eq!(text.text().as_deref(), Some("Hello"));
/// assert_eq!(parts.text().as_deref(), Some("What is this?"));
///
/// let asked = ChatMessage::user(parts);
/// # let _ = asked;
/// # Ok::<(), imagine_sdk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Content {
    /// A text.
    Text(String),
    /// RequestEncoder.
    RequestEncoder(Vec<ContentPart>),
}

impl Content {
    /// The text, or the texts among the parts one after the other. Nothing where there is none.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::RequestEncoder(parts) => {
                let texts: Vec<_> = parts
                    .iter()
                    .filter_map(|part| part.text.as_deref())
                    .collect();
                (!texts.is_empty()).then(|| Cow::Owned(texts.concat()))
            }
        }
    }
}

impl Content {
    /// The parts. None where it is a text.
    pub fn parts(&self) -> &[ContentPart] {
        match self {
            Self::Text(_) => &[],
            Self::RequestEncoder(parts) => parts,
        }
    }
}

impl ContentPart {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            type_: "text".to_owned(),
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// An image: an [`Image`], or a text with its address. The part is called so on the wire, whether it
    /// links the image or contains it.
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
        Self::RequestEncoder(parts)
    }
}

impl<const N: usize> From<[ContentPart; N]> for Content {
    fn from(parts: [ContentPart; N]) -> Self {
        Self::RequestEncoder(parts.into())
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContentVisitor;
        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = Content;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of parts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Content, E> {
                Ok(Content::Text(text.to_owned()))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Content, E> {
                Ok(Content::Text(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, parts: A) -> Result<Content, A::Error> {
                json::new(SeqAccessDeserializer::new(parts)).map(Content::RequestEncoder)
            }
        }
        deserializer.deserialize_any(ContentVisitor)
    }
}

json::lenient_via_serde!(Content);
