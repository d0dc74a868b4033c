//! Rejects constructs that no rule lowers, while the document has its original locations.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, boolean, string};
use crate::openapi::operation::Operation;
use crate::openapi::reach::{edges, reach};
use crate::openapi::{schema, unions, walk};

/// Checks every schema that an operation needs, in a document whose operations have no references.
pub(crate) fn check(doc: &Value) -> Result<(), Diagnostic> {
    let none = Object::new();
    let schemas = schema::components(doc).unwrap_or(&none);
    let mut seen = BTreeSet::new();
    for operation in Operation::all(doc)? {
        operation
            .schemas()
            .try_for_each(|schema| check_schema(schema, &operation.site.location, schemas))?;
        for name in reach(schemas, operation.schemas().flat_map(edges)) {
            if let Some(schema) = schemas.get(&name)
                && seen.insert(name.clone())
            {
                check_schema(
                    schema,
                    &Location::schema(&name).in_operation(&operation.site.id),
                    schemas,
                )?;
            }
        }
    }
    Ok(())
}

fn check_schema(schema: &Value, location: &Location, schemas: &Object) -> Result<(), Diagnostic> {
    if schema::is_by_hand(schema) {
        return Ok(());
    }
    check_reference(schema, location, schemas)?;
    if schema.get("not").is_some() {
        let help = "make it a component with `x-imagine-rust`";
        return Err(location.key("not").unsupported("`not`", help));
    }
    check_union(schema, location)?;
    check_values(schema, location)?;
    walk::subschemas(schema, location)
        .into_iter()
        .try_for_each(|(location, part)| check_schema(part, &location, schemas))
}

/// Keywords of objects, which every variant of a union would have to repeat.
const BESIDE_UNIONS: [&str; 3] = ["additionalProperties", "allOf", "properties"];

fn check_union(schema: &Value, location: &Location) -> Result<(), Diagnostic> {
    let Some((key, variants)) = schema::variants(schema) else {
        return Ok(());
    };
    if unions::is_constraint(variants) {
        return Ok(());
    }
    let others = ["oneOf", "anyOf"].into_iter().filter(|other| *other != key);
    let mut beside = BESIDE_UNIONS.into_iter().chain(others);
    let beside = beside.find(|other| schema.get(other).is_some());
    let Some(beside) = beside else {
        return Ok(());
    };
    let help = "move it into the variants, or make the schema a component with `x-imagine-rust`";
    let construct = format!("a union beside `{beside}`");
    Err(location.key(key).unsupported(&construct, help))
}

fn check_reference(
    schema: &Value,
    location: &Location,
    schemas: &Object,
) -> Result<(), Diagnostic> {
    let Some(target) = string(schema, "$ref") else {
        return Ok(());
    };
    match schema::component(schema) {
        Some(name) if schemas.contains_key(name) => Ok(()),
        _ => Err(location
            .key("$ref")
            .diagnostic(DiagnosticKind::DanglingReference(target.to_owned()))),
    }
}

/// Checks the values of an enum, which become variants.
fn check_values(schema: &Value, location: &Location) -> Result<(), Diagnostic> {
    let values = schema.get("enum").and_then(Value::as_array);
    let Some(values) = values.filter(|_| schema::is_enum(schema)) else {
        return Ok(());
    };
    let location = location.key("enum");
    let mut seen = BTreeSet::new();
    for (at, value) in values.iter().enumerate() {
        // Null is not a value of a type.
        if value.is_null() && boolean(schema, "nullable") {
            continue;
        }
        let Some(text) = value.as_str() else {
            return Err(location
                .key(at)
                .unsupported("an enum value that is not a string", "list strings only"));
        };
        if text.is_empty() {
            let help = "remove it: an optional field expresses that there is no value";
            return Err(location.key(at).unsupported("an empty enum value", help));
        }
        if !seen.insert(text) {
            return Err(location
                .key(at)
                .diagnostic(DiagnosticKind::NameTaken(text.to_owned())));
        }
    }
    match values.is_empty() {
        true => {
            Err(location.unsupported("an enum without values", "add values, or remove the enum"))
        }
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn error(property: &str) -> String {
        let doc = testing::spec(&format!(
            "components: {{schemas: {{Body: {{type: object, properties: {{a: {property}}}}}}}}}"
        ));
        check(&doc).unwrap_err().to_string()
    }

    #[test]
    fn rejects_a_union_beside_properties() {
        let message =
            error("{oneOf: [{type: string}, {type: number}], properties: {b: {type: string}}}");
        let expected = "#/components/schemas/Body/properties/a/oneOf (operation `ask`): \
                        a union beside `properties` is not supported; move it into the variants, \
                        or make the schema a component with `x-imagine-rust`";
        assert_eq!(message, expected);
    }

    #[test]
    fn rejects_enum_values_that_are_not_unique_strings() {
        let values = |values: &str| error(&format!("{{type: string, enum: {values}}}"));
        assert!(values("[]").contains("an enum without values is not supported"));
        assert!(
            values("[a, 1]")
                .contains("/enum/1 (operation `ask`): an enum value that is not a string")
        );
        assert!(
            values("[a, b, a]")
                .contains("/enum/2 (operation `ask`): the name `a` is defined twice")
        );
    }

    #[test]
    fn rejects_a_dangling_reference() {
        let message = error("{$ref: '#/components/schemas/Nowhere'}");
        let expected = "#/components/schemas/Body/properties/a/$ref (operation `ask`): \
                        `#/components/schemas/Nowhere` points to nothing in this document";
        assert_eq!(message, expected);
    }
}
