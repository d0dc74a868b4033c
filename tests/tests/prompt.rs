//! The language model of the media API: every documented field, in both directions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};

use imagine_sdk::MediaClient;
use imagine_sdk::media::builder::Prompt;
use imagine_sdk::media::{
    GuidedDecoding, PromptJsonSchema, PromptResponse, PromptResponseFormat, PromptStreamOptions,
};
use imagine_sdk::{ChatMessage, Tool};
use imagine_tests::{Api, MockResponse, TestClient, fixtures, json};
use serde_json::{Map, Value, json};

/// The documented request, with its documented lists and objects.
fn request() -> Value {
    fixtures::json("media/prompt_request.json")
}

/// The documented response.
fn response() -> Value {
    fixtures::json("media/prompt_page.json")
}

fn text_map() -> BTreeMap<String, String> {
    let names = ["additionalProp1", "additionalProp2", "additionalProp3"];
    names
        .map(|name| (name.to_owned(), "string".to_owned()))
        .into()
}

fn open_map() -> Map<String, Value> {
    let fields = text_map().into_iter();
    fields.map(|(name, text)| (name, text.into())).collect()
}

fn response_format() -> PromptResponseFormat {
    let schema = PromptJsonSchema::new("string")
        .description("string")
        .schema(json!({}))
        .strict(true);
    PromptResponseFormat::new()
        .type_("text")
        .json_schema(schema)
}

fn stream_options() -> PromptStreamOptions {
    PromptStreamOptions::new()
        .include_usage(true)
        .continuous_usage_stats(false)
}

fn guided_decoding() -> GuidedDecoding {
    GuidedDecoding::new()
        .json("string")
        .regex("string")
        .choice(["string"])
        .grammar("string")
        .json_object(true)
        .backend("string")
        .backend_was_auto(false)
        .disable_fallback(false)
        .disable_any_whitespace(false)
        .disable_additional_properties(false)
        .whitespace_pattern("string")
        .structural_tag("string")
}

fn tool() -> Tool {
    serde_json::from_value(request()["tools"][0].clone()).unwrap()
}

/// Builds the documented request with setters, without undocumented members of objects.
fn documented_call(client: &MediaClient) -> Prompt {
    let call = client.prompt(Vec::<ChatMessage>::new()).model("mobile");
    language(vllm(sampling(call)))
}

/// Sets the fields shared with OpenAI's API.
fn sampling(call: Prompt) -> Prompt {
    call.frequency_penalty(1.15)
        .logit_bias(BTreeMap::new())
        .logprobs(false)
        .top_logprobs(0)
        .max_tokens(300)
        .max_completion_tokens(0)
        .n(1)
        .presence_penalty(1.15)
        .response_format(response_format())
        .seed(i64::MIN)
        .stop(Vec::<String>::new())
        .stream_options(stream_options())
        .temperature(0.8)
        .top_p(1.0)
        .tools([tool()])
        .tool_choice("none")
        .parallel_tool_calls(false)
        .user("string")
}

/// Sets the fields of vLLM.
fn vllm(call: Prompt) -> Prompt {
    let processor = json!({"qualname": "string", "args": ["string"], "kwargs": {}});
    call.best_of(0)
        .use_beam_search(false)
        .top_k(50)
        .min_p(0.0)
        .repetition_penalty(0.0)
        .length_penalty(1.0)
        .stop_token_ids(Vec::<i64>::new())
        .include_stop_str_in_output(false)
        .ignore_eos(false)
        .min_tokens(50)
        .skip_special_tokens(true)
        .spaces_between_special_tokens(true)
        .truncate_prompt_tokens(1)
        .prompt_logprobs(0)
        .allowed_token_ids(vec![0])
        .bad_words(["string"])
        .echo(false)
        .add_generation_prompt(true)
        .continue_final_message(false)
        .add_special_tokens(false)
        .documents(vec![text_map()])
        .chat_template("string")
        .chat_template_kwargs(Map::new())
        .mm_processor_kwargs(Map::new())
        .guided_json("string")
        .guided_regex("string")
        .guided_choice(["string"])
        .guided_grammar("string")
        .structural_tag("string")
        .guided_decoding_backend("string")
        .guided_whitespace_pattern("string")
        .priority(0)
        .request_id("string")
        .logits_processors(vec![json!("string"), processor])
        .return_tokens_as_token_ids(true)
        .cache_salt("string")
        .kv_transfer_params(Map::new())
        .vllm_xargs(open_map())
}

/// Sets the fields of the service.
fn language(call: Prompt) -> Prompt {
    call.identity("string")
        .prompt("string")
        .query("")
        .typical(0.0)
        .token_repetition_penalty(1.05)
        .guided_decoding(guided_decoding())
        .sent_at(0)
        .publish_to("string")
        .token_repetition_range(-1)
        .token_repetition_decay(0)
        .top_a(0.0)
        .tfs(0.0)
        .next(["string"])
        .n_tokens(0)
        .template("Hi how are you?")
        .parameters(BTreeMap::new())
}

