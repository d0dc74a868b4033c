//! Decides whether a body is an API error, and extracts its message, code, fields and reason.
//!
//! Services and the proxies before them write errors in many shapes. The table in the tests lists the known ones.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::excerpt::{self, shorten};
use super::{ApiError, FieldError, rejection};
use crate::json::{self, ExtraFields, UnknownFields};

/// The codes of a used-up quota.
const QUOTA: [&str; 4] = [
    "insufficient_quota",
    "quota_exceeded",
    "billing_hard_limit_reached",
    rejection::OUT_OF_CREDITS,
];

/// The fields that contain an error, and those that contain its message. Services spell them in upper and lower case.
const ENVELOPES: [&str; 4] = ["error", "detail", "errors", "base_resp"];
const MESSAGES: [&str; 5] = ["message", "msg", "error_description", "title", "status_msg"];

/// The fields that contain a code.
const CODES: [&str; 4] = ["code", "type", "errorCode", "status_code"];

/// The size of the largest body that is searched for an error. As a tree it takes many times its size.
const MAX_BODY: usize = 256 << 10;

/// The depth to which envelopes are opened.
const MAX_DEPTH: u8 = 8;

/// The content of an error.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) message: Option<String>,
    pub(super) code: Option<String>,
    pub(super) is_quota_exceeded: bool,
    pub(super) fields: Vec<FieldError>,
    /// True if the body has the form of an error, rather than of another response.
    is_error: bool,
}

/// Extracts the content of an error's body.
pub(super) fn details(body: &[u8]) -> Details {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let value = (body.len() <= MAX_BODY)
        .then(|| json::from_slice(body).ok().or_else(|| first_value(body)))
        .flatten();
    match value {
        Some(value) => read(&value, MAX_DEPTH),
        None => Details {
            message: excerpt::of_text(body),
            ..Details::default()
        },
    }
}

/// Returns the first value of a body with several lines: the data of an event, or the first of several values.
fn first_value(body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).ok()?;
    let mut lines = text.lines().map(str::trim_start);
    let line = lines.find_map(|line| match line.strip_prefix("data:") {
        Some(data) => Some(data),
        None => line.starts_with('{').then_some(line),
    });
    json::from_str(line?.trim()).ok()
}

fn read(value: &Value, depth: u8) -> Details {
    let Some(depth) = depth.checked_sub(1) else {
        return Details::default();
    };
    match value {
        Value::String(string) => read_string(string, depth),
        Value::Array(items) => read_list(items, depth),
        Value::Object(members) => read_object(members, depth),
        Value::Null | Value::Bool(_) | Value::Number(_) => Details::default(),
    }
}

/// Reads a message, or the error in JSON that a proxy repeats as one.
fn read_string(string: &str, depth: u8) -> Details {
    let nested = string.trim_start().starts_with(['{', '[']);
    let nested = nested.then(|| json::from_str(string).ok()).flatten();
    let nested = nested.map(|value: Value| read(&value, depth));
    match nested.filter(|nested| nested.message.is_some()) {
        Some(nested) => nested,
        None => Details {
            message: (!string.trim().is_empty()).then(|| shorten(string.to_owned())),
            is_quota_exceeded: QUOTA.contains(&string),
            ..Details::default()
        },
    }
}

fn read_list(items: &[Value], depth: u8) -> Details {
    let mut list = Details::default();
    let mut messages = Vec::new();
    for item in items {
        let mut details = match FieldError::of(item) {
            Some(field) => Details {
                message: Some(format!("{}: {}", field.location, field.message)),
                fields: vec![field],
                ..Details::default()
            },
            None => read(item, depth),
        };
        messages.extend(details.message.take());
        list.adopt(details);
    }
    list.message = (!messages.is_empty()).then(|| shorten(messages.join("; ")));
    list
}

