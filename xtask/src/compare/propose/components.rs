//! The components that new parts refer to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Proposer, conform, spaced};
use crate::diagnostic::Location;
use crate::openapi::json::{Object, members, string};

impl Proposer<'_> {
    /// Collects the components that a value refers to.
    pub(super) fn need(&mut self, value: &Value) {
        if let Some(target) = string(value, "$ref").and_then(|target| target.strip_prefix('#')) {
            self.needed.push(target.to_owned());
        }
        match value {
            Value::Object(members) => members.values().for_each(|inner| self.need(inner)),
            Value::Array(items) => items.iter().for_each(|inner| self.need(inner)),
            _ => {}
        }
    }

    /// Adds the needed components that do not exist.
    pub(super) fn add_components(&mut self) {
        let mut seen = BTreeSet::new();
        while let Some(pointer) = self.needed.pop() {
            if !seen.insert(pointer.clone()) {
                continue;
            }
            let Some(published) = self.component(&pointer) else {
                continue;
            };
            let local = self.comparison.local.value.pointer(&pointer);
            match local {
                Some(local) if properties(local) != properties(&published) => {
                    self.notes.push(format!(
                        "#{pointer}; ours is used, which has other properties"
                    ));
                }
                Some(_) => {}
                None => self.new_component(&pointer, published),
            }
        }
        let components = Location::default().key("components");
        let (there, missing): (Vec<_>, Vec<_>) = std::mem::take(&mut self.components)
            .into_iter()
            .partition(|(section, _)| self.edit.has(&components.key(section)));
        for (section, new) in there {
            self.append(&components.key(&section), &new);
        }
        let missing: Object = missing
            .into_iter()
            .map(|(section, new)| (section, Value::Object(new)))
            .collect();
        if missing.is_empty() {
            return;
        }
        if self.edit.has(&components) {
            self.append(&components, &missing);
        } else {
            let missing = Object::from_iter([("components".to_owned(), missing.into())]);
            self.append(&Location::default(), &missing);
        }
    }

    /// Appends members to a block after an empty line.
    fn append(&mut self, location: &Location, members: &Object) {
        if !self.edit.append(location, spaced(members)) {
            self.notes
                .push(format!("{location}: it is not in block style"));
        }
    }

    fn new_component(&mut self, pointer: &str, mut component: Value) {
        let keys: Vec<String> = Location::at(pointer).keys().collect();
        let [_, section, name] = keys.as_slice() else {
            return;
        };
        conform::component(section, &mut component);
        if ["parameters", "schemas"].contains(&section.as_str()) {
            self.mark(&mut component);
        }
        self.register(None, &Location::at(pointer), &mut component);
        self.need(&component);
        let section = self.components.entry(section.clone()).or_default();
        section.insert(name.clone(), component);
    }

    fn component(&self, pointer: &str) -> Option<Value> {
        let published = self.comparison.lowered.pointer(pointer);
        let is_null = pointer == format!("/components/schemas/{}", conform::NULL);
        published
            .cloned()
            .or_else(|| is_null.then(conform::null_component))
    }
}

fn properties(component: &Value) -> BTreeSet<&String> {
    members(component, "properties")
        .map(|(name, _)| name)
        .collect()
}
