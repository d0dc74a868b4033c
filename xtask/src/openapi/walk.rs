//! The walk over a document, guided by the table of objects. It finds the schemas of OpenAPI 3.0 and 3.1.

use serde_json::Value;

use super::json::{Object, string};
use super::shapes::{
    DOCUMENT, Key, OPERATION, PATH, REFERENCE, RESPONSE, SCHEMA, Shape, ValueKind,
};
use crate::diagnostic::{Diagnostic, Location};

const STRUCTURE: &str = "structure";

/// An object of a document and its kind.
pub(crate) struct Node<'a> {
    pub(crate) shape: &'static Shape,
    /// The kind of object that a reference stands for; for other objects, their own.
    role: &'static Shape,
    pub(crate) location: Location,
    pub(crate) value: &'a Value,
}

impl Node<'_> {
    /// Returns true if the object is of this kind.
    pub(crate) fn is(&self, shape: &Shape) -> bool {
        self.shape.is(shape)
    }
}

/// The objects of a document, in its order, and the errors in its structure.
#[derive(Default)]
pub(crate) struct Walk<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Missing required keys.
    pub(crate) missing: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    pub(crate) fn over(doc: &'a Value) -> Self {
        Self::from(&DOCUMENT, doc)
    }

    /// Walks over an object of a kind.
    fn from(shape: &'static Shape, value: &'a Value) -> Self {
        let mut walk = Self::default();
        walk.object(shape, shape, value, &Location::default());
        walk
    }

    /// Iterates over the objects of a kind.
    pub(crate) fn each(&self, shape: &'static Shape) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().filter(move |node| node.is(shape))
    }

    fn object(
        &mut self,
        shape: &'static Shape,
        role: &'static Shape,
        value: &'a Value,
        location: &Location,
    ) {
        let operation = string(value, "operationId").filter(|_| shape.is(&OPERATION));
        let location = &match operation {
            Some(id) => location.clone().in_operation(id),
            None => location.clone(),
        };
        let members = self.members(value, location);
        // OpenAPI 3.1 has boolean schemas.
        if members.is_some() || (value.is_boolean() && shape.is(&SCHEMA)) {
            self.nodes.push(Node {
                shape,
                role,
                location: location.clone(),
                value,
            });
        }
        let Some(members) = members else {
            return;
        };
        for (name, value) in members {
            self.member([shape, role], name, value, &location.key(name));
        }
        let missing = shape.keys.iter().filter(|key| key.required);
        for Key { name, .. } in missing.filter(|key| !members.contains_key(key.name)) {
            let message = format!("the {} has no `{name}`", shape.name);
            let missing = Diagnostic::new(location, message, "add it");
            self.missing.push(missing.with_code(STRUCTURE));
        }
    }

    /// Walks over a member. OpenAPI 3.1 allows the keys of a schema beside a reference.
    fn member(
        &mut self,
        [shape, role]: [&'static Shape; 2],
        name: &str,
        value: &'a Value,
        location: &Location,
    ) {
        let own = shape.key(name).filter(|key| !key.newer);
        if own.is_none() && !name.starts_with("x-") {
            let shape = shape.name;
            let message = format!("unknown key `{name}` of the OpenAPI 3.0 {shape} object");
            let help = format!("`cargo xtask spec lint --explain {STRUCTURE}` lists the keys");
            self.report(location, message, help);
        }
        if let Some(Key { kind, .. }) = own.or_else(|| role.key(name)) {
            self.value(kind, value, location);
        }
    }

    fn value(&mut self, kind: &'static ValueKind, value: &'a Value, location: &Location) {
        match kind {
            ValueKind::Any => {}
            ValueKind::Str => self.expect(value.is_string(), "a string", value, location),
            ValueKind::Bool => self.expect(value.is_boolean(), "true or false", value, location),
            ValueKind::Number => self.expect(value.is_number(), "a number", value, location),
            ValueKind::Unsigned => {
                self.expect(value.is_u64(), "an unsigned integer", value, location)
            }
            ValueKind::OneOf(names) => {
                let known = value.as_str().is_some_and(|name| names.contains(&name));
                self.expect(
                    known,
                    &format!("one of {}", names.join(", ")),
                    value,
                    location,
                );
            }
            ValueKind::List(kind) => self.list(kind, value, location),
            ValueKind::Map(kind) => self.map(kind, value, location),
            ValueKind::Object(shape) => self.object(shape, shape, value, location),
            ValueKind::BoolOrSchema if value.is_boolean() => {}
            ValueKind::Referable(_) | ValueKind::BoolOrSchema => {
                let shape = kind.shape().unwrap_or(&SCHEMA);
                let is_reference = value.get("$ref").is_some();
                let own = if is_reference { &REFERENCE } else { shape };
                self.object(own, shape, value, location);
            }
        }
    }

    fn list(&mut self, kind: &'static ValueKind, value: &'a Value, location: &Location) {
        let Some(items) = value.as_array() else {
            return self.expect(false, "a list", value, location);
        };
        for (at, item) in items.iter().enumerate() {
            self.value(kind, item, &location.key(at));
        }
    }

    fn map(&mut self, kind: &'static ValueKind, value: &'a Value, location: &Location) {
        let is = |shape: &Shape| kind.shape().is_some_and(|kind| kind.is(shape));
        let (is_paths, is_responses) = (is(&PATH), is(&RESPONSE));
        for (name, value) in self.members(value, location).into_iter().flatten() {
            // Other maps have names as keys, which may start like extensions.
            if (is_paths || is_responses) && name.starts_with("x-") {
                continue;
            }
            let location = location.key(name);
            if is_paths && !name.starts_with('/') {
                let message = format!("the path `{name}` does not start with a slash");
                self.report(&location, message, "add a leading slash");
            }
            self.value(kind, value, &location);
        }
    }

    fn members(&mut self, value: &'a Value, location: &Location) -> Option<&'a Object> {
        self.expect(value.is_object(), "a map", value, location);
        value.as_object()
    }

    fn expect(&mut self, matches: bool, expected: &str, value: &Value, location: &Location) {
        if !matches {
            let help = format!("write {expected}");
            self.report(location, format!("`{value}` is not {expected}"), help);
        }
    }

    fn report(&mut self, location: &Location, message: impl Into<String>, help: impl Into<String>) {
        let diagnostic = Diagnostic::new(location, message, help);
        self.diagnostics.push(diagnostic.with_code(STRUCTURE));
    }
}

/// Changes the schemas within an object of a kind, subschemas first, and sums the counts that `apply` returns.
pub(crate) fn change_within(
    shape: &'static Shape,
    value: &mut Value,
    mut apply: impl FnMut(&mut Value) -> usize,
) -> usize {
    let walk = Walk::from(shape, value);
    let schemas = walk.nodes.iter().filter(|node| node.role.is(&SCHEMA));
    let pointers: Vec<String> = schemas
        .map(|node| node.location.pointer().to_owned())
        .collect();
    // The walk finds a schema before its subschemas.
    let pointers = pointers.iter().rev();
    let changes = pointers.filter_map(|pointer| value.pointer_mut(pointer).map(&mut apply));
    changes.sum()
}

/// Changes the schemas of a document.
pub(crate) fn change_schemas(doc: &mut Value, apply: impl FnMut(&mut Value) -> usize) -> usize {
    change_within(&DOCUMENT, doc, apply)
}

/// Changes a schema and its subschemas.
pub(crate) fn change_schema(schema: &mut Value, apply: impl FnMut(&mut Value) -> usize) -> usize {
    change_within(&SCHEMA, schema, apply)
}

/// Returns the direct subschemas, with their locations.
pub(crate) fn subschemas<'a>(schema: &'a Value, location: &Location) -> Vec<(Location, &'a Value)> {
    let members = schema.as_object().into_iter().flatten();
    let found = members.flat_map(|(name, value)| {
        let location = location.key(name);
        let kind = SCHEMA.key(name).map(|key| &key.kind);
        within(kind, value, &location)
    });
    found.collect()
}

fn within<'a>(
    kind: Option<&'static ValueKind>,
    value: &'a Value,
    location: &Location,
) -> Vec<(Location, &'a Value)> {
    match (kind, value) {
        (Some(ValueKind::Referable(_) | ValueKind::BoolOrSchema), Value::Object(_)) => {
            vec![(location.clone(), value)]
        }
        (Some(ValueKind::List(kind)), Value::Array(items)) => {
            let items = items.iter().enumerate();
            items
                .flat_map(|(at, item)| within(Some(kind), item, &location.key(at)))
                .collect()
        }
        (Some(ValueKind::Map(kind)), Value::Object(named)) => {
            let named = named.iter();
            named
                .flat_map(|(name, item)| within(Some(kind), item, &location.key(name)))
                .collect()
        }
        _ => Vec::new(),
    }
}
