//! Requests as HTTP messages, for programs that have an HTTP client of their own.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use url::Url;

use super::{
    Body, BodyContent, CallOptions, Request, RequestEncoder, ResponseContext, ResponseMode,
    Section, Source, StreamRequest, default_headers, encode,
};
use crate::error::{Error, FileReadError, InvalidField};

/// Encodes a request to the service at `endpoint`, such as `https://my-endpoint/api/v2`, for a buffered response.
///
/// The message has the headers of the operation, but no API key, no `content-length` and no `accept-encoding`. Files
/// must be in memory. [`decode`](crate::operation::decode) reads the response.
///
/// ```
/// use imagine_sdk::inference::ChatCompletionRequest;
/// use imagine_sdk::operation::encode;
///
/// let request = ChatCompletionRequest::new("Best Spanish cheese?");
/// let message = encode(&request, "https://my-endpoint/api/v2")?;
/// assert_eq!(message.uri(), "https://my-endpoint/api/v2/chat/completions");
/// assert!(message.body().starts_with(b"{"));
/// # Ok::<(), imagine_sdk::Error>(())
/// ```
///
/// # Errors
///
/// Fails if a field is invalid, a file is not in memory, or the endpoint is not an `https` or `http` URL.
pub fn encode_message<R: Request + Clone>(
    request: &R,
    endpoint: &str,
) -> Result<http::Request<Bytes>, Error> {
    message(request, endpoint, ResponseMode::Buffered)
}

/// Encodes a request as [`encode`](crate::operation::encode) does, for a response with server-sent events.
///
/// [`sse`](crate::sse) splits the response into events. The data of each is JSON of the type of the chunks, until
/// `[DONE]`. Operations that stream JSON lines have one document in each line instead.
///
/// # Errors
///
/// Fails as [`encode`](crate::operation::encode) does.
pub fn encode_stream_message<R: StreamRequest + Clone>(
    request: &R,
    endpoint: &str,
) -> Result<http::Request<Bytes>, Error> {
    message(request, endpoint, ResponseMode::EventStream)
}

fn message<R: Request + Clone>(
    request: &R,
    endpoint: &str,
    mode: ResponseMode,
) -> Result<http::Request<Bytes>, Error> {
    let encode = || {
        let mut request = request.clone();
        request.prepare(mode == ResponseMode::EventStream);
        let options = CallOptions::default();
        let encoded = encode(&request, options, &base(endpoint)?, (mode, false))?;
        let mut message = http::Request::new(in_memory(&encoded.body)?);
        *message.method_mut() = encoded.operation.method.clone();
        *message.uri_mut() = encoded.uri()?;
        *message.headers_mut() = default_headers(HeaderMap::new());
        encoded.add_headers(message.headers_mut());
        message.headers_mut().remove(header::ACCEPT_ENCODING);
        Ok(message)
    };
    encode().map_err(|error: Error| error.with_operation(R::OPERATION.id))
}

/// Returns the context of the response to a request that [`encode_message`] encodes.
pub(crate) fn context_of<R: Request>(request: &R) -> ResponseContext {
    let operation = R::OPERATION;
    let mut encoder = RequestEncoder::new(operation, CallOptions::default());
    let is_relevant = operation.streams && request.encode(&mut encoder).is_ok();
    let body = if is_relevant {
        encoder.body
    } else {
        Body::Empty
    };
    ResponseContext::new(operation, request.input_count()).with_body(&body, true)
}

fn base(endpoint: &str) -> Result<Url, Error> {
    let url = Url::parse(endpoint.trim()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "https" | "http"));
    url.ok_or_else(|| {
        let problem = "must be a URL such as `https://my-endpoint/api/v2`";
        Error::invalid_argument(InvalidField::new("endpoint", problem))
    })
}

fn in_memory(body: &Body) -> Result<Bytes, Error> {
    let sections = match body.content() {
        BodyContent::Bytes(bytes) => return Ok(bytes),
        BodyContent::Sections(sections) => sections,
    };
    let mut bytes = BytesMut::new();
    for section in sections {
        match section {
            Section::Text(text) => bytes.extend_from_slice(text.as_bytes()),
            Section::File(file) => match file.source() {
                Source::Bytes(content) => bytes.extend_from_slice(content),
                Source::Path(_) | Source::Reader(_) => {
                    let problem = format!(
                        "`{}` is not in memory; read it and use `FilePart::bytes`",
                        file.wire_name()
                    );
                    return Err(Error::file_read(FileReadError::new(problem)));
                }
            },
        }
    }
    Ok(bytes.freeze())
}
