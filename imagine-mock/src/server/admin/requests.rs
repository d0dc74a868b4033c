//! Lists the recorded requests as JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::request_log::RecordedRequest;
use crate::server::state::State;

/// The value of a redacted header.
const REDACTED: &str = "[redacted]";

pub(super) fn list(state: &State) -> Value {
    let requests = state.request_log.all();
    let requests: Vec<_> = requests.iter().map(to_json).collect();
    json!({"requests": requests})
}

fn to_json(request: &RecordedRequest) -> Value {
    let headers: Map<_, _> = request
        .headers
        .iter()
        .map(|(name, value)| {
            let value = match value.is_sensitive() {
                true => REDACTED.into(),
                false => String::from_utf8_lossy(value.as_bytes()),
            };
            (name.as_str().to_owned(), Value::from(value))
        })
        .collect();
    let (name, body) = body(&request.body);
    json!({
        "method": request.method.as_str(),
        "api": request.api,
        "path": request.path,
        "query": request.query,
        "headers": headers,
        name: body,
        "operation": request.operation,
        "fault": request.fault.as_ref().map(ToString::to_string),
        "executed": request.executed,
        "status": request.status,
        "disconnected": request.disconnected,
    })
}

/// Returns the body with the name of its field: JSON as such, text as a string, and other bytes in base64.
fn body(bytes: &[u8]) -> (&'static str, Value) {
    if bytes.is_empty() {
        return ("body", Value::Null);
    }
    match (serde_json::from_slice(bytes), std::str::from_utf8(bytes)) {
        (Ok(json), _) => ("body", json),
        (_, Ok(text)) => ("body", text.into()),
        _ => ("body_base64", STANDARD.encode(bytes).into()),
    }
}
