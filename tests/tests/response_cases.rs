//! Complete responses that clients of comparable services misread. Each test names the cases it covers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_sdk::Error;
use imagine_sdk::http::{Method, StatusCode};
use imagine_sdk::inference::{ChatCompletionResponse, Role};
use imagine_sdk::media::{Generation, JobState};
use imagine_sdk::operation::{Operation, Request};
use imagine_tests::{MockResponse, TestClient, fixtures};
use serde_json::{Value, json};

fn client(body: &str) -> TestClient {
    TestClient::new([MockResponse::bytes("application/json", body.to_owned())])
}

fn handle() -> Generation {
    serde_json::from_value(json!({"generation_uuid": "g"})).unwrap()
}

async fn chat(body: &Value) -> Result<ChatCompletionResponse, Error> {
    client(&body.to_string()).client.chat("Hi").await
}

/// D3
#[tokio::test]
async fn a_submission_without_an_id_is_the_error_that_it_contains() {
    for body in [
        r#"{"generation_uuid":null,"message":"insufficient balance"}"#,
        r#"{"generation_uuid":"","message":"insufficient balance"}"#,
    ] {
        let error = client(body).media.text2img("a cat").await.unwrap_err();
        assert!(
            error.to_string().contains("insufficient balance"),
            "{error}"
        );
    }
}

/// D5, D13
#[tokio::test]
async fn a_choice_without_a_message_is_a_message_of_the_assistant_without_content() {
    for message in [
        json!({}),
        json!({"message": null}),
        json!({"message": {"role": ""}}),
    ] {
        let mut choice = json!({"index": 0, "finish_reason": "content_filter"});
        choice
            .as_object_mut()
            .unwrap()
            .extend(message.as_object().unwrap().clone());
        let response = chat(&json!({"choices": [choice]})).await.unwrap();
        let message = &response.choices[0].message;
        assert_eq!((message.text(), &message.role), (None, &Role::Assistant));
    }
}

/// D13
#[tokio::test]
async fn an_empty_list_of_tool_calls_is_not_sent_back() {
    let message = json!({"role": "assistant", "content": "Manchego", "tool_calls": []});
    let response = fixtures::bytes("chat.json");
    let test = TestClient::new([
        MockResponse::json(&json!({"choices": [{"index": 0, "message": message}]})),
        MockResponse::bytes("application/json", response),
    ]);
    let reply = test.client.chat("Hi").await.unwrap();
    test.client
        .chat([reply.choices[0].message.clone()])
        .await
        .unwrap();
    let sent = test.requests()[1].json()["messages"][0].clone();
    assert_eq!(sent, json!({"role": "assistant", "content": "Manchego"}));
}

/// D11
#[tokio::test]
async fn an_error_in_a_choice_of_a_complete_response_is_an_error_with_the_partial_response() {
    let choice = json!({"index": 0, "message": {"role": "assistant", "content": "Man"},
        "finish_reason": "error", "error": {"code": 502, "message": "Upstream died"}});
    let error = chat(&json!({"choices": [choice]})).await.unwrap_err();
    assert_eq!(error.api_error().unwrap().message(), "Upstream died");
    let partial = error.partial_response::<ChatCompletionResponse>().unwrap();
    assert_eq!(partial.text().as_deref(), Some("Man"));

    let choice = json!({"index": 0, "message": {"content": "Man"}, "finish_reason": "error"});
    let error = chat(&json!({"choices": [choice]})).await.unwrap_err();
    assert!(
        error.to_string().contains("choice 0 ended with an error"),
        "{error}"
    );
    let choice = json!({"index": 0, "message": {"content": "Man"}, "error": null});
    chat(&json!({"choices": [choice]})).await.unwrap();
}

/// D15
#[tokio::test]
async fn an_empty_response_to_a_deletion_is_a_success() {
    for status in [204, 200] {
        let test = TestClient::new([MockResponse::status(status)]);
        let ack = test.media.delete_voice("v").await.unwrap();
        assert!(ack.is_success(), "{status}");
    }
    let test = TestClient::new([MockResponse::status(StatusCode::OK.as_u16())]);
    let error = test.client.chat("Hi").await.unwrap_err();
    assert!(error.to_string().contains("empty"), "{error}");
}

#[tokio::test]
async fn an_empty_response_decodes_as_the_unit_type() {
    #[derive(Clone, Debug, Request)]
    #[request(
        operation = FORGET,
        client = imagine_sdk::Client,
        extension = ForgetClient,
        method = forget,
        builder = Forget,
        response = (),
        docs = "Forgets everything.",
    )]
    struct ForgetParams {}
    static FORGET: Operation = Operation::new("forget", Method::POST, "/forget");

    let test = TestClient::new([MockResponse::status(204)]);
    test.client.forget().await.unwrap();
}

/// D16
#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let marked = |body: &str| format!("\u{feff}{body}");
    let body = r#"{"choices":[{"index":0,"message":{"content":"Manchego"}}]}"#;
    let reply = client(&marked(body)).client.chat("Hi").await.unwrap();
    assert_eq!(reply.text().as_deref(), Some("Manchego"));
    let body = marked(r#"{"error":{"message":"no such model"}}"#);
    let response = MockResponse::status(404).chunks([body.into()]);
    let test = TestClient::new([response]);
    let error = test.client.chat("Hi").await.unwrap_err();
    assert_eq!(error.api_error().unwrap().message(), "no such model");
}

