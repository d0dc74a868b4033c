//! Checks that the accumulator accepts all decodable chunks and joins tool calls under any chunking.

use imagine_sdk::inference::{
    ChatAccumulator, ChatCompletionStreamResponse, CompletionAccumulator, CompletionStreamResponse,
};
use serde_json::{Value, json};

/// Accumulates all decodable chunks. The result must be encodable.
pub fn check_chunks<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) {
    let mut chat = ChatAccumulator::default();
    let mut text = CompletionAccumulator::default();
    for chunk in chunks {
        if let Ok(chunk) = serde_json::from_slice::<ChatCompletionStreamResponse>(chunk) {
            chat.push(chunk);
        }
        if let Ok(chunk) = serde_json::from_slice::<CompletionStreamResponse>(chunk) {
            text.push(chunk);
        }
    }
    serde_json::to_string(&chat.finish()).unwrap();
    serde_json::to_string(&text.finish()).unwrap();
}

/// Streams calls with these arguments unsplit and split.
///
/// `turns` contains the index of the next call and the number of its characters. The remaining characters follow in
/// one chunk.
pub fn check_cuts(arguments: &[String], turns: &[(u8, u8)]) {
    let start = |index| {
        chunk(
            index,
            json!({"name": format!("f{index}"), "arguments": ""}),
            Some(index),
        )
    };
    let starts: Vec<_> = (0..arguments.len()).map(start).collect();
    let mut left: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let unsplit = left
        .iter()
        .enumerate()
        .map(|(index, rest)| arguments_delta(index, rest))
        .collect::<Vec<_>>();
    let mut chunks = Vec::new();
    for (turn, length) in turns {
        let Some(index) = usize::from(*turn).checked_rem(left.len()) else {
            break;
        };
        let (first, rest) = split(left[index], usize::from(*length));
        chunks.push(arguments_delta(index, first));
        left[index] = rest;
    }
    chunks.extend(
        left.iter()
            .enumerate()
            .map(|(index, rest)| arguments_delta(index, rest)),
    );
    let (unsplit, split) = (accumulate(&starts, &unsplit), accumulate(&starts, &chunks));
    assert_eq!(unsplit, split, "{chunks:?}");
    let added: Vec<_> = split
        .iter()
        .map(|call| call["function"]["arguments"].as_str().unwrap())
        .collect();
    assert_eq!(added, arguments, "{chunks:?}");
}

fn split(text: &str, characters: usize) -> (&str, &str) {
    let end = text
        .char_indices()
        .nth(characters)
        .map_or(text.len(), |(end, _)| end);
    text.split_at(end)
}

fn arguments_delta(index: usize, arguments: &str) -> Value {
    chunk(index, json!({ "arguments": arguments }), None)
}

fn chunk(index: usize, function: Value, id: Option<usize>) -> Value {
    let id = id.map(|id| format!("call-{id}"));
    let call = json!({"index": index, "id": id, "function": function});
    json!({"id": "1", "model": "m", "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
}

fn accumulate(starts: &[Value], chunks: &[Value]) -> Vec<Value> {
    let mut chat = ChatAccumulator::default();
    for chunk in starts.iter().chain(chunks) {
        chat.push(serde_json::from_value(chunk.clone()).unwrap());
    }
    let response = chat.finish();
    response
        .tool_calls()
        .iter()
        .map(|call| serde_json::to_value(call).unwrap())
        .collect()
}
