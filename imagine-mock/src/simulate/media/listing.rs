//! Lists what was generated, a page at a time.

use serde_json::{Value, json};

use super::generation;
use crate::contract::Violation;
use crate::failure::Failure;
use crate::jobs::{Kind, Schema};
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome};
use crate::state::State;

/// Parameters that select what has the same in the field of their name.
const SELECTING: [&str; 3] = ["generation_uuid", "parent_image", "chat_id"];

pub(super) fn response(state: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let (first, page) = (positive(call, "first", 40)?, positive(call, "page", 1)?);
    let kinds: &[Kind] = if says_yes(call, "include_tts") {
        &[Kind::Image, Kind::Speech]
    } else {
        &[Kind::Image]
    };
    let form = generation::form(state, call, Schema::of(call.build));
    let mut images = state.jobs.list(form, |job| kinds.contains(&job.kind));
    images.retain(|image| is_wanted(call, image));
    let before = (page - 1).saturating_mul(first);
    let nodes: Vec<_> = images.iter().skip(before).take(first).collect();
    let count = (call.query("count") != Some("false")).then_some(images.len());
    done(json!({"count": count, "nodes": nodes, "page": page}))
}

fn is_wanted(call: &Call<'_>, image: &Value) -> bool {
    let has = |name: &str, wanted: &str| match image.get(name) {
        Some(Value::String(own)) => own == wanted,
        _ => false,
    };
    let selected = SELECTING
        .iter()
        .all(|name| call.query(name).is_none_or(|wanted| has(name, wanted)));
    let is_made = image.get("is_done").and_then(Value::as_bool) == Some(true);
    selected && (is_made || !says_yes(call, "generated_only"))
}

fn says_yes(call: &Call<'_>, name: &str) -> bool {
    call.query(name) == Some("true")
}

fn positive(call: &Call<'_>, name: &str, default: usize) -> Result<usize, Failure> {
    let Some(given) = call.query(name) else {
        return Ok(default);
    };
    let number = given.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| {
        let violation = Violation::new(format!("query/{name}"), "minimum", "is less than 1");
        Failure::invalid(call.operation, [violation])
    })
}
