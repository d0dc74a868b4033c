//! The walk over a document, guided by the table of its objects.

use serde_json::Value;

use super::shapes::{DOCUMENT, Key, Kind, OPERATION, PATH, REFERENCE, SCHEMA, Shape};
use crate::error::Place;
use crate::spec::json::{Object, text};

/// An object of a document, and which it is.
pub(crate) struct Node<'a> {
    pub(crate) shape: &'static Shape,
    pub(crate) place: Place,
    pub(crate) value: &'a Value,
}

impl Node<'_> {
    /// Whether it is of a kind.
    pub(crate) fn is(&self, shape: &Shape) -> bool {
        self.shape.is(shape)
    }
}

/// Where a document is no OpenAPI, and what its author can do about it.
pub(crate) struct Misfit {
    pub(crate) place: Place,
    pub(crate) what: String,
    pub(crate) mend: String,
}

/// All objects of a document, in its order, and where it is no OpenAPI.
#[derive(Default)]
pub(crate) struct Walk<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) misfits: Vec<Misfit>,
    /// Where a key is missing that must be there.
    pub(crate) missing: Vec<Misfit>,
}

impl<'a> Walk<'a> {
    pub(crate) fn over(doc: &'a Value) -> Self {
        let mut walk = Self::default();
        walk.object(&DOCUMENT, doc, &Place::default());
        walk
    }

    fn object(&mut self, shape: &'static Shape, value: &'a Value, place: &Place) {
        let Some(members) = self.members(value, place) else {
            return;
        };
        let operation = text(value, "operationId").filter(|_| shape.is(&OPERATION));
        let place = &match operation {
            Some(id) => place.clone().of(id),
            None => place.clone(),
        };
        self.nodes.push(Node {
            shape,
            place: place.clone(),
            value,
        });
        for (name, value) in members {
            self.member(shape, name, value, &place.key(name));
        }
        let missing = shape.keys.iter().filter(|key| key.required);
        for Key { name, .. } in missing.filter(|key| !members.contains_key(key.name)) {
            self.missing.push(Misfit {
                place: place.clone(),
                what: format!("the {} has no `{name}`", shape.name),
                mend: "add it".to_owned(),
            });
        }
    }

    fn member(&mut self, shape: &'static Shape, name: &str, value: &'a Value, place: &Place) {
        match shape.keys.iter().find(|key| key.name == name) {
            Some(Key { kind, .. }) => self.value(kind, value, place),
            None if name.starts_with("x-") => {}
            None => {
                let what = format!("`{name}` is no key of an OpenAPI 3.0 {} object", shape.name);
                self.find(place, what, keys(shape));
            }
        }
    }

    fn value(&mut self, kind: &'static Kind, value: &'a Value, place: &Place) {
        match kind {
            Kind::Any => {}
            Kind::Text => self.expect(value.is_string(), "text", value, place),
            Kind::Flag => self.expect(value.is_boolean(), "true or false", value, place),
            Kind::Number => self.expect(value.is_number(), "a number", value, place),
            Kind::Count => self.expect(value.is_u64(), "a whole number from 0", value, place),
            Kind::OneOf(words) => {
                let known = value.as_str().is_some_and(|word| words.contains(&word));
                self.expect(known, &format!("one of {}", words.join(", ")), value, place);
            }
            Kind::List(kind) => self.list(kind, value, place),
            Kind::Map(kind) => self.map(kind, value, place),
            Kind::Object(shape) => self.object(shape, value, place),
            Kind::Referable(_) | Kind::FlagOrSchema if value.get("$ref").is_some() => {
                self.object(&REFERENCE, value, place);
            }
            Kind::Referable(shape) => self.object(shape, value, place),
            Kind::FlagOrSchema if value.is_boolean() => {}
            Kind::FlagOrSchema => self.object(&SCHEMA, value, place),
        }
    }

    fn list(&mut self, kind: &'static Kind, value: &'a Value, place: &Place) {
        let Some(items) = value.as_array() else {
            return self.expect(false, "a list", value, place);
        };
        for (at, item) in items.iter().enumerate() {
            self.value(kind, item, &place.key(at));
        }
    }

    fn map(&mut self, kind: &'static Kind, value: &'a Value, place: &Place) {
        let members = self.members(value, place).into_iter().flatten();
        for (name, value) in members.filter(|(name, _)| !name.starts_with("x-")) {
            let place = place.key(name);
            if matches!(kind, Kind::Object(shape) if shape.is(&PATH)) && !name.starts_with('/') {
                let what = format!("the path `{name}` does not begin with a slash");
                self.find(&place, what, "begin it with one");
            }
            self.value(kind, value, &place);
        }
    }

    fn members(&mut self, value: &'a Value, place: &Place) -> Option<&'a Object> {
        self.expect(value.is_object(), "a map", value, place);
        value.as_object()
    }

    fn expect(&mut self, fits: bool, expected: &str, value: &Value, place: &Place) {
        if !fits {
            let mend = format!("write {expected}");
            self.find(place, format!("`{value}` is not {expected}"), mend);
        }
    }

    fn find(&mut self, place: &Place, what: impl Into<String>, mend: impl Into<String>) {
        self.misfits.push(Misfit {
            place: place.clone(),
            what: what.into(),
            mend: mend.into(),
        });
    }
}

fn keys(shape: &Shape) -> String {
    let names: Vec<&str> = shape.keys.iter().map(|key| key.name).collect();
    format!("the keys are {}", names.join(", "))
}
