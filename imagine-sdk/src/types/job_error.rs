//! The errors of generations.

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::error::rejection;
use crate::generated::media::types::Rejection;
use crate::json::{ExtraFields, lenient_via_serde};

/// The reason why a generation failed: a rejection, or the error of an older build, which is a string.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JobError {
    /// A rejection.
    Rejection(Rejection),
    /// Any other value, unchanged.
    Other(Value),
}

impl JobError {
    /// Returns the rejection, if it is one.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejection(rejection) => Some(rejection),
            Self::Other(_) => None,
        }
    }

    /// Returns the error message. `None` for a value without one.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Rejection(Rejection {
                reason, location, ..
            }) => Some(rejection::describe(
                reason.as_ref()?.as_str(),
                location.as_deref(),
            )),
            Self::Other(value) => message(value),
        }
    }

    /// Returns true for the empty values that some servers write for a job without an error.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Rejection(_) => false,
            Self::Other(Value::Object(fields)) => fields.is_empty(),
            Self::Other(Value::Array(errors)) => errors.is_empty(),
            Self::Other(value) => matches!(value, Value::Null | Value::Bool(false)) || value == "",
        }
    }
}

impl Default for JobError {
    fn default() -> Self {
        Self::Other(Value::Null)
    }
}

impl Serialize for JobError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Rejection(rejection) => rejection.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for JobError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let is_rejection = value.get("reason").is_some_and(Value::is_string);
        Ok(match Rejection::deserialize(&value) {
            Ok(rejection) if is_rejection => Self::Rejection(rejection),
            _ => Self::Other(value),
        })
    }
}

lenient_via_serde!(JobError);

impl ExtraFields for JobError {}

/// Returns the message of an error value: a string, or the `message` of an object.
pub(crate) fn message(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("message")?.as_str());
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}
