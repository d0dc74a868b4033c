//! What was asked before, and what it was answered.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// The oldest pairs of an operation are forgotten beyond this many, so that a mock can run for long.
const MOST_KEPT: usize = 1_000;

/// Pairs of response and request, newest first, for each operation.
#[derive(Debug)]
pub(crate) struct History {
    pairs: Mutex<HashMap<&'static str, VecDeque<Value>>>,
    most: usize,
}

impl History {
    /// A history that keeps at most so many pairs of each operation.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            pairs: Mutex::default(),
            most: most.min(MOST_KEPT),
        }
    }

    pub(crate) fn add(&self, operation: &'static str, response: &Value, request: &Value) {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = pairs.entry(operation).or_default();
        pairs.push_front(json!([response, request]));
        pairs.truncate(self.most);
    }

    /// The latest pairs of an operation, newest first.
    pub(crate) fn latest(&self, operation: &str, most: usize) -> Vec<Value> {
        let pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = pairs.get(operation).into_iter().flatten();
        pairs.take(most).cloned().collect()
    }
}