fn read_object(members: &Map<String, Value>, depth: u8) -> Details {
    if let Some(rejection) = Details::of_rejection(members) {
        return rejection;
    }
    let mut details = Details {
        code: CODES.iter().find_map(|key| code(member(members, key)?)),
        is_quota_exceeded: is_quota_exceeded(members),
        is_error: is_error(members),
        ..Details::default()
    };
    let message = MESSAGES.iter().find_map(|key| {
        let inner = read(member(members, key)?, depth);
        inner.message.is_some().then_some(inner)
    });
    let envelope = ENVELOPES.iter().find_map(|key| {
        let value = member(members, key).filter(|value| !is_blank(value))?;
        let inner = match value {
            Value::Object(fields) if *key == "errors" => read_fields(fields),
            _ => read(value, depth),
        };
        inner.message.is_some().then_some((*key, value, inner))
    });
    let Some((key, value, mut envelope)) = envelope else {
        if let Some(mut message) = message {
            details.message = message.message.take();
            details.adopt(message);
        }
        return details;
    };
    let message = message.and_then(|message| message.message);
    details.message = match (envelope.message.take(), message) {
        // `{"error": "Bad Request", "message": "seed is too large"}`
        (Some(error), Some(message)) if key == "error" && value.is_string() && error != message => {
            Some(shorten(format!("{error}: {message}")))
        }
        (error, _) => error,
    };
    // The code of the error itself comes first.
    let outer = std::mem::replace(&mut details.code, envelope.code.take());
    details.code = details.code.or(outer);
    details.adopt(envelope);
    details
}

/// Reads `{"prompt": ["is required"], "n": ["is out of range"]}`.
fn read_fields(fields: &Map<String, Value>) -> Details {
    let mut details = Details::default();
    for (name, problems) in fields {
        let message = read(problems, 2).message.unwrap_or_default();
        details.fields.push(FieldError {
            location: shorten(name.clone()),
            message,
            kind: String::new(),
        });
    }
    let fields = details.fields.iter();
    let messages = fields.map(|field| format!("{}: {}", field.location, field.message));
    let messages: Vec<_> = messages.collect();
    details.message = (!messages.is_empty()).then(|| shorten(messages.join("; ")));
    details
}

impl Details {
    /// Takes over all but the message of the details of a part.
    fn adopt(&mut self, part: Self) {
        self.code = self.code.take().or(part.code);
        self.is_quota_exceeded |= part.is_quota_exceeded;
        self.is_error |= part.is_error;
        self.fields.extend(part.fields);
    }

    /// Reads the media API's `{"reason": .., "location": ..}`, which has no message.
    fn of_rejection(members: &Map<String, Value>) -> Option<Self> {
        let reason = members.get("reason")?.as_str()?;
        let has_message = MESSAGES
            .iter()
            .chain(&ENVELOPES)
            .any(|key| member(members, key).is_some_and(|value| !value.is_null()));
        if reason.is_empty() || has_message {
            return None;
        }
        let location = members.get("location").and_then(Value::as_str);
        // Other responses have reasons as well, beside other fields.
        let is_only = members
            .keys()
            .all(|key| ["reason", "location"].contains(&&**key));
        Some(Self {
            message: Some(shorten(rejection::describe(reason, location))),
            code: Some(shorten(reason.to_owned())),
            is_quota_exceeded: QUOTA.contains(&reason),
            fields: Vec::new(),
            is_error: is_only,
        })
    }
}

impl FieldError {
    /// Reads an entry of FastAPI's list, which has the path to a field in `loc`.
    fn of(entry: &Value) -> Option<Self> {
        let steps = entry.get("loc")?.as_array()?;
        let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut location = String::new();
        for step in steps {
            match step {
                Value::Number(index) => location += &format!("[{index}]"),
                other if location.is_empty() => location += &string(other),
                other => location = location + "." + &string(other),
            }
        }
        let member = |key: &str| shorten(entry.get(key).map(string).unwrap_or_default());
        Some(Self {
            location: shorten(location),
            message: member("msg"),
            kind: member("type"),
        })
    }
}

/// Returns a field, whose name may be in upper case.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let is_named = |(key, value)| {
        let key: &String = key;
        key.eq_ignore_ascii_case(name).then_some(value)
    };
    members
        .get(name)
        .or_else(|| members.iter().find_map(is_named))
}

/// Returns true if an object has the form of an error.
fn is_error(members: &Map<String, Value>) -> bool {
    let is_named = |key| members.get(key).and_then(Value::as_str) == Some("error");
    let is_unsuccessful = members.get("success") == Some(&Value::Bool(false));
    has_error(members)
        || is_named("object")
        || is_named("status")
        || members
            .get("detail")
            .is_some_and(|detail| !is_blank(detail))
        || (is_unsuccessful
            && members
                .get("errors")
                .is_some_and(|errors| !is_blank(errors)))
}

