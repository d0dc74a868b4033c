//! A schema seen through its references: what it says, and what it consists of.

use serde_json::{Value, json};

use super::Subject;
use super::part::{Content, Part, Within};
use super::reference;
use crate::error::Place;
use crate::spec::json::{Object, flag, items, members, text, texts};
use crate::spec::names::pascal;
use crate::spec::schema::{component, components, is_by_hand, is_enum, is_struct};

/// Keywords that make parts, or that are looked at on their own.
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

/// What an object says of itself, and not of those that it is put together to.
const OF_ITSELF: [&str; 7] = [
    "description",
    "example",
    "title",
    "x-imagine-discriminating",
    "x-imagine-python",
    "x-imagine-sampling",
    "x-provenance",
];

pub(super) fn open<'a>(part: &Part<'a>, doc: &'a Value) -> Content<'a> {
    look_into(part.value, &part.place, &part.within, doc)
}

/// Puts together what a schema says and what the schemas say that it refers to. Its own words go before.
pub(super) fn look_into<'a>(
    value: &'a Value,
    place: &Place,
    within: &Within,
    doc: &'a Value,
) -> Content<'a> {
    let mut view = View {
        doc,
        within,
        layers: Vec::new(),
        trail: Vec::new(),
    };
    view.layer(value, place, within.generated, false);
    view.content(value, place)
}

/// One of the schemas that are put together.
struct Layer<'a> {
    value: &'a Object,
    schema: &'a Value,
    place: Place,
    generated: bool,
    /// Whether it is one of several that are put together.
    is_part: bool,
}

struct View<'a, 'w> {
    doc: &'a Value,
    within: &'w Within,
    layers: Vec<Layer<'a>>,
    /// The references on the way, none of which is followed twice.
    trail: Vec<Place>,
}