/// Removes undocumented members of typed objects, and the stream flag, which the caller does not set.
fn without_undocumented(mut request: Value) -> Value {
    for pointer in [
        "",
        "/response_format",
        "/response_format/json_schema",
        "/stream_options",
    ] {
        let members = request
            .pointer_mut(pointer)
            .unwrap()
            .as_object_mut()
            .unwrap();
        assert!(members.remove("additionalProp1").is_some(), "{pointer}");
    }
    request.as_object_mut().unwrap().remove("stream");
    request
}

/// Numbers are compared by value. The smallest 64-bit integer is documented rounded, as browsers print it.
#[tokio::test]
async fn every_field_of_the_documented_request_has_a_setter() {
    let test = TestClient::new([MockResponse::status(200)]);
    documented_call(&test.media).send_raw().await.unwrap();
    let sent = test.single_request();
    assert_eq!(sent.operation(), "prompt");
    assert_eq!(
        json::canonical(&sent.json()),
        json::canonical(&without_undocumented(request()))
    );
    assert_eq!(sent.json()["seed"], json!(i64::MIN), "all digits are kept");
}

/// The documented request, and the request of the setters, contain the specified fields.
#[test]
fn the_specification_has_every_field_of_the_documented_request() {
    let contract = Api::Media.contract();
    let payload = contract
        .operation("prompt")
        .unwrap()
        .payload
        .as_ref()
        .unwrap();
    let specified: BTreeSet<_> = contract
        .definitions()
        .properties(payload.schema.source())
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    let documented: BTreeSet<_> = request()
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| *name != "additionalProp1")
        .cloned()
        // Build 0.5.9 publishes two more fields.
        .chain(["do_voice", "voice_id"].map(str::to_owned))
        .collect();
    assert_eq!(specified, documented);
}

#[tokio::test]
async fn undocumented_fields_are_sent_as_extra_fields() {
    let test = TestClient::new([MockResponse::status(200)]);
    let request = request();
    let call = documented_call(&test.media).with_extra_field("additionalProp1", json!({}));
    let open = ["response_format", "stream_options"].iter();
    let call = open.fold(call, |call, name| {
        call.with_extra_field(*name, request[*name].clone())
    });
    call.with_extra_field("stream", false)
        .send_raw()
        .await
        .unwrap();
    assert_eq!(
        json::canonical(&test.single_request().json()),
        json::canonical(&request)
    );
}

#[tokio::test]
async fn tool_choice_accepts_an_object() {
    let choice = json!({"type": "function", "function": {"name": "f"}});
    let test = TestClient::new([MockResponse::status(200)]);
    test.media
        .prompt("Hi")
        .tool_choice(choice.clone())
        .send_raw()
        .await
        .unwrap();
    let expected = json!({"messages": [{"role": "user", "content": "Hi"}], "tool_choice": choice});
    assert_eq!(test.single_request().json(), expected);
}

async fn decoded(response: &Value) -> PromptResponse {
    let test = TestClient::new([MockResponse::json(response)]);
    test.media.prompt("Hi").await.unwrap()
}

#[tokio::test]
async fn the_documented_response_survives_a_round_trip() {
    let response = response();
    let reply = decoded(&response).await;
    // An empty map decodes like a missing one.
    assert!(reply.kv_transfer_params.is_empty());
    let kept = serde_json::to_value(&reply).unwrap();
    let expected = json::remove_at(response, "/kv_transfer_params");
    assert_eq!(json::canonical(&kept), json::canonical(&expected));
}

#[tokio::test]
async fn every_field_of_the_documented_response_is_accessible() {
    let reply = decoded(&response()).await;
    assert_eq!(
        (
            reply.id.as_str(),
            reply.object.as_str(),
            reply.model.as_str()
        ),
        ("string", "chat.completion", "string")
    );
    assert_eq!(
        (
            reply.created.as_secs(),
            reply.service_tier.as_deref(),
            reply.system_fingerprint.as_deref()
        ),
        (0, Some("auto"), Some("string"))
    );
    let usage = reply.usage.unwrap();
    assert_eq!(
        (
            usage.prompt_tokens,
            usage.total_tokens,
            usage.completion_tokens
        ),
        (Some(0), Some(0), Some(0))
    );
    assert_eq!(usage.prompt_tokens_details.unwrap().cached_tokens, Some(0));
    assert_eq!(reply.prompt_logprobs.len(), 2);
    assert!(
        reply.prompt_logprobs[1].is_none(),
        "the first token of a prompt has none"
    );
    let likely = &reply.prompt_logprobs[0].as_ref().unwrap()["additionalProp2"];
    assert_eq!(
        (likely.logprob, likely.rank, likely.decoded_token.as_deref()),
        (Some(0.0), Some(0), Some("string"))
    );
    assert_eq!(reply.extra.get("additionalProp1"), Some(json!({})));
    let choice = &reply.choices[0];
    assert_eq!(choice.index, Some(0));
    assert_eq!(choice.finish_reason.as_ref().unwrap().as_str(), "stop");
    assert_eq!(choice.stop_reason, Some(json!(0)));
    let token = &choice.logprobs.as_ref().unwrap().content[0];
    assert_eq!(
        (token.token.as_deref(), token.logprob, &token.bytes),
        (Some("string"), Some(-9999.0), &vec![0])
    );
    assert_eq!(token.top_logprobs[0].logprob, Some(-9999.0));
}

