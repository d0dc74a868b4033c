//! Lists generated images in pages.

use serde_json::{Value, json};

use super::generation;
use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::backend::jobs::{JobKind, JobSchema};
use crate::service::info::buffered;
use crate::service::{Call, Outcome};

/// The query parameters that filter by the field with the same name.
const FILTERS: [&str; 3] = ["generation_uuid", "parent_image", "chat_id"];

pub(super) fn respond(backend: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let (first, page) = (positive(call, "first", 40), positive(call, "page", 1));
    let kinds: &[JobKind] = if is_true(call, "include_tts") {
        &[JobKind::Image, JobKind::Speech]
    } else {
        &[JobKind::Image]
    };
    let format = generation::format(backend, call, JobSchema::for_build(call.build));
    let mut images = backend.jobs.list(format, |job| kinds.contains(&job.kind));
    images.retain(|image| is_selected(call, image));
    let offset = (page - 1).saturating_mul(first);
    let nodes: Vec<_> = images.iter().skip(offset).take(first).collect();
    let count = (call.query("count") != Some("false")).then_some(images.len());
    buffered(json!({"count": count, "nodes": nodes, "page": page}))
}

fn is_selected(call: &Call<'_>, image: &Value) -> bool {
    let has = |name: &str, expected: &str| match image.get(name) {
        Some(Value::String(actual)) => actual == expected,
        _ => false,
    };
    let matches_filters = FILTERS
        .iter()
        .all(|name| call.query(name).is_none_or(|expected| has(name, expected)));
    let is_done = image.get("is_done").and_then(Value::as_bool) == Some(true);
    matches_filters && (is_done || !is_true(call, "generated_only"))
}

fn is_true(call: &Call<'_>, name: &str) -> bool {
    call.query(name) == Some("true")
}

/// Returns a query parameter. No document limits it, so a value below 1 counts as 1.
fn positive(call: &Call<'_>, name: &str, default: usize) -> usize {
    let value = call.query(name).and_then(|value| value.parse::<i64>().ok());
    value.map_or(default, |value| usize::try_from(value).unwrap_or(1).max(1))
}
