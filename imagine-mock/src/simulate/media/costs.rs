//! The prices of requests.

use axum::http::StatusCode;
use serde_json::{Map, json};

use crate::failure::Failure;
use crate::simulate::service::done;
use crate::simulate::{Call, Outcome};
use crate::state::State;

/// The price of each operation in credits, under the name in the price list. Those of `animate`, `music` and `foley`
/// are not reported and chosen by the mock; all others are those reported of the live service.
const PRICES: [(&str, &str, u64); 16] = [
    ("text2img", "text2img", 25),
    ("img2img", "img2img", 25),
    ("inpaint", "inpaint", 25),
    ("upscale", "upscale", 25),
    ("tts", "tts", 25),
    ("stt", "stt", 25),
    ("voice_clone", "voice_clone", 25),
    ("expressions", "expressions", 50),
    ("model3d", "model3d", 50),
    ("imagine", "imagine", 50),
    ("video", "video", 100),
    ("remove_background", "removebg", 5),
    ("prompt", "prompt", 1),
    ("animate", "animate", 100),
    ("music", "music", 25),
    ("foley", "foley", 25),
];

/// The price of an operation.
pub(super) fn of(operation: &str) -> u64 {
    let found = PRICES.iter().find(|(id, ..)| *id == operation);
    found.map_or(0, |(.., price)| *price)
}

/// Charges for a request that is not a generation.
pub(super) fn charge(state: &State, call: &Call<'_>) -> Result<(), Failure> {
    let operation = &call.operation.id;
    let price = of(operation);
    let charged = state.jobs.charge(price);
    charged.map_err(|left| too_few(operation, price, left))
}

/// The error for an account whose credits are too few.
pub(super) fn too_few(operation: &str, price: u64, left: u64) -> Failure {
    let message = format!("not enough credits: {operation} takes {price}, and {left} are left");
    Failure::new(StatusCode::FORBIDDEN, message)
}

pub(super) fn response(_: &State, _: &Call<'_>) -> Result<Outcome, Failure> {
    let costs: Map<_, _> = PRICES
        .iter()
        .map(|(_, name, price)| ((*name).to_owned(), json!(price)))
        .collect();
    done(json!({"costs": costs}))
}
