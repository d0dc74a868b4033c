//! Blocking calls of request builders.

use std::path::Path;

use bytes::Bytes;

use super::{Blocking, EventStream, FileStream, Iter};
use crate::client::RequestBuilder;
use crate::error::Error;
#[cfg(feature = "inference")]
use crate::inference::{EmbeddingF32Response, EmbeddingRequest, builder::Embeddings};
use crate::request::{PageRequest, Request, StreamRequest};
use crate::response::Response;
use crate::stream::SavedFile;

impl<R> RequestBuilder<R, Blocking> {
    /// Returns the asynchronous builder and its runtime.
    pub(crate) fn split(self) -> (RequestBuilder<R>, Blocking) {
        let (connection, runtime) = self.connection.split();
        let builder = RequestBuilder {
            connection,
            request: self.request,
            options: self.options,
        };
        (builder, runtime)
    }
}

impl<R: Request> RequestBuilder<R, Blocking> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Fails as an awaited [`RequestBuilder`] does, and if this thread cannot block.
    pub fn send(self) -> Result<R::Response, Error> {
        self.send_with_response().map(Response::into_inner)
    }

    /// Sends the request and returns the response with its metadata.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub fn send_with_response(self) -> Result<Response<R::Response>, Error> {
        let (builder, runtime) = self.split();
        runtime
            .block_on(builder.send_with_response())
            .map_err(with_operation::<R>)?
    }

    /// Sends the request without decoding the response.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub fn send_raw(self) -> Result<Response<Bytes>, Error> {
        let (builder, runtime) = self.split();
        runtime
            .block_on(builder.send_raw())
            .map_err(with_operation::<R>)?
    }
}

impl<R: Request> RequestBuilder<R, Blocking> {
    /// Sends the request and returns the chunks of a file.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does, and if the response is not a file.
    pub fn download(self) -> Result<FileStream, Error> {
        let (builder, runtime) = self.split();
        let file = runtime
            .block_on(builder.download())
            .map_err(with_operation::<R>)??;
        Ok(Iter::new(file, runtime, |error| {
            Err(with_operation::<R>(error))
        }))
    }

    /// Sends the request and saves the file.
    ///
    /// # Errors
    ///
    /// Fails as [`download`](Self::download) does, and if the file is truncated or cannot be written.
    pub fn save_to(self, path: impl AsRef<Path>) -> Result<SavedFile, Error> {
        let (builder, runtime) = self.split();
        runtime
            .block_on(builder.save_to(path.as_ref()))
            .map_err(with_operation::<R>)?
    }
}

impl<R: PageRequest> RequestBuilder<R, Blocking> {
    /// Returns an iterator over the pages from the selected one on. Loads each page when it is needed.
    pub fn pages(self) -> impl Iterator<Item = Result<R::Response, Error>> + Send + 'static {
        let (builder, runtime) = self.split();
        Iter::new(builder.pages(), runtime, |error| {
            Err(with_operation::<R>(error))
        })
    }

    /// Returns an iterator over the items from the selected page on. Loads each page when it is needed.
    pub fn all(self) -> impl Iterator<Item = Result<R::Item, Error>> + Send + 'static {
        let (builder, runtime) = self.split();
        Iter::new(builder.all(), runtime, |error| {
            Err(with_operation::<R>(error))
        })
    }
}

#[cfg(feature = "inference")]
impl Embeddings<Blocking> {
    /// Sends the request and reads the vectors as 32-bit floats, as the asynchronous builder does.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](RequestBuilder::send) does.
    pub fn send_f32(self) -> Result<EmbeddingF32Response, Error> {
        let (builder, runtime) = self.0.split();
        runtime
            .block_on(builder.send_f32())
            .map_err(with_operation::<EmbeddingRequest>)?
    }
}

impl<R: StreamRequest> RequestBuilder<R, Blocking> {
    /// Sends the request and returns the events of the response.
    ///
    /// # Errors
    ///
    /// Fails as [`send`](Self::send) does.
    pub fn stream(self) -> Result<EventStream<R::Chunk>, Error> {
        let (builder, runtime) = self.split();
        let events = runtime
            .block_on(builder.stream())
            .map_err(with_operation::<R>)??;
        Ok(Iter::new(events, runtime, |error| {
            Err(with_operation::<R>(error))
        }))
    }
}

fn with_operation<R: Request>(error: Error) -> Error {
    error.with_operation(R::OPERATION.id)
}
