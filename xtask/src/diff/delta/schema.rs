//! Schemas seen through their references.

use serde_json::{Value, json};

use super::Subject;
use super::layers::{self, Layer};
use super::part::{Content, Part, Position, Within};
use crate::diagnostic::Location;
use crate::openapi::json::{boolean, items, members, string, strings};
use crate::openapi::names::pascal;
use crate::openapi::reference;
use crate::openapi::schema::{component, is_by_hand};

/// Keywords of parts, and keywords with code of their own.
const OF_PARTS: [&str; 9] = [
    "$ref",
    "allOf",
    "anyOf",
    "items",
    "nullable",
    "oneOf",
    "properties",
    "required",
    "x-imagine-rust",
];

/// Annotations of a schema that do not apply to a schema it is merged into.
const OF_ITSELF: [&str; 7] = [
    "description",
    "example",
    "title",
    "x-imagine-required",
    "x-imagine-python",
    "x-imagine-sampling",
    "x-provenance",
];

pub(super) fn open<'a>(part: &Part<'a>, doc: &'a Value) -> Content<'a> {
    open_schema(part.value, &part.location, &part.within, doc)
}

/// Returns the component that a part only refers to, as a part that all references to it share.
pub(super) fn definition<'a>(part: &Part<'a>, doc: &'a Value) -> Option<Part<'a>> {
    let refers = [
        Subject::Definition,
        Subject::Field,
        Subject::Items,
        Subject::Values,
        Subject::Variant,
    ];
    let is_plain = part
        .value
        .as_object()
        .is_some_and(|members| members.len() == 1);
    if !is_plain || !refers.contains(&part.subject) {
        return None;
    }
    let name = component(part.value)?;
    let (target, location) = reference::target(part.value, doc)?;
    let mut definition = part.child(Subject::Definition, name, target, location);
    definition.required = true;
    definition.within.generated = part.within.typed && !is_by_hand(target);
    definition.within.type_name = name.to_owned();
    Some(definition)
}

/// Merges the facts of a schema and of the schemas it refers to. The schema's own facts win.
pub(super) fn open_schema<'a>(
    schema: &'a Value,
    location: &Location,
    within: &Within,
    doc: &'a Value,
) -> Content<'a> {
    let view = View {
        doc,
        within,
        schema,
        location,
        layers: layers::collect(schema, location, within, doc),
    };
    view.content()
}

/// A schema with its layers.
struct View<'a, 'w> {
    doc: &'a Value,
    within: &'w Within,
    schema: &'a Value,
    location: &'w Location,
    layers: Vec<Layer<'a>>,
}

