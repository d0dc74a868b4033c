//! The body of a request, kept in a form that can be sent more than once.

mod file;
mod form;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::HeaderValue;

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
    pub(crate) fn content_type(&self) -> Option<HeaderValue> {
        match self {
            Self::Empty => None,
            Self::Json(_) => Some(HeaderValue::from_static("application/json")),
            Self::Form(form) => form.content_type().try_into().ok(),
        }
    }

    /// Whether [`open`](Self::open) works again after a first time.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) => true,
            Self::Form(form) => form.is_replayable(),
        }
    }

    /// The bytes to send, from the first one on. Opening files takes state, which is kept out of the futures
    /// of calls that upload none.
    pub(crate) fn open(&self) -> Opening<'_> {
        let bytes = match self {
            Self::Empty => Bytes::new(),
            Self::Json(bytes) => bytes.clone(),
            Self::Form(form) => return Either::Right(form.open().boxed()),
        };
        Either::Left(ready(Ok(RequestBody::Bytes(bytes))))
    }
}

/// A body that is being opened: bytes at once, files when they are.
type Opening<'a> = Either<Ready<Opened>, BoxFuture<'a, Opened>>;

type Opened = Result<RequestBody, UploadError>;
