//! Creates examples that conform to a schema, with words of a topic.

use serde_json::{Map, Value, json};

use super::{Backend, Call, Outcome, ResponseEncoding, pages, text};
use crate::contract::{Definitions, JSON, Schema};
use crate::response::{ErrorResponse, StreamedEvent};
use crate::service::backend::usage::Tokens;

/// The maximum depth of nested schemas.
const MAX_DEPTH: usize = 8;

/// The maximum number of array items, even if the schema of a request requires more. Responses need pairs at most.
const MAX_ITEMS: u64 = 2;

/// The maximum length of a string that is longer than its word.
const MAX_LENGTH: usize = 4096;

/// Simulates an operation without a handler.
pub(crate) fn respond(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let schema = call.operation.response.as_ref().map(Schema::source);
    let definitions = call.contract().definitions();
    if call.accepts_events
        && let Some(event) = &call.operation.event
    {
        return Ok(Outcome {
            encoding: stream(call, event.source()),
            ..Outcome::buffered(Value::Null, Tokens::default())
        });
    }
    let Some(schema) = schema else {
        return Ok(Outcome {
            encoding: ResponseEncoding::Empty,
            ..Outcome::buffered(Value::Null, Tokens::default())
        });
    };
    let response = match &call.operation.pagination {
        Some(pagination) => pages::page(pagination, schema, call),
        None => example(definitions, schema, &call.operation.id),
    };
    let media = &call.operation.response_media;
    let encoding = match response.as_str() {
        Some(text) if media != JSON => ResponseEncoding::Other(media.clone(), text.to_owned()),
        _ => ResponseEncoding::Json,
    };
    Ok(Outcome {
        encoding,
        ..Outcome::buffered(response, Tokens::default())
    })
}

/// Simulates a stream: an event of each name, or two events without names.
fn stream(call: &Call<'_>, event: &Value) -> ResponseEncoding {
    let (definitions, operation) = (call.contract().definitions(), call.operation);
    let names = operation.event_names.iter();
    let variants = definitions.variants(event).iter();
    let named = names.zip(variants).map(|(name, variant)| {
        let event = example(definitions, variant, &operation.id);
        StreamedEvent::from((name, event))
    });
    let mut events: Vec<_> = named.collect();
    if events.is_empty() {
        let event = example(definitions, event, &operation.id);
        events = vec![event.clone().into(), event.into()];
    }
    ResponseEncoding::Stream(operation.stream_media.clone(), events)
}

/// Creates a value that conforms to a schema. Strings, numbers and choices come from the topic.
pub(crate) fn example(definitions: &Definitions, schema: &Value, topic: &str) -> Value {
    ExampleBuilder { definitions, topic }.value(schema, MAX_DEPTH)
}

struct ExampleBuilder<'a> {
    definitions: &'a Definitions,
    topic: &'a str,
}

