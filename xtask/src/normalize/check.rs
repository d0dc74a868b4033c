//! Refuses what no rule lowers, while the document still has the locations that its author knows.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::document::json::{Object, members, string};
use crate::document::operation::Operation;
use crate::document::schema;
use crate::model::reach::{edges, reach};

/// Looks at every schema that an operation needs. It changes nothing, so it counts nothing.
pub(super) fn refuse_unlowerable(doc: &mut Value) -> Result<usize, Diagnostic> {
    refuse_shared_parameters(doc)?;
    let none = Object::new();
    let schemas = schema::components(doc).unwrap_or(&none);
    let mut seen = BTreeSet::new();
    for operation in Operation::all(doc)? {
        operation
            .schemas()
            .try_for_each(|schema| check(schema, &operation.site.location, schemas))?;
        for name in reach(schemas, operation.schemas().flat_map(edges)) {
            if let Some(schema) = schemas.get(&name)
                && seen.insert(name.clone())
            {
                check(
                    schema,
                    &Location::schema(&name).in_operation(&operation.site.id),
                    schemas,
                )?;
            }
        }
    }
    Ok(0)
}

/// Only an operation's own parameters are read, so those of its path would be lost.
fn refuse_shared_parameters(doc: &Value) -> Result<(), Diagnostic> {
    let sharing = members(doc, "paths").find(|(_, item)| item.get("parameters").is_some());
    match sharing {
        Some((path, _)) => Err(Location::default()
            .key("paths")
            .key(path)
            .key("parameters")
            .cannot_lower("parameters of a whole path", "give them to each operation")),
        None => Ok(()),
    }
}

fn check(schema: &Value, location: &Location, schemas: &Object) -> Result<(), Diagnostic> {
    if schema::is_by_hand(schema) {
        return Ok(());
    }
    check_reference(schema, location, schemas)?;
    // What typify makes of a union loses data, or does not compile.
    for keyword in ["oneOf", "anyOf", "not"] {
        if schema.get(keyword).is_some() {
            let way = "make it a component with `x-imagine-rust`";
            return Err(location.key(keyword).cannot_lower("a union", way));
        }
    }
    check_values(schema, location)?;
    schema::parts(schema, location)
        .into_iter()
        .try_for_each(|(location, part)| check(part, &location, schemas))
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

/// Each value of an enum becomes a variant.
fn check_values(schema: &Value, location: &Location) -> Result<(), Diagnostic> {
    let values = schema.get("enum").and_then(Value::as_array);
    let Some(values) = values.filter(|_| schema::is_enum(schema)) else {
        return Ok(());
    };
    let location = location.key("enum");
    let mut seen = BTreeSet::new();
    for (at, value) in values.iter().enumerate() {
        let Some(text) = value.as_str() else {
            return Err(location
                .key(at)
                .cannot_lower("a value that is no text", "list texts"));
        };
        if !seen.insert(text) {
            return Err(location
                .key(at)
                .diagnostic(DiagnosticKind::NameTaken(text.to_owned())));
        }
    }
    match values.is_empty() {
        true => Err(location.cannot_lower("an enum without values", "list some, or none at all")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn refusal(property: &str) -> String {
        let mut doc = testing::spec(&format!(
            "components: {{schemas: {{Body: {{type: object, properties: {{a: {property}}}}}}}}}"
        ));
        refuse_unlowerable(&mut doc).unwrap_err().to_string()
    }

    #[test]
    fn a_union_needs_a_type_written_by_hand() {
        let message = refusal("{oneOf: [{type: string}, {type: number}]}");
        let expected = "#/components/schemas/Body/properties/a/oneOf (operation `ask`): \
                        a union cannot be lowered; make it a component with `x-imagine-rust`";
        assert_eq!(message, expected);
    }

    #[test]
    fn an_enum_lists_texts_and_each_of_them_once() {
        let values = |values: &str| refusal(&format!("{{type: string, enum: {values}}}"));
        assert!(values("[]").contains("an enum without values cannot be lowered"));
        assert!(values("[a, 1]").contains("/enum/1 (operation `ask`): a value that is no text"));
        assert!(
            values("[a, b, a]")
                .contains("/enum/2 (operation `ask`): there are two of the name `a`")
        );
    }

    #[test]
    fn a_reference_must_lead_somewhere() {
        let message = refusal("{$ref: '#/components/schemas/Nowhere'}");
        let expected = "#/components/schemas/Body/properties/a/$ref (operation `ask`): \
                        `#/components/schemas/Nowhere` points to nothing in this document";
        assert_eq!(message, expected);
    }
}
