//! Decodes the content codings of responses, whatever the transport. Clients ask for gzip, and accept deflate.

use std::io;

use async_compression::tokio::bufread::{GzipDecoder, ZlibDecoder};
use bytes::Bytes;
use futures_core::Stream;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use http::{HeaderMap, header};
use tokio::io::AsyncRead;
use tokio_util::io::{ReaderStream, StreamReader};

use crate::transport::{ResponseBody, TransportError, TransportErrorKind};

/// The size of decoded chunks. A coded chunk can expand to a thousand times its size, and must not do so at once.
const CHUNK: usize = 16 * 1024;

/// The maximum number of codings of a response. Servers apply one.
const MAX_CODINGS: usize = 4;

type Chunks = BoxStream<'static, Result<Bytes, TransportError>>;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Coding {
    Gzip,
    /// The zlib format, which HTTP names deflate.
    Deflate,
}

/// Decodes a body, and removes the headers that describe its coded form.
///
/// # Errors
///
/// Returns the coding that is not supported.
pub(super) fn decode(headers: &mut HeaderMap, body: ResponseBody) -> Result<ResponseBody, String> {
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return Ok(body);
    }
    let codings = codings(headers)?;
    headers.remove(header::CONTENT_ENCODING);
    if codings.is_empty() {
        return Ok(body);
    }
    let length = headers.remove(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let coded = with_length(length, body).boxed();
    // The last coding was applied last.
    let decoded = codings.into_iter().rev().fold(coded, decoded);
    Ok(ResponseBody::new(decoded))
}

/// Returns the codings in the order in which the server applied them.
fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, String> {
    let mut codings = Vec::new();
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let value = String::from_utf8_lossy(value.as_bytes());
        for name in value.split(',').map(str::trim) {
            match &*name.to_ascii_lowercase() {
                "" | "identity" => {}
                "gzip" | "x-gzip" => codings.push(Coding::Gzip),
                "deflate" => codings.push(Coding::Deflate),
                _ => return Err(name.to_owned()),
            }
        }
    }
    match codings.len() {
        0..=MAX_CODINGS => Ok(codings),
        count => Err(format!("{count} codings")),
    }
}

/// Fails if a body does not have the announced length.
fn with_length(
    expected: Option<u64>,
    body: ResponseBody,
) -> impl Stream<Item = Result<Bytes, TransportError>> + Send {
    let mut received = 0;
    let chunks = body.map(Some).chain(stream::iter([None]));
    chunks.filter_map(move |chunk| {
        if let Some(Ok(bytes)) = &chunk {
            received += bytes.len() as u64;
        }
        let expected = expected.filter(|expected| chunk.is_none() && *expected != received);
        let error = expected
            .map(|expected| Err(truncated(format!("{received} bytes instead of {expected}"))));
        std::future::ready(chunk.or(error))
    })
}

fn decoded(body: Chunks, coding: Coding) -> Chunks {
    let decoder = async move {
        let is_empty = |chunk: &Result<Bytes, _>| {
            let is_empty = chunk.as_ref().is_ok_and(Bytes::is_empty);
            std::future::ready(is_empty)
        };
        let mut body = Box::pin(body.skip_while(is_empty).peekable());
        // A response without a body has no content to decode, whatever its headers are.
        if body.as_mut().peek().await.is_none() {
            return stream::empty().boxed();
        }
        let reader = StreamReader::new(body.map_err(io::Error::other));
        match coding {
            Coding::Gzip => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                chunks(decoder)
            }
            Coding::Deflate => {
                let mut decoder = ZlibDecoder::new(reader);
                decoder.multiple_members(true);
                chunks(decoder)
            }
        }
    };
    stream::once(decoder).flatten().boxed()
}

fn chunks(decoder: impl AsyncRead + Send + 'static) -> Chunks {
    ReaderStream::with_capacity(decoder, CHUNK)
        .map_err(failure)
        .boxed()
}

/// Returns the error of the transport, or that of the content.
fn failure(error: io::Error) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(error) => error,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            truncated("the coded content has no end".to_owned())
        }
        Err(error) => TransportError::new(TransportErrorKind::InvalidContent, error),
    }
}

fn truncated(problem: String) -> TransportError {
    TransportError::new(TransportErrorKind::ResponseBody, problem)
}
