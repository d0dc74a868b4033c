//! A difference, and where it is felt.

use serde_json::Value;

use super::fact::Fact;
use super::numbers::Numbers;
use super::trail::Trail;
use super::{Position, Subject};
use crate::diagnostic::Location;

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum How {
    Added,
    /// Added, and every request must have it.
    AddedRequired,
    /// Added, every request must have it, and the SDK puts it there.
    AddedDefaulted,
    Removed,
    /// Removed, and nobody could count on it before.
    RemovedOptional,
    Changed,
    /// What is allowed now contains what was.
    Widened,
    /// What was allowed contains what is now.
    Narrowed,
}

/// A difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Difference {
    pub(crate) subject: Subject,
    pub(crate) how: How,
    /// The key of a part, or the keyword of what is said.
    pub(crate) name: String,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
    /// Where it is on both sides; what is only on one has the location it would be in on the other.
    pub(crate) locations: [Location; 2],
    pub(crate) uses: Vec<Use>,
}

/// Where a difference is felt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Use {
    pub(super) trail: Trail,
    pub(crate) position: Option<Position>,
    /// Whether code is generated from what differs.
    pub(crate) generated: bool,
}

impl Use {
    /// The operation, by its name or by its method and path. Empty where it is no operation's.
    pub(crate) fn operation(&self) -> &str {
        self.trail.operation()
    }

    /// The way from the operation to the value, for instance `request.messages[].role`.
    pub(crate) fn path(&self) -> String {
        self.trail.path()
    }
}

impl Difference {
    /// The differences of something that is said: one for each value of a list that is said on both sides.
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
        let difference = |subject, how, name: &str, [old, new]: [Option<&Value>; 2]| Self {
            subject,
            how,
            name: name.to_owned(),
            old: old.cloned(),
            new: new.cloned(),
            locations: locations.clone(),
            uses: Vec::new(),
        };
        if known.subject != Subject::Enumeration || values.contains(&None) {
            let how = known.variance.relate(values[0], values[1]);
            return vec![difference(known.subject, how, key, values)];
        }
        let [old, new] =
            values.map(|list| list.and_then(Value::as_array).cloned().unwrap_or_default());
        let gone = old.iter().filter(|value| !new.contains(value));
        let come = new.iter().filter(|value| !old.contains(value));
        let gone = gone.map(|value| (How::Removed, value, [Some(value), None]));
        let come = come.map(|value| (How::Added, value, [None, Some(value)]));
        gone.chain(come)
            .map(|(how, value, sides)| {
                let name = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                difference(Subject::EnumValue, how, &name, sides)
            })
            .collect()
    }
}

/// The differences that were found, each put together for all who use it.
#[derive(Default)]
pub(super) struct Gathered {
    numbers: Numbers<Difference>,
    known: Vec<Difference>,
    /// The numbers of those that are used, in the order of their first use.
    used: Vec<usize>,
}

impl Gathered {
    /// The number of a difference that nobody is known to use yet.
    pub(super) fn number(&mut self, difference: Difference) -> usize {
        let number = self.numbers.of(difference.clone());
        if number == self.known.len() {
            self.known.push(difference);
        }
        number
    }

    /// Adds that a difference is felt somewhere.
    pub(super) fn add(&mut self, number: usize, felt: Use) {
        if let Some(difference) = self.known.get_mut(number) {
            if difference.uses.is_empty() {
                self.used.push(number);
            }
            difference.uses.push(felt);
        }
    }

    /// The differences in the order of their first use.
    pub(super) fn differences(self) -> Vec<Difference> {
        let mut known: Vec<_> = self.known.into_iter().map(Some).collect();
        let used = self.used.into_iter();
        used.filter_map(|number| known.get_mut(number)?.take())
            .collect()
    }
}
