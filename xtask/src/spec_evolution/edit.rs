//! Edits of specifications.

use serde_json::{Value, json};

use crate::apis::Api;
use crate::openapi::json::{owned_strings, string};
use crate::openapi::names::pascal;
use crate::testing;
use crate::testing::apis;

/// An entry of a table of edits.
pub(super) struct Edit {
    pub(super) name: String,
    /// The API whose specification is edited.
    pub(super) api: String,
    /// The strings that the error must contain.
    pub(super) messages: Vec<String>,
    shape: Option<Value>,
    edit: Option<Value>,
}

impl Edit {
    /// Reads a table.
    pub(super) fn all(table: &str) -> Vec<Self> {
        let entries = testing::yaml(table);
        entries.as_array().unwrap().iter().map(Self::read).collect()
    }

    fn read(entry: &Value) -> Self {
        Self {
            name: string(entry, "name").unwrap().to_owned(),
            api: string(entry, "api").unwrap_or("media").to_owned(),
            messages: owned_strings(entry.get("messages")),
            shape: entry.get("shape").cloned(),
            edit: entry.get("edit").cloned(),
        }
    }

    pub(super) fn api(&self) -> &'static Api {
        apis().iter().find(|api| api.name == self.api).unwrap()
    }

    pub(super) fn apply(&self, doc: &mut Value) {
        if let Some(shape) = &self.shape {
            merge(doc, &self.operation(shape));
        }
        if let Some(edit) = &self.edit {
            merge(doc, edit);
        }
    }

    /// Creates an operation with the edit's name whose request and response have the schema.
    fn operation(&self, shape: &Value) -> Value {
        let component = format!("{}Shape", pascal(&self.name));
        let schema = json!({ "$ref": format!("#/components/schemas/{component}") });
        let content = json!({ "application/json": { "schema": schema } });
        let operation = json!({
            "operationId": self.name,
            "summary": "Returns its request",
            "x-imagine-retry": "idempotent",
            "requestBody": { "required": true, "content": content },
            "responses": { "200": { "description": "Good.", "content": content } },
        });
        let path = format!("/mutated/{}", self.name);
        json!({
            "paths": { path: { "post": operation } },
            "components": { "schemas": { component: shape } },
        })
    }
}

/// Merges maps and replaces other values; null removes a member. A map merges into a list by index.
fn merge(doc: &mut Value, more: &Value) {
    match (doc, more) {
        (Value::Object(doc), Value::Object(more)) => {
            for (key, value) in more {
                if value.is_null() {
                    doc.remove(key);
                } else {
                    merge(doc.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (Value::Array(doc), Value::Object(more)) => {
            for (index, value) in more {
                merge(&mut doc[index.parse::<usize>().unwrap()], value);
            }
        }
        (doc, more) => *doc = more.clone(),
    }
}
