//! Checks that bytes are either rejected or decode to a response that survives a round trip.

use std::any::type_name;

use imagine_sdk::{inference, media};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

macro_rules! check_all {
    ($bytes:expr, [$($response:ty),* $(,)?]) => {{
        $(check_one::<$response>($bytes);)*
    }};
}

/// Decodes the bytes as every type of response.
pub fn check(bytes: &[u8]) {
    check_all!(bytes, [
        inference::ChatCompletionResponse,
        inference::ChatCompletionStreamResponse,
        inference::CompletionResponse,
        inference::CompletionStreamResponse,
        inference::EmbeddingResponse,
        inference::HealthResponse,
        inference::ImageResponse,
        inference::ModelNames,
        inference::PingResponse,
        inference::RerankerResponse,
        inference::TranscribeResponse,
        inference::TranslateResponse,
        inference::UsageResponse,
        inference::History<inference::ChatCompletionRequest, inference::ChatCompletionResponse>,
        inference::History<inference::CompletionRequest, inference::CompletionResponse>,
        inference::History<inference::EmbeddingRequest, inference::EmbeddingResponse>,
        inference::History<inference::RerankerRequest, inference::RerankerResponse>,
        media::CostsResponse,
        media::Ack,
        media::Generation,
        media::Generation,
        media::MyImagesResponse,
        media::PromptResponse,
        media::SttResponse,
        media::Voice,
        media::VoicesResponse,
    ]);
    check_models(bytes);
}

/// A model type named `data` is decoded as a list without types, the format of other servers.
fn check_models(bytes: &[u8]) {
    let has_data = |value: Value| value.get("data").is_some();
    if !serde_json::from_slice(bytes).is_ok_and(has_data) {
        check_one::<inference::ModelsByType>(bytes);
    }
}

fn check_one<T: DeserializeOwned + Serialize>(bytes: &[u8]) {
    let Ok(first) = serde_json::from_slice::<T>(bytes) else {
        return;
    };
    let written = serde_json::to_string(&first).unwrap();
    let second: T = serde_json::from_str(&written).unwrap_or_else(|error| {
        panic!("{} cannot be decoded: {error}: {written}", type_name::<T>())
    });
    let (first, second) = (encoded(&first), encoded(&second));
    assert!(
        approximately_equal(&first, &second),
        "{}: {first} became {second}",
        type_name::<T>()
    );
}

fn encoded(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Returns true if two values are equal, except for the last digits of floats, because `serde_json` parses fast but
/// not exactly.
fn approximately_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= one.abs() * 1e-14
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| approximately_equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let in_other = |(key, one): (&String, &Value)| {
                other
                    .get(key)
                    .is_some_and(|other| approximately_equal(one, other))
            };
            one.len() == other.len() && one.iter().all(in_other)
        }
        _ => one == other,
    }
}
