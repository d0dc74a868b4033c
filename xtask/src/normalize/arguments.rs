//! Collects the arguments of an operation in one component.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::formats::FILE;
use super::{fields, styles};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::openapi::body::{Media, Payload};
use crate::openapi::json::{Object, boolean, members, set};
use crate::openapi::lowered::{ARGUMENTS, LOCATION, ORIGIN, SAMPLING, STYLE};
use crate::openapi::names::pascal;
use crate::openapi::operation::Operation;
use crate::openapi::operations;
use crate::openapi::parameter::Parameter;
use crate::openapi::schema;

/// Creates a component of the parameters and the body of each operation. A body that is the only argument of one
/// operation is reused.
pub(super) fn make_arguments(doc: &mut Value) -> Result<usize, Diagnostic> {
    let operations = Operation::all(doc)?;
    let mut names = BTreeMap::new();
    let mut added = 0;
    for operation in &operations {
        let name = match own_body(operation, &operations, doc) {
            Some(body) => body.to_owned(),
            None => {
                let name = params(&operation.site.id);
                let arguments = Arguments::of(operation, doc)?;
                schema::add(doc, name.clone(), arguments, &operation.site.location)?;
                added += 1;
                name
            }
        };
        names.insert(operation.site.id.clone(), name);
    }
    let is_binary = |body: &Payload| body.media == Media::Binary;
    let mut bodies = operations.iter().filter_map(|one| one.payload.as_ref());
    if bodies.any(is_binary) {
        FILE.define(doc);
    }
    operations::change_all(doc, |site, node| {
        node.extend(
            names
                .get(&site.id)
                .map(|name| (ARGUMENTS.to_owned(), json!(name))),
        );
        Ok(0)
    })?;
    Ok(added)
}

/// Returns the name of an added component.
pub(super) fn params(method: &str) -> String {
    pascal(&format!("{}Params", pascal(method)))
}

/// Returns the description of an added component.
pub(super) fn describe(method: &str) -> String {
    format!("The arguments of `{method}`.")
}

fn body_name(operation: &Operation) -> Option<&str> {
    schema::component(&operation.payload.as_ref()?.schema)
}

/// Returns the body if the operation has no other arguments and no other operation uses it.
fn own_body<'a>(operation: &'a Operation, all: &[Operation], doc: &Value) -> Option<&'a str> {
    let name = body_name(operation)?;
    let body = schema::components(doc)?.get(name)?;
    let uses = all
        .iter()
        .filter(|operation| body_name(operation) == Some(name))
        .count();
    let mut properties = members(body, "properties");
    let is_sent = properties.all(|(_, property)| !boolean(property, "readOnly"));
    let has_properties = body.get("properties").is_some();
    let own = operation.parameters.is_empty() && uses == 1 && has_properties && is_sent;
    own.then_some(name)
}

/// The properties of the parameters and the body.
#[derive(Default)]
struct Arguments {
    properties: Object,
    required: Vec<Value>,
    sampling: Option<Value>,
}

impl Arguments {
    fn of(operation: &Operation, doc: &Value) -> Result<Value, Diagnostic> {
        let mut arguments = Self::default();
        for parameter in &operation.parameters {
            let mut property = property(parameter);
            if let Some(style) = styles::of_parameter(parameter, doc)? {
                set(&mut property, STYLE, style);
            }
            let key = fields::rust_name(&parameter.name, &mut property);
            arguments.add(key, property, parameter.required, operation)?;
        }
        if let Some(payload) = operation
            .payload
            .as_ref()
            .filter(|body| body.media.is_whole())
        {
            let property = whole_body(payload);
            arguments.add(BODY.to_owned(), property, payload.required, operation)?;
        } else if operation.payload.is_some() {
            let body = body_name(operation).and_then(|name| schema::components(doc)?.get(name));
            let missing = || {
                operation
                    .site
                    .location
                    .unsupported("this body", "use an object")
            };
            arguments.add_body(body.ok_or_else(missing)?, operation)?;
        }
        Ok(arguments.finish(operation))
    }

