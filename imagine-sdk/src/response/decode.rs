//! Decodes responses, and finds the errors among them.

use bytes::Bytes;
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::Meta;
use crate::error::{self, ApiError, Error};
use crate::json::{self, ExtraFields, Failure};

/// Decodes the response to `operation`.
///
/// # Errors
///
/// When the bytes are an error in the form of a response, or do not fit the type.
pub(crate) fn decode<T: DeserializeOwned + ExtraFields>(
    operation: &'static str,
    meta: &Meta,
    body: &Bytes,
) -> Result<T, Error> {
    // A response without a body has nothing to say, and is read as one that says nothing.
    let is_empty = meta.status == StatusCode::NO_CONTENT && body.is_empty();
    let decoded = json::json(if is_empty { b"{}" } else { body.as_ref() });
    let error = match decoded {
        Ok(value) => match hidden_error(&value, body) {
            None => return Ok(value),
            Some(api) => Error::of_api(api.in_response(&meta.headers)),
        },
        Err(failure) => match error::from_event(false, body) {
            Some(api) => Error::of_api(api.in_response(&meta.headers)),
            None => match of_another_kind(&failure, meta, body) {
                Some(error) => error,
                None => unreadable(failure, meta, body),
            },
        },
    };
    Err(error.of(operation).after(meta.attempts))
}

/// The error for a response that decodes and lacks what the operation promises: the service's message if there is one.
#[cold]
pub(crate) fn incomplete(
    operation: &'static str,
    problem: String,
    meta: &Meta,
    body: &Bytes,
) -> Error {
    let error = match error::from_message(body) {
        Some(api) => Error::of_api(api.in_response(&meta.headers)),
        None => {
            let answered = (meta.status, meta.headers.clone(), body.clone());
            Error::decode("$".to_owned(), problem, answered)
        }
    };
    error.of(operation).after(meta.attempts)
}

/// The error in a response that has all it needs to be read as one, and an `error` besides that its type does not name;
/// or that has a message, and calls itself an error.
pub(crate) fn hidden_error(value: &impl ExtraFields, body: &[u8]) -> Option<ApiError> {
    let unknown = value.unknown().filter(|unknown| !unknown.is_empty())?;
    let says = |key| unknown.get(key).is_some_and(|said| !said.is_null());
    if says("error") || (says("message") && calls_itself_error(body)) {
        error::from_event(false, body)
    } else {
        None
    }
}

fn calls_itself_error(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Named {
        object: Option<String>,
    }
    serde_json::from_slice::<Named>(body)
        .is_ok_and(|named| named.object.as_deref() == Some("error"))
}

/// The error for a page, or whatever else is no JSON and does not claim to be.
fn of_another_kind(failure: &Failure, meta: &Meta, body: &Bytes) -> Option<Error> {
    let kind = declared(meta).filter(|kind| !kind.contains("json"))?;
    if failure.is_json || body.is_empty() {
        return None;
    }
    let problem = format!(
        "the response is {kind} and not JSON; check the endpoint, and what is between you and it"
    );
    let answered = (meta.status, meta.headers.clone(), body.clone());
    Some(Error::protocol(problem, answered))
}

fn declared(meta: &Meta) -> Option<&str> {
    meta.headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

/// The error for bytes that do not fit.
pub(crate) fn unreadable(failure: Failure, meta: &Meta, body: &Bytes) -> Error {
    let answered = (meta.status, meta.headers.clone(), body.clone());
    if failure.is_json {
        return Error::decode(failure.path, failure.problem, answered);
    }
    let problem = match declared(meta) {
        _ if body.is_empty() => "the body is empty".to_owned(),
        Some(kind) => format!("it is not JSON ({}; declared as {kind})", failure.problem),
        None => format!("it is not JSON ({})", failure.problem),
    };
    Error::decode("$".to_owned(), problem, answered)
}
