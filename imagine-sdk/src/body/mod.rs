//! The body of a request, kept in a form that can be sent more than once.

mod file;
mod form;

use bytes::Bytes;

pub use self::file::{FilePart, UploadError};
pub(crate) use self::form::Form;
use crate::transport::RequestBody;

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Body {
    #[default]
    Empty,
    Json(Bytes),
    Form(Form),
}

impl Body {
    pub(crate) fn content_type(&self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::Json(_) => Some("application/json".to_owned()),
            Self::Form(form) => Some(form.content_type()),
        }
    }

    /// Whether [`open`](Self::open) works again after a first time.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) => true,
            Self::Form(form) => form.is_replayable(),
        }
    }

    /// The bytes to send, from the first one on.
    pub(crate) async fn open(&self) -> Result<RequestBody, UploadError> {
        match self {
            Self::Empty => Ok(RequestBody::Bytes(Bytes::new())),
            Self::Json(bytes) => Ok(RequestBody::Bytes(bytes.clone())),
            Self::Form(form) => form.open().await,
        }
    }
}
