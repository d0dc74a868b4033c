//! What generations cost.

use serde_json::{Map, json};

use crate::failure::Failure;
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome};
use crate::state::State;

/// Credits by operation.
const COSTS: [(&str, u64); 10] = [
    ("text2img", 4),
    ("img2img", 4),
    ("inpaint", 4),
    ("remove_background", 1),
    ("upscale", 2),
    ("animate", 10),
    ("video", 20),
    ("music", 8),
    ("foley", 5),
    ("tts", 2),
];

/// The credits that a generation takes.
pub(super) fn of(operation: &str) -> u64 {
    let found = COSTS.iter().find(|(name, _)| *name == operation);
    found.map_or(0, |(_, cost)| *cost)
}

pub(super) fn answer(_: &State, _: &Call<'_>) -> Result<Outcome, Failure> {
    let costs: Map<_, _> = COSTS
        .iter()
        .map(|(name, cost)| ((*name).to_owned(), json!(cost)))
        .collect();
    done(json!({"costs": costs}))
}
