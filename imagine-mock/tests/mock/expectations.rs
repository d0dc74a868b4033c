//! Expectations on the wire, with a client that knows nothing of them.

use imagine_mock::MockServer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{LLM, Service, chat, refused, with};

const CHAT: &str = "/chat/completions";

#[tokio::test]
async fn a_stream_is_sent_event_by_event() {
    let service = Service::start().await;
    service.server.expect_chat(|when, then| {
        when.model(LLM).stream(true);
        then.stream(["he", "llo"])
    });
    let body = with(chat("Hi"), json!({"stream": true}));
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
    // Each chunk of the wire carries whole events.
    assert!(sent.iter().all(|chunk| chunk.ends_with("\n\n")), "{sent:?}");
    let events = sent.concat();
    assert!(events.ends_with("data: [DONE]\n\n"), "{events}");
    let texts: Vec<_> = events.split("\n\n").filter_map(text).collect();
    assert_eq!(texts, ["", "he", "llo"]);
}

#[tokio::test]
async fn keys_paths_and_the_specification_come_first() {
    let server = MockServer::builder().strict();
    let service = Service::inference(server).await;
    let expected = service.server.expect_chat(|_, then| then.reply("hi"));
    let bare = service.bare(Method::POST, CHAT).json(&chat("Hi"));
    assert_eq!(refused(bare).await.0, 401);
    let nowhere = service.request(Method::GET, "/nowhere");
    assert_eq!(refused(nowhere).await.0, 404);
    let improper = with(chat("Hi"), json!({"messages": "Hi"}));
    let improper = service.request(Method::POST, CHAT).json(&improper);
    assert_eq!(refused(improper).await.0, 422);
    assert_eq!(expected.calls(), 0);
    let response = service.post(CHAT, &chat("Hi")).await;
    assert_eq!(response["choices"][0]["message"]["content"], "hi");
    expected.assert_calls(1);

    let ping = service.request(Method::GET, "/ping?a=b");
    let (status, message) = refused(ping).await;
    assert_eq!(status, 501);
    assert!(
        message.contains("nothing is expected of `ping`"),
        "{message}"
    );
    assert!(message.contains("GET /ping?a=b with no body"), "{message}");
}

#[tokio::test]
async fn what_is_expected_costs_and_shows_only_where_it_is_carried_out() {
    let service = Service::media(MockServer::builder().credits(30)).await;
    let server = &service.server;
    let asked = json!({"prompt": "a cat", "width": 8, "height": 8});
    let generation = json!({"generation_uuid": "g", "cost": 1, "queue_length": 0});
    server.expect_text2img(|_, then| then.json(generation.clone()).times(1));
    server.expect_text2img(|_, then| then.status(402).times(1));
    server.expect_text2img(|_, then| then.times(1));
    assert_eq!(service.post("/images/text2img", &asked).await, generation);
    let refused = service
        .request(Method::POST, "/images/text2img")
        .json(&asked);
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.status(), 402);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"], "Payment Required");
    assert_eq!((server.accepted(), server.credits()), (0, 30));
    service.post("/images/text2img", &asked).await;
    assert_eq!(server.accepted(), 1);
    let carried_out = server
        .requests()
        .into_iter()
        .map(|request| request.carried_out);
    assert_eq!(carried_out.collect::<Vec<_>>(), [false, false, true]);
}

#[tokio::test]
async fn what_is_no_response_is_refused_when_it_is_scripted() {
    let server = MockServer::start().await.unwrap();
    let scripted = || {
        server.expect_ping(|_, then| then.status(99).header("bad name", "x"));
    };
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(scripted));
    let message = *caught.unwrap_err().downcast::<String>().unwrap();
    assert!(
        message.contains("99 is no status of a response"),
        "{message}"
    );
    assert!(message.contains("`bad name` is no header"), "{message}");
}

#[tokio::test]
async fn what_lies_outside_of_both_apis_breaks_the_specification() {
    let service = Service::start().await;
    service.get("/ping").await;
    service.server.assert_contract();
    let outside = format!("http://{}/v1/ping", service.server.address());
    let _ = crate::client::http().get(outside).send().await.unwrap();
    let broken = service.server.verify_contract().unwrap_err();
    let expected = "the specification was broken by 1 request(s):\n  \
                    request 1, GET /v1/ping:\n    path: lies below none of /v2 and /media";
    assert_eq!(broken.to_string(), expected);
}
