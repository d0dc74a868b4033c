//! Rows that were read, but not returned yet.

use std::collections::VecDeque;
use std::sync::Arc;

use super::row::{Row, RowError};
use crate::error::Error;

/// The result of a row. Rows share the error of their batch.
pub(super) type Outcome<T> = Result<T, Arc<Error>>;

/// A queue of rows, which are completed in any order and leave in the order of their inputs.
#[derive(Debug)]
pub(super) struct Window<T> {
    /// The row at the front.
    first: u64,
    rows: VecDeque<Option<Outcome<T>>>,
}

impl<T> Window<T> {
    pub(super) fn new() -> Self {
        Self {
            first: 0,
            rows: VecDeque::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns true if the next row is complete.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.rows.front(), Some(Some(_)))
    }

    /// Adds a row, and returns its index.
    pub(super) fn push(&mut self) -> u64 {
        let index = self.first + self.rows.len() as u64;
        self.rows.push_back(None);
        index
    }

    /// Completes a row.
    pub(super) fn complete(&mut self, row: u64, outcome: Outcome<T>) {
        let slot = row.checked_sub(self.first);
        let slot = slot.and_then(|offset| usize::try_from(offset).ok());
        if let Some(slot) = slot.and_then(|offset| self.rows.get_mut(offset)) {
            *slot = Some(outcome);
        }
    }

    /// Removes the next row, if it is complete.
    pub(super) fn pop(&mut self) -> Option<Row<T>> {
        if !self.is_ready() {
            return None;
        }
        let outcome = self.rows.pop_front()??;
        let index = self.first;
        self.first += 1;
        let result = outcome.map_err(|error| RowError::new(index, error));
        Some(Row { index, result })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_leave_in_order() {
        let mut window = Window::new();
        assert_eq!((window.push(), window.push()), (0, 1));
        window.complete(1, Ok('b'));
        assert!(window.pop().is_none());
        window.complete(0, Ok('a'));
        assert_eq!(window.pop().unwrap().result.unwrap(), 'a');
        assert_eq!(window.push(), 2);
        assert_eq!(window.pop().unwrap().index, 1);
        assert!(window.pop().is_none());
        assert_eq!(window.len(), 1);
    }
}
