//! The history of requests and responses that the service lists.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::latest::Latest;

/// The limit of pairs per operation.
const MAX_PAIRS: usize = 1_000;

/// The limit of the size of all pairs of an operation as JSON.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Pairs of response and request as JSON, oldest first, for each operation.
#[derive(Debug)]
pub(crate) struct History {
    pairs: Mutex<HashMap<&'static str, Latest<String>>>,
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
        let pair = json!([response, request]).to_string();
        let size = pair.len();
        let mut pairs = self.lock();
        let pairs = pairs.entry(operation);
        let pairs = pairs.or_insert_with(|| Latest::new(self.limit, MAX_BYTES));
        pairs.push(pair, size);
    }

    /// Returns the latest pairs of an operation, newest first.
    pub(crate) fn latest(&self, operation: &str, limit: usize) -> Vec<Value> {
        let pairs = self.lock();
        let pairs = pairs
            .get(operation)
            .into_iter()
            .flat_map(|pairs| pairs.iter().rev());
        let pairs = pairs.take(limit).map(|pair| serde_json::from_str(pair));
        pairs.filter_map(Result::ok).collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, Latest<String>>> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{History, MAX_BYTES};

    #[test]
    fn the_size_of_all_pairs_is_limited() {
        // F15
        let history = History::new(100);
        let large = json!("x".repeat(MAX_BYTES / 3));
        for number in 0..4 {
            history.add("chat", &json!(number), &large);
        }
        let latest = history.latest("chat", 100);
        let responses = latest.iter().map(|pair| pair[0].as_i64().unwrap());
        assert_eq!(responses.collect::<Vec<_>>(), [3, 2]);
    }
}
