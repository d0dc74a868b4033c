//! Expectations, as seen by a plain client.

use imagine_mock::MockServer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{LLM, TestService, chat, merge, send_err};

const CHAT: &str = "/chat/completions";

#[tokio::test]
async fn sends_a_scripted_stream_event_by_event() {
    let service = TestService::start().await;
    service.server.expect_chat(|when, then| {
        when.model(LLM).stream(true);
        then.stream(["he", "llo"])
    });
    let body = merge(chat("Hi"), json!({"stream": true}));
    let sent = service.stream(CHAT, &body).await;
    let text = |event: &str| {
        let event: Option<Value> = serde_json::from_str(event.strip_prefix("data: ")?).ok();
        Some(
            event?
                .pointer("/choices/0/delta/content")?
                .as_str()?
                .to_owned(),
        )
    };
    // Each body chunk consists of complete events.
    assert!(sent.iter().all(|chunk| chunk.ends_with("\n\n")), "{sent:?}");
    let events = sent.concat();
    assert!(events.ends_with("data: [DONE]\n\n"), "{events}");
    let contents: Vec<_> = events.split("\n\n").filter_map(text).collect();
    assert_eq!(contents, ["", "he", "llo"]);
}

#[tokio::test]
async fn validation_takes_precedence_over_expectations() {
    let server = MockServer::builder().strict();
    let service = TestService::inference(server).await;
    let expected = service.server.expect_chat(|_, then| then.reply("hi"));
    let without_key = service
        .request_without_key(Method::POST, CHAT)
        .json(&chat("Hi"));
    assert_eq!(send_err(without_key).await.0, 401);
    let unknown = service.request(Method::GET, "/nowhere");
    assert_eq!(send_err(unknown).await.0, 404);
    let invalid = merge(chat("Hi"), json!({"messages": "Hi"}));
    let invalid = service.request(Method::POST, CHAT).json(&invalid);
    assert_eq!(send_err(invalid).await.0, 422);
    assert_eq!(expected.calls(), 0);
    let response = service.post(CHAT, &chat("Hi")).await;
    assert_eq!(response["choices"][0]["message"]["content"], "hi");
    expected.assert_calls(1);

    let ping = service.request(Method::GET, "/ping?a=b");
    let (status, message) = send_err(ping).await;
    assert_eq!(status, 501);
    assert!(
        message.contains("no expectation for `ping` in strict mode"),
        "{message}"
    );
    assert!(message.contains("GET /ping?a=b with no body"), "{message}");
}

#[tokio::test]
async fn a_scripted_response_without_simulation_does_not_execute_the_operation() {
    let service = TestService::media(MockServer::builder().credits(30)).await;
    let server = &service.server;
    let request = json!({"prompt": "a cat", "width": 8, "height": 8});
    let generation = json!({"generation_uuid": "g", "cost": 1, "queue_length": 0});
    server.expect_text2img(|_, then| then.json(generation.clone()).times(1));
    server.expect_text2img(|_, then| then.status(402).times(1));
    server.expect_text2img(|_, then| then.times(1));
    assert_eq!(service.post("/images/text2img", &request).await, generation);
    let response = service
        .request(Method::POST, "/images/text2img")
        .json(&request);
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), 402);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"], "Payment Required");
    assert_eq!((server.accepted(), server.credits()), (0, 30));
    service.post("/images/text2img", &request).await;
    assert_eq!(server.accepted(), 1);
    let executed = server
        .requests()
        .into_iter()
        .map(|recorded| recorded.executed);
    assert_eq!(executed.collect::<Vec<_>>(), [false, false, true]);
}

#[tokio::test]
async fn rejects_an_invalid_scripted_response() {
    let server = MockServer::start().await.unwrap();
    let scripted = || {
        server.expect_ping(|_, then| then.status(99).header("bad name", "x"));
    };
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(scripted));
    let message = *caught.unwrap_err().downcast::<String>().unwrap();
    assert!(
        message.contains("99 is not a valid response status"),
        "{message}"
    );
    assert!(
        message.contains("header `bad name` has an invalid name or value"),
        "{message}"
    );
}

#[tokio::test]
async fn a_request_outside_the_apis_violates_the_contract() {
    let service = TestService::start().await;
    service.get("/ping").await;
    service.server.assert_contract();
    let outside = format!("http://{}/v3/ping", service.server.address());
    let _ = crate::client::http().get(outside).send().await.unwrap();
    let error = service.server.verify_contract().unwrap_err();
    let expected = "1 request(s) violate the specification:\n  \
                    request 1, GET /v3/ping:\n    path: does not start with /v2 or /media or /v1";
    assert_eq!(error.to_string(), expected);
}
