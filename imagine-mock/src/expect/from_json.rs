//! Expectations as JSON, for the admin API.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::condition::Condition;
use super::matcher::containing;
use super::registered::{self, RegisteredExpectation};
use super::script::Script;
use super::{Expectations, OwnOperation, TEXT_OPERATIONS, Then, When};
use crate::api::Api;
use crate::fault::{self, Fault};
use crate::response::StreamedEvent;
use crate::rule::Scope;

impl Expectations {
    /// Adds an expectation, or describes the first error in it.
    pub(crate) fn add_json(&self, expectation: &Value, location: String) -> Result<(), String> {
        let mut fields = Fields::new("", expectation)?;
        let scope = scope(&mut fields)?;
        let conditions = conditions(fields.object("when")?)?;
        let script = script(fields.object("then")?, &scope)?;
        fields.finish()?;
        let expectation = registered::rule(scope, conditions, script, location);
        let problems = expectation.problems();
        if !problems.is_empty() {
            return Err(problems.join("; "));
        }
        self.rules.add(expectation);
        Ok(())
    }

    /// Lists the expectations, and everything that is unmet.
    pub(crate) fn to_json(&self) -> Value {
        let expectations: Vec<_> = self
            .rules
            .all()
            .iter()
            .map(|expectation| expectation_json(expectation))
            .collect();
        json!({"expectations": expectations, "unmet": self.problems()})
    }
}

fn expectation_json(expectation: &RegisteredExpectation) -> Value {
    let conditions = expectation.value.conditions.iter();
    let conditions: Vec<_> = conditions.map(ToString::to_string).collect();
    let name = match expectation.scope {
        Scope::Operation(..) => "operation",
        Scope::Request { .. } => "request",
    };
    json!({
        name: expectation.scope.to_string(),
        "when": conditions,
        "times": expectation.times,
        "calls": expectation.calls(),
        "location": expectation.value.location,
    })
}

/// The fields of an object that are not read yet. Unknown ones are errors.
struct Fields<'a> {
    /// The path of the object with a final dot, for error messages.
    path: String,
    remaining: Vec<(&'a str, &'a Value)>,
}

impl<'a> Fields<'a> {
    fn new(path: &str, value: &'a Value) -> Result<Self, String> {
        let object = value.as_object();
        let object = object.ok_or_else(|| match path {
            "" => "the expectation must be an object".to_owned(),
            path => format!("`{path}` must be an object"),
        })?;
        Ok(Self {
            path: if path.is_empty() {
                String::new()
            } else {
                format!("{path}.")
            },
            remaining: object
                .iter()
                .map(|(name, value)| (name.as_str(), value))
                .collect(),
        })
    }

    fn take(&mut self, name: &str) -> Option<&'a Value> {
        let index = self.remaining.iter().position(|(own, _)| *own == name)?;
        Some(self.remaining.swap_remove(index).1)
    }

    /// Takes a field and converts it. `expected` describes the valid values.
    fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        convert: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let path = format!("{}{name}", self.path);
        let value = self.take(name);
        let converted = value.map(|value| convert(value).ok_or(value));
        let converted = converted.transpose();
        converted.map_err(|value| format!("`{path}` must be {expected}, not {value}"))
    }

    fn string(&mut self, name: &str) -> Result<Option<&'a str>, String> {
        self.read(name, "a string", Value::as_str)
    }

    fn duration(&mut self, name: &str) -> Result<Option<Duration>, String> {
        self.read(name, "a time such as 200ms or 2s", |value| {
            fault::parse_duration(value.as_str()?)
        })
    }

    fn map(&mut self, name: &str) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
        let map = self.read(name, "an object", Value::as_object)?;
        Ok(map.into_iter().flat_map(Map::iter))
    }

    /// Takes an object with string values.
    fn strings(&mut self, name: &str) -> Result<Vec<(&'a String, &'a str)>, String> {
        let is_string = |(name, value): (&'a String, &'a Value)| Some((name, value.as_str()?));
        let strings = self.read(name, "an object with strings", |value| {
            value
                .as_object()?
                .iter()
                .map(is_string)
                .collect::<Option<Vec<_>>>()
        })?;
        Ok(strings.unwrap_or_default())
    }

    fn object(&mut self, name: &str) -> Result<Fields<'a>, String> {
        match self.take(name) {
            Some(value) => Fields::new(&format!("{}{name}", self.path), value),
            None => Ok(Fields {
                path: String::new(),
                remaining: Vec::new(),
            }),
        }
    }

    fn finish(self) -> Result<(), String> {
        match self.remaining.first() {
            Some((name, _)) => Err(format!("unknown field `{}{name}`", self.path)),
            None => Ok(()),
        }
    }
}

fn scope(fields: &mut Fields<'_>) -> Result<Scope, String> {
    match (fields.string("operation")?, fields.string("request")?) {
        (Some(operation), None) if !operation.contains(' ') => {
            Scope::parse(operation).map_err(|error| error.to_string())
        }
        (None, Some(request)) => {
            let (method, path) = request.split_once(' ').ok_or_else(|| {
                format!(
                    "`request` must be a method and a path, as in POST /summarize, not {request}"
                )
            })?;
            Ok(Scope::request(method, path))
        }
        _ => Err("set exactly one of `operation` and `request`".to_owned()),
    }
}

