//! Writes components that are no types of their own where they are used.

use serde_json::Value;

use crate::error::{Fault, Place, Problem};
use crate::spec::schema::{self, Object, is_enum, is_struct};

/// Puts the schema of every text, number, list or map that is a component in the place of each
/// reference to it, because typify would wrap it in a struct.
pub(super) fn inline_aliases(doc: &mut Value) -> Result<usize, Fault> {
    let all = schema::components(doc).cloned().unwrap_or_default();
    let aliases: Object = all
        .into_iter()
        .filter(|(_, schema)| is_alias(schema))
        .collect();
    if let Some(schemas) = schema::components_mut(doc) {
        schemas.retain(|name, _| !aliases.contains_key(name));
    }
    let mut count = 0;
    // Each round resolves one more step of an alias that names another.
    for _ in 0..=aliases.len() {
        let replaced = schema::change_all(doc, |schema| replace(schema, &aliases));
        count += replaced;
        if replaced == 0 {
            return Ok(count);
        }
    }
    let name = aliases.keys().next().cloned().unwrap_or_default();
    Err(Place::schema(&name).fault(Problem::Recursive(name.clone())))
}

fn is_alias(schema: &Value) -> bool {
    schema.get("x-imagine-rust").is_none() && !is_struct(schema) && !is_enum(schema)
}

fn replace(schema: &mut Value, aliases: &Object) -> usize {
    let Some(alias) = schema::component(schema).and_then(|name| aliases.get(name)) else {
        return 0;
    };
    let mut replaced = alias.as_object().cloned().unwrap_or_default();
    let siblings = schema.as_object().cloned().unwrap_or_default();
    replaced.extend(
        siblings
            .into_iter()
            .filter(|(key, _)| key != "$ref" && key != "allOf"),
    );
    *schema = Value::Object(replaced);
    1
}
