//! JSON decoding: lenient about irrelevant deviations, exact about the location of a failure.

mod lenient;
mod mismatch;
mod observe;
mod reader;
mod scalar;
mod shared;
mod surrogates;
mod union;
mod unknown;

use bytes::Bytes;
use bytestring::ByteString;
use serde::de::DeserializeOwned;

pub(crate) use self::lenient::lenient_via_serde;
pub use self::lenient::{
    ExtraFields, Key, Lenient, new, next_field, next_json_text, next_serde_field, next_unknown,
    open_enum,
};
pub use self::observe::{Observed, Observer};
pub(crate) use self::shared::share;
pub use self::union::{JsonKind, UnionShape, VariantShape, serialize_tagged, union, variant};
pub use self::unknown::{KeepUnknown, UnknownFields};
pub(crate) use self::unknown::{Raw, RawText};

/// The location and the reason of a decoding failure. Contains field names, but no values of the response.
#[derive(Debug)]
pub(crate) struct DecodeFailure {
    pub(crate) path: String,
    pub(crate) problem: String,
    pub(crate) is_json: bool,
    /// The JSON ends too early.
    pub(crate) is_truncated: bool,
}

/// Some servers write a byte order mark, which JSON does not allow.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Returns true if a string is a complete JSON document.
pub(crate) fn is_complete(json: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(json).is_ok()
}

/// Decodes a document. Fields can share its memory, see [`share`].
pub(crate) fn from_bytes<T: DeserializeOwned>(body: &Bytes) -> Result<T, DecodeFailure> {
    match ByteString::try_from(body.clone()) {
        Ok(json) => shared::read(json, from_str),
        Err(_) => decode_slow(body),
    }
}

/// Decodes JSON. Lone surrogates become U+FFFD.
pub(crate) fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeFailure> {
    match std::str::from_utf8(body) {
        Ok(json) => from_str(json),
        Err(_) => decode_slow(body),
    }
}

/// Decodes JSON that is valid UTF-8.
#[inline]
pub(crate) fn from_str<T: DeserializeOwned>(json: &str) -> Result<T, DecodeFailure> {
    reader::read(json).or_else(|_| decode_slow(json.as_bytes()))
}

/// Decodes JSON into a value that equals its `Default`.
///
/// # Errors
///
/// Fails as [`from_str`] does. The value is then unspecified.
#[inline]
pub(crate) fn from_str_into<T>(json: &str, value: &mut T) -> Result<(), DecodeFailure>
where
    T: Default + DeserializeOwned + for<'de> Lenient<'de>,
{
    if reader::read_into(json, value).is_err() {
        *value = decode_slow(json.as_bytes())?;
    }
    Ok(())
}

/// Decodes JSON that the fast reader does not support, or locates the error in it.
#[cold]
fn decode_slow<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeFailure> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let failure = match decode_located(body) {
        Ok(value) => return Ok(value),
        Err(failure) => failure,
    };
    if failure.is_truncated {
        // Truncated JSON fails everywhere: decoding it a second time costs as much, and locates nothing.
        return Err(failure);
    }
    let repaired = (!failure.is_json)
        .then(|| surrogates::replace_lone_surrogates(body))
        .flatten();
    match repaired {
        Some(repaired) => {
            decode_located(&repaired).or_else(|failure| mismatch::decode(&repaired).ok_or(failure))
        }
        None => mismatch::decode(body).ok_or(failure),
    }
}

/// Decodes JSON with the location of a failure. This is the only use of serde_json for the types of responses, because
/// each one compiles their decoding again.
fn decode_located<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeFailure> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let failure = DecodeFailure::at_root(error.inner());
        match error.path().to_string() {
            path if path == "." || failure.is_truncated => failure,
            path => DecodeFailure { path, ..failure },
        }
    })?;
    json.end().map_err(|error| DecodeFailure::at_root(&error))?;
    Ok(value)
}

impl std::fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, problem, .. } = self;
        write!(f, "`{path}`: {problem}")
    }
}

impl DecodeFailure {
    /// Returns true if the body is valid JSON that does not match the type.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Returns true if the body is an object without a required field.
    pub(crate) fn lacks_field(&self) -> bool {
        self.path == "$" && self.problem.starts_with("missing field")
    }

    fn at_root(error: &serde_json::Error) -> Self {
        Self {
            path: "$".to_owned(),
            problem: without_content(error),
            is_json: error.is_data(),
            is_truncated: error.is_eof(),
        }
    }
}

/// Returns the error message without values. serde quotes the unexpected value, which must not reach logs.
fn without_content(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!("line {} column {}", error.line(), error.column());
    if !error.is_data() || text.starts_with("missing field") {
        return text;
    }
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => format!("unexpected value at {position}"),
    }
}
