//! Properties under the names that they have in Rust.

use serde_json::Value;

use crate::error::Problem;
use crate::error::{Fault, Place};
use crate::spec::schema::{self, Object, text};

/// On a property, the name it has on the wire where that is not its key.
pub(crate) const WIRE: &str = "x-lowered-wire";

/// On a property that is a parameter, where it goes: `path` or `query`.
pub(crate) const LOCATION: &str = "x-lowered-location";

/// Renames every property of a component that carries `x-imagine-name`.
pub(super) fn rename_properties(doc: &mut Value) -> Result<usize, Fault> {
    let mut count = 0;
    for (name, schema) in schema::components_mut(doc).into_iter().flatten() {
        count += rename_in(schema, &Place::schema(name))?;
    }
    Ok(count)
}

fn rename_in(schema: &mut Value, place: &Place) -> Result<usize, Fault> {
    let mut renames = Vec::new();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let mut renamed = Object::new();
        for (wire, mut property) in std::mem::take(properties) {
            let key = rust_name(&wire, &mut property);
            if renamed.contains_key(&key) {
                return Err(place
                    .key("properties")
                    .key(wire)
                    .fault(Problem::NameTaken(key)));
            }
            if key != wire {
                renames.push((wire, key.clone()));
            }
            renamed.insert(key, property);
        }
        *properties = renamed;
    }
    for required in schema
        .get_mut("required")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let renamed = renames
            .iter()
            .find(|(wire, _)| required.as_str() == Some(wire));
        if let Some((_, key)) = renamed {
            *required = key.as_str().into();
        }
    }
    Ok(renames.len())
}

/// The key of a property, which keeps its name on the wire as a mark.
pub(super) fn rust_name(wire: &str, property: &mut Value) -> String {
    let Some(name) = text(property, "x-imagine-name").map(str::to_owned) else {
        return wire.to_owned();
    };
    if let Value::Object(property) = property {
        property.insert(WIRE.to_owned(), wire.into());
    }
    name
}
