//! Proposes an edit of our specification: adds the parts that only the published document has to its source, and
//! preserves extensions, prose and comments.

mod components;
mod conform;
mod edit;
mod excluded;
mod operation;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Codegen;
use super::comparison::Comparison;
use super::headline::{Side, headline};
use super::report::unlowered;
use crate::diagnostic::Location;
use crate::diff::delta::{ChangeKind, Difference, Position, Subject};
use crate::error::Error;
use crate::openapi::Document;
use crate::openapi::json::{Object, items, set, string, strings};
use crate::validate;
use edit::Edit;
use excluded::{Added, Excluded};

/// An edited source and notes on the parts to edit by hand.
pub(super) struct Proposal {
    pub(super) text: String,
    pub(super) notes: Vec<String>,
}

/// Returns the proposal with the notes as comments at its end.
pub(super) fn with_notes(comparison: &Comparison, codegen: Codegen) -> Result<String, Error> {
    let Proposal { text, notes } = propose(comparison, codegen)?;
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

/// Edits our source. What lint or codegen would reject is left out.
pub(super) fn propose(comparison: &Comparison, codegen: Codegen) -> Result<Proposal, Error> {
    let Comparison { local, api, .. } = comparison;
    let known = validate::diagnostics(&local.value).into_iter();
    let known: BTreeSet<&str> = known.map(|diagnostic| diagnostic.code).collect();
    let is_accepted = codegen(&local.value, api).is_none();
    let mut excluded = Excluded::default();
    loop {
        let draft = draft(comparison, &excluded);
        // An invalid proposal would be a bug here; it is never returned.
        let doc = Document::parse("the proposal", &draft.text)?.value;
        let mut found = validate::diagnostics(&doc);
        // A proposal need not be better than our document.
        found.retain(|diagnostic| !known.contains(&diagnostic.code));
        if found.is_empty() && is_accepted {
            found.extend(codegen(&doc, api));
        }
        if found.is_empty() || !excluded.extend(&found, &draft.added, &doc) {
            let left = found.iter().map(|diagnostic| diagnostic.to_string());
            let notes = draft.notes.into_iter().chain(excluded.notes()).chain(left);
            return Ok(Proposal {
                text: draft.text,
                notes: notes.collect(),
            });
        }
    }
}

/// An edited source that is not checked.
struct Draft {
    text: String,
    notes: Vec<String>,
    added: Vec<Added>,
}

fn draft(comparison: &Comparison, excluded: &Excluded) -> Draft {
    let mut proposer = Proposer::new(comparison, excluded);
    for (number, difference) in comparison.open().enumerate() {
        match excluded.differences.get(&number) {
            Some(reason) => proposer.note(difference, reason),
            None => proposer.add(number, difference),
        }
    }
    proposer.add_tags();
    proposer.add_operations();
    proposer.add_parameters();
    proposer.add_components();
    Draft {
        text: proposer.edit.text(),
        notes: proposer.notes,
        added: proposer.added,
    }
}

struct Proposer<'a> {
    comparison: &'a Comparison,
    excluded: &'a Excluded,
    edit: Edit<'a>,
    notes: Vec<String>,
    added: Vec<Added>,
    /// The pointers of components that the additions refer to.
    needed: Vec<String>,
    /// The new operations by path, the new parameters by the operation's location, and the new components by section.
    operations: BTreeMap<String, Object>,
    parameters: Vec<(Location, Vec<Value>)>,
    components: BTreeMap<String, Object>,
}

impl<'a> Proposer<'a> {
    fn new(comparison: &'a Comparison, excluded: &'a Excluded) -> Self {
        Self {
            comparison,
            excluded,
            edit: Edit::new(&comparison.local),
            notes: unlowered(comparison),
            added: Vec::new(),
            needed: Vec::new(),
            operations: BTreeMap::new(),
            parameters: Vec::new(),
            components: BTreeMap::new(),
        }
    }

    /// Registers an added part and removes what is excluded from it.
    fn register(&mut self, difference: Option<usize>, location: &Location, value: &mut Value) {
        let pointer = location.pointer().to_owned();
        self.excluded.remove_from(&pointer, value);
        self.added.push(Added {
            pointer,
            difference,
        });
    }

