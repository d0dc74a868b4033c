//! Lists and adds scripted faults.

use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::rule::Scope;
use crate::server::state::State;

pub(super) fn list(state: &State) -> Value {
    let faults = state.faults.scripted();
    let faults = faults.map(|rule| {
        json!({
            "operation": rule.scope.to_string(),
            "fault": rule.value.to_string(),
            "applied": rule.calls(),
        })
    });
    json!({"faults": faults.collect::<Vec<_>>()})
}

/// Adds the faults of a body, or none of them if one is invalid.
///
/// Text has a fault on each line, as on the command line: `chat:status=429,times=2`. JSON is an object or a list of
/// objects with `operation` and `fault`, which is a string in the same syntax or an object of its options.
pub(super) fn add(state: &State, body: &str) -> Result<(), String> {
    let parsed = match body.trim_start().starts_with(['{', '[']) {
        true => from_json(&super::parse(body)?)?,
        false => from_text(body)?,
    };
    for (operation, _) in &parsed {
        Scope::parse(operation).map_err(|error| error.to_string())?;
    }
    for (operation, fault) in parsed {
        let added = state.faults.script(&operation, fault);
        added.map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn from_text(body: &str) -> Result<Vec<(String, Fault)>, String> {
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    let faults = lines.map(|line| {
        let (operation, fault) = line.split_once(':').ok_or_else(|| {
            format!("a fault is an operation and its options, as in chat:status=429, not {line}")
        })?;
        Ok((operation.to_owned(), parse(fault)?))
    });
    let faults: Vec<_> = faults.collect::<Result<_, String>>()?;
    match faults.is_empty() {
        true => Err("the body contains no fault, as in chat:status=429".to_owned()),
        false => Ok(faults),
    }
}

fn from_json(body: &Value) -> Result<Vec<(String, Fault)>, String> {
    let items = match body {
        Value::Array(items) => items.as_slice(),
        item => std::slice::from_ref(item),
    };
    items.iter().map(item_from_json).collect()
}

fn item_from_json(item: &Value) -> Result<(String, Fault), String> {
    let operation = item.get("operation").and_then(Value::as_str);
    let operation = operation.ok_or("`operation` must be the name of an operation")?;
    let fault = match item.get("fault") {
        Some(Value::String(text)) => parse(text)?,
        Some(Value::Object(options)) => parse(&options_to_text(options))?,
        _ => return Err("`fault` must be a string or an object".to_owned()),
    };
    Ok((operation.to_owned(), fault))
}

fn parse(text: &str) -> Result<Fault, String> {
    text.parse::<Fault>().map_err(|error| error.to_string())
}

/// Converts `{"status": 429, "times": 2}` to `status=429,times=2`, and `{"malformed": true}` to `malformed`.
fn options_to_text(options: &Map<String, Value>) -> String {
    let options = options.iter().map(|(name, value)| match value {
        Value::Bool(true) if name != "executed" => name.clone(),
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    });
    options.collect::<Vec<_>>().join(",")
}
