//! A walk over a document, guided by the table of objects.

use serde_json::Value;

use super::shapes::{DOCUMENT, Key, OPERATION, PATH, REFERENCE, SCHEMA, Shape, ValueKind};
use crate::diagnostic::{Diagnostic, Location};
use crate::document::json::{Object, string};

/// An object of a document and its kind.
pub(crate) struct Node<'a> {
    pub(crate) shape: &'static Shape,
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
        let mut walk = Self::default();
        walk.object(&DOCUMENT, doc, &Location::default());
        walk
    }

    fn object(&mut self, shape: &'static Shape, value: &'a Value, location: &Location) {
        let Some(members) = self.members(value, location) else {
            return;
        };
        let operation = string(value, "operationId").filter(|_| shape.is(&OPERATION));
        let location = &match operation {
            Some(id) => location.clone().in_operation(id),
            None => location.clone(),
        };
        self.nodes.push(Node {
            shape,
            location: location.clone(),
            value,
        });
        for (name, value) in members {
            self.member(shape, name, value, &location.key(name));
        }
        let missing = shape.keys.iter().filter(|key| key.required);
        for Key { name, .. } in missing.filter(|key| !members.contains_key(key.name)) {
            let message = format!("the {} has no `{name}`", shape.name);
            self.missing
                .push(Diagnostic::new(location, message, "add it"));
        }
    }

    fn member(&mut self, shape: &'static Shape, name: &str, value: &'a Value, location: &Location) {
        match shape.keys.iter().find(|key| key.name == name) {
            Some(Key { kind, .. }) => self.value(kind, value, location),
            None if name.starts_with("x-") => {}
            None => {
                let message = format!(
                    "unknown key `{name}` of the OpenAPI 3.0 {} object",
                    shape.name
                );
                self.report(location, message, keys(shape));
            }
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
            ValueKind::Object(shape) => self.object(shape, value, location),
            ValueKind::Referable(_) | ValueKind::BoolOrSchema if value.get("$ref").is_some() => {
                self.object(&REFERENCE, value, location);
            }
            ValueKind::Referable(shape) => self.object(shape, value, location),
            ValueKind::BoolOrSchema if value.is_boolean() => {}
            ValueKind::BoolOrSchema => self.object(&SCHEMA, value, location),
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
        let members = self.members(value, location).into_iter().flatten();
        for (name, value) in members.filter(|(name, _)| !name.starts_with("x-")) {
            let location = location.key(name);
            if matches!(kind, ValueKind::Object(shape) if shape.is(&PATH)) && !name.starts_with('/')
            {
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
        self.diagnostics
            .push(Diagnostic::new(location, message, help));
    }
}

fn keys(shape: &Shape) -> String {
    let names: Vec<&str> = shape.keys.iter().map(|key| key.name).collect();
    format!("the keys are {}", names.join(", "))
}
