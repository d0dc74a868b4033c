//! The arguments of an operation as one component.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fields;
use crate::error::{Fault, Problem};
use crate::spec::names::pascal;
use crate::spec::operation::{Operation, Parameter};
use crate::spec::operations;
use crate::spec::schema::{self, Object, is_struct};

/// On an operation or a view, the component that holds its arguments.
pub(crate) const ARGUMENTS: &str = "x-lowered-arguments";

/// Makes a component of the parameters and the body of each operation. A body that is the whole of one
/// operation's arguments stays what it is.
pub(super) fn make_arguments(doc: &mut Value) -> Result<usize, Fault> {
    let operations = Operation::all(doc)?;
    let uses = count_bodies(&operations);
    let mut names = BTreeMap::new();
    let mut made = 0;
    for operation in &operations {
        let name = match own_body(operation, doc, &uses) {
            Some(body) => body,
            None => {
                let name = format!("{}Params", pascal(&operation.site.id));
                let arguments = Arguments::of(operation, doc)?;
                schema::add_component(doc, name.clone(), arguments, &operation.site.place)?;
                made += 1;
                name
            }
        };
        names.insert(operation.site.id.clone(), name);
    }
    operations::change_all(doc, |site, node| {
        node.extend(
            names
                .get(&site.id)
                .map(|name| (ARGUMENTS.to_owned(), json!(name))),
        );
        Ok(0)
    })?;
    Ok(made)
}

/// Repeats the arguments of an operation for each of its views, which are methods of their own.
pub(super) fn make_views(doc: &mut Value) -> Result<usize, Fault> {
    let mut copies = Vec::new();
    operations::change_all(doc, |site, node| {
        let original = node
            .get(ARGUMENTS)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for view in node
            .get_mut("x-imagine-views")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let method = schema::text(view, "method").unwrap_or_default().to_owned();
            let name = format!("{}Params", pascal(&method));
            view.as_object_mut().into_iter().for_each(|view| {
                view.insert(ARGUMENTS.to_owned(), json!(name));
            });
            copies.push((site.place.clone(), original.clone(), name, method));
        }
        Ok(0)
    })?;
    let count = copies.len();
    for (place, original, name, method) in copies {
        let found = schema::components(doc)
            .and_then(|schemas| schemas.get(&original))
            .cloned();
        let mut copy = found.ok_or_else(|| place.fault(Problem::DanglingReference(original)))?;
        if let Value::Object(copy) = &mut copy {
            copy.insert("description".to_owned(), describe(&method));
        }
        schema::add_component(doc, name, copy, &place)?;
    }
    Ok(count)
}

fn describe(method: &str) -> Value {
    format!("The arguments of `{method}`.").into()
}

fn body_name(operation: &Operation) -> Option<&str> {
    schema::component(&operation.payload.as_ref()?.schema)
}

fn count_bodies(operations: &[Operation]) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    for name in operations.iter().filter_map(body_name) {
        *uses.entry(name.to_owned()).or_default() += 1;
    }
    uses
}

/// The body that is all an operation takes. One that two operations take belongs to neither.
fn own_body(operation: &Operation, doc: &Value, uses: &BTreeMap<String, usize>) -> Option<String> {
    let name = body_name(operation)?;
    let body = schema::components(doc)?.get(name)?;
    let own = operation.parameters.is_empty() && uses.get(name) == Some(&1) && is_struct(body);
    own.then(|| name.to_owned())
}

/// The properties that the parameters and the body of an operation make.
#[derive(Default)]
struct Arguments {
    properties: Object,
    required: Vec<Value>,
}

impl Arguments {
    fn of(operation: &Operation, doc: &Value) -> Result<Value, Fault> {
        let mut arguments = Self::default();
        for parameter in &operation.parameters {
            let mut property = property(parameter);
            let key = fields::rust_name(&parameter.name, &mut property);
            arguments.add(key, property, parameter.required, operation)?;
        }
        let schemas = schema::components(doc);
        let body = body_name(operation).and_then(|name| schemas?.get(name));
        if let (Some(payload), None) = (&operation.payload, body) {
            return Err(operation
                .site
                .place
                .fault(Problem::DanglingReference(payload.schema.to_string())));
        }
        for (key, property) in properties(body) {
            let required = body.is_some_and(|body| schema::is_required(body, key));
            arguments.add(key.clone(), property.clone(), required, operation)?;
        }
        Ok(arguments.finish(&operation.site.id, body))
    }

    fn add(
        &mut self,
        key: String,
        property: Value,
        required: bool,
        operation: &Operation,
    ) -> Result<(), Fault> {
        if self.properties.contains_key(&key) {
            return Err(operation.site.place.fault(Problem::NameTaken(key)));
        }
        self.required.extend(required.then(|| key.as_str().into()));
        self.properties.insert(key, property);
        Ok(())
    }

    fn finish(self, id: &str, body: Option<&Value>) -> Value {
        let mut schema =
            json!({ "type": "object", "description": describe(id), "additionalProperties": false });
        if let Value::Object(schema) = &mut schema {
            schema.extend(
                body.and_then(|body| body.get(super::SAMPLING))
                    .map(|name| (super::SAMPLING.to_owned(), name.clone())),
            );
            schema.insert("properties".to_owned(), Value::Object(self.properties));
            schema.insert("required".to_owned(), Value::Array(self.required));
        }
        schema
    }
}

fn properties(schema: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema
        .and_then(|schema| schema.get("properties")?.as_object())
        .into_iter()
        .flatten()
}

/// A parameter as a property: what it says of itself joins what its schema says.
fn property(parameter: &Parameter) -> Value {
    let mut property = parameter.schema.as_object().cloned().unwrap_or_default();
    if let Some(reference) = property.remove("$ref") {
        property.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    let said = parameter.node.as_object().into_iter().flatten();
    let said = said.filter(|(key, _)| {
        key.starts_with("x-") || ["description", "example", "deprecated"].contains(&key.as_str())
    });
    property.extend(said.map(|(key, value)| (key.clone(), value.clone())));
    property.insert(
        super::LOCATION.to_owned(),
        parameter.location.as_str().into(),
    );
    Value::Object(property)
}