    fn add(&mut self, number: usize, difference: &Difference) {
        if Side::of(difference) == Side::Extra {
            return self.note(difference, "missing from the published document");
        }
        match difference.subject {
            Subject::Operation => self.operation(number, difference),
            Subject::Parameter => self.parameter(number, difference),
            Subject::Field => self.field(number, difference),
            Subject::EnumValue => self.value(number, difference),
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

    fn operation(&mut self, number: usize, difference: &Difference) {
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
            let node = operation::with_shared_parameters(node, path, lowered);
            let mut node = operation::with_extensions(&node, method, path, lowered, taken);
            let location = Location::default().key("paths").key(path).key(method);
            self.register(Some(number), &location, &mut node);
            operation::with_failure(&mut node, &local.value);
            operation::with_security(&mut node, &local.value);
            operation::with_tag(&mut node, path);
            self.need(&node);
            let item = self.operations.entry(path.clone()).or_default();
            item.insert(method.clone(), node);
            let reason = "check its name, its arguments and its retry class";
            self.note(difference, reason);
        }
    }

    fn parameter(&mut self, number: usize, difference: &Difference) {
        let [location, _] = difference.locations.clone();
        let Some(mut value) = self.published(difference) else {
            return;
        };
        let new = self.parameters.iter().find(|(known, _)| *known == location);
        let there = self.comparison.local.value.pointer(location.pointer());
        let index = there.map_or(0, |node| items(node, "parameters").count());
        let index = index + new.map_or(0, |(_, values)| values.len());
        self.register(
            Some(number),
            &location.key("parameters").key(index),
            &mut value,
        );
        self.need(&value);
        let name = string(&value, "name").unwrap_or_default().to_owned();
        match self
            .parameters
            .iter_mut()
            .find(|(known, _)| *known == location)
        {
            Some((_, values)) => values.push(value),
            None => self.parameters.push((location, vec![value])),
        }
        self.make_argument(difference, &name);
    }

    fn field(&mut self, number: usize, difference: &Difference) {
        let [owner, _] = difference.locations.clone();
        let Some(owner) = self.owner(&owner) else {
            return self.note(difference, "its object is not in block style");
        };
        let Some(mut value) = self.published(difference) else {
            return;
        };
        let name = difference.name.clone();
        let properties = owner.key("properties");
        self.register(Some(number), &properties.key(&name), &mut value);
        self.need(&value);
        let field = Object::from_iter([(name.clone(), value)]);
        if !self.edit.append(&properties, yaml::map(&field)) {
            return self.note(difference, "its object is not in block style");
        }
        let required = owner.key("required");
        if difference.kind != ChangeKind::Added && self.edit.append_inline(&required, &json!(name))
        {
            self.make_argument(difference, &name);
        }
    }

    /// Adds a new required value to the arguments of the operations that send it.
    fn make_argument(&mut self, difference: &Difference, name: &str) {
        if difference.kind == ChangeKind::Added {
            return;
        }
        let requests = difference.uses.iter();
        let requests = requests.filter(|used| used.position == Some(Position::Request));
        let operations: Vec<&str> = requests
            .flat_map(|used| used.operations())
            .map(|operation| operation.request.as_str())
            .collect();
        for request in operations {
            let Some((method, path)) = request.split_once(' ') else {
                continue;
            };
            let operation = Location::default().key("paths").key(path);
            let operation = operation.key(method.to_lowercase());
            let args = operation.key("x-imagine-args");
            if !self.edit.append_inline(&args, &json!(name)) && !self.edit.has(&args) {
                let new = Object::from_iter([("x-imagine-args".to_owned(), json!([name]))]);
                self.edit.append(&operation, yaml::map(&new));
            }
        }
        let reason =
            "it is required: check the order of the arguments, or give it a default that is sent";
        self.note(difference, reason);
    }

    /// Returns the schema with the properties of an object, which may be the last part of its `allOf`.
    fn owner(&self, location: &Location) -> Option<Location> {
        let parts = (0..16).rev().map(|at| location.key("allOf").key(at));
        std::iter::once(location.clone())
            .chain(parts)
            .find(|owner| self.edit.has(&owner.key("properties")))
    }

    fn value(&mut self, number: usize, difference: &Difference) {
        let [location, _] = &difference.locations;
        let list = location.key("enum");
        let mut value = difference.new.clone().unwrap_or_default();
        let there = self.comparison.local.value.pointer(list.pointer());
        let index = there.and_then(Value::as_array).map_or(0, Vec::len);
        self.register(Some(number), &list.key(index), &mut value);
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
}

/// Formats a map after an empty line.
fn spaced(members: &Object) -> Vec<String> {
    let mut lines = vec![String::new()];
    lines.extend(yaml::map(members));
    lines
}
