//! Proposes an edit of our specification: adds the parts that only the published document has to its source, and
//! preserves extensions, prose and comments.

mod conform;
mod edit;
mod operation;
mod yaml;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::comparison::Comparison;
use super::headline::{Side, headline};
use super::report::unlowered;
use crate::diagnostic::Location;
use crate::diff::delta::{ChangeKind, Difference, Subject};
use crate::error::Error;
use crate::openapi::Document;
use crate::openapi::json::{Object, items, set, string, strings};
use edit::Edit;

/// An edited source and notes on the parts to edit by hand.
pub(super) struct Proposal {
    pub(super) text: String,
    notes: Vec<String>,
}

/// Returns the proposal with the notes as comments at its end.
pub(super) fn with_notes(comparison: &Comparison) -> Result<String, Error> {
    let Proposal { text, notes } = propose(comparison)?;
    if notes.is_empty() {
        return Ok(text.trim_end().to_owned());
    }
    let notes: Vec<String> = notes
        .iter()
        .map(|note| format!("#   {}", note.trim_start()))
        .collect();
    let head = "# The proposal only adds. Decide by hand:";
    Ok(format!("{text}\n{head}\n{}", notes.join("\n")))
}

/// Edits our source.
pub(super) fn propose(comparison: &Comparison) -> Result<Proposal, Error> {
    let mut proposer = Proposer::new(comparison);
    for difference in comparison.open() {
        proposer.add(difference);
    }
    proposer.add_tags();
    proposer.add_operations();
    proposer.add_parameters();
    proposer.add_components();
    let proposal = Proposal {
        text: proposer.edit.text(),
        notes: proposer.notes,
    };
    // An invalid proposal would be a bug here; it is never returned.
    Document::parse("the proposal", &proposal.text)?;
    Ok(proposal)
}

struct Proposer<'a> {
    comparison: &'a Comparison,
    edit: Edit<'a>,
    notes: Vec<String>,
    /// The pointers of components that the additions refer to.
    needed: Vec<String>,
    /// The new operations by path, and the new parameters by the operation's location.
    operations: BTreeMap<String, Object>,
    parameters: Vec<(Location, Vec<Value>)>,
}

impl<'a> Proposer<'a> {
    fn new(comparison: &'a Comparison) -> Self {
        Self {
            comparison,
            edit: Edit::new(&comparison.local),
            notes: unlowered(comparison),
            needed: Vec::new(),
            operations: BTreeMap::new(),
            parameters: Vec::new(),
        }
    }

    fn add(&mut self, difference: &Difference) {
        if Side::of(difference) == Side::Extra {
            return self.note(difference, "missing from the published document");
        }
        match difference.subject {
            Subject::Operation => self.operation(difference),
            Subject::Parameter => self.parameter(difference),
            Subject::Field => self.field(difference),
            Subject::EnumValue => self.value(difference),
            _ => self.note(difference, "decide which is right"),
        }
    }

    fn note(&mut self, difference: &Difference, reason: &str) {
        self.notes
            .push(format!("{}; {reason}", headline(difference)));
    }

    /// Returns the published value at the location of a difference, with its provenance.
    fn published(&mut self, difference: &Difference) -> Option<Value> {
        let [_, location] = &difference.locations;
        let value = self.comparison.lowered.pointer(location.pointer())?;
        let mut value = value.clone();
        if let Some(reference) = value.get("$ref").cloned() {
            value = json!({ "allOf": [{ "$ref": reference }] });
        }
        match difference.subject {
            Subject::Field => conform::schema(&mut value),
            Subject::Parameter => conform::parameter(&mut value),
            _ => conform::operation(&mut value),
        }
        self.mark(&mut value);
        Some(value)
    }

    fn mark(&self, value: &mut Value) {
        let file = &self.comparison.upstream.file;
        let source = file.rsplit(['/', '\\']).next().unwrap_or(file);
        set(
            value,
            "x-provenance",
            json!({ "grade": "published", "source": source }),
        );
    }

    /// Collects the components that a value refers to.
    fn need(&mut self, value: &Value) {
        if let Some(target) = string(value, "$ref").and_then(|target| target.strip_prefix('#')) {
            self.needed.push(target.to_owned());
        }
        match value {
            Value::Object(members) => members.values().for_each(|inner| self.need(inner)),
            Value::Array(items) => items.iter().for_each(|inner| self.need(inner)),
            _ => {}
        }
    }

    fn operation(&mut self, difference: &Difference) {
        let [_, location] = &difference.locations;
        let keys: Vec<String> = location.keys().collect();
        let [_, path, method] = keys.as_slice() else {
            return;
        };
        if let Some(node) = self.published(difference) {
            let Comparison { lowered, local, .. } = self.comparison;
            let taken = |id: &str| {
                let proposed = self.operations.values().flat_map(Object::values);
                let mut proposed = proposed.filter_map(|node| string(node, "operationId"));
                proposed.any(|other| other == id) || operation::is_taken(&local.value, id)
            };
            let mut node = operation::with_extensions(&node, method, path, lowered, taken);
            operation::with_failure(&mut node, &local.value);
            operation::with_security(&mut node, &local.value);
            self.need(&node);
            let item = self.operations.entry(path.clone()).or_default();
            item.insert(method.clone(), node);
            let reason = "check its name, its arguments and its retry class";
            self.note(difference, reason);
        }
    }

