//! Reading what a service says when it refuses, in every form that is known to be in use.

use serde_json::Value;

use super::{FieldError, rejection};
use crate::json;

/// A message beyond this many characters is cut in an error.
pub(super) const MESSAGE_CAP: usize = 300;

/// What a message that was cut ends with.
pub(super) const ELLIPSIS: char = '…';

/// How services say that an account has used up what it may.
const QUOTA: [&str; 4] = [
    "insufficient_quota",
    "quota_exceeded",
    "billing_hard_limit_reached",
    rejection::OUT_OF_CREDITS,
];

/// What could be read from the body of a refusal.
#[derive(Default)]
pub(super) struct ErrorBody {
    pub(super) message: Option<String>,
    pub(super) code: Option<String>,
    pub(super) is_quota_exceeded: bool,
    pub(super) fields: Vec<FieldError>,
    /// Whether the body has the form of an error, rather than of some other answer.
    pub(super) is_error: bool,
}

impl ErrorBody {
    pub(super) fn parse(body: &[u8]) -> Self {
        match json::from_slice::<Value>(body) {
            Ok(value) => Self::of(&value),
            Err(_) => Self {
                message: snippet(body),
                ..Self::default()
            },
        }
    }

    fn of(value: &Value) -> Self {
        let filled = |key: &str| value.get(key).filter(|value| !value.is_null());
        if let Some(error) = filled("error").filter(|error| is_error(error, value)) {
            return Self::of_envelope(value, error);
        }
        if let Some(detail) = filled("detail") {
            return Self::of_detail(detail);
        }
        // Without an envelope only an object of these keys alone is one: other responses have reasons as well.
        let is_only = |members: &serde_json::Map<_, _>| {
            let mut keys = members.keys().map(String::as_str);
            keys.all(|key| ["reason", "location"].contains(&key))
        };
        if value.as_object().is_some_and(is_only)
            && let Some(rejection) = Self::of_rejection(value)
        {
            return rejection;
        }
        let is_error = value.get("object").and_then(Value::as_str) == Some("error")
            || value.get("status").and_then(Value::as_str) == Some("error");
        let message = filled("message").and_then(text).or_else(|| text(value));
        Self {
            message: message.map(shorten),
            code: code(value),
            is_quota_exceeded: is_quota_exceeded(value),
            fields: Vec::new(),
            is_error,
        }
    }

    /// `{"error": {"message": ..}}` or `{"error": ".."}`, the latter perhaps with a code beside it.
    fn of_envelope(outer: &Value, error: &Value) -> Self {
        if let Some(rejection) = Self::of_rejection(error) {
            return rejection;
        }
        let inner = error.get("message").and_then(text);
        let message = inner.or_else(|| text(error).filter(|text| !text.is_empty()));
        let message = message.or_else(|| outer.get("message").and_then(text));
        Self {
            message: message.map(shorten),
            code: code(error).or_else(|| code(outer)),
            is_quota_exceeded: is_quota_exceeded(error) || is_quota_exceeded(outer),
            fields: Vec::new(),
            is_error: true,
        }
    }

    /// The audiovisual API's `{"reason": .., "location": ..}`, which has no message.
    fn of_rejection(value: &Value) -> Option<Self> {
        let reason = value.get("reason").and_then(Value::as_str)?;
        if reason.is_empty()
            || value
                .get("message")
                .is_some_and(|message| !message.is_null())
        {
            return None;
        }
        let location = value.get("location").and_then(Value::as_str);
        Some(Self {
            message: Some(shorten(rejection::describe(reason, location))),
            code: Some(shorten(reason.to_owned())),
            is_quota_exceeded: reason == rejection::OUT_OF_CREDITS,
            fields: Vec::new(),
            is_error: true,
        })
    }

    /// FastAPI's `{"detail": ..}`: a text, or a list of what is wrong where.
    fn of_detail(detail: &Value) -> Self {
        let fields: Vec<_> = detail
            .as_array()
            .into_iter()
            .flatten()
            .map(FieldError::of)
            .collect();
        let listed = fields
            .iter()
            .map(|field| format!("{}: {}", field.location, field.message));
        let message = match text(detail) {
            Some(text) => text,
            None if fields.is_empty() => {
                "the response gives details, which are in its body".to_owned()
            }
            None => listed.collect::<Vec<_>>().join("; "),
        };
        Self {
            message: Some(shorten(message)),
            fields,
            is_error: true,
            ..Self::default()
        }
    }
}

impl FieldError {
    fn of(entry: &Value) -> Self {
        let member = |key: &str| entry.get(key).and_then(text).unwrap_or_default();
        let mut location = String::new();
        for step in entry
            .get("loc")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            match step {
                Value::Number(index) => location += &format!("[{index}]"),
                other if location.is_empty() => location += &text(other).unwrap_or_default(),
                other => location = location + "." + &text(other).unwrap_or_default(),
            }
        }
        Self {
            location: shorten(location),
            message: shorten(member("msg")),
            kind: shorten(member("type")),
        }
    }
}

/// The text of a string, or of a list of strings.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) if items.iter().all(Value::is_string) && !items.is_empty() => {
            let texts: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            Some(texts.join("; "))
        }
        _ => None,
    }
}

/// Whether an `error` is one. Services write an empty one beside what went well, and one of ours writes an empty
/// one beside a code.
fn is_error(error: &Value, outer: &Value) -> bool {
    let is_empty = match error {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    };
    let code = outer.get("errorCode").and_then(Value::as_i64);
    !is_empty || code.is_some_and(|code| code != 0)
}

/// Whether the account has used up what it may. A service that has a number for a code names it as the kind.
fn is_quota_exceeded(value: &Value) -> bool {
    let words = ["code", "type"].map(|key| value.get(key).and_then(Value::as_str));
    words
        .into_iter()
        .flatten()
        .any(|word| QUOTA.contains(&word))
}

fn code(value: &Value) -> Option<String> {
    ["code", "type", "errorCode"]
        .iter()
        .find_map(|key| match value.get(key)? {
            Value::String(code) if !code.is_empty() => Some(shorten(code.clone())),
            Value::Number(code) if code.as_i64() != Some(0) => Some(code.to_string()),
            _ => None,
        })
}

/// A body that is not JSON, as a short text: tags off, white space folded. Nothing if that leaves nothing.
fn snippet(body: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(
        body.get(..body.len().min(4 * MESSAGE_CAP))
            .unwrap_or_default(),
    );
    let mut plain = String::new();
    let mut in_tag = false;
    for character in start.chars() {
        match character {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                plain.push(' ');
            }
            _ if in_tag => {}
            other => plain.push(other),
        }
    }
    let words: Vec<_> = plain.split_whitespace().collect();
    (!words.is_empty()).then(|| shorten(words.join(" ")))
}

/// One line of at most [`MESSAGE_CAP`] characters: line ends and other control characters become spaces.
pub(crate) fn shorten(message: String) -> String {
    let folded = message.chars().map(|character| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    });
    let mut short: String = folded.clone().take(MESSAGE_CAP).collect();
    if folded.count() > MESSAGE_CAP {
        short.push(ELLIPSIS);
    }
    short
}
