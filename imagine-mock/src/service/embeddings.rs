//! Simulates embeddings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Call, Outcome, ResponseEncoding, text, vector};
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::usage::Tokens;

pub(crate) fn respond(_: &State, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let inputs = inputs(call.body());
    let vectors: Vec<_> = inputs.iter().map(|input| vector::embed(input)).collect();
    let tokens = Tokens {
        input: inputs.iter().map(|input| text::count_tokens(input)).sum(),
        output: 0,
    };
    let compose = |embeddings| compose(call, embeddings, tokens);
    let response = compose(vectors.iter().map(|vector| json!(vector)).collect());
    let encoding = if call.optional_string("encoding_format").as_deref() == Some("base64") {
        let embeddings = vectors.iter().map(|vector| base64(vector)).collect();
        ResponseEncoding::Alternative(compose(embeddings))
    } else {
        ResponseEncoding::Json
    };
    Ok(Outcome {
        response,
        encoding,
        tokens,
    })
}

fn inputs(request: &Value) -> Vec<&str> {
    match request.get("input") {
        Some(Value::String(input)) => vec![input],
        Some(Value::Array(inputs)) => inputs.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn compose(call: &Call<'_>, embeddings: Vec<Value>, tokens: Tokens) -> Value {
    let data: Vec<_> = embeddings
        .into_iter()
        .enumerate()
        .map(|(index, embedding)| json!({"object": "embedding", "index": index, "embedding": embedding}))
        .collect();
    json!({
        "id": call.id("embd"),
        "object": "list",
        "data": data,
        "model": call.string("model"),
        "usage": tokens.to_json(),
    })
}

/// Encodes a vector as little-endian 32-bit floats, the encoding that unmodified OpenAI clients request.
fn base64(vector: &[f32]) -> Value {
    let bytes: Vec<u8> = vector
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    STANDARD.encode(bytes).into()
}
