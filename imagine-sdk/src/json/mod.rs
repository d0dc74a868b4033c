//! From the bytes of a response to its type: tolerant of what does not matter, exact about where it fails.

mod lenient;
mod observe;
mod reader;
mod scalar;
mod surrogates;

use serde::de::DeserializeOwned;

pub(crate) use self::lenient::read_whole;
pub use self::lenient::{
    ExtraFields, Key, Lenient, new, next_field, next_serde_field, next_unknown, open_enum,
};
pub use self::observe::{Observed, Observer};

/// Where and why decoding failed. It holds nothing of the response but names of fields.
#[derive(Debug)]
pub(crate) struct DecodeFailure {
    pub(crate) path: String,
    pub(crate) problem: String,
    pub(crate) is_json: bool,
}

/// Decodes JSON.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeFailure> {
    match std::str::from_utf8(body) {
        Ok(json) => text(json),
        Err(_) => with_care(body),
    }
}

/// Decodes JSON that is known to be UTF-8.
#[inline]
pub(crate) fn text<T: DeserializeOwned>(json: &str) -> Result<T, DecodeFailure> {
    reader::read(json).or_else(|_| with_care(json.as_bytes()))
}

/// The same, into a value that is as `Default` made it.
///
/// # Errors
///
/// As [`text`]. What the value is then is of no use.
#[inline]
pub(crate) fn text_into<T>(json: &str, value: &mut T) -> Result<(), DecodeFailure>
where
    T: Default + DeserializeOwned + for<'de> Lenient<'de>,
{
    if reader::read_into(json, value).is_err() {
        *value = with_care(json.as_bytes())?;
    }
    Ok(())
}

/// Decodes what is not of the common kind, or finds out what is wrong with it.
#[cold]
fn with_care<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeFailure> {
    let error = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let repaired = error.is_syntax().then(|| surrogates::replaced(body));
    match repaired.flatten() {
        Some(repaired) => {
            serde_json::from_slice(&repaired).map_err(|error| failure::<T>(&repaired, &error))
        }
        None => Err(failure::<T>(body, &error)),
    }
}

impl std::fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, problem, .. } = self;
        write!(f, "`{path}`: {problem}")
    }
}

/// Following the path costs time, so it is followed only once it is known that there is a failure to
/// locate.
fn failure<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> DecodeFailure {
    locate::<T>(body).unwrap_or_else(|| DecodeFailure::at_root(error))
}

/// Where and why decoding fails. Nothing if it is not the type that it fails at, but what follows it.
fn locate<T: DeserializeOwned>(body: &[u8]) -> Option<DecodeFailure> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    let path = error.path().to_string();
    Some(DecodeFailure {
        path: if path == "." { "$".to_owned() } else { path },
        ..DecodeFailure::at_root(error.inner())
    })
}

impl DecodeFailure {
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
