//! Finds the errors that services send in place of a response.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::ApiError;
use super::body::Said;

/// The error that an event of a stream carries, if it carries one: in an envelope of its own, or as
/// bare text in an event named `error`.
pub(crate) fn from_event(named_error: bool, data: &[u8]) -> Option<ApiError> {
    let said = Said::read(data);
    if !named_error && !said.is_error {
        return None;
    }
    let body = Bytes::copy_from_slice(data);
    Some(ApiError::new(StatusCode::OK, HeaderMap::new(), body, None))
}

/// The error in a response that has a message, in whatever form.
pub(crate) fn from_message(data: &[u8]) -> Option<ApiError> {
    Said::read(data).message?;
    from_event(true, data)
}

/// The error in what is a response of no kind that was asked for, but has a message.
pub(crate) fn from_words(data: &[u8]) -> Option<ApiError> {
    let value = serde_json::from_slice::<Value>(data).ok()?;
    value.get("message").filter(|message| message.is_string())?;
    // What is of a kind that it names itself is an error only if it says so.
    let kind = value.get("type").and_then(Value::as_str);
    let is_other = kind.is_some_and(|kind| !kind.to_ascii_lowercase().contains("error"));
    if is_other {
        None
    } else {
        from_event(true, data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_error_is_one_only_with_a_code() {
        for empty in [r#""""#, "false", "{}", "[]", "null"] {
            let event = |code| format!(r#"{{"error":{empty},"errorCode":{code},"id":"1"}}"#);
            assert!(from_event(false, event(0).as_bytes()).is_none(), "{empty}");
            let is_one = from_event(false, event(400).as_bytes()).is_some();
            assert_eq!(is_one, empty != "null", "{empty}");
        }
    }

    #[test]
    fn a_usual_event_is_no_error() {
        assert!(from_event(false, br#"{"error":null,"choices":[]}"#).is_none());
        assert!(from_event(false, br#"{"id":"1"}"#).is_none());
        assert_eq!(from_event(true, b"boom").unwrap().message(), "boom");
        assert_eq!(
            from_event(false, br#"{"detail":"boom"}"#)
                .unwrap()
                .message(),
            "boom"
        );
    }
}