impl<'a> View<'a, '_> {
    /// Collects a schema after all that it refers to.
    fn layer(&mut self, schema: &'a Value, place: &Place, generated: bool, is_part: bool) {
        if let Some((target, at)) = reference::target(schema, self.doc)
            && !self.trail.contains(&at)
        {
            self.trail.push(at.clone());
            let generated = self.within.typed && !is_by_hand(target);
            self.layer(target, &at, generated, is_part);
            self.trail.pop();
        }
        let is_merge = is_part || items(schema, "allOf").count() > 1;
        for (at, part) in items(schema, "allOf").enumerate() {
            let place = place.key("allOf").key(at);
            self.layer(part, &place, generated, is_merge);
        }
        self.layers.extend(schema.as_object().map(|value| Layer {
            value,
            schema,
            place: place.clone(),
            generated,
            is_part,
        }));
    }

    fn content(&self, schema: &'a Value, place: &Place) -> Content<'a> {
        let mut content = Content {
            nullable: self
                .layers
                .iter()
                .any(|layer| flag(layer.schema, "nullable")),
            home: Some(self.home(schema, place)),
            ..Content::default()
        };
        let within = self.inside(schema);
        for layer in &self.layers {
            let of_itself: &[&str] = if layer.is_part { &OF_ITSELF } else { &[] };
            let except = [&OF_PARTS[..], of_itself].concat();
            let Layer { value, place, .. } = layer;
            content.facts.add(value, &except, place, layer.generated);
            for part in self.parts(layer, &within) {
                content.parts.retain(|known| !is_same(known, &part));
                content.parts.push(part);
            }
        }
        self.imply(&mut content, schema, place);
        content
    }

    /// Where the schema is written that this one stands for.
    fn home(&self, schema: &Value, place: &Place) -> Place {
        let (name, target) = self.named(schema, "");
        match std::ptr::eq(target, schema) {
            true => place.clone(),
            false => Place::schema(&name),
        }
    }

    /// What the parts of a schema inherit.
    fn inside(&self, schema: &Value) -> Within {
        let mut within = self.within.clone();
        let by_hand = self.layers.iter().any(|layer| is_by_hand(layer.schema));
        within.generated = within.typed && !by_hand;
        if let Some(name) = component(schema) {
            within.type_name = name.to_owned();
        }
        within
    }

    /// What follows from what is said.
    fn imply(&self, content: &mut Content<'_>, schema: &Value, place: &Place) {
        let facts = &mut content.facts;
        if facts.get("type").is_none() {
            let of = |subject| content.parts.iter().any(|part| part.subject == subject);
            let implied = [(Subject::Field, "object"), (Subject::Items, "array")];
            if let Some((_, name)) = implied.into_iter().find(|(subject, _)| of(*subject)) {
                facts.imply("type", Subject::Type, json!(name), place);
            }
        }
        let says = |key: &&str| {
            self.layers
                .iter()
                .any(|layer| layer.value.contains_key(*key))
        };
        if let Some(union) = ["oneOf", "anyOf"].into_iter().find(says) {
            facts.imply("union", Subject::Union, json!(union), place);
        }
        if facts.get("type") != Some(&json!("string")) {
            facts.reclassify("enum", Subject::Constant);
        }
        if facts.get("x-imagine-send-default").is_some() {
            facts.reclassify("default", Subject::SentDefault);
        }
        if let Some(name) = self.rust_type(schema).filter(|_| self.within.typed) {
            facts.imply("Rust type", Subject::RustType, json!(name), place);
        }
    }

    /// The name of the Rust type that stands for a schema, where it is one of its own.
    fn rust_type(&self, schema: &Value) -> Option<String> {
        let by_hand = self.layers.iter().rev();
        let by_hand = by_hand.filter_map(|layer| text(layer.schema, "x-imagine-rust"));
        if let Some(path) = by_hand.last() {
            return Some(path.to_owned());
        }
        let (name, target) = self.named(schema, &self.within.type_name);
        let is_type = is_struct(target) || is_enum(target) || target.get("allOf").is_some();
        is_type.then_some(name)
    }

    /// The component that a schema stands for in the end, or the schema itself.
    fn named<'s>(&'s self, schema: &'s Value, name: &str) -> (String, &'s Value) {
        let found = component(schema)
            .filter(|name| !self.trail.contains(&Place::schema(name)))
            .and_then(|name| Some((name, components(self.doc)?.get(name)?)));
        match found {
            // A component that only stands for another has no type of its own.
            Some((name, target)) if component(target).is_none() => (name.to_owned(), target),
            Some((name, target)) if component(target) != Some(name) => self.named(target, name),
            _ => (name.to_owned(), schema),
        }
    }

    fn parts(&self, layer: &Layer<'a>, within: &Within) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        let required: Vec<&str> = self
            .layers
            .iter()
            .flat_map(|layer| texts(layer.schema.get("required")))
            .collect();
        for (name, value) in members(layer.schema, "properties") {
            let place = layer.place.key("properties").key(name);
            let mut field = part(Subject::Field, name, value, place, within);
            field.required = required.contains(&name.as_str());
            field.within.type_name += &pascal(name);
            parts.push(field);
        }
        let inner = [
            ("items", Subject::Items, "Item"),
            ("additionalProperties", Subject::Values, "Value"),
        ];
        for (key, subject, suffix) in inner {
            let value = layer.value.get(key).filter(|value| value.is_object());
            parts.extend(value.map(|value| {
                let mut part = part(subject, "", value, layer.place.key(key), within);
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
            let name = component(value).or_else(|| text(value, "type"));
            let name = name.unwrap_or("anything");
            let place = layer.place.key(key).key(at);
            let same = found.iter().filter(|known| known.key.starts_with(name));
            let key = match same.count() {
                0 => name.to_owned(),
                more => format!("{name} {}", more + 1),
            };
            found.push(part(Subject::Variant, &key, value, place, within));
        }
    }
    found
}

fn part<'a>(
    subject: Subject,
    key: &str,
    value: &'a Value,
    place: Place,
    within: &Within,
) -> Part<'a> {
    Part {
        subject,
        key: key.to_owned(),
        value,
        place,
        // What is not a field is always there.
        required: true,
        within: within.clone(),
    }
}

/// Whether two parts of one schema are the same one.
fn is_same(left: &Part<'_>, right: &Part<'_>) -> bool {
    left.subject == right.subject && left.key == right.key
}
