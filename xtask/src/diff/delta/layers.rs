//! The layers of a schema: the schemas it refers to, and itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::part::Within;

use crate::diagnostic::Location;
use crate::openapi::json::{Object, items, string};
use crate::openapi::reference;
use crate::openapi::schema::{component, components, is_by_hand, is_enum, is_struct};

/// One of the merged schemas.
pub(super) struct Layer<'a> {
    pub(super) schema: &'a Value,
    pub(super) members: &'a Object,
    pub(super) location: Location,
    /// True if code is generated from it.
    pub(super) generated: bool,
    /// True if it is one of several merged schemas, whose annotations do not apply to the merged schema.
    pub(super) is_part: bool,
}

/// Collects the schemas, each after the ones it refers to.
pub(super) fn collect<'a>(
    schema: &'a Value,
    location: &Location,
    within: &Within,
    doc: &'a Value,
) -> Vec<Layer<'a>> {
    let mut collecting = Collecting {
        doc,
        typed: within.typed,
        layers: Vec::new(),
        seen: BTreeSet::new(),
    };
    collecting.add(schema, location, within.generated, false);
    collecting.layers
}

struct Collecting<'a> {
    doc: &'a Value,
    typed: bool,
    layers: Vec<Layer<'a>>,
    /// The pointers of followed references; none is followed twice.
    seen: BTreeSet<String>,
}

impl<'a> Collecting<'a> {
    fn add(&mut self, schema: &'a Value, location: &Location, generated: bool, is_part: bool) {
        if let Some((target, at)) = reference::target(schema, self.doc)
            && self.seen.insert(at.pointer().to_owned())
        {
            let generated = self.typed && !is_by_hand(target);
            self.add(target, &at, generated, is_part);
        }
        let is_merge = is_part || items(schema, "allOf").count() > 1;
        for (at, part) in items(schema, "allOf").enumerate() {
            let location = location.key("allOf").key(at);
            self.add(part, &location, generated, is_merge);
        }
        self.layers.extend(schema.as_object().map(|members| Layer {
            schema,
            members,
            location: location.clone(),
            generated,
            is_part,
        }));
    }
}

/// Returns the name of the schema's Rust type, if it has a type of its own. An inline type is named after its
/// location.
pub(super) fn rust_type(
    schema: &Value,
    layers: &[Layer<'_>],
    inline_name: &str,
    doc: &Value,
) -> Option<String> {
    let by_hand = |layer: &Layer<'_>| string(layer.schema, "x-imagine-rust").map(str::to_owned);
    if let Some(path) = layers.iter().find_map(by_hand) {
        return Some(path);
    }
    let (name, target) = named(schema, doc).map_or((inline_name, schema), |found| found);
    let is_type = is_struct(target) || is_enum(target) || target.get("allOf").is_some();
    is_type.then(|| name.to_owned())
}

/// Returns the component at the end of a chain of references. A component that is only a reference has no type of
/// its own.
pub(super) fn named<'s>(schema: &'s Value, doc: &'s Value) -> Option<(&'s str, &'s Value)> {
    let mut found = None;
    let mut schema = schema;
    for _ in 0..reference::LONGEST {
        let Some(name) = component(schema) else {
            break;
        };
        schema = components(doc)?.get(name)?;
        found = Some((name, schema));
    }
    found
}
