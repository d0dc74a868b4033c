//! Finds the errors that services send with status 200, in place of a response or of an event.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::ApiError;
use super::body::ErrorBody;
use crate::json::ExtraFields;

/// Returns the error that JSON contains in an error's own form, or any message of an event named `error`.
pub(crate) fn error_in(is_error_event: bool, json: &[u8]) -> Option<ApiError> {
    if !is_error_event && !ErrorBody::parse(json).is_error {
        return None;
    }
    let body = Bytes::copy_from_slice(json);
    Some(ApiError::new(StatusCode::OK, HeaderMap::new(), body, None))
}

/// Returns the error in a response that is known to be none of the expected type, if it has a message in any form.
pub(crate) fn any_message(json: &[u8]) -> Option<ApiError> {
    ErrorBody::parse(json).message?;
    error_in(true, json)
}

/// Returns the error in an event of an unexpected type that has a `message`, unless the event names a type that is no
/// error.
pub(crate) fn message_in(json: &[u8]) -> Option<ApiError> {
    let value = serde_json::from_slice::<Value>(json).ok()?;
    value.get("message").filter(|message| message.is_string())?;
    let kind = value.get("type").and_then(Value::as_str);
    let is_other = kind.is_some_and(|kind| !kind.to_ascii_lowercase().contains("error"));
    if is_other { None } else { error_in(true, json) }
}

/// Returns the error beside the fields of a decoded response: an `error` that its type does not have, or a `message`
/// in an object that calls itself an error.
pub(crate) fn beside(value: &impl ExtraFields, json: &[u8]) -> Option<ApiError> {
    let extra = value.extra_fields().filter(|extra| !extra.is_empty())?;
    let has = |key| extra.get(key).is_some_and(|value| !value.is_null());
    if has("error") || (has("message") && is_named_error(json)) {
        error_in(false, json)
    } else {
        None
    }
}

fn is_named_error(json: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Named {
        object: Option<String>,
    }
    serde_json::from_slice::<Named>(json)
        .is_ok_and(|named| named.object.as_deref() == Some("error"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_error_is_one_only_with_a_code() {
        for empty in [r#""""#, "false", "{}", "[]", "null"] {
            let event = |code| format!(r#"{{"error":{empty},"errorCode":{code},"id":"1"}}"#);
            assert!(error_in(false, event(0).as_bytes()).is_none(), "{empty}");
            let is_one = error_in(false, event(400).as_bytes()).is_some();
            assert_eq!(is_one, empty != "null", "{empty}");
        }
    }

    #[test]
    fn a_usual_event_is_no_error() {
        assert!(error_in(false, br#"{"error":null,"choices":[]}"#).is_none());
        assert!(error_in(false, br#"{"id":"1"}"#).is_none());
        assert_eq!(error_in(true, b"boom").unwrap().message(), "boom");
        assert_eq!(
            error_in(false, br#"{"detail":"boom"}"#).unwrap().message(),
            "boom"
        );
    }
}
