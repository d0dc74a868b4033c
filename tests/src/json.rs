//! Comparison, traversal and mutation of JSON.

use serde_json::{Map, Value, json};

/// Returns a canonical form: without `null` members, and with all numbers as floats, because JSON does not distinguish
/// `1` and `1.0`.
pub fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name.clone(), canonical(member)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

/// Adds three unknown members to each object, except to the maps at these pointers.
pub fn with_unknown_members(value: &Value, maps: &[&str]) -> Value {
    unknown_members(value, "", maps)
}

fn unknown_members(value: &Value, pointer: &str, maps: &[&str]) -> Value {
    match value {
        Value::Object(members) => {
            let known = members.iter().map(|(name, member)| {
                let pointer = format!("{pointer}/{name}");
                (name.clone(), unknown_members(member, &pointer, maps))
            });
            let unknown = [
                ("x_text", json!("kept")),
                ("x_number", json!(1.5)),
                ("x_tree", json!({"deep": [true, {"deeper": []}]})),
            ];
            let unknown = unknown.map(|(name, member)| (name.to_owned(), member));
            let unknown = unknown.into_iter().filter(|_| !maps.contains(&pointer));
            known.chain(unknown).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(index, item)| unknown_members(item, &format!("{pointer}/{index}"), maps))
                .collect()
        }
        other => other.clone(),
    }
}

/// Returns the JSON pointers of all nested values.
pub fn pointers(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, "", &mut found);
    found
}

fn collect(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.replace('~', "~0").replace('/', "~1"), member))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), item))
            .collect(),
        _ => return,
    };
    for (step, member) in members {
        let pointer = format!("{pointer}/{step}");
        collect(member, &pointer, found);
        found.push(pointer);
    }
}

/// Replaces the value at `pointer`.
pub fn replace_at(mut value: Value, pointer: &str, other: Value) -> Value {
    *value
        .pointer_mut(pointer)
        .expect("the pointer leads somewhere") = other;
    value
}

/// Removes the value at `pointer`.
pub fn remove_at(mut value: Value, pointer: &str) -> Value {
    let (parent, step) = pointer.rsplit_once('/').expect("a pointer has steps");
    let step = step.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent).expect("the parent is there") {
        Value::Object(members) => drop(members.remove(&step).expect("the member is there")),
        Value::Array(items) => drop(items.remove(step.parse().unwrap())),
        _ => panic!("{pointer} has no parent"),
    }
    value
}
