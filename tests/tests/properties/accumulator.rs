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
        piece(
            index,
            json!({"name": format!("f{index}"), "arguments": ""}),
            Some(index),
        )
    };
    let starts: Vec<_> = (0..arguments.len()).map(start).collect();
    let mut left: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let whole = left
        .iter()
        .enumerate()
        .map(|(index, rest)| more(index, rest))
        .collect::<Vec<_>>();
    let mut pieces = Vec::new();
    for (turn, length) in turns {
        let Some(index) = usize::from(*turn).checked_rem(left.len()) else {
            break;
        };
        let (first, rest) = split(left[index], usize::from(*length));
        pieces.push(more(index, first));
        left[index] = rest;
    }
    pieces.extend(
        left.iter()
            .enumerate()
            .map(|(index, rest)| more(index, rest)),
    );
    let (whole, cut) = (add_up(&starts, &whole), add_up(&starts, &pieces));
    assert_eq!(whole, cut, "{pieces:?}");
    let added: Vec<_> = cut
        .iter()
        .map(|call| call["function"]["arguments"].as_str().unwrap())
        .collect();
    assert_eq!(added, arguments, "{pieces:?}");
}

fn split(text: &str, characters: usize) -> (&str, &str) {
    let end = text
        .char_indices()
        .nth(characters)
        .map_or(text.len(), |(end, _)| end);
    text.split_at(end)
}

fn more(index: usize, arguments: &str) -> Value {
    piece(index, json!({ "arguments": arguments }), None)
}

fn piece(index: usize, function: Value, id: Option<usize>) -> Value {
    let id = id.map(|id| format!("call-{id}"));
    let call = json!({"index": index, "id": id, "function": function});
    json!({"id": "1", "model": "m", "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
}

fn add_up(starts: &[Value], pieces: &[Value]) -> Vec<Value> {
    let mut chat = ChatAccumulator::default();
    for chunk in starts.iter().chain(pieces) {
        chat.push(serde_json::from_value(chunk.clone()).unwrap());
    }
    let response = chat.finish();
    response
        .tool_calls()
        .iter()
        .map(|call| serde_json::to_value(call).unwrap())
        .collect()
}