    fn add_body(&mut self, body: &Value, operation: &Operation) -> Result<(), Diagnostic> {
        self.sampling = body.get(SAMPLING).cloned();
        let sent =
            members(body, "properties").filter(|(_, property)| !boolean(property, "readOnly"));
        for (key, property) in sent {
            self.add(
                key.clone(),
                property.clone(),
                schema::is_required(body, key),
                operation,
            )?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        key: String,
        property: Value,
        required: bool,
        operation: &Operation,
    ) -> Result<(), Diagnostic> {
        self.required.extend(required.then(|| key.as_str().into()));
        match self.properties.insert(key.clone(), property) {
            Some(_) => Err(operation
                .site
                .location
                .diagnostic(DiagnosticKind::NameTaken(key))),
            None => Ok(()),
        }
    }

    fn finish(self, operation: &Operation) -> Value {
        let mut schema = json!({
            "type": "object",
            "description": describe(&operation.site.id),
            "required": self.required,
            "properties": self.properties,
            "additionalProperties": false,
            ORIGIN: operation.site.location.pointer(),
        });
        if let Some(sampling) = self.sampling {
            set(&mut schema, SAMPLING, sampling);
        }
        schema
    }
}

/// The argument that is the body.
pub(crate) const BODY: &str = "body";

/// Converts a body that is text or a file to a property.
fn whole_body(payload: &Payload) -> Value {
    let mut property = payload.schema.clone();
    if payload.media == Media::Binary {
        FILE.replace(&mut property);
    }
    if property.get("description").is_none() {
        let default = format!("The body, of the type `{}`.", payload.media_type);
        let description = payload.description.clone().unwrap_or(default);
        set(&mut property, "description", description);
    }
    property
}

/// Converts a parameter to a property. The parameter's own keywords win over those of its schema.
fn property(parameter: &Parameter) -> Value {
    let mut property = parameter.schema.as_object().cloned().unwrap_or_default();
    if let Some(reference) = property.remove("$ref") {
        property.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    let is_own = |key: &str| {
        ["deprecated", "description", "example"].contains(&key) || key.starts_with("x-")
    };
    let own = parameter
        .node
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| is_own(key));
    property.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    property.insert(LOCATION.to_owned(), parameter.sent_in.as_str().into());
    Value::Object(property)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const QUERY: &str = "
        paths: {/ask: {post: {parameters: [
            {name: from, in: query, required: true, x-imagine-name: since, description: Start., schema: {type: integer, default: 1}},
        ]}}}
        components: {schemas: {Body: {properties: {a: {type: string}}, required: [a]}}}";

    #[test]
    fn merges_parameters_and_body() {
        let mut doc = testing::spec(QUERY);
        assert_eq!(make_arguments(&mut doc).unwrap(), 1);
        assert_eq!(doc["paths"]["/ask"]["post"][ARGUMENTS], "AskParams");
        let schema = &doc["components"]["schemas"]["AskParams"];
        let since = json!({
            "type": "integer", "default": 1, "description": "Start.", "x-imagine-name": "since",
            crate::openapi::lowered::WIRE: "from", LOCATION: "query",
        });
        assert_eq!(
            schema["properties"],
            json!({ "since": since, "a": { "type": "string" } })
        );
        assert_eq!(schema["required"], json!(["since", "a"]));
    }

    #[test]
    fn reuses_a_body_without_parameters() {
        let mut doc = testing::spec("{}");
        assert_eq!(make_arguments(&mut doc).unwrap(), 0);
        assert_eq!(doc["paths"]["/ask"]["post"][ARGUMENTS], "Body");
    }

    #[test]
    fn copies_a_body_of_two_operations() {
        let mut doc = testing::spec("{}");
        let mut other = doc["paths"]["/ask"].clone();
        other["post"]["operationId"] = json!("tell");
        doc["paths"]["/tell"] = other;
        assert_eq!(make_arguments(&mut doc).unwrap(), 2);
    }

    #[test]
    fn rejects_a_parameter_with_the_name_of_a_field() {
        let more = QUERY.replace("since", "a");
        let message = make_arguments(&mut testing::spec(&more))
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "#/paths/~1ask/post (operation `ask`): the name `a` is defined twice; `x-imagine-name` gives a field another name; rename anything else"
        );
    }
}
