//! Small specifications for tests.

use serde_json::{Value, json};

use crate::api::Api;
use crate::error::Fault;
use crate::plan::{self, Generated};

/// An API that only tests know.
pub(crate) const API: Api = Api {
    name: "test",
    spec: "openapi/test.yaml",
};

/// A document with one operation, `ask`, that takes and answers the component `Body`, and with what is
/// given as YAML on top: maps are merged, anything else is replaced, and null takes away.
pub(crate) fn spec(more: &str) -> Value {
    let content =
        json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Body" } } });
    let mut doc = json!({
        "openapi": "3.0.3",
        "info": { "title": "Test", "version": "1" },
        "paths": { "/ask": { "post": {
            "operationId": "ask",
            "summary": "Asks",
            "x-imagine-retry": "idempotent",
            "requestBody": { "content": content },
            "responses": { "200": { "description": "Good.", "content": content } },
        } } },
        "components": { "schemas": { "Body": { "type": "object", "properties": {} } } },
    });
    let more: Value = serde_norway::from_str(more).unwrap();
    merge(&mut doc, more);
    doc
}

/// Everything that is generated from a document.
pub(crate) fn generate(doc: Value) -> Result<Generated, Fault> {
    plan::generate(doc, &API)
}

/// What the generator says is wrong with [`spec`] and something more.
pub(crate) fn fault(more: &str) -> String {
    match generate(spec(more)) {
        Ok(_) => panic!("nothing is wrong with {more}"),
        Err(fault) => fault.to_string(),
    }
}

/// The generated file of a name, of [`spec`] and something more.
pub(crate) fn file(more: &str, name: &str) -> String {
    let generated = generate(spec(more)).unwrap();
    let artifact = generated
        .artifacts
        .into_iter()
        .find(|artifact| artifact.path.ends_with(name));
    artifact.unwrap().contents
}

fn merge(doc: &mut Value, more: Value) {
    match (doc, more) {
        (Value::Object(doc), Value::Object(more)) => {
            for (key, value) in more {
                if value.is_null() {
                    doc.remove(&key);
                } else {
                    merge(doc.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (doc, more) => *doc = more,
    }
}
