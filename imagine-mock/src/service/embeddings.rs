//! Simulates embeddings.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Backend;
use super::{Call, Outcome, ResponseEncoding, text, vector};
use crate::response::ErrorResponse;
use crate::service::backend::usage::Tokens;

/// The maximum number of dimensions, which limits the memory of a response.
const MAX_DIMENSIONS: u64 = 4_096;

pub(crate) fn respond(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let inputs = text::inputs(call.body(), "input");
    let dimensions = call.body().get("dimensions").and_then(Value::as_u64);
    let dimensions = dimensions.map_or(vector::DIMENSIONS, |count| {
        count.clamp(1, MAX_DIMENSIONS) as usize
    });
    let embed = |input: &Cow<'_, str>| vector::embed(input, dimensions);
    let vectors: Vec<_> = inputs.iter().map(embed).collect();
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
