//! What all generations have in common.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::costs;
use crate::clock;
use crate::failure::Failure;
use crate::jobs::{Job, Kind};
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome, Work, text, vector};
use crate::state::State;

/// The fields that say what to make.
const TELLING: [&str; 8] = [
    "prompt",
    "negative_prompt",
    "transcript",
    "voice_id",
    "image",
    "init_image",
    "end_image",
    "mask_image",
];

/// The fields that lists repeat.
const REPEATED: [&str; 4] = ["prompt", "transcript", "chat_id", "parent_image"];

/// Words that begin so make a generation fail.
const FAILING: &str = "fail";

/// The number that picks the result: all of the request that a model would look at.
pub(super) fn seed(call: &Call<'_>) -> u64 {
    let seed = call.body().get("seed").and_then(Value::as_i64);
    let mut texts = TELLING.map(|name| call.text(name)).to_vec();
    texts.push(call.operation.id.as_str().into());
    vector::seed(seed.unwrap_or(0), &texts)
}

/// Begins a generation, where there are credits for it.
pub(super) fn begin(
    state: &State,
    call: &Call<'_>,
    kind: Kind,
    work: Work,
) -> Result<Outcome, Failure> {
    let operation = &call.operation.id;
    let cost = costs::of(operation);
    let started = state
        .jobs
        .accept(cost, || job(state, call, kind, work))
        .map_err(|left| {
            let message =
                format!("not enough credits: {operation} takes {cost}, and {left} are left");
            Failure::new(StatusCode::FORBIDDEN, message)
        })?;
    done(started)
}

fn job(state: &State, call: &Call<'_>, kind: Kind, work: Work) -> Job {
    let id = call.uuid();
    let ending = match failing_word(call) {
        Some(word) => Err(format!(
            "the generation failed, as the word \"{word}\" asks the mock to"
        )),
        None => {
            let path = state.files.keep(&id, work);
            Ok(format!("{}{path}", state.endpoint(call.api)))
        }
    };
    Job {
        id,
        kind,
        cost: costs::of(&call.operation.id),
        about: about(call),
        ending,
        looks: 0,
    }
}

fn failing_word(call: &Call<'_>) -> Option<String> {
    let told = ["prompt", "transcript"].map(|name| call.text(name).to_lowercase());
    let mut words = told.iter().flat_map(|told| text::words(told));
    words
        .find(|word| word.starts_with(FAILING))
        .map(str::to_owned)
}

fn about(call: &Call<'_>) -> Map<String, Value> {
    let repeated = REPEATED.map(|name| (name, call.body().get(name).cloned()));
    let own = [
        ("operation", call.operation.id.as_str().into()),
        ("created_at", clock::date_time(call.created as u64).into()),
    ];
    let repeated = repeated
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    own.into_iter()
        .chain(repeated)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
