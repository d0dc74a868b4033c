//! Request bodies.

mod file;
mod multipart;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either};
use url::form_urlencoded;

pub use self::file::FilePart;
pub(crate) use self::multipart::Form;
use crate::transport::{FileReadError, RequestBody};

/// The body of a request, which can be opened more than once if it is replayable.
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

impl Body {
    /// Returns true if [`open`](Self::open) can be called more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) | Self::Fields(_) | Self::Text(_) => true,
            Self::Form(form) => form.is_replayable(),
            Self::File(file) => file.is_replayable(),
        }
    }

    /// Returns the bytes of the body, or a future that opens its files. The future is boxed, because its large state
    /// would enlarge the futures of all calls.
    pub(crate) fn open(&self) -> Either<Bytes, BoxFuture<'_, Result<RequestBody, FileReadError>>> {
        match self {
            Self::Empty => Either::Left(Bytes::new()),
            Self::Json(bytes) | Self::Text(bytes) => Either::Left(bytes.clone()),
            Self::Fields(fields) => {
                let encoded = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .finish();
                Either::Left(encoded.into())
            }
            Self::Form(form) => Either::Right(form.open().boxed()),
            Self::File(file) => Either::Right(file.open_body().boxed()),
        }
    }
}
