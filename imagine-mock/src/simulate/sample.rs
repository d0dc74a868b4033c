//! Composes a value that fits a schema, with words of a text where it can.

use serde_json::{Map, Value, json};

use super::{Call, Outcome, text};
use crate::contract::{Definitions, Schema};
use crate::failure::Failure;
use crate::state::State;
use crate::usage::Tokens;

/// Schemas within schemas are followed this far.
const MAX_DEPTH: usize = 8;

/// Arrays get no more items, whatever a caller's schema wants; pairs are the longest that answers need.
const MOST_ITEMS: u64 = 2;

/// Answers an operation that has no handler of its own.
pub(crate) fn response(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let schema = call.operation.response.as_ref().map(Schema::source);
    let definitions = call.contract().definitions();
    let response = schema.map(|schema| sample(definitions, schema, &call.operation.id));
    Ok(Outcome::whole(
        response.unwrap_or_default(),
        Tokens::default(),
    ))
}

/// A value that fits a schema, and takes texts, numbers and choices from `about`.
pub(crate) fn sample(definitions: &Definitions, schema: &Value, about: &str) -> Value {
    Sampler { definitions, about }.value(schema, MAX_DEPTH)
}

struct Sampler<'a> {
    definitions: &'a Definitions,
    about: &'a str,
}

impl Sampler<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        let mut properties = self.definitions.properties(schema);
        let schema = self.definitions.follow(schema);
        if properties.is_empty() {
            properties = self.definitions.properties(schema);
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(options) = schema.get("enum").and_then(Value::as_array) {
            return self.choice(options);
        }
        let first = schema.pointer("/anyOf/0").filter(|_| properties.is_empty());
        if let (Some(first), Some(depth)) = (first, depth.checked_sub(1)) {
            return self.value(first, depth);
        }
        match kind(schema) {
            "object" => self.object(&properties, depth),
            "array" => self.array(schema, depth),
            "integer" => json!(self.number(schema) as i64),
            "number" => json!(self.number(schema)),
            "boolean" => true.into(),
            "null" => Value::Null,
            _ if properties.is_empty() => self.word().into(),
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

    /// An item, or as many as the schema wants at least.
    fn array(&self, schema: &Value, depth: usize) -> Value {
        let (Some(items), Some(depth)) = (schema.get("items"), depth.checked_sub(1)) else {
            return json!([]);
        };
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1);
        let count = least.clamp(1, MOST_ITEMS);
        (0..count).map(|_| self.value(items, depth)).collect()
    }

    /// The option that the text mentions, or else the first.
    fn choice(&self, options: &[Value]) -> Value {
        let about = self.about.to_lowercase();
        let mentioned = |option: &&Value| {
            option
                .as_str()
                .is_some_and(|option| about.contains(&option.to_lowercase()))
        };
        let option = options.iter().find(mentioned).or(options.first());
        option.cloned().unwrap_or_default()
    }

    /// The first number of the text, kept within the schema's limits.
    fn number(&self, schema: &Value) -> f64 {
        let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
        let words = text::words(self.about);
        let given = words.iter().find_map(|word| word.parse::<f64>().ok());
        let number = given.unwrap_or(1.0);
        let number = limit("maximum").map_or(number, |most| number.min(most));
        limit("minimum").map_or(number, |least| number.max(least))
    }

    /// The last name of the text, which is a capitalised word that does not begin it, or its last word.
    fn word(&self) -> String {
        let words = text::words(self.about);
        let name = words
            .iter()
            .skip(1)
            .rfind(|word| word.starts_with(char::is_uppercase));
        let word = name.or(words.last()).copied();
        word.unwrap_or("something").to_owned()
    }
}

/// The kind of value that a schema asks for first.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(only)) => only,
        Some(Value::Array(several)) => several.first().and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::sample;
    use crate::contract::Contract;

    #[test]
    fn arguments_come_from_the_question() {
        let schema = json!({"type": "object", "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer", "maximum": 5},
            "unit": {"enum": ["celsius", "fahrenheit"]},
            "tags": {"type": "array", "items": {"type": "boolean"}},
            "kind": {"const": "forecast"},
            "wind": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        }});
        let asked = "The weather in Toledo for 7 days in Fahrenheit degrees, please?";
        let definitions = Contract::inference().definitions();
        let expected = json!({"city": "Fahrenheit", "days": 5, "unit": "fahrenheit", "tags": [true], "kind": "forecast", "wind": true});
        assert_eq!(sample(definitions, &schema, asked), expected);
    }

    #[test]
    fn samples_of_responses_keep_to_the_contract() {
        for contract in [Contract::inference(), Contract::media()] {
            for operation in contract.operations() {
                let schema = operation.response.as_ref().unwrap();
                let sampled = sample(contract.definitions(), schema.source(), "a word");
                let checked = contract.check_response(&operation.id, &sampled);
                assert_eq!(checked, Ok(()), "{}: {sampled}", operation.id);
            }
        }
    }

    #[test]
    fn a_schema_within_itself_ends() {
        let schema = json!({"$ref": "#/$defs/Tree"});
        let sampled = sample(Contract::inference().definitions(), &schema, "");
        assert_eq!(sampled, json!("something"));
    }
}
