//! Reachability of components.

use std::collections::BTreeSet;

use serde_json::Value;
use syn::{GenericArgument, PathArguments, TypePath};

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::{Object, string};
use crate::openapi::operation::Operation;
use crate::openapi::{schema, walk};

/// Returns the components reachable from the given ones, including them.
pub(crate) fn reach(schemas: &Object, from: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<String> = from.into_iter().collect();
    while let Some(name) = waiting.pop() {
        if let Some(schema) = schemas.get(&name)
            && reached.insert(name)
        {
            waiting.extend(edges(schema));
        }
    }
    reached
}

/// Returns the components that a schema names, in references or as arguments of its Rust type.
pub(crate) fn edges(schema: &Value) -> Vec<String> {
    let mut names: Vec<String> = string(schema, "x-imagine-rust")
        .map(named_in_path)
        .unwrap_or_default();
    let referenced = schema.get("$ref").and_then(|_| schema::component(schema));
    names.extend(referenced.map(str::to_owned));
    let parts = walk::subschemas(schema, &Location::default());
    names.extend(parts.into_iter().flat_map(|(_, part)| edges(part)));
    names
}

/// Adds the first operation that needs the diagnostic's component, if the diagnostic has no operation.
pub(crate) fn with_operation(diagnostic: Diagnostic, doc: &Value) -> Diagnostic {
    match operation_needing(doc, &diagnostic.location) {
        Some(operation) if diagnostic.location.operation().is_none() => {
            let location = diagnostic.location.as_ref().clone();
            diagnostic.relocated(location.in_operation(&operation))
        }
        _ => diagnostic,
    }
}

fn operation_needing(doc: &Value, location: &Location) -> Option<String> {
    let schemas = schema::components(doc)?;
    let is_schema = location.pointer().starts_with("/components/schemas/");
    let component = location.keys().nth(2).filter(|_| is_schema)?;
    let needs = |operation: &Operation| {
        let needed = reach(schemas, operation.schemas().flat_map(edges));
        needed.contains(&component)
    };
    let operations = Operation::all(doc).ok()?;
    let found = operations.into_iter().find(needs)?;
    Some(found.site.id)
}

/// Returns the components that a Rust path names: itself and its arguments.
fn named_in_path(path: &str) -> Vec<String> {
    let parsed = syn::parse_str::<TypePath>(path);
    let Ok(TypePath { path, .. }) = parsed else {
        return Vec::new();
    };
    let own = path.get_ident().map(ToString::to_string);
    own.into_iter().chain(arguments_of(&path)).collect()
}

fn arguments_of(path: &syn::Path) -> Vec<String> {
    let mut names = Vec::new();
    for segment in &path.segments {
        let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
            continue;
        };
        for argument in &arguments.args {
            if let GenericArgument::Type(syn::Type::Path(path)) = argument {
                names.extend(path.path.get_ident().map(ToString::to_string));
                names.extend(arguments_of(&path.path));
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_of_rust_types_are_edges() {
        let schema = json!({ "x-imagine-rust": "crate::a::History<Request, crate::b::Of<Reply>>" });
        assert_eq!(edges(&schema), ["Request", "Reply"]);
    }

    #[test]
    fn reach_terminates_on_recursion() {
        let schemas = json!({
            "A": { "properties": { "b": { "allOf": [{ "$ref": "#/components/schemas/B" }] } } },
            "B": { "items": { "$ref": "#/components/schemas/A" } },
            "C": {},
        });
        let reached = reach(schemas.as_object().unwrap(), ["A".to_owned()]);
        assert_eq!(reached, BTreeSet::from(["A".to_owned(), "B".to_owned()]));
    }
}
