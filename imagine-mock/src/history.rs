//! The history of requests and responses that the service lists.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// The limit of pairs per operation, beyond which the oldest are dropped. It bounds the memory of a long run.
const MAX_PAIRS: usize = 1_000;

/// Pairs of response and request, newest first, for each operation.
#[derive(Debug)]
pub(crate) struct History {
    pairs: Mutex<HashMap<&'static str, VecDeque<Value>>>,
    limit: usize,
}

impl History {
    /// Creates a history of at most `limit` pairs for each operation.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            pairs: Mutex::default(),
            limit: limit.min(MAX_PAIRS),
        }
    }

    pub(crate) fn add(&self, operation: &'static str, response: &Value, request: &Value) {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = pairs.entry(operation).or_default();
        pairs.push_front(json!([response, request]));
        pairs.truncate(self.limit);
    }

    /// Returns the latest pairs of an operation, newest first.
    pub(crate) fn latest(&self, operation: &str, limit: usize) -> Vec<Value> {
        let pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = pairs.get(operation).into_iter().flatten();
        pairs.take(limit).cloned().collect()
    }
}
