//! Refuses what no rule lowers, while the document still has the places that its author knows.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::{Fault, Place, Problem};
use crate::model::reach;
use crate::spec::operation::Operation;
use crate::spec::schema::{self, Object, text};

/// Looks at every schema that an operation needs. It changes nothing, so it counts nothing.
pub(super) fn refuse_unlowerable(doc: &mut Value) -> Result<usize, Fault> {
    let none = Object::new();
    let schemas = schema::components(doc).unwrap_or(&none);
    let mut seen = BTreeSet::new();
    for operation in Operation::all(doc)? {
        let place = &operation.site.place;
        for schema in operation.schemas() {
            check(schema, place, schemas)?;
            for name in reach::reach(schemas, reach::edges(schema)) {
                if seen.insert(name.clone())
                    && let Some(schema) = schemas.get(&name)
                {
                    check(schema, &Place::schema(&name).of(&operation.site.id), schemas)?;
                }
            }
        }
    }
    Ok(0)
}

fn check(schema: &Value, place: &Place, schemas: &Object) -> Result<(), Fault> {
    if schema.get("x-imagine-rust").is_some() {
        return Ok(());
    }
    check_reference(schema, place, schemas)?;
    // What typify makes of a union loses data, or does not compile.
    for keyword in ["oneOf", "anyOf", "not"] {
        if schema.get(keyword).is_some() {
            let way = "make it a component with `x-imagine-rust`";
            return Err(place.key(keyword).fault(Problem::CannotLower("a union", way)));
        }
    }
    let parts = schema::parts(schema, place).into_iter();
    parts.map(|(place, part)| check(part, &place, schemas)).collect()
}

fn check_reference(schema: &Value, place: &Place, schemas: &Object) -> Result<(), Fault> {
    let Some(target) = text(schema, "$ref") else {
        return Ok(());
    };
    match schema::component(schema) {
        Some(name) if schemas.contains_key(name) => Ok(()),
        _ => Err(place.key("$ref").fault(Problem::DanglingReference(target.to_owned()))),
    }
}