impl ExampleBuilder<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        let first = self.definitions.variants(schema).first();
        if let (Some(first), Some(depth)) = (first, depth.checked_sub(1)) {
            return self.value(first, depth);
        }
        let mut properties = self.definitions.properties(schema);
        let schema = self.definitions.resolve(schema);
        if properties.is_empty() {
            properties = self.definitions.properties(schema);
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(options) = schema.get("enum").and_then(Value::as_array) {
            return self.choice(options);
        }
        match first_type(schema) {
            "object" => self.object(&properties, depth),
            "array" => self.array(schema, depth),
            "integer" => json!(self.number(schema) as i64),
            "number" => json!(self.number(schema)),
            "boolean" => true.into(),
            "null" => Value::Null,
            _ if properties.is_empty() => self.string(schema).into(),
            _ => self.object(&properties, depth),
        }
    }

    fn object(&self, properties: &[(&str, &Value)], depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else {
            return json!({});
        };
        let fields: Map<_, _> = properties
            .iter()
            .map(|(name, schema)| ((*name).to_owned(), self.value(schema, depth)))
            .collect();
        fields.into()
    }

    /// Creates an array of the minimum length, but of at least one item.
    fn array(&self, schema: &Value, depth: usize) -> Value {
        let (Some(items), Some(depth)) = (schema.get("items"), depth.checked_sub(1)) else {
            return json!([]);
        };
        let min = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1);
        let count = min.clamp(1, MAX_ITEMS);
        (0..count).map(|_| self.value(items, depth)).collect()
    }

    /// Returns the option that the topic mentions, or else the first one.
    fn choice(&self, options: &[Value]) -> Value {
        let topic = self.topic.to_lowercase();
        let mentioned = |option: &&Value| {
            option
                .as_str()
                .is_some_and(|option| topic.contains(&option.to_lowercase()))
        };
        let option = options.iter().find(mentioned).or(options.first());
        option.cloned().unwrap_or_default()
    }

    /// Returns the first number of the topic, clamped to the limits of the schema.
    fn number(&self, schema: &Value) -> f64 {
        let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
        let words = text::words(self.topic);
        let mentioned = words.iter().find_map(|word| word.parse::<f64>().ok());
        let number = mentioned.unwrap_or(1.0);
        let number = limit("maximum").map_or(number, |max| number.min(max));
        limit("minimum").map_or(number, |min| number.max(min))
    }

    /// Returns a string of the format and the length of the schema.
    fn string(&self, schema: &Value) -> String {
        let word = self.word();
        match schema.get("format").and_then(Value::as_str) {
            Some("byte") => "c29tZXRoaW5n".to_owned(),
            Some("date") => "2026-01-02".to_owned(),
            Some("date-time") => "2026-01-02T03:04:05Z".to_owned(),
            Some("uri" | "url") => "https://example.com/something".to_owned(),
            Some("uuid") => "01234567-89ab-4def-8123-456789abcdef".to_owned(),
            _ => self.fitted(&word, schema),
        }
    }

    /// Repeats or truncates a word to the length of the schema.
    fn fitted(&self, word: &str, schema: &Value) -> String {
        let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
        let limit = |key: &str| limit(key).and_then(|limit| usize::try_from(limit).ok());
        let min = limit("minLength").unwrap_or_default().min(MAX_LENGTH);
        let length = word.chars().count().max(min);
        let length = length.min(limit("maxLength").unwrap_or(usize::MAX));
        word.chars().cycle().take(length).collect()
    }

    /// Returns the last capitalized word after the first word of the topic, which is probably a name, or the last word.
    fn word(&self) -> String {
        let words = text::words(self.topic);
        let name = words
            .iter()
            .skip(1)
            .rfind(|word| word.starts_with(char::is_uppercase));
        let word = name.or(words.last()).copied();
        word.unwrap_or("something").to_owned()
    }
}

/// Returns the first type that a schema allows.
fn first_type(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(only)) => only,
        Some(Value::Array(several)) => several.first().and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::example;
    use crate::contract::Contract;

    #[test]
    fn takes_values_from_the_topic() {
        let schema = json!({"type": "object", "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer", "maximum": 5},
            "unit": {"enum": ["celsius", "fahrenheit"]},
            "tags": {"type": "array", "items": {"type": "boolean"}},
            "kind": {"const": "forecast"},
            "wind": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        }});
        let topic = "The weather in Toledo for 7 days in Fahrenheit degrees, please?";
        let definitions = Contract::inference().definitions();
        let expected = json!({"city": "Fahrenheit", "days": 5, "unit": "fahrenheit", "tags": [true], "kind": "forecast", "wind": true});
        assert_eq!(example(definitions, &schema, topic), expected);
    }

    #[test]
    fn examples_of_responses_conform_to_the_contract() {
        for contract in [Contract::inference(), Contract::media()] {
            for operation in contract.operations() {
                let schema = operation.response.as_ref().unwrap();
                let response = example(contract.definitions(), schema.source(), "a word");
                let checked = contract.check_response(&operation.id, &response);
                assert_eq!(checked, Ok(()), "{}: {response}", operation.id);
            }
        }
    }

    #[test]
    fn terminates_for_a_recursive_schema() {
        let schema = json!({"$ref": "#/components/schemas/Tree"});
        let value = example(Contract::inference().definitions(), &schema, "");
        assert_eq!(value, json!("something"));
    }
}
