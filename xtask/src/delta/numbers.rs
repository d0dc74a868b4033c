//! Tells what was met before from what is new.

use std::collections::HashMap;
use std::hash::Hash;

/// Numbers things in the order in which they are first met.
#[derive(Debug)]
pub(super) struct Numbers<T>(HashMap<T, usize>);

impl<T: Eq + Hash> Numbers<T> {
    /// The number of a thing, which is the same for all that are equal.
    pub(super) fn of(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}
