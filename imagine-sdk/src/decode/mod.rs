//! From the bytes of an answer to its type: tolerant of what does not matter, exact about where it fails.

mod reader;
mod scalar;
mod surrogates;
mod tolerant;

use bytes::Bytes;
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

pub(crate) use self::tolerant::read_whole;
pub use self::tolerant::{Key, Tolerant, Unknown, new, next_field, next_unknown, open_enum};
use crate::error::{self, ApiError, Error};
use crate::response::Meta;

/// Decodes the answer to `operation`.
///
/// # Errors
///
/// When the bytes are an error in the form of an answer, or do not fit the type.
pub(crate) fn decode<T: DeserializeOwned + Unknown>(
    operation: &'static str,
    meta: &Meta,
    body: &Bytes,
) -> Result<T, Error> {
    // An answer without a body has nothing to say, and is read as one that says nothing.
    let is_empty = meta.status == StatusCode::NO_CONTENT && body.is_empty();
    let decoded = json(if is_empty { b"{}" } else { body.as_ref() });
    let error = match decoded {
        Ok(value) => match hidden_error(&value, body) {
            None => return Ok(value),
            Some(api) => Error::of_api(api.in_answer(&meta.headers)),
        },
        Err(failure) => match error::from_event(false, body) {
            Some(api) => Error::of_api(api.in_answer(&meta.headers)),
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
        Some(api) => Error::of_api(api.in_answer(&meta.headers)),
        None => {
            let answered = (meta.status, meta.headers.clone(), body.clone());
            Error::decode("$".to_owned(), problem, answered)
        }
    };
    error.of(operation).after(meta.attempts)
}

/// The error in an answer that has all it needs to be read as one, and an `error` besides that its type does not name;
/// or that has a message, and calls itself an error.
pub(crate) fn hidden_error(value: &impl Unknown, body: &[u8]) -> Option<ApiError> {
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
        "the answer is {kind} and not JSON; check the endpoint, and what is between you and it"
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

/// Where and why decoding failed. It holds nothing of the answer but names of fields.
#[derive(Debug)]
pub(crate) struct Failure {
    path: String,
    problem: String,
    is_json: bool,
}

/// Decodes JSON.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    match std::str::from_utf8(body) {
        Ok(json) => text(json),
        Err(_) => with_care(body),
    }
}

/// Decodes JSON that is known to be UTF-8.
#[inline]
pub(crate) fn text<T: DeserializeOwned>(json: &str) -> Result<T, Failure> {
    reader::read(json).or_else(|_| with_care(json.as_bytes()))
}

/// The same, into a value that is as `Default` made it.
///
/// # Errors
///
/// As [`text`]. What the value is then is of no use.
#[inline]
pub(crate) fn text_into<T>(json: &str, value: &mut T) -> Result<(), Failure>
where
    T: Default + DeserializeOwned + for<'de> Tolerant<'de>,
{
    if reader::read_into(json, value).is_err() {
        *value = with_care(json.as_bytes())?;
    }
    Ok(())
}

/// Decodes what is not of the common kind, or finds out what is wrong with it.
#[cold]
fn with_care<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let error = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let mended = error.is_syntax().then(|| surrogates::replaced(body));
    match mended.flatten() {
        Some(mended) => {
            serde_json::from_slice(&mended).map_err(|error| failure::<T>(&mended, &error))
        }
        None => Err(failure::<T>(body, &error)),
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, problem, .. } = self;
        write!(f, "`{path}`: {problem}")
    }
}

/// Following the path costs time, so it is followed only once it is known that there is a failure to
/// locate.
fn failure<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> Failure {
    locate::<T>(body).unwrap_or_else(|| Failure::at_root(error))
}

/// Where and why decoding fails. Nothing if it is not the type that it fails at, but what follows it.
fn locate<T: DeserializeOwned>(body: &[u8]) -> Option<Failure> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    let path = error.path().to_string();
    Some(Failure {
        path: if path == "." { "$".to_owned() } else { path },
        ..Failure::at_root(error.inner())
    })
}

impl Failure {
    /// Whether it is JSON, which does not fit.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    fn at_root(error: &serde_json::Error) -> Self {
        Self {
            path: "$".to_owned(),
            problem: without_content(error),
            is_json: error.is_data(),
        }
    }
}

/// serde quotes the value it did not like. What the service wrote is not for logs, so only what was
/// expected is kept.
fn without_content(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!("line {} column {}", error.line(), error.column());
    if !error.is_data() || text.starts_with("missing field") {
        return text;
    }
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => format!("it does not fit, at {place}"),
    }
}