fn conditions(mut fields: Fields<'_>) -> Result<Vec<Condition>, String> {
    let when = When::<OwnOperation>::new();
    if let Some(body) = fields.take("json") {
        when.json(body.clone());
    }
    if let Some(part) = fields.take("json_includes") {
        when.json_includes(part.clone());
    }
    for (name, value) in fields.map("fields")? {
        when.field(name, value.clone());
    }
    for (name, text) in fields.strings("containing")? {
        when.field(name, containing(text));
    }
    for (name, value) in fields.map("parameters")? {
        when.parameter(name, value.clone());
    }
    for (name, value) in fields.strings("arguments")? {
        when.argument(name, value);
    }
    for (name, value) in fields.strings("headers")? {
        when.header(name, value);
    }
    fields.finish()?;
    Ok(when.into_conditions())
}

fn script(mut fields: Fields<'_>, scope: &Scope) -> Result<Script, String> {
    let then = Then::<OwnOperation>::new();
    set_body(&then, &mut fields, scope)?;
    let status = fields.read("status", "a number from 200 to 999", |value| {
        u16::try_from(value.as_u64()?).ok()
    })?;
    status.map(|status| then.status(status));
    fields
        .string("message")?
        .map(|message| then.message(message));
    let retry_after = fields.read("retry_after", "a number of seconds", Value::as_u64)?;
    retry_after.map(|seconds| then.retry_after(seconds));
    for (name, value) in fields.strings("headers")? {
        then.header(name, value);
    }
    fields.duration("delay")?.map(|delay| then.delay(delay));
    fields
        .duration("chunk_delay")?
        .map(|delay| then.chunk_delay(delay));
    if let Some(fault) = fields.string("fault")? {
        then.fault(fault.parse::<Fault>().map_err(|error| error.to_string())?);
    }
    let times = fields.read("times", "a number", |value| {
        u32::try_from(value.as_u64()?).ok()
    })?;
    times.map(|times| then.times(times));
    if fields.read("skip_validation", "a boolean", Value::as_bool)? == Some(true) {
        then.skip_validation();
    }
    fields.finish()?;
    Ok(then.into_script())
}

/// Sets the scripted body, which one of several fields defines.
fn set_body(
    then: &Then<OwnOperation>,
    fields: &mut Fields<'_>,
    scope: &Scope,
) -> Result<(), String> {
    let reply = fields.string("reply")?;
    let stream = fields.read("stream", "a list of strings", strings)?;
    let calls = fields.read(
        "tool_calls",
        "a list of objects with name and arguments",
        tool_calls,
    )?;
    let events = fields.read("events", "a list", Value::as_array)?;
    let json = fields.take("json");
    let streams_text = returns_text(scope) && streams(scope);
    for (name, is_set, is_possible) in [
        ("reply", reply.is_some(), returns_text(scope)),
        ("stream", stream.is_some(), streams_text),
        (
            "tool_calls",
            calls.is_some(),
            streams_text && *scope != Scope::Operation(Api::Inference, "completion"),
        ),
        ("events", events.is_some(), streams(scope)),
    ] {
        if is_set && !is_possible {
            return Err(format!("`then.{name}` does not apply to `{scope}`"));
        }
    }
    let set = [
        reply.is_some(),
        stream.is_some(),
        calls.is_some(),
        events.is_some(),
        json.is_some(),
    ];
    if set.into_iter().filter(|is_set| *is_set).count() > 1 {
        return Err(
            "`then` has more than one of `reply`, `stream`, `tool_calls`, `events` and `json`"
                .to_owned(),
        );
    }
    if let Some(chunks) = reply.map(|text| vec![text.to_owned()]).or(stream) {
        then.text(chunks);
    }
    if let Some(calls) = calls {
        then.output(|output| output.tool_calls = calls);
    }
    if let Some(events) = events {
        then.events(events.iter().map(event));
    }
    if let Some(json) = json {
        then.json(json.clone());
    }
    Ok(())
}

/// Reads an event: its data, or an object of its name, `event`, and its `data`.
fn event(value: &Value) -> StreamedEvent {
    let parts = (
        value.get("event").and_then(Value::as_str),
        value.get("data"),
    );
    match parts {
        (Some(name), Some(data)) if value.as_object().is_some_and(|all| all.len() == 2) => {
            (name, data.clone()).into()
        }
        _ => value.clone().into(),
    }
}

fn strings(value: &Value) -> Option<Vec<String>> {
    let strings = value.as_array()?.iter();
    strings
        .map(|string| string.as_str().map(str::to_owned))
        .collect()
}

fn tool_calls(value: &Value) -> Option<Vec<(String, Value)>> {
    let calls = value.as_array()?.iter();
    let call = |call: &Value| {
        Some((
            call.get("name")?.as_str()?.to_owned(),
            call.get("arguments")?.clone(),
        ))
    };
    calls.map(call).collect()
}

fn returns_text(scope: &Scope) -> bool {
    matches!(scope, Scope::Operation(api, id) if TEXT_OPERATIONS.contains(&(*api, *id)))
}

/// Returns whether responses may be events.
fn streams(scope: &Scope) -> bool {
    match scope {
        Scope::Operation(api, id) => {
            let operation = api.contract().operation(id);
            operation.is_some_and(|operation| operation.event.is_some())
        }
        Scope::Request { .. } => true,
    }
}
