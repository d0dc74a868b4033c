//! Request bodies.

mod file;
mod multipart;

use bytes::Bytes;
use url::form_urlencoded;

pub use self::file::FilePart;
pub(crate) use self::file::{Chunks, Reader, Source};
pub(crate) use self::multipart::{Form, Section};

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Body {
    #[default]
    Empty,
    Json(Bytes),
    Form(Form),
    /// The fields of a URL-encoded form.
    Fields(Vec<(String, String)>),
    Text(Bytes),
    File(FilePart),
}

/// The content of a body.
#[derive(Debug)]
pub(crate) enum BodyContent<'a> {
    Bytes(Bytes),
    /// Sections, some of which are files.
    Sections(Vec<Section<'a>>),
}

impl Body {
    /// Returns true if the content can be read more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) | Self::Fields(_) | Self::Text(_) => true,
            Self::Form(form) => form.is_replayable(),
            Self::File(file) => file.is_replayable(),
        }
    }

    pub(crate) fn content(&self) -> BodyContent<'_> {
        match self {
            Self::Empty => BodyContent::Bytes(Bytes::new()),
            Self::Json(bytes) | Self::Text(bytes) => BodyContent::Bytes(bytes.clone()),
            Self::Fields(fields) => {
                let encoded = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .finish();
                BodyContent::Bytes(encoded.into())
            }
            Self::Form(form) => BodyContent::Sections(form.sections()),
            Self::File(file) => BodyContent::Sections(vec![Section::File(file)]),
        }
    }
}