#[tokio::test]
async fn every_field_of_the_documented_message_is_accessible() {
    let reply = decoded(&response()).await;
    let message = reply.choices[0].message.as_ref().unwrap();
    let strings = [
        &message.role,
        &message.content,
        &message.refusal,
        &message.reasoning_content,
    ];
    assert!(
        strings.iter().all(|text| text.as_deref() == Some("string")),
        "{message:?}"
    );
    let annotations = message.annotations.as_ref().unwrap().as_slice();
    let citation = annotations[0].url_citation.as_ref().unwrap();
    assert_eq!(
        (
            citation.start_index,
            citation.end_index,
            citation.url.as_deref()
        ),
        (Some(0), Some(0), Some("string"))
    );
    let audio = message.audio.as_ref().unwrap();
    assert_eq!(
        (
            audio.data.as_deref(),
            audio.expires_at,
            audio.transcript.as_deref()
        ),
        (Some("string"), Some(0.0), Some("string"))
    );
    assert_eq!(
        message.function_call.as_ref().unwrap().name.as_deref(),
        Some("string")
    );
    assert_eq!(message.tool_calls[0].name(), Some("string"));
    assert_eq!(message.extra.get("additionalProp1"), Some(json!({})));
}

/// Wire case 14. Servers omit values or send `null`.
#[tokio::test]
async fn case_14_log_probabilities_decode_in_every_form() {
    let pointer = "/choices/0/logprobs/content/0/logprob";
    for (value, expected) in [
        (json!(-9999.0), Some(-9999.0)),
        (json!(-9999), Some(-9999.0)),
        (json!("-0.5"), Some(-0.5)),
        (Value::Null, None),
    ] {
        let reply = decoded(&json::replace_at(response(), pointer, value.clone())).await;
        let token = &reply.choices[0].logprobs.as_ref().unwrap().content[0];
        assert_eq!(token.logprob, expected, "{value}");
    }
}

#[tokio::test]
async fn a_response_with_nulls_and_missing_fields_decodes() {
    let nulls = json!({
        "id": "1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{
            "index": 0,
            "message": {
                "role": "assistant", "content": "Hi", "refusal": null, "annotations": null, "audio": null,
                "function_call": null, "tool_calls": null, "reasoning_content": null,
            },
            "logprobs": null, "finish_reason": "length", "stop_reason": null,
        }],
        "service_tier": null, "system_fingerprint": null,
        "usage": {"prompt_tokens": 1, "total_tokens": 2, "completion_tokens": 1, "prompt_tokens_details": null},
        "prompt_logprobs": null, "kv_transfer_params": null,
    });
    for response in [
        &nulls,
        &json::canonical(&nulls),
        &json!({"choices": [{"message": {"content": "Hi"}}]}),
    ] {
        let reply = decoded(response).await;
        assert_eq!(
            reply.choices[0]
                .message
                .as_ref()
                .unwrap()
                .content
                .as_deref(),
            Some("Hi")
        );
        assert!(reply.prompt_logprobs.is_empty() && reply.kv_transfer_params.is_empty());
    }
}

#[tokio::test]
async fn stop_reason_accepts_a_string() {
    let response = json!({"choices": [{"message": {"content": "Hi"}, "stop_reason": "END"}]});
    assert_eq!(
        decoded(&response).await.choices[0].stop_reason,
        Some(json!("END"))
    );
}

#[tokio::test]
async fn a_prompt_streams_in_chunks() {
    let bytes = fixtures::bytes("media/prompt.sse");
    let test = TestClient::new([MockResponse::event_bytes([bytes])]);
    let mut stream = test.media.prompt("Hi").stream().await.unwrap();
    let mut contents = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.unwrap();
        contents.extend(chunk.text().map(|text| text.into_owned()));
    }
    assert_eq!(contents.concat(), "Hello, friend.");
    assert!(contents.len() > 1, "{contents:?}");
}
