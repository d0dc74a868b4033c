//! Turns texts into vectors.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Call, Outcome, Sent, text, vector};
use crate::failure::Failure;
use crate::state::State;
use crate::usage::Tokens;

pub(crate) fn response(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let texts = texts(call.body());
    let vectors: Vec<_> = texts.iter().map(|text| vector::embed(text)).collect();
    let tokens = Tokens {
        input: texts.iter().map(|text| text::count(text)).sum(),
        output: 0,
    };
    let whole = |embeddings| compose(call, embeddings, tokens);
    let response = whole(vectors.iter().map(|vector| json!(vector)).collect());
    let sent = if call.field("encoding_format").as_deref() == Some("base64") {
        Sent::Instead(whole(vectors.iter().map(|vector| base64(vector)).collect()))
    } else {
        Sent::Json
    };
    Ok(Outcome {
        response,
        sent,
        tokens,
    })
}

fn texts(request: &Value) -> Vec<&str> {
    match request.get("input") {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
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
        "model": call.text("model"),
        "usage": tokens.info(),
    })
}

/// The form that stock OpenAI clients ask for: little-endian 32-bit floats.
fn base64(vector: &[f32]) -> Value {
    let bytes: Vec<u8> = vector
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    STANDARD.encode(bytes).into()
}
