//! JSON decoding: lenient about irrelevant deviations, exact about the location of a failure.

mod lenient;
mod observe;
mod reader;
mod scalar;
mod shared;
mod unfit;
mod union;
mod unknown;

use bytes::Bytes;
use bytestring::ByteString;
use serde::de::{self, DeserializeOwned, IgnoredAny};

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
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Returns true if a string is a complete JSON document.
pub(crate) fn is_complete(json: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(json).is_ok()
}

/// Decodes a document. Fields can share its memory, see [`share`].
pub(crate) fn from_bytes<T: DeserializeOwned>(body: &Bytes) -> Result<T, DecodeFailure> {
    match ByteString::try_from(body.clone()) {
        Ok(json) => shared::read(json, from_str),
        Err(_) => Err(not_text(body)),
    }
}

/// Decodes JSON. Lone surrogates become U+FFFD.
pub(crate) fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeFailure> {
    match std::str::from_utf8(body) {
        Ok(json) => from_str(json),
        Err(_) => Err(not_text(body)),
    }
}

/// Decodes JSON that is valid UTF-8.
#[inline]
pub(crate) fn from_str<T: DeserializeOwned>(json: &str) -> Result<T, DecodeFailure> {
    reader::read(json).or_else(|error| decode_fitting(json, error))
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
    if let Err(error) = reader::read_into(json, value) {
        *value = decode_fitting(json, error)?;
    }
    Ok(())
}

/// Decodes the fields that fit, after an error.
#[cold]
fn decode_fitting<T: DeserializeOwned>(
    mut json: &str,
    mut error: reader::Error,
) -> Result<T, DecodeFailure> {
    if let Some(rest) = json.strip_prefix(BYTE_ORDER_MARK) {
        match reader::read(rest) {
            Ok(value) => return Ok(value),
            Err(failed) => (json, error) = (rest, failed),
        }
    }
    if let Err(error) = serde_json::from_str::<IgnoredAny>(json) {
        return Err(DecodeFailure::not_json(&error));
    }
    reader::read_fitting(json).map_err(|_| DecodeFailure::new(json, &error))
}

/// Returns the failure for a body that is not UTF-8.
#[cold]
fn not_text(body: &[u8]) -> DecodeFailure {
    let json = body.strip_prefix(BYTE_ORDER_MARK.as_bytes());
    // Ignored strings may contain any bytes.
    match serde_json::from_slice::<IgnoredAny>(json.unwrap_or(body)) {
        Ok(IgnoredAny) => DecodeFailure::not_json(&de::Error::custom("invalid UTF-8")),
        Err(error) => DecodeFailure::not_json(&error),
    }
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

    /// Returns the failure for JSON that does not fit.
    fn new(json: &str, error: &reader::Error) -> Self {
        Self {
            path: error.path(),
            problem: error.problem(json),
            is_json: true,
            is_truncated: false,
        }
    }

    fn not_json(error: &serde_json::Error) -> Self {
        Self {
            path: "$".to_owned(),
            problem: error.to_string(),
            is_json: false,
            is_truncated: error.is_eof(),
        }
    }
}
