//! Differences and their uses.

use serde_json::Value;

use super::fact::Fact;
use super::interner::Interner;
use super::trail::Trail;
use super::variance::ChangeKind;
use super::{Position, Subject};
use crate::diagnostic::Location;

/// A difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// A use of the differing part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Use {
    pub(super) trail: Trail,
    pub(crate) position: Option<Position>,
    /// True if code is generated from the part.
    pub(crate) generated: bool,
}

impl Use {
    /// Returns the operation's name, or its method and path. Empty outside of operations.
    pub(crate) fn operation(&self) -> &str {
        self.trail.operation()
    }

    /// Returns the path from the operation to the value, for instance `request.messages[].role`.
    pub(crate) fn path(&self) -> String {
        self.trail.path()
    }
}

impl Difference {
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
            let is_new_scheme = key.starts_with("security scheme ") && values[0].is_none();
            let kind = match is_new_scheme {
                true => ChangeKind::Added,
                false => known.variance.relate(values[0], values[1]),
            };
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

/// The differences found so far, each with all its uses.
#[derive(Default)]
pub(super) struct Collected {
    numbers: Interner<Difference>,
    known: Vec<Difference>,
    /// The numbers of the used differences, in the order of their first use.
    used: Vec<usize>,
}

impl Collected {
    /// Returns the number of a difference and registers it without uses.
    pub(super) fn number(&mut self, difference: Difference) -> usize {
        let number = self.numbers.of(difference.clone());
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
