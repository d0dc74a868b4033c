//! Makes one object of an `allOf` that puts objects together.

use serde_json::Value;

use crate::error::{Fault, Place, Problem};
use crate::spec::schema::{self, Object, flag, owned, texts};

/// Marks a property that comes from a sampling schema.
pub(crate) const FROM_SAMPLING: &str = "x-lowered-from-sampling";

/// On a merged object, the sampling schema that it contains.
pub(crate) const SAMPLING: &str = "x-lowered-sampling";

/// Merges every component that puts objects together.
pub(super) fn merge_all_of(doc: &mut Value) -> Result<usize, Fault> {
    let whole = schema::components(doc).cloned().unwrap_or_default();
    let mut count = 0;
    for (name, schema) in schema::components_mut(doc).into_iter().flatten() {
        if is_merge(schema) || extends(schema, &whole) {
            let mut merge = Merge { whole: &whole, trail: vec![name.clone()] };
            *schema = Value::Object(merge.object(schema, &Place::schema(name))?);
            count += 1;
        }
    }
    Ok(count)
}

/// Whether a schema puts several schemas together, instead of only describing a reference.
pub(super) fn is_merge(schema: &Value) -> bool {
    schema.get("allOf").is_some() && schema::component(schema).is_none()
}

/// Whether a component is an object by another name.
fn extends(schema: &Value, whole: &Object) -> bool {
    schema.get("allOf").is_some() && schema::component(schema).is_some_and(|base| is_object(base, whole))
}

fn is_object(name: &str, whole: &Object) -> bool {
    let is_object = |schema| is_merge(schema) || schema::is_struct(schema) || extends(schema, whole);
    whole.get(name).is_some_and(is_object)
}

struct Merge<'a> {
    whole: &'a Object,
    /// The components on the way, none of which may contain itself.
    trail: Vec<String>,
}

impl Merge<'_> {
    /// The schema as an object of its own properties and those of its parts.
    fn object(&mut self, schema: &Value, place: &Place) -> Result<Object, Fault> {
        let mut merged = schema.as_object().cloned().unwrap_or_default();
        let own: Object = ["properties", "required"]
            .into_iter()
            .filter_map(|key| Some((key.to_owned(), merged.remove(key)?)))
            .collect();
        let parts = merged.remove("allOf");
        let parts = parts.as_ref().and_then(Value::as_array).into_iter().flatten();
        for (at, part) in parts.enumerate() {
            let place = place.key("allOf").key(at);
            let part = match schema::component(part) {
                Some(name) => self.base(name, &place)?,
                None => self.object(part, &place)?,
            };
            absorb(&mut merged, part, &place)?;
        }
        absorb(&mut merged, own, place)?;
        merged.insert("type".to_owned(), "object".into());
        Ok(merged)
    }

    /// What a component that is named in an `allOf` contributes.
    fn base(&mut self, name: &str, place: &Place) -> Result<Object, Fault> {
        if self.trail.iter().any(|seen| seen == name) {
            return Err(place.fault(Problem::Recursive(name.to_owned())));
        }
        let Some(schema) = self.whole.get(name).filter(|_| is_object(name, self.whole)) else {
            let way = "put only objects together, or name the type with `x-imagine-rust`";
            return Err(place.fault(Problem::CannotLower("this part", way)));
        };
        self.trail.push(name.to_owned());
        let mut base = self.object(schema, place)?;
        self.trail.pop();
        if flag(schema, "x-imagine-sampling") {
            mark_sampling(&mut base, name);
        }
        Ok(base)
    }
}

fn mark_sampling(base: &mut Object, name: &str) {
    let properties = base.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
        if let Value::Object(property) = property {
            property.insert(FROM_SAMPLING.to_owned(), true.into());
        }
    }
    base.insert(SAMPLING.to_owned(), name.into());
}

/// Adds the properties of a part; a later one takes the place of an earlier one of its name.
fn absorb(merged: &mut Object, mut part: Object, place: &Place) -> Result<(), Fault> {
    let mut required = owned(texts(merged.get("required")));
    let added = owned(texts(part.get("required"))).into_iter();
    required.extend(added.filter(|name| !texts(merged.get("required")).contains(&name.as_str())));
    merged.insert("required".to_owned(), required.into());
    if let Some(Value::Object(added)) = part.remove("properties") {
        let mut properties = match merged.remove("properties") {
            Some(Value::Object(properties)) => properties,
            _ => Object::new(),
        };
        properties.extend(added);
        merged.insert("properties".to_owned(), properties.into());
    }
    let sampling = part.remove(SAMPLING);
    if sampling.is_some() && merged.contains_key(SAMPLING) {
        return Err(place.fault(Problem::CannotLower("a second sampling schema", "merge the two")));
    }
    merged.extend(sampling.map(|name| (SAMPLING.to_owned(), name)));
    Ok(())
}
