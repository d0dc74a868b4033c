//! The body of a request, kept in a form that can be sent more than once.

mod file;
mod multipart;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either};

pub use self::file::FilePart;
pub(crate) use self::multipart::Form;
use crate::transport::{FileReadError, RequestBody};

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Body {
    #[default]
    Empty,
    Json(Bytes),
    Form(Form),
}

impl Body {
    /// Whether [`open`](Self::open) works again after a first time.
    pub(crate) fn is_replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) => true,
            Self::Form(form) => form.is_replayable(),
        }
    }

    /// The bytes to send, from the first one on: those that are there, or what opens files. The latter takes
    /// much state, which is kept out of the futures of calls that upload nothing.
    pub(crate) fn open(&self) -> Either<Bytes, BoxFuture<'_, Result<RequestBody, FileReadError>>> {
        match self {
            Self::Empty => Either::Left(Bytes::new()),
            Self::Json(bytes) => Either::Left(bytes.clone()),
            Self::Form(form) => Either::Right(form.open().boxed()),
        }
    }
}