impl<'a> View<'a, '_> {
    fn content(&self) -> Content<'a> {
        let is_nullable = |layer: &Layer<'_>| boolean(layer.schema, "nullable");
        let mut content = Content {
            nullable: self.layers.iter().any(is_nullable),
            definition: Some(self.definition()),
            ..Content::default()
        };
        let within = self.inside();
        for layer in &self.layers {
            let of_itself: &[&str] = if layer.is_part { &OF_ITSELF } else { &[] };
            let except = [&OF_PARTS[..], of_itself].concat();
            let Layer {
                members, location, ..
            } = layer;
            content
                .facts
                .add(members, &except, location, layer.generated);
            content.read_only.extend(self.read_only(layer));
            for part in self.parts(layer, &within) {
                content.parts.retain(|known| !known.is_same(&part));
                content.parts.push(part);
            }
        }
        self.imply(&mut content);
        content.takes_null = content.nullable || self.takes_null(&content);
        content
    }

    /// Returns true if null is valid without being declared.
    fn takes_null(&self, content: &Content<'_>) -> bool {
        let is_variant = |part: &&Part<'_>| part.subject == Subject::Variant;
        let mut variants = content.parts.iter().filter(is_variant).peekable();
        if variants.peek().is_none() {
            return ["type", "enum"]
                .iter()
                .all(|key| content.facts.get(key).is_none());
        }
        variants.any(|variant| {
            let layers = layers::collect(variant.value, &variant.location, self.within, self.doc);
            layers.iter().any(|layer| boolean(layer.schema, "nullable"))
        })
    }

    /// Returns the location of the schema's definition.
    fn definition(&self) -> Location {
        let named = layers::named(self.schema, self.doc);
        named.map_or_else(|| self.location.clone(), |(name, _)| Location::schema(name))
    }

    /// Returns the attributes that the children inherit.
    fn inside(&self) -> Within {
        let mut within = self.within.clone();
        let by_hand = self.layers.iter().any(|layer| is_by_hand(layer.schema));
        within.generated = within.typed && !by_hand;
        if let Some((name, _)) = layers::named(self.schema, self.doc) {
            within.type_name = name.to_owned();
        }
        within
    }

    /// Adds implied facts.
    fn imply(&self, content: &mut Content<'_>) {
        let location = self.location;
        let facts = &mut content.facts;
        if facts.get("type").is_none() {
            let of = |subject| content.parts.iter().any(|part| part.subject == subject);
            let implied = [(Subject::Field, "object"), (Subject::Items, "array")];
            if let Some((_, name)) = implied.into_iter().find(|(subject, _)| of(*subject)) {
                facts.imply("type", Subject::Type, json!(name), location);
            }
        }
        let has = |key: &&str| {
            self.layers
                .iter()
                .any(|layer| layer.members.contains_key(*key))
        };
        if let Some(union) = ["oneOf", "anyOf"].into_iter().find(has) {
            facts.imply("union", Subject::Union, json!(union), location);
        }
        if facts.get("type") != Some(&json!("string")) {
            facts.reclassify("enum", Subject::Constant);
        }
        if facts.get("x-imagine-send-default").is_some() {
            facts.reclassify("default", Subject::SentDefault);
        }
        let inline_name = &self.within.type_name;
        let name = layers::rust_type(self.schema, &self.layers, inline_name, self.doc);
        if let Some(name) = name.filter(|_| self.within.typed) {
            facts.imply("Rust type", Subject::RustType, json!(name), location);
        }
    }

    /// Returns the fields that a request lacks because they are read-only.
    fn read_only(&self, layer: &Layer<'a>) -> Vec<&'a str> {
        let properties = members(layer.schema, "properties");
        let is_request = self.within.position == Some(Position::Request);
        let read_only = properties.filter(|(_, value)| is_request && boolean(value, "readOnly"));
        read_only.map(|(name, _)| name.as_str()).collect()
    }

    fn parts(&self, layer: &Layer<'a>, within: &Within) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        let required: Vec<&str> = self
            .layers
            .iter()
            .flat_map(|layer| strings(layer.schema.get("required")))
            .collect();
        // A property that is sent in the other direction is no part of this one.
        let excluded = match within.position {
            Some(Position::Request) => Some("readOnly"),
            Some(Position::Response) => Some("writeOnly"),
            None => None,
        };
        let properties = members(layer.schema, "properties");
        for (name, value) in
            properties.filter(|(_, value)| !excluded.is_some_and(|key| boolean(value, key)))
        {
            let location = layer.location.key("properties").key(name);
            let mut field = part(Subject::Field, name, value, location, within);
            field.required = required.contains(&name.as_str());
            // A reference has the name of its component.
            if component(value).is_none() {
                field.within.type_name += &pascal(name);
            }
            parts.push(field);
        }
        let inner = [
            ("items", Subject::Items, "Item"),
            ("additionalProperties", Subject::Values, "Value"),
        ];
        for (key, subject, suffix) in inner {
            let value = layer.members.get(key).filter(|value| value.is_object());
            parts.extend(value.map(|value| {
                let mut part = part(subject, "", value, layer.location.key(key), within);
                part.within.type_name += suffix;
                part
            }));
        }
        parts.extend(variants(layer, within));
        parts
    }
}

fn variants<'a>(layer: &Layer<'a>, within: &Within) -> Vec<Part<'a>> {
    let mut found: Vec<Part<'a>> = Vec::new();
    for key in ["oneOf", "anyOf"] {
        for (at, value) in items(layer.schema, key).enumerate() {
            let name = component(value).or_else(|| string(value, "type"));
            let name = name.unwrap_or("anything");
            let location = layer.location.key(key).key(at);
            let same = found.iter().filter(|known| known.key.starts_with(name));
            let key = match same.count() {
                0 => name.to_owned(),
                more => format!("{name} {}", more + 1),
            };
            found.push(part(Subject::Variant, &key, value, location, within));
        }
    }
    found
}

fn part<'a>(
    subject: Subject,
    key: &str,
    value: &'a Value,
    location: Location,
    within: &Within,
) -> Part<'a> {
    Part {
        subject,
        key: key.to_owned(),
        value,
        location,
        // Only fields can be absent.
        required: true,
        within: within.clone(),
    }
}
