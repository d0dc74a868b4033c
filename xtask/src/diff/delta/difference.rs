//! Differences and their uses.

use std::collections::HashSet;

use serde_json::Value;

use super::fact::Fact;
use super::interner::Interner;
use super::trail::{OperationName, Trails};
use super::variance::ChangeKind;
use super::{Position, Subject};
use crate::diagnostic::Location;

/// A difference between two documents.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) subject: Subject,
    pub(crate) kind: ChangeKind,
    /// The key of a part, or the keyword of a fact.
    pub(crate) name: String,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
    /// The locations in both documents; a part of one document has the parent's location in the other.
    pub(crate) locations: [Location; 2],
    pub(crate) uses: Vec<Use>,
}

/// The uses of the differing part in one pair of parts.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(super) trails: Trails,
    pub(crate) position: Option<Position>,
    /// True if code is generated from the part.
    pub(crate) generated: bool,
}

impl Use {
    /// Returns the operations that contain the part, each once.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &OperationName> {
        self.trails.operations()
    }
}

impl Difference {
    /// Returns the first locations of the part, up to `limit`, and the number of all: the operation's name and the path,
    /// for instance `request.messages[].role`. Paths through a ring of schemas are as long as the ring.
    pub(crate) fn use_locations(&self, limit: usize) -> (Vec<(&str, String)>, usize) {
        let mut seen = HashSet::new();
        let trails = self.uses.iter().map(|used| &used.trails);
        let locations =
            trails.flat_map(|trails| trails.starts().iter().map(move |start| (*start, trails)));
        let locations: Vec<_> = locations.filter(|(start, _)| seen.insert(*start)).collect();
        let first = locations.iter().take(limit);
        let first = first.map(|(start, trails)| trails.from(*start)).collect();
        (first, locations.len())
    }

    /// Returns the path to the part in its first operation.
    pub(crate) fn path(&self) -> String {
        let first = self.uses.first();
        first.map(|used| used.trails.path()).unwrap_or_default()
    }

    /// Returns the names of the affected operations, each once.
    pub(crate) fn operations(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let operations = self.uses.iter().flat_map(Use::operations);
        operations
            .map(|operation| operation.id.as_str())
            .filter(|id| seen.insert(*id))
            .collect()
    }

    /// Returns the differences of a fact. Two lists of enum values give one difference for each value.
    pub(super) fn of_fact(
        key: &str,
        sides: [Option<&Fact>; 2],
        locations: [Location; 2],
    ) -> Vec<Self> {
        let [old, new] = sides;
        let Some(known) = new.or(old) else {
            return Vec::new();
        };
        let values = sides.map(|side| side.map(|fact| &fact.value));
        let difference = |subject, kind, name: &str, [old, new]: [Option<&Value>; 2]| Self {
            subject,
            kind,
            name: name.to_owned(),
            old: old.cloned(),
            new: new.cloned(),
            locations: locations.clone(),
            uses: Vec::new(),
        };
        if known.subject != Subject::Enumeration || values.contains(&None) {
            // The operations that require a scheme tell whether it matters that it is new or gone.
            if known.subject == Subject::SecurityFlow && values.contains(&None) {
                return Vec::new();
            }
            let kind = known.variance.relate(values[0], values[1]);
            return vec![difference(known.subject, kind, key, values)];
        }
        let [old, new] =
            values.map(|list| list.and_then(Value::as_array).cloned().unwrap_or_default());
        let gone = old.iter().filter(|value| !new.contains(value));
        let come = new.iter().filter(|value| !old.contains(value));
        let gone = gone.map(|value| (ChangeKind::Removed, value, [Some(value), None]));
        let come = come.map(|value| (ChangeKind::Added, value, [None, Some(value)]));
        gone.chain(come)
            .map(|(kind, value, sides)| {
                let name = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                difference(Subject::EnumValue, kind, &name, sides)
            })
            .collect()
    }
}

/// Everything of a difference but its uses.
type Key = (
    Subject,
    ChangeKind,
    String,
    [Option<Value>; 2],
    [Location; 2],
);

/// The differences found so far, each with all its uses.
#[derive(Default)]
pub(super) struct Collected {
    numbers: Interner<Key>,
    known: Vec<Difference>,
    /// The numbers of the used differences, in the order of their first use.
    used: Vec<usize>,
}

impl Collected {
    /// Returns the number of a difference and registers it without uses.
    pub(super) fn number(&mut self, difference: Difference) -> usize {
        let Difference {
            subject,
            kind,
            name,
            old,
            new,
            locations,
            ..
        } = difference.clone();
        let number = self
            .numbers
            .of((subject, kind, name, [old, new], locations));
        if number == self.known.len() {
            self.known.push(difference);
        }
        number
    }

    /// Adds a use of a difference.
    pub(super) fn add(&mut self, number: usize, effect: Use) {
        if let Some(difference) = self.known.get_mut(number) {
            if difference.uses.is_empty() {
                self.used.push(number);
            }
            difference.uses.push(effect);
        }
    }

    /// Returns the used differences in the order of their first use.
    pub(super) fn differences(self) -> Vec<Difference> {
        let mut known: Vec<_> = self.known.into_iter().map(Some).collect();
        let used = self.used.into_iter();
        used.filter_map(|number| known.get_mut(number)?.take())
            .collect()
    }
}