/// D17
#[tokio::test]
async fn numbers_of_unknown_fields_keep_their_digits() {
    let body = r#"{"choices":[{"index":0,"message":{"content":"a","x":123456789012345678901234567890}}],"y":1e400}"#;
    let reply = client(body).client.chat("Hi").await.unwrap();
    assert_eq!(reply.extra.raw("y"), Some("1e400"));
    let encoded = serde_json::to_string(&reply).unwrap();
    assert!(
        encoded.contains("123456789012345678901234567890"),
        "{encoded}"
    );
    assert!(encoded.contains("1e400"), "{encoded}");
}

/// D18
#[tokio::test]
async fn vectors_are_in_the_order_of_the_inputs_and_none_is_missing() {
    let vector = |index: u64| json!({"index": index, "embedding": [index]});
    let test = client(&json!({"data": [vector(1), vector(0)]}).to_string());
    let response = test.client.embeddings(["a", "b"]).await.unwrap();
    assert_eq!(response.embeddings_f32(), [[0.0], [1.0]]);
    let test = client(&json!({"data": [vector(0)]}).to_string());
    let error = test.client.embeddings(["a", "b"]).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(
        error.to_string().contains("1 vectors for 2 inputs"),
        "{error}"
    );
}

/// D19
#[tokio::test]
async fn annotations_and_messages_of_any_shape_are_read() {
    let annotations = json!([{"type": "url_citation"}]);
    let message = json!({"role": "assistant", "content": "a", "annotations": annotations});
    let reply = chat(&json!({"choices": [{"index": 0, "message": message}]}))
        .await
        .unwrap();
    assert_eq!(
        reply.choices[0].message.extra.get("annotations"),
        Some(annotations)
    );
    let test = client(r#"{"message":{"text":"deleted"},"success":null}"#);
    let ack = test.media.delete_voice("v").await.unwrap();
    assert!(ack.is_success());
    assert_eq!(ack.message, Some(json!({"text": "deleted"})));
}

/// J1
#[tokio::test]
async fn every_terminal_status_ends_a_job() {
    let failed = [
        "aborted",
        "timed_out",
        "timeout",
        "rejected",
        "terminated",
        "killed",
        "dead",
        "prompt moderated",
    ];
    let finished = ["ready"];
    let statuses = failed.iter().chain(&finished);
    for status in statuses {
        let body = json!({"generation_uuid": "g", "status": status});
        let test = client(&body.to_string());
        let job = test.media.check(handle()).await.unwrap();
        let is_finished = matches!(job.state(), JobState::Finished);
        let is_failed = matches!(job.state(), JobState::Failed(_));
        assert_eq!(
            (is_failed, is_finished),
            (failed.contains(status), finished.contains(status)),
            "{status}"
        );
    }
}

/// J2
#[tokio::test]
async fn a_finished_job_with_an_error_and_without_a_result_failed() {
    let body = json!({"generation_uuid": "g", "is_done": true, "error": "nsfw detected"});
    let job = client(&body.to_string())
        .media
        .check(handle())
        .await
        .unwrap();
    assert_eq!(job.state(), JobState::Failed("nsfw detected".to_owned()));
}

/// D1. The number of fields that do not fit is not limited.
#[tokio::test]
async fn many_fields_that_do_not_fit_are_kept() {
    let node = |index: usize| json!({"uuid": index, "cost": "free"});
    let nodes: Vec<_> = (0..500).map(node).collect();
    let test = client(&json!({"nodes": nodes, "count": 500}).to_string());
    let images = test.media.my_images().await.unwrap();
    assert_eq!(images.nodes.len(), 500);
    for image in images.nodes {
        assert_eq!(
            (image.cost, image.extra.raw("cost")),
            (None, Some(r#""free""#))
        );
    }
}

/// D17, beside a field that does not fit.
#[tokio::test]
async fn a_field_that_does_not_fit_affects_no_other() {
    let body = r#"{"created":[1e400],"choices":[],"x":123456789012345678901234567890,"y":1e400}"#;
    let reply = client(body).client.chat("Hi").await.unwrap();
    assert_eq!(reply.extra.raw("x"), Some("123456789012345678901234567890"));
    assert_eq!(reply.extra.raw("y"), Some("1e400"));
    assert_eq!(reply.extra.raw("created"), Some("[1e400]"));
}

/// D12
#[tokio::test]
async fn a_blank_error_in_a_choice_is_none() {
    for error in [
        json!({}),
        json!(""),
        json!(false),
        json!({"code": 0, "message": ""}),
    ] {
        let choice = json!({"index": 0, "message": {"content": "a"}, "error": error});
        let reply = chat(&json!({"choices": [choice]})).await.unwrap();
        assert_eq!(reply.text().as_deref(), Some("a"));
    }
}

/// Depth is limited, also beside a field that does not fit.
#[tokio::test]
async fn deeply_nested_values_are_kept_or_rejected() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let unknown = format!(r#"{{"created":[],"choices":[],"x":{deep}}}"#);
    let reply = client(&unknown).client.chat("Hi").await.unwrap();
    assert_eq!(reply.extra.raw("x"), Some(&*deep));
    let known = format!(r#"{{"generation_uuid":"g","cost":[],"prompt":{deep}}}"#);
    let job = client(&known).media.text2img("a cat").await.unwrap();
    assert_eq!(
        (job.id(), job.extra.raw("prompt")),
        (Some("g"), Some(&*deep))
    );
}
