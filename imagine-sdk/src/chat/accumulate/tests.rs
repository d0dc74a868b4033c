//! The deviations of servers that stream tool calls.

use super::*;
use crate::generated::inference::types::ChatMessageToolCall;

fn collect(deltas: &[&str]) -> ChatCompletionResponse {
    let mut chat = ChatAccumulator::default();
    for delta in deltas {
        let json =
            format!(r#"{{"id":"c1","model":"m","choices":[{{"index":0,"delta":{delta}}}]}}"#);
        chat.push(serde_json::from_str(&json).unwrap());
    }
    chat.finish()
}

fn calls(deltas: &[&str]) -> Vec<(String, String)> {
    let response = collect(deltas);
    let call =
        |call: &ChatMessageToolCall| (call.name().unwrap().to_owned(), call.arguments().to_owned());
    response.tool_calls().iter().map(call).collect()
}

#[test]
fn deltas_of_a_call_are_joined_independent_of_identification() {
    let first = r#"{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\""}}]}"#;
    let without_index = r#"{"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\""}}]}"#;
    let cases: &[&[&str]] = &[
        &[
            r#"{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\""}},{"index":0,"function":{"arguments":":1}"}}]}"#,
        ],
        &[
            first,
            r#"{"tool_calls":[{"index":0,"id":"","function":{"name":"","arguments":":1}"}}]}"#,
        ],
        &[
            first,
            r#"{"tool_calls":[{"index":0,"id":null,"type":null,"function":{"arguments":":1}"}}]}"#,
        ],
        &[
            without_index,
            r#"{"tool_calls":[{"function":{"arguments":":1}"}}]}"#,
        ],
        &[
            without_index,
            r#"{"tool_calls":[{"id":"t1","function":{"arguments":":1}"}}]}"#,
        ],
        &[
            first,
            r#"{"tool_calls":[{"function":{"arguments":":1}"}}]}"#,
        ],
    ];
    for deltas in cases {
        assert_eq!(
            calls(deltas),
            [("f".into(), "{\"a\":1}".into())],
            "{deltas:?}"
        );
    }
}

#[test]
fn interleaved_calls_and_calls_with_ids_stay_separate() {
    let interleaved = [
        r#"{"tool_calls":[{"index":0,"id":"t0","function":{"name":"f","arguments":"{"}}]}"#,
        r#"{"tool_calls":[{"index":1,"id":"t1","function":{"name":"g","arguments":"{"}}]}"#,
        r#"{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}"#,
        r#"{"tool_calls":[{"index":1,"function":{"arguments":"}"}}]}"#,
    ];
    let ids = [
        r#"{"tool_calls":[{"id":"t0","function":{"name":"f","arguments":"{}"}}]}"#,
        r#"{"tool_calls":[{"id":"t1","function":{"name":"g","arguments":"{}"}}]}"#,
    ];
    let expected = [
        ("f".to_owned(), "{}".to_owned()),
        ("g".to_owned(), "{}".to_owned()),
    ];
    assert_eq!(calls(&interleaved), expected);
    assert_eq!(calls(&ids), expected);
}

#[test]
fn a_call_without_arguments_has_an_empty_object() {
    for arguments in ["\"\"", "null"] {
        let delta = format!(
            r#"{{"tool_calls":[{{"index":0,"function":{{"name":"f","arguments":{arguments}}}}}]}}"#
        );
        assert_eq!(calls(&[&delta]), [("f".into(), "{}".into())]);
    }
}

#[test]
fn text_reasoning_and_usage_are_accumulated() {
    let mut chat = ChatAccumulator::default();
    for json in [
        r#"{"id":"c1","model":"m","created":5,"choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"th"}}],"usage":null}"#,
        r#"{"id":"c1","model":"m","choices":[{"index":0,"delta":{"role":"","content":"h","reasoning_content":"ink"}}]}"#,
        r#"{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"i"},"finish_reason":"stop"}]}"#,
        r#"{"id":"c1","model":"m","choices":null,"usage":{"total_tokens":3}}"#,
    ] {
        chat.push(serde_json::from_str(json).unwrap());
    }
    let response = chat.finish();
    assert_eq!(response.text().unwrap(), "hi");
    assert_eq!(response.usage.total_tokens, Some(3));
    assert_eq!(response.created.as_secs(), 5);
    let message = response.into_message().unwrap();
    assert_eq!(
        (message.role.as_str(), message.reasoning()),
        ("assistant", Some("think".into()))
    );
}

#[test]
fn choices_are_ordered_and_kept_separate() {
    let mut chat = ChatAccumulator::default();
    chat.push(
        serde_json::from_str(
            r#"{"id":"1","model":"m","choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}"#,
        )
        .unwrap(),
    );
    let strings: Vec<_> = chat
        .finish()
        .choices
        .iter()
        .map(|choice| choice.message.text().unwrap().into_owned())
        .collect();
    assert_eq!(strings, ["a", "b"]);
}

#[test]
fn an_empty_list_of_calls_is_none() {
    let response = collect(&[r#"{"content":"x","tool_calls":[]}"#]);
    assert!(response.tool_calls().is_empty());
    let encoded = serde_json::to_value(&response.choices[0].message).unwrap();
    assert_eq!(encoded.get("tool_calls"), None);
}

#[test]
fn a_completion_accepts_both_fields_once() {
    for choice in [
        r#""delta":{"content":"hi"}"#,
        r#""text":"hi""#,
        r#""delta":{"content":"hi"},"text":"hi""#,
    ] {
        let mut text = CompletionAccumulator::default();
        let json = format!(
            r#"{{"id":"1","model":"m","choices":[{{"index":0,{choice},"finish_reason":"stop"}}]}}"#
        );
        text.push(serde_json::from_str(&json).unwrap());
        assert_eq!(text.finish().text(), Some("hi"), "{choice}");
    }
}

#[test]
fn unidentified_calls_stay_separate() {
    let complete_call = |name: &str, value: u8| {
        format!(r#"{{"function":{{"name":"{name}","arguments":"{{\"a\":{value}}}"}}}}"#)
    };
    let expected = [
        ("f".to_owned(), r#"{"a":1}"#.to_owned()),
        ("g".to_owned(), r#"{"a":2}"#.to_owned()),
    ];
    let together = format!(
        r#"{{"tool_calls":[{},{}]}}"#,
        complete_call("f", 1),
        complete_call("g", 2)
    );
    assert_eq!(calls(&[&together]), expected);
    let apart = [("f", 1), ("g", 2)]
        .map(|(name, value)| format!(r#"{{"tool_calls":[{}]}}"#, complete_call(name, value)));
    assert_eq!(calls(&[&apart[0], &apart[1]]), expected);
}

#[test]
fn unidentified_deltas_belong_to_the_last_call_and_a_new_id_starts_one() {
    let delta = |ids: &str, arguments: &str| {
        format!(r#"{{"tool_calls":[{{{ids}"function":{{"arguments":"{arguments}"}}}}]}}"#)
    };
    let with_ids = [
        r#"{"tool_calls":[{"id":"a","function":{"name":"f","arguments":""}}]}"#.to_owned(),
        delta("", "1"),
        r#"{"tool_calls":[{"id":"b","function":{"name":"g","arguments":""}}]}"#.to_owned(),
        delta("", "2"),
    ];
    let same_index = [
        r#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]}"#
            .to_owned(),
        r#"{"tool_calls":[{"index":0,"id":"b","function":{"name":"g","arguments":""}}]}"#
            .to_owned(),
        delta(r#""index":0,"#, "2"),
    ];
    let expected = [
        ("f".to_owned(), "1".to_owned()),
        ("g".to_owned(), "2".to_owned()),
    ];
    for deltas in [with_ids.as_slice(), &same_index] {
        let deltas: Vec<_> = deltas.iter().map(String::as_str).collect();
        assert_eq!(calls(&deltas), expected, "{deltas:?}");
    }
}

/// The result equals the response without streaming.
#[test]
fn unknown_fields_of_deltas_are_accumulated() {
    let mut chat = ChatAccumulator::default();
    let mut text = CompletionAccumulator::default();
    for token in ["a", "b", "c"] {
        let json = format!(
            r#"{{"id":"c1","choices":[{{"index":0,"logprobs":{{"content":[{{"token":"{token}"}}],"refusal":null}},
            "stop_reason":"{token}","delta":{{"content":"{token}","reasoning_details":[{{"text":"{token}"}}]}}}}]}}"#
        );
        chat.push(serde_json::from_str(&json).unwrap());
        text.push(serde_json::from_str(&json).unwrap());
    }
    let tokens = serde_json::json!([{"token": "a"}, {"token": "b"}, {"token": "c"}]);
    let strings = serde_json::json!([{"text": "a"}, {"text": "b"}, {"text": "c"}]);
    let chat = chat.finish();
    let choice = &chat.choices[0];
    assert_eq!(choice.message.extra.get("reasoning_details"), Some(strings));
    for extra in [&choice.extra, &text.finish().choices[0].extra] {
        assert_eq!(extra.get("logprobs").unwrap()["content"], tokens);
        assert_eq!(extra.get_str("stop_reason").unwrap(), "c");
    }
}

/// Some servers repeat fields of the response in every chunk.
#[test]
fn repeated_fields_are_kept_once() {
    let json = r#"{"id":"c1","choices":[{"index":0,"content_filter_results":{"lists":["a","b"]},"message":{"parts":["x"]},
        "delta":{"content":"hi","audio":{"id":"audio_1","format":"wav"}}}]}"#;
    let mut chat = ChatAccumulator::default();
    for _ in 0..3 {
        chat.push(serde_json::from_str(json).unwrap());
    }
    let chat = chat.finish();
    let choice = &chat.choices[0];
    let lists = serde_json::json!({"lists": ["a", "b"]});
    assert_eq!(choice.extra.get("content_filter_results"), Some(lists));
    let audio = serde_json::json!({"id": "audio_1", "format": "wav"});
    assert_eq!(choice.message.extra.get("audio"), Some(audio));
    assert_eq!(
        choice.message.extra.get("parts"),
        Some(serde_json::json!(["x"]))
    );
    assert!(!choice.extra.contains_key("message"));
}

#[test]
fn images_of_all_events_are_kept_in_order() {
    let mut accumulator = ImageResponse::default();
    for json in [
        r#"{"data":[{"b64_json":"a"},{"b64_json":"b"}]}"#,
        r#"{"id":"2","data":[{"b64_json":"c"}]}"#,
    ] {
        serde_json::from_str::<ImageResponse>(json)
            .unwrap()
            .accumulate(&mut accumulator);
    }
    let images: Vec<_> = accumulator
        .data
        .iter()
        .map(|image| image.b64_json.as_deref().unwrap())
        .collect();
    assert_eq!(
        (images.concat(), accumulator.id.as_str()),
        ("abc".to_owned(), "2")
    );
}

/// D10
#[test]
fn empty_counts_do_not_replace_others() {
    let counts =
        r#"{"id":"1","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#;
    for last in [
        r#"{}"#,
        r#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#,
        r#"{"prompt_tokens":null}"#,
    ] {
        let mut chat = ChatAccumulator::default();
        chat.push(serde_json::from_str(counts).unwrap());
        let last = format!(r#"{{"id":"1","model":"m","choices":[],"usage":{last}}}"#);
        chat.push(serde_json::from_str(&last).unwrap());
        let usage = chat.finish().usage;
        let counts = (
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.total_tokens.unwrap_or_default(),
        );
        assert_eq!(counts, (Some(3), Some(2), 0), "{last}");
    }
}

/// D8: the rows of the table of dialects.
#[test]
fn calls_of_every_dialect_are_assembled() {
    let openai: &[&str] = &[
        r#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#,
        r#"{"index":0,"function":{"arguments":"{\"a\""}}"#,
        r#"{"index":0,"function":{"arguments":":1}"}}"#,
        r#"{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let vllm_with_changing_ids: &[&str] = &[
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#,
        r#"{"index":0,"id":"a2","function":{"arguments":"{\"a\":1}"}}"#,
        r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let vllm_with_repeated_names: &[&str] = &[
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\""}}"#,
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}"#,
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#,
        r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let vllm_with_a_named_tool_choice: &[&str] = &[
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\""}}"#,
        r#"{"index":0,"id":"a2","function":{"name":"f","arguments":":1}"}}"#,
        r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let same_id_without_index: &[&str] = &[
        r#"{"id":"x","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        r#"{"id":"x","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let llama_cpp_with_halves_of_names: &[&str] = &[
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        r#"{"index":1,"id":"b","function":{"name":"","arguments":""}}"#,
        r#"{"index":1,"function":{"name":"g","arguments":"{}"}}"#,
    ];
    let mistral: &[&str] = &[
        r#"{"id":"a","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        r#"{"id":"b","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let ollama: &[&str] = &[
        r#"{"function":{"name":"f","arguments":{"a":1}}}"#,
        r#"{"function":{"name":"g","arguments":{}}}"#,
    ];
    let gemini: &[&str] = &[
        r#"{"index":0,"id":"","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        r#"{"index":0,"id":"","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let repeated_at_the_end: &[&str] = &[
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\""}}"#,
        r#"{"index":0,"function":{"arguments":":1}"}}"#,
        r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
    ];
    let null_among_deltas: &[&str] = &[
        "null",
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        "null",
        r#"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
    ];
    for deltas in [
        openai,
        vllm_with_changing_ids,
        vllm_with_repeated_names,
        vllm_with_a_named_tool_choice,
        same_id_without_index,
        llama_cpp_with_halves_of_names,
        mistral,
        ollama,
        gemini,
        repeated_at_the_end,
        null_among_deltas,
    ] {
        let chunk = |delta: &String| format!(r#"{{"tool_calls":[{delta}]}}"#);
        let deltas: Vec<_> = deltas.iter().map(ToString::to_string).collect();
        let apart: Vec<_> = deltas.iter().map(chunk).collect();
        let apart: Vec<_> = apart.iter().map(String::as_str).collect();
        let together = chunk(&deltas.join(","));
        let expected = [
            ("f".to_owned(), r#"{"a":1}"#.to_owned()),
            ("g".to_owned(), "{}".to_owned()),
        ];
        assert_eq!(calls(&apart), expected, "{deltas:?}");
        assert_eq!(calls(&[&together]), expected, "together: {deltas:?}");
    }
}

/// D8
#[test]
fn a_name_in_two_halves_is_joined() {
    let halves = [
        r#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_","arguments":""}}]}"#,
        r#"{"tool_calls":[{"index":0,"function":{"name":"weather","arguments":"{}"}}]}"#,
    ];
    let cumulative = [
        r#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_","arguments":""}}]}"#,
        r#"{"tool_calls":[{"index":0,"function":{"name":"get_weather","arguments":"{}"}}]}"#,
    ];
    for deltas in [halves, cumulative] {
        assert_eq!(calls(&deltas), [("get_weather".into(), "{}".into())]);
    }
}

/// D7
#[test]
fn arguments_as_an_object_keep_their_text() {
    let delta = r#"{"tool_calls":[{"index":0,"function":{"name":"f","arguments":{"a": 12345678901234567890123}}}]}"#;
    let expected = r#"{"a": 12345678901234567890123}"#;
    assert_eq!(calls(&[delta]), [("f".into(), expected.into())]);
}

/// D4
#[test]
fn content_in_parts_is_joined_and_other_parts_are_kept() {
    let response = collect(&[
        r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}"#,
        r#"{"content":[{"type":"text","text":"Man"}]}"#,
        r#"{"content":"chego"}"#,
    ]);
    assert_eq!(response.text().unwrap(), "Manchego");
    let content = response.choices[0].message.content.as_ref().unwrap();
    let [thinking, text] = content.parts() else {
        panic!("{content:?}");
    };
    assert!(thinking.extra.contains_key("thinking"));
    assert_eq!(text.text.as_deref(), Some("Manchego"));
    let parts =
        collect(&[r#"{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#]);
    assert_eq!(
        parts.choices[0].message.content,
        Some(Content::Text("ab".into()))
    );
}

/// D9
#[test]
fn constants_of_each_chunk_are_kept_once() {
    let delta = r#"{"content":"a","name":"MM AI","status":"ok","reasoning_content":"t"}"#;
    let response = collect(&[delta, delta]);
    let message = &response.choices[0].message;
    assert_eq!(message.name.as_deref(), Some("MM AI"));
    assert_eq!(message.extra.get_str("status").unwrap(), "ok");
    assert_eq!(message.reasoning().unwrap(), "tt");
    let encoded = serde_json::to_string(&response).unwrap();
    assert_eq!(encoded.matches("\"name\"").count(), 1, "{encoded}");
}

/// D9
#[test]
fn a_message_beside_a_delta_completes_it() {
    let mut chat = ChatAccumulator::default();
    let json = r#"{"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"hi"},
        "message":{"role":"assistant","content":"ignored","refusal":"no"}}]}"#;
    chat.push(serde_json::from_str(json).unwrap());
    let response = chat.finish();
    let encoded = serde_json::to_string(&response).unwrap();
    assert_eq!(encoded.matches("\"message\"").count(), 1, "{encoded}");
    assert_eq!(response.text().unwrap(), "hi");
    assert_eq!(
        response.choices[0]
            .message
            .extra
            .get_str("refusal")
            .unwrap(),
        "no"
    );
}

/// D9
#[test]
fn streamed_arguments_of_a_function_call_are_joined_and_null_replaces_nothing() {
    let mut chat = ChatAccumulator::default();
    for json in [
        r#"{"id":"1","system_fingerprint":"fp","choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":"{\"a\""}}}]}"#,
        r#"{"id":"1","system_fingerprint":null,"choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":":1}"}}}]}"#,
    ] {
        chat.push(serde_json::from_str(json).unwrap());
    }
    let response = chat.finish();
    assert_eq!(response.extra.get_str("system_fingerprint").unwrap(), "fp");
    let call = response.choices[0].message.extra.get("function_call");
    let expected = serde_json::json!({"name": "f", "arguments": r#"{"a":1}"#});
    assert_eq!(call, Some(expected));
}

/// D9
#[test]
fn a_complete_message_replaces_empty_content() {
    let mut chat = ChatAccumulator::default();
    for json in [
        r#"{"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
        r#"{"id":"1","choices":[{"index":0,"delta":{},"message":{"content":"Hello"}}]}"#,
    ] {
        chat.push(serde_json::from_str(json).unwrap());
    }
    assert_eq!(chat.finish().text().as_deref(), Some("Hello"));
}
