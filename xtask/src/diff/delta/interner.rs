//! An interner.

use std::collections::HashMap;
use std::hash::Hash;

/// Interner values in the order of their first occurrence.
#[derive(Debug)]
pub(super) struct Interner<T>(HashMap<T, usize>);

impl<T: Eq + Hash> Interner<T> {
    /// Returns the number of a value. Equal values have the same number.
    pub(super) fn of(&mut self, value: T) -> usize {
        let next = self.0.len();
        *self.0.entry(value).or_insert(next)
    }
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}
