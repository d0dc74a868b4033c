//! Decodes responses, and finds the errors among them.

use bytes::Bytes;
use http::{Method, StatusCode, header};
use serde::de::{self, DeserializeOwned, IntoDeserializer};

use super::Meta;
use crate::error::{ApiError, Error, detect};
use crate::json::{self, DecodeFailure, ExtraFields};
use crate::request::{Operation, is_json_lines};

/// Decodes the response of `operation`.
///
/// # Errors
///
/// When the body is an error, or does not fit the type.
pub(crate) fn decode<T: DeserializeOwned + ExtraFields>(
    operation: &'static Operation,
    meta: &Meta,
    body: &Bytes,
) -> Result<T, Error> {
    if !operation.returns_json() {
        let error = match decode_other(operation.response_media, meta, body) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        return Err(error
            .with_operation(operation.id)
            .with_attempts(meta.attempts));
    }
    // An empty body decodes as `{}` or `null` after status 204, and for DELETE, which has nothing to return.
    let has_no_content =
        meta.status == StatusCode::NO_CONTENT || operation.method == Method::DELETE;
    let is_empty = has_no_content && body.trim_ascii().is_empty();
    let decoded = match is_empty {
        true => json::from_slice(b"{}")
            .or_else(|failure| json::from_slice(b"null").map_err(|_| failure)),
        false => json::from_bytes(body),
    };
    let error = match decoded {
        Ok(value) => match detect::beside(&value, body) {
            None => return Ok(value),
            Some(api) => api_error(api, meta),
        },
        // Truncated JSON contains no error that could be read.
        Err(failure) if failure.is_truncated && !body.is_empty() => {
            undecodable(&failure, meta, body)
        }
        Err(failure) => match detect::error_in(false, body) {
            Some(api) => api_error(api, meta),
            None => undecodable(&failure, meta, body),
        },
    };
    Err(error
        .with_operation(operation.id)
        .with_attempts(meta.attempts))
}

/// Returns the error for a response that lacks a required value: the service's message if there is one.
#[cold]
pub(crate) fn incomplete(
    operation: &'static str,
    problem: String,
    meta: &Meta,
    body: &Bytes,
) -> Error {
    let error = match detect::any_message(body) {
        Some(api) => api_error(api, meta),
        None => with_response(Error::decode("$".to_owned(), problem), meta, body),
    };
    error.with_operation(operation).with_attempts(meta.attempts)
}

/// Decodes a response that is not JSON: JSON lines as a list, text as a string, and anything else as bytes.
fn decode_other<T: DeserializeOwned>(
    expected: &'static str,
    meta: &Meta,
    body: &Bytes,
) -> Result<T, Error> {
    let media = content_type(meta).unwrap_or(expected);
    let error = detect::error_in(false, body).filter(|_| media.contains("json"));
    if let Some(api) = error {
        return Err(api_error(api, meta));
    }
    // A proxy responds with a page.
    if media.starts_with("text/html") && expected != "text/html" {
        let problem = format!(
            "the response is {media} instead of {expected}; check the endpoint, and any proxy in between"
        );
        return Err(with_response(
            Error::unexpected_response(problem),
            meta,
            body,
        ));
    }
    if is_json_lines(expected) {
        return decode_lines(meta, body);
    }
    let decoded: Result<T, de::value::Error> = match expected.starts_with("text/") {
        true => T::deserialize(String::from_utf8_lossy(body).into_deserializer()),
        false => T::deserialize(de::value::BytesDeserializer::new(body)),
    };
    decoded.map_err(|error| {
        let error = Error::decode("$".to_owned(), error.to_string());
        with_response(error, meta, body)
    })
}

/// Decodes JSON lines as a list. A last line that is not complete is an error, and so is a line with an error.
fn decode_lines<T: DeserializeOwned>(meta: &Meta, body: &Bytes) -> Result<T, Error> {
    let lines = body.split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> = lines.filter(|line| !line.trim_ascii().is_empty()).collect();
    let last = lines.last().copied().unwrap_or_default();
    if !lines.is_empty() && !body.ends_with(b"\n") && !json::is_complete(last) {
        return Err(with_response(Error::truncated(), meta, body));
    }
    let list = [&b"["[..], &lines.join(&b","[..]), b"]"].concat();
    json::from_slice(&list).map_err(|failure| {
        let mut errors = lines
            .iter()
            .filter_map(|line| detect::error_in(false, line));
        match errors.next() {
            Some(api) => api_error(api, meta),
            None => decode_error(&failure, meta, body),
        }
    })
}

/// Returns the error for JSON that does not fit the type, or for a body of another type.
fn undecodable(failure: &DecodeFailure, meta: &Meta, body: &Bytes) -> Error {
    let content_type = content_type(meta).filter(|content_type| !content_type.contains("json"));
    match content_type {
        Some(content_type) if !failure.is_json && !body.is_empty() => {
            let problem = format!(
                "the response is {content_type} instead of JSON; check the endpoint, and any proxy in between"
            );
            with_response(Error::unexpected_response(problem), meta, body)
        }
        _ => decode_error(failure, meta, body),
    }
}

/// Returns the error for bytes that do not fit the type.
pub(crate) fn decode_error(failure: &DecodeFailure, meta: &Meta, body: &Bytes) -> Error {
    let DecodeFailure {
        path,
        problem,
        is_json,
        ..
    } = failure;
    let error = if *is_json {
        Error::decode(path.clone(), problem.clone())
    } else {
        let problem = match content_type(meta) {
            _ if body.is_empty() => "the body is empty".to_owned(),
            Some(content_type) => format!("it is not JSON ({problem}; declared as {content_type})"),
            None => format!("it is not JSON ({problem})"),
        };
        Error::decode("$".to_owned(), problem)
    };
    with_response(error, meta, body)
}

fn api_error(api: ApiError, meta: &Meta) -> Error {
    Error::api(api.with_headers(&meta.headers))
}

fn with_response(error: Error, meta: &Meta, body: &Bytes) -> Error {
    error.with_response(meta.status, &meta.headers, body.clone())
}

fn content_type(meta: &Meta) -> Option<&str> {
    meta.headers.get(header::CONTENT_TYPE)?.to_str().ok()
}
