//! The prices of requests.

use axum::http::StatusCode;
use serde_json::{Map, json};

use crate::response::ErrorResponse;
use crate::service::Backend;
use crate::service::info::buffered;
use crate::service::{Call, Outcome};

/// The operation, its name in the price list, and its price in credits.
///
/// The prices of `animate`, `music` and `foley` are arbitrary, because none are reported. All others are those reported
/// of the live service.
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

/// Returns the price of an operation.
pub(super) fn price(operation: &str) -> u64 {
    let entry = PRICES.iter().find(|(id, ..)| *id == operation);
    entry.map_or(0, |(.., price)| *price)
}

/// Charges for a request that is not a generation.
pub(super) fn charge(backend: &Backend, call: &Call<'_>) -> Result<(), ErrorResponse> {
    let operation = &call.operation.id;
    let price = price(operation);
    let charged = backend.jobs.charge(price);
    charged.map_err(|remaining| insufficient_credits(operation, price, remaining))
}

/// Returns the error for an account without enough credits.
pub(super) fn insufficient_credits(operation: &str, price: u64, remaining: u64) -> ErrorResponse {
    let message = format!("not enough credits: {operation} costs {price}, remaining: {remaining}");
    ErrorResponse::new(StatusCode::FORBIDDEN, message)
}

pub(super) fn respond(_: &Backend, _: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let costs: Map<_, _> = PRICES
        .iter()
        .map(|(_, name, price)| ((*name).to_owned(), json!(price)))
        .collect();
    buffered(json!({"costs": costs}))
}
