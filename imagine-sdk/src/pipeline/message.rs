//! The HTTP messages of an attempt.

use super::credentials::AttemptKey;
use crate::error::{Error, Secret};
use crate::request::EncodedRequest;
use crate::response::Meta;
use crate::transport::{NewConnection, ParsedUrl, RequestBody, RequestProgress, ResponseBody};

/// Builds the request of an attempt.
///
/// # Errors
///
/// Fails if its URL cannot be sent.
pub(super) fn build_request(
    request: &EncodedRequest,
    mut headers: http::HeaderMap,
    key: Option<&AttemptKey>,
    body: RequestBody,
) -> Result<http::Request<RequestBody>, Error> {
    let uri = request.uri()?;
    if let Some(key) = key {
        key.insert(&mut headers);
    }
    request.add_headers(&mut headers);
    if let RequestBody::Stream { length, .. } = &body {
        headers.insert(http::header::CONTENT_LENGTH, (*length).into());
    }
    let mut built = http::Request::new(body);
    *built.method_mut() = request.operation.method.clone();
    *built.uri_mut() = uri;
    *built.headers_mut() = headers;
    built
        .extensions_mut()
        .insert(ParsedUrl(request.url.clone()));
    Ok(built)
}

/// Adds the data that the transport needs beside the request. Arguments are passed by value, because a future would keep
/// space for borrowed ones.
pub(super) fn with_extensions(
    mut request: http::Request<RequestBody>,
    progress: RequestProgress,
    needs_new_connection: bool,
) -> http::Request<RequestBody> {
    request.extensions_mut().insert(progress);
    if needs_new_connection {
        request.extensions_mut().insert(NewConnection);
    }
    request
}

pub(super) fn split_response(
    response: http::Response<ResponseBody>,
    attempts: u32,
    secret: Secret,
) -> (Box<Meta>, ResponseBody) {
    let (head, body) = response.into_parts();
    let meta = Meta {
        status: head.status,
        headers: head.headers,
        attempts,
        secret,
    };
    (Box::new(meta), body)
}