    fn parameter(&mut self, difference: &Difference) {
        let [location, _] = difference.locations.clone();
        let Some(value) = self.published(difference) else {
            return;
        };
        self.need(&value);
        match self
            .parameters
            .iter_mut()
            .find(|(known, _)| *known == location)
        {
            Some((_, values)) => values.push(value),
            None => self.parameters.push((location, vec![value])),
        }
        self.note_required(difference);
    }

    fn field(&mut self, difference: &Difference) {
        let [owner, _] = difference.locations.clone();
        let Some(owner) = self.owner(&owner) else {
            return self.note(difference, "its object is not in block style");
        };
        let Some(value) = self.published(difference) else {
            return;
        };
        self.need(&value);
        let name = difference.name.clone();
        let field = Object::from_iter([(name.clone(), value)]);
        if !self
            .edit
            .append(&owner.key("properties"), yaml::map(&field))
        {
            return self.note(difference, "its object is not in block style");
        }
        let required = owner.key("required");
        if difference.kind != ChangeKind::Added && self.edit.append_inline(&required, &json!(name))
        {
            self.note_required(difference);
        }
    }

    fn note_required(&mut self, difference: &Difference) {
        if difference.kind != ChangeKind::Added {
            let reason = "it is required: make it an argument, or give it a default that is sent";
            self.note(difference, reason);
        }
    }

    /// Returns the schema with the properties of an object, which may be the last part of its `allOf`.
    fn owner(&self, location: &Location) -> Option<Location> {
        let parts = (0..16).rev().map(|at| location.key("allOf").key(at));
        std::iter::once(location.clone())
            .chain(parts)
            .find(|owner| self.edit.has(&owner.key("properties")))
    }

    fn value(&mut self, difference: &Difference) {
        let [location, _] = &difference.locations;
        let list = location.key("enum");
        let value = difference.new.clone().unwrap_or_default();
        if !self.edit.append_inline(&list, &value) {
            self.note(difference, "its list is not in flow style");
        }
    }

    /// Adds the tags of the new operations to the list of tags.
    fn add_tags(&mut self) {
        let local = &self.comparison.local.value;
        let listed: Vec<&str> = items(local, "tags")
            .filter_map(|tag| string(tag, "name"))
            .collect();
        let nodes = self.operations.values().flat_map(Object::values);
        let mut added: Vec<&str> = nodes.flat_map(|node| strings(node.get("tags"))).collect();
        added.sort_unstable();
        added.dedup();
        added.retain(|name| !listed.contains(name));
        let tags: Vec<Value> = added
            .into_iter()
            .map(|name| json!({ "name": name, "description": conform::UNDESCRIBED }))
            .collect();
        if tags.is_empty() {
            return;
        }
        let location = Location::default().key("tags");
        if self.edit.has(&location) {
            self.edit.append(&location, yaml::list(&tags));
        } else {
            let new = Object::from_iter([("tags".to_owned(), tags.into())]);
            self.edit.append(&Location::default(), yaml::map(&new));
        }
    }

    fn add_operations(&mut self) {
        let paths = Location::default().key("paths");
        for (path, item) in std::mem::take(&mut self.operations) {
            let location = paths.key(&path);
            if self.edit.has(&location) {
                self.edit.append(&location, yaml::map(&item));
            } else {
                let new = Object::from_iter([(path, Value::Object(item))]);
                self.edit.append(&paths, spaced(&new));
            }
        }
    }

    fn add_parameters(&mut self) {
        for (location, values) in std::mem::take(&mut self.parameters) {
            let listed = location.key("parameters");
            if self.edit.has(&listed) {
                self.edit.append(&listed, yaml::list(&values));
            } else {
                let new = Object::from_iter([("parameters".to_owned(), values.into())]);
                self.edit.append(&location, yaml::map(&new));
            }
        }
    }

    /// Adds the needed components that do not exist. Existing ones are assumed to be equal.
    fn add_components(&mut self) {
        let mut added = Vec::new();
        while let Some(pointer) = self.needed.pop() {
            let there = self.comparison.local.value.pointer(&pointer).is_some();
            if there || added.contains(&pointer) {
                continue;
            }
            let Some(mut component) = self.component(&pointer) else {
                continue;
            };
            conform::schema(&mut component);
            self.need(&component);
            self.mark(&mut component);
            self.add_component(&pointer, component);
            added.push(pointer);
        }
    }

    fn component(&self, pointer: &str) -> Option<Value> {
        let published = self.comparison.lowered.pointer(pointer);
        let is_null = pointer == format!("/components/schemas/{}", conform::NULL);
        published
            .cloned()
            .or_else(|| is_null.then(conform::null_component))
    }

    fn add_component(&mut self, pointer: &str, component: Value) {
        let Some((kind, name)) = pointer.rsplit_once('/') else {
            return;
        };
        let kind = kind.split('/').skip(1);
        let kind = kind.fold(Location::default(), |location, key| location.key(key));
        let new = Object::from_iter([(name.to_owned(), component)]);
        if !self.edit.append(&kind, spaced(&new)) {
            self.notes
                .push(format!("#{pointer}: our components have no such section"));
        }
    }
}

/// Formats a map after an empty line.
fn spaced(members: &Object) -> Vec<String> {
    let mut lines = vec![String::new()];
    lines.extend(yaml::map(members));
    lines
}
