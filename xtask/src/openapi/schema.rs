//! Predicates of schemas, and the components of a document.

use serde_json::{Value, json};

use super::json::{Object, boolean, string, strings};
use super::walk;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};

const PREFIX: &str = "#/components/schemas/";

/// Returns the component that a schema refers to: by a plain `$ref`, or by an `allOf` of one `$ref`.
pub(crate) fn component(schema: &Value) -> Option<&str> {
    match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([only]) => referenced(only),
        _ => referenced(schema),
    }
}

/// The kinds of values that encodings outside of JSON distinguish.
#[derive(Debug, PartialEq)]
pub(crate) enum Kind {
    /// A string, a number, a boolean or a file.
    Scalar,
    List(Box<Kind>),
    Object,
    Any,
}

impl Kind {
    /// Returns the kind of a schema's values.
    pub(crate) fn of(schema: &Value, doc: &Value) -> Self {
        Self::within(schema, doc, DEEPEST)
    }

    fn within(schema: &Value, doc: &Value, depth: usize) -> Self {
        let Some(depth) = depth.checked_sub(1) else {
            return Self::Any;
        };
        let named = component(schema).and_then(|name| components(doc)?.get(name));
        if let Some(named) = named {
            return Self::within(named, doc, depth);
        }
        if let Some((_, variants)) = variants(schema) {
            let mut kinds = variants
                .iter()
                .map(|variant| Self::within(variant, doc, depth));
            return match kinds.all(|kind| kind == Self::Scalar) {
                true => Self::Scalar,
                false => Self::Any,
            };
        }
        match string(schema, "type") {
            Some("array") => {
                let item = schema
                    .get("items")
                    .map(|item| Self::within(item, doc, depth));
                Self::List(Box::new(item.unwrap_or(Self::Any)))
            }
            Some("object") => Self::Object,
            Some(_) => Self::Scalar,
            None if schema.get("properties").is_some() => Self::Object,
            None => schema
                .get("allOf")
                .and_then(Value::as_array)
                .and_then(|parts| parts.first())
                .map_or(Self::Any, |part| Self::within(part, doc, depth)),
        }
    }

    /// Returns the kind of a list's items.
    pub(crate) fn item(&self) -> Option<&Self> {
        match self {
            Self::List(item) => Some(item),
            _ => None,
        }
    }

    /// Returns true if only JSON can express the values.
    pub(crate) fn is_json(&self) -> bool {
        let scalars = |kind: &Self| *kind == Self::Scalar;
        !scalars(self) && !self.item().is_some_and(scalars)
    }
}

/// The deepest nesting of schemas that determines a kind.
const DEEPEST: usize = 16;

/// Creates a reference to a component.
pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{PREFIX}{name}") })
}

/// Returns true if an object requires the property.
pub(crate) fn is_required(object: &Value, property: &str) -> bool {
    strings(object.get("required")).contains(&property)
}

/// Returns true if a schema, or the component it refers to, allows null.
pub(crate) fn is_nullable(schema: &Value, components: &Object) -> bool {
    let named = component(schema).and_then(|name| components.get(name));
    boolean(schema, "nullable") || named.is_some_and(|named| boolean(named, "nullable"))
}

/// Returns the Rust type of an integer: of 64 bits unless its format says otherwise, and unsigned if its minimum is.
pub(crate) fn integer(schema: &Value) -> &'static str {
    let minimum = schema.get("minimum").and_then(Value::as_f64);
    let is_unsigned = minimum.is_some_and(|minimum| minimum >= 0.0);
    match string(schema, "format") {
        Some("int32") if is_unsigned => "u32",
        Some("int32") => "i32",
        Some("uint32") => "u32",
        Some("uint64") => "u64",
        _ if is_unsigned => "u64",
        _ => "i64",
    }
}

/// The formats that select a Rust type, or are that of the default type.
pub(crate) const TYPED_FORMATS: [&str; 8] = [
    "binary",
    "date-time",
    "double",
    "int32",
    "int64",
    "uint32",
    "uint64",
    "float",
];

/// Returns true if a schema becomes a struct.
pub(crate) fn is_struct(schema: &Value) -> bool {
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    schema.get("properties").is_some() || (string(schema, "type") == Some("object") && closed)
}

/// Returns true if a schema becomes an enum.
pub(crate) fn is_enum(schema: &Value) -> bool {
    string(schema, "type") == Some("string") && schema.get("enum").is_some()
}

/// Returns the variants of a union with their keyword.
pub(crate) fn variants(schema: &Value) -> Option<(&'static str, &Vec<Value>)> {
    ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|key| Some((key, schema.get(key)?.as_array()?)))
}

/// Returns true if a schema becomes a union.
pub(crate) fn is_union(schema: &Value) -> bool {
    variants(schema).is_some() && !is_by_hand(schema)
}

/// Returns true if the schema has a hand-written type.
pub(crate) fn is_by_hand(schema: &Value) -> bool {
    schema.get("x-imagine-rust").is_some()
}

/// Returns the component schemas of a document.
pub(crate) fn components(doc: &Value) -> Option<&Object> {
    doc.pointer("/components/schemas")
        .and_then(Value::as_object)
}

/// Returns the component schemas of a document, mutably.
pub(crate) fn components_mut(doc: &mut Value) -> Option<&mut Object> {
    doc.pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
}

/// Iterates mutably over the components by name.
pub(crate) fn each_mut(doc: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    components_mut(doc).into_iter().flatten()
}

/// Changes the schemas of all components and sums the counts that `apply` returns.
pub(crate) fn change_all(doc: &mut Value, mut apply: impl FnMut(&mut Value) -> usize) -> usize {
    each_mut(doc)
        .map(|(_, schema)| walk::change_schema(schema, &mut apply))
        .sum()
}

/// Adds a component. Its name must be free.
pub(crate) fn add(
    doc: &mut Value,
    name: String,
    schema: Value,
    location: &Location,
) -> Result<(), Diagnostic> {
    let Some(schemas) = components_mut(doc) else {
        return Err(location.diagnostic(DiagnosticKind::Missing("components")));
    };
    if schemas.contains_key(&name) {
        return Err(location.diagnostic(DiagnosticKind::NameTaken(name)));
    }
    schemas.insert(name, schema);
    Ok(())
}

fn referenced(schema: &Value) -> Option<&str> {
    string(schema, "$ref")?.strip_prefix(PREFIX)
}
