//! One function for each edit of lowered.yaml, with the edit's name.

mod bodies;
mod media_types;
mod operations;
mod pages;
mod parameters;
mod schemas;
mod unions;

use std::collections::BTreeMap;

use imagine_sdk::media::*;
use imagine_sdk::{FilePart, Image, Operation, Timestamp, inference};
use serde_json::{Value, json};

pub use self::bodies::*;
pub use self::media_types::*;
pub use self::operations::*;
pub use self::pages::*;
pub use self::parameters::*;
pub use self::schemas::*;
pub use self::unions::*;
use crate::RoundTrip;

/// Returns the JSON of the last request.
fn sent(trip: &RoundTrip) -> Value {
    serde_json::from_slice(&trip.mock.requests().last().unwrap().body).unwrap()
}

/// Returns the method, path and query of the last request.
fn request_line(trip: &RoundTrip) -> String {
    let request = trip.mock.requests().pop().unwrap();
    let query = request
        .query
        .iter()
        .map(|(name, value)| format!(" {name}={value}"));
    format!(
        "{} {}{}",
        request.method,
        request.path,
        query.collect::<String>()
    )
}

fn has(operations: &[&Operation], id: &str) -> bool {
    operations.iter().any(|operation| operation.id == id)
}
