//! The published parts that a proposal leaves out, because lint or codegen would reject them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::{Object, boolean, string, strings};

/// A part that a proposal adds.
pub(super) struct Added {
    /// The pointer into the proposed document.
    pub(super) pointer: String,
    /// The number of the difference; `None` for a component that other parts refer to.
    pub(super) difference: Option<usize>,
}

/// The parts to leave out, each with the reason.
#[derive(Default)]
pub(super) struct Excluded {
    /// The differences by number.
    pub(super) differences: BTreeMap<usize, String>,
    /// Pointers to values inside of added parts.
    values: BTreeMap<String, String>,
}

/// Violations of these rules are fixed by removing the keyword at their location.
const OF_KEYWORDS: [&str; 9] = [
    "default",
    "extension",
    "extension-target",
    "foreign-extension",
    "limits",
    "open-response",
    "sent-default",
    "structure",
    "unsent-default",
];

impl Excluded {
    /// Excludes the parts that cause diagnostics. Returns false if no added part causes any.
    pub(super) fn extend(&mut self, found: &[Diagnostic], added: &[Added], doc: &Value) -> bool {
        let before = self.len();
        for diagnostic in found {
            let reason = match &diagnostic.help {
                Some(help) => format!("{}; {help}", diagnostic.message),
                None => diagnostic.message.clone(),
            };
            let cause = Cause {
                doc,
                added,
                reason: format!("left out: {reason}"),
            };
            cause.exclude(diagnostic, self);
        }
        self.len() > before
    }

    fn len(&self) -> usize {
        self.differences.len() + self.values.len()
    }

    /// Removes the excluded values from the part with this pointer.
    pub(super) fn remove_from(&self, pointer: &str, part: &mut Value) {
        let inside = format!("{pointer}/");
        // The last of several items first, so that the others keep their index.
        for excluded in self.values.keys().rev() {
            let relative = excluded.strip_prefix(&inside);
            if let Some((owner, key)) = relative.and_then(split) {
                remove(part.pointer_mut(&owner), &key);
            }
        }
    }

    /// Describes the excluded values.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        let values = self.values.iter();
        values.map(|(pointer, reason)| format!("#{pointer}; {reason}"))
    }
}

/// Splits the pointer of a value inside of a part into the owner's pointer and the unescaped key.
fn split(relative: &str) -> Option<(String, String)> {
    let keys: Vec<String> = Location::at(&format!("/{relative}")).keys().collect();
    let (last, owner) = keys.split_last()?;
    let owner = owner
        .iter()
        .fold(Location::default(), |at, key| at.key(key));
    Some((owner.pointer().to_owned(), last.clone()))
}

fn remove(owner: Option<&mut Value>, key: &str) {
    match owner {
        Some(Value::Object(members)) => {
            members.shift_remove(key);
        }
        Some(Value::Array(items)) => {
            let index = key.parse().ok().filter(|index| *index < items.len());
            index.map(|index: usize| items.remove(index));
        }
        _ => {}
    }
}

/// The cause of a diagnostic in a proposed document.
struct Cause<'a> {
    doc: &'a Value,
    added: &'a [Added],
    reason: String,
}

impl Cause<'_> {
    fn exclude(&self, diagnostic: &Diagnostic, excluded: &mut Excluded) {
        let mut pointer = diagnostic.location.pointer().to_owned();
        // Without its default, a required field is an ordinary one.
        if diagnostic.code == "unsent-default" {
            pointer += "/default";
        }
        let pointer = pointer.as_str();
        let is_missing = diagnostic.message.ends_with("` is missing");
        let is_extension = pointer
            .rsplit('/')
            .next()
            .is_some_and(|key| key.starts_with("x-"));
        let is_keyword = OF_KEYWORDS.contains(&diagnostic.code) && !is_missing || is_extension;
        if let Some(root) = self.root(pointer) {
            let is_inside = root.pointer != pointer && self.doc.pointer(pointer).is_some();
            if is_keyword && is_inside {
                excluded
                    .values
                    .insert(pointer.to_owned(), self.reason.clone());
            } else {
                self.exclude_at(pointer, excluded, &mut BTreeSet::new());
            }
            return;
        }
        // A part may be wrong only together with what is there, for instance an operation and its path.
        let is_inside = |added: &&Added| contains(pointer, &added.pointer);
        let inside = self.added.iter().filter(is_inside);
        let others = self.added.iter().filter(|added| !is_inside(added));
        let differences = others.chain(inside).filter_map(|added| added.difference);
        if let Some(last) = differences.fold(None, |_, difference| Some(difference)) {
            excluded.differences.insert(last, self.reason.clone());
        }
    }

    /// Returns the innermost added part that contains a pointer.
    fn root(&self, pointer: &str) -> Option<&Added> {
        let roots = self.added.iter();
        let roots = roots.filter(|added| contains(&added.pointer, pointer));
        roots.max_by_key(|added| added.pointer.len())
    }

    /// Excludes the innermost value around a pointer that may be absent, or the added part, or all references to it.
    fn exclude_at(&self, pointer: &str, excluded: &mut Excluded, seen: &mut BTreeSet<String>) {
        let Some(root) = self.root(pointer) else {
            return;
        };
        if let Some(optional) = self.optional(pointer, &root.pointer) {
            excluded.values.insert(optional, self.reason.clone());
            return;
        }
        if let Some(difference) = root.difference {
            excluded.differences.insert(difference, self.reason.clone());
        } else if seen.insert(root.pointer.clone()) {
            for user in self.users(&root.pointer) {
                self.exclude_at(&user, excluded, seen);
            }
        }
    }

    /// Returns the pointer to the innermost optional property, parameter or error response around a pointer.
    fn optional(&self, pointer: &str, root: &str) -> Option<String> {
        let mut at = pointer;
        while at.len() > root.len() {
            let (owner, key) = at.rsplit_once('/')?;
            let (above, section) = owner.rsplit_once('/')?;
            let is_optional = match section {
                "properties" => {
                    let required = self
                        .doc
                        .pointer(above)
                        .and_then(|owner| owner.get("required"));
                    !strings(required).contains(&key.replace("~1", "/").replace("~0", "~").as_str())
                }
                "parameters" => {
                    let parameter = self.doc.pointer(at);
                    parameter.is_some_and(|parameter| !boolean(parameter, "required"))
                }
                "responses" => key.starts_with(['4', '5']),
                _ => false,
            };
            if is_optional {
                return Some(at.to_owned());
            }
            at = owner;
        }
        None
    }

    /// Returns the pointers of the references to a component in added parts.
    fn users(&self, component: &str) -> Vec<String> {
        let mut found = Vec::new();
        for added in self.added {
            if let Some(value) = self.doc.pointer(&added.pointer) {
                references(value, &Location::at(&added.pointer), component, &mut found);
            }
        }
        found
    }
}

/// Returns true if a pointer leads to a value or into it.
fn contains(outer: &str, pointer: &str) -> bool {
    let rest = pointer.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn references(value: &Value, location: &Location, component: &str, found: &mut Vec<String>) {
    if string(value, "$ref").and_then(|target| target.strip_prefix('#')) == Some(component) {
        found.push(location.pointer().to_owned());
    }
    match value {
        Value::Object(members) => {
            let members: &Object = members;
            for (key, inner) in members {
                references(inner, &location.key(key), component, found);
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                references(inner, &location.key(at), component, found);
            }
        }
        _ => {}
    }
}