/// Returns true if the field `error` contains an error. Services send an empty one in successful responses, and the
/// media API sends an empty one beside a code.
fn has_error(members: &Map<String, Value>) -> bool {
    let Some(error) = members.get("error").filter(|error| !error.is_null()) else {
        return false;
    };
    let code = members.get("errorCode").and_then(Value::as_i64);
    !is_blank(error) || code.is_some_and(|code| code != 0)
}

/// Returns true if a value contains nothing but nulls, zeros, `false`, and empty strings, lists and objects.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(string) => string.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_blank),
        Value::Object(members) => members.values().all(is_blank),
    }
}

/// Returns true if the account has used up its quota. A service with numeric codes names it in another field.
fn is_quota_exceeded(members: &Map<String, Value>) -> bool {
    let mut names = ["code", "type", "status", "reason"]
        .into_iter()
        .filter_map(|key| member(members, key)?.as_str());
    names.any(|name| QUOTA.contains(&name))
}

fn code(value: &Value) -> Option<String> {
    match value {
        Value::String(code) if !code.is_empty() && code != "about:blank" => {
            Some(shorten(code.clone()))
        }
        Value::Number(code) if code.as_i64() != Some(0) => Some(code.to_string()),
        _ => None,
    }
}

/// Returns the error that JSON contains in an error's own form, or any message of an event named `error`.
pub(crate) fn error_in(is_error_event: bool, json: &[u8]) -> Option<ApiError> {
    if !is_error_event && !details(json).is_error {
        return None;
    }
    let body = Bytes::copy_from_slice(json);
    Some(ApiError::new(StatusCode::OK, HeaderMap::new(), body, None))
}

fn parse(json: &[u8]) -> Option<Value> {
    if json.len() > MAX_BODY {
        return None;
    }
    json::from_slice(json).ok()
}

/// Returns true if the unknown fields of a choice contain an error that is not blank.
pub(crate) fn is_in_choice(extra: &UnknownFields) -> bool {
    extra.get("error").is_some_and(|error| !is_blank(&error))
}

/// Returns the error in a response that is known to be none of the expected type, if it has a message in any form.
pub(crate) fn any_message(json: &[u8]) -> Option<ApiError> {
    if json.len() > MAX_BODY {
        return None;
    }
    if let Some(error) = of_choice(json) {
        return Some(error);
    }
    details(json).message?;
    error_in(true, json)
}

/// Returns the error in an event of an unexpected type that has a `message`, unless the event names a type that is no
/// error.
pub(crate) fn message_in(json: &[u8]) -> Option<ApiError> {
    let value = parse(json)?;
    value.get("message").filter(|message| message.is_string())?;
    let kind = value.get("type").and_then(Value::as_str);
    let is_other = kind.is_some_and(|kind| !kind.to_ascii_lowercase().contains("error"));
    if is_other { None } else { error_in(true, json) }
}

/// Returns the error of an event in which a choice ended with an error.
pub(crate) fn in_choice(json: &[u8]) -> Option<ApiError> {
    of_choice(json).or_else(|| error_in(true, json))
}

/// Returns the error that a choice contains.
fn of_choice(json: &[u8]) -> Option<ApiError> {
    let response = parse(json)?;
    let mut choices = response.get("choices")?.as_array()?.iter();
    let error = choices.find_map(|choice| choice.get("error").filter(|error| !is_blank(error)))?;
    error_in(true, json!({"error": error}).to_string().as_bytes())
}

/// Returns the error beside the fields of a decoded response: an `error` that its type does not have, or a `message`
/// in an object that calls itself an error.
pub(crate) fn beside(value: &impl ExtraFields, json: &[u8]) -> Option<ApiError> {
    if value.has_unknown("error") || (value.has_unknown("message") && is_named_error(json)) {
        error_in(false, json)
    } else {
        None
    }
}

fn is_named_error(json: &[u8]) -> bool {
    let object = parse(json).and_then(|mut value| value.get_mut("object").map(Value::take));
    object.is_some_and(|object| object == "error")
}

#[cfg(test)]
mod tests;
