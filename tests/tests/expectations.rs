//! Typed expectations of the mock, with the SDK as the client.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use imagine_mock::expect::{any, containing, missing, predicate};
use imagine_mock::{Expectation, Fault, MockServer};
use imagine_sdk::{Client, Error, FilePart};
use imagine_tests::{Api, Clients, KEY, cases, fixtures, stream_cases, wav};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Starts a mock that responds only to expected requests.
async fn strict_mock() -> (MockServer, Clients) {
    let server = MockServer::builder().strict().start().await.unwrap();
    let clients = Clients::for_mock(&server, KEY);
    (server, clients)
}

/// Calls the `expect_*` method of an operation by the operation's name.
macro_rules! expect_operation {
    ($($operation:ident: $method:ident,)+) => {
        fn expect_operation(server: &MockServer, operation: &str, response: Value) -> Expectation {
            match operation {
                $(stringify!($operation) => server.$method(|_, then| then.json(response)),)+
                _ => panic!("`{operation}` is not in this table; add it"),
            }
        }
    };
}

expect_operation! {
    chat: expect_chat,
    chat_history: expect_chat_history,
    completion: expect_completion,
    completion_history: expect_completion_history,
    embeddings: expect_embeddings,
    embedding_history: expect_embedding_history,
    reranker: expect_reranker,
    reranker_history: expect_reranker_history,
    translate: expect_translate,
    images_generate: expect_images_generate,
    transcribe: expect_transcribe,
    available_models_by_type: expect_available_models_by_type,
    health_check: expect_health_check,
    ping: expect_ping,
    usage: expect_usage,
    costs: expect_costs,
    my_images: expect_my_images,
    inpaint: expect_inpaint,
    remove_background: expect_remove_background,
    music: expect_music,
    tts: expect_tts,
    voices: expect_voices,
    delete_voice: expect_delete_voice,
    voice_clone: expect_voice_clone,
    text2img: expect_text2img,
    img2img: expect_img2img,
    animate: expect_animate,
    video: expect_video,
    foley: expect_foley,
    upscale: expect_upscale,
    check: expect_check,
    stt: expect_stt,
    prompt: expect_prompt,
    update_project: expect_update_project,
    model3d: expect_model3d,
    expressions: expect_expressions,
    imagine: expect_imagine,
    imagine_check: expect_imagine_check,
    imagine_history: expect_imagine_history,
    delete_imagine_history: expect_delete_imagine_history,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_has_an_expectation() {
    let (server, clients) = strict_mock().await;
    let mut met = BTreeSet::new();
    for case in cases() {
        let expectation = expect_operation(&server, case.operation, case.response());
        let response = case.call(&clients).send().await;
        response.unwrap_or_else(|error| panic!("{}: {error}", case.method));
        let raw = case.call(&clients).send_raw().await.unwrap().into_inner();
        assert_eq!(
            serde_json::from_slice::<Value>(&raw).unwrap(),
            case.response()
        );
        expectation.assert_calls(2);
        server.clear_expectations();
        met.insert(case.operation);
    }
    let all = Api::ALL.iter().flat_map(|api| api.operations());
    assert_eq!(met, all.map(|operation| operation.id).collect());
    server.assert_contract();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_streaming_operation_has_an_expectation_of_events() {
    let (server, clients) = strict_mock().await;
    for case in stream_cases() {
        let events = fixtures::events(case.fixture);
        let expectation = match case.method {
            "chat" => server.expect_chat(|when, then| {
                when.stream(true);
                then.events(events)
            }),
            "completion" => server.expect_completion(|_, then| then.events(events)),
            "images_generate" => server.expect_images_generate(|_, then| then.events(events)),
            "prompt" => server.expect_prompt(|_, then| then.events(events)),
            other => panic!("`{other}` is not in this table; add it"),
        };
        let sum = case.call(&clients).collect().await.unwrap();
        assert_eq!(sum, case.accumulated, "{}", case.method);
        expectation.assert_calls(1);
    }
    server.assert_contract();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_string_suffices_as_a_chat_response() {
    let (server, Clients { client, media }) = strict_mock().await;
    server.expect_chat(|_, then| then.reply("hi"));
    server.expect_completion(|_, then| then.reply("hi"));
    server.expect_translate(|_, then| then.reply("hi"));
    server.expect_transcribe(|_, then| then.reply("hi"));
    server.expect_prompt(|_, then| then.reply("hi"));
    server.expect_stt(|_, then| then.reply("hi"));
    let asked = client.chat("Hello").max_tokens(1).await.unwrap();
    assert_eq!(asked.text().as_deref(), Some("hi"));
    assert_eq!(client.completion("a").await.unwrap().choices[0].text, "hi");
    let translated = client.translate("a", "a-new-model").await.unwrap();
    assert_eq!(translated.choices[0].text, "hi");
    let no_wav = FilePart::bytes("speech.wav", b"no recording at all".to_vec());
    assert_eq!(client.transcribe(no_wav).await.unwrap().text, "hi");
    let response = media.prompt("Hello").await.unwrap();
    let response = serde_json::to_value(response).unwrap();
    assert_eq!(response["choices"][0]["message"]["content"], "hi");
    let heard = media.stt(FilePart::bytes("a.wav", wav())).await.unwrap();
    assert_eq!(heard.reference_text, "hi");
    server.verify_expectations().unwrap();
    server.assert_contract();
}

async fn contents(client: &Client) -> Vec<String> {
    let mut stream = client.chat("Hello").stream().await.unwrap();
    let mut contents = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.unwrap();
        let content = chunk.text().map(|text| text.into_owned());
        contents.extend(content.filter(|content| !content.is_empty()));
    }
    contents
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_arrives_in_the_given_chunks() {
    let (server, Clients { client, .. }) = strict_mock().await;
    server.expect_chat(|_, then| then.stream(["he", "llo"]));
    assert_eq!(contents(&client).await, ["he", "llo"]);
    let complete = client.chat("Hello").await.unwrap();
    assert_eq!(complete.text().as_deref(), Some("hello"));
    server.clear_expectations();
    server.expect_chat(|_, then| then.reply("hello"));
    assert_eq!(contents(&client).await, ["hello"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunk_delay_separates_events() {
    let (server, Clients { client, .. }) = strict_mock().await;
    let pause = Duration::from_millis(20);
    server.expect_chat(|_, then| then.stream(["he", "llo"]).chunk_delay(pause));
    let started = Instant::now();
    assert_eq!(contents(&client).await, ["he", "llo"]);
    // The role, two chunks, the finish reason and `[DONE]`. A slow machine only increases the time.
    assert!(started.elapsed() >= pause * 4, "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn matchers_cover_path_query_body_and_form() {
    let builder = MockServer::builder().strict();
    let builder = builder.with_extra_field("chat", "/custom").unwrap();
    let builder = builder.with_extra_field("usage", "/page").unwrap();
    let server = builder.start().await.unwrap();
    let Clients { client, media } = Clients::for_mock(&server, KEY);
    let model = "Llama-3.1-8B";
    server.expect_chat(|when, then| {
        when.model(model).messages(containing("cheese"));
        when.temperature(0.5).max_tokens(7).top_p(missing());
        when.header("x-tenant", "a").field("custom", json!([1.0]));
        then.reply("body")
    });
    server.expect_usage(|when, _| {
        when.since("2026-01-01 00:00:00").model(any());
        when.parameter("page", "2");
    });
    server.expect_chat_history(|when, _| when.max_items(3));
    server.expect_delete_voice(|when, then| {
        when.voice_id("a/b");
        then.json(json!({"message": "gone", "success": true}))
    });
    server.expect_transcribe(|when, then| {
        when.model("whisper-tiny").file("speech.wav");
        then.reply("form")
    });
    let call = client.chat("Best cheese?").temperature(0.5).max_tokens(7);
    let call = call
        .with_extra_field("custom", json!([1]))
        .with_header("x-tenant", "a");
    call.await.unwrap();
    let usage = client.usage().since("2026-01-01 00:00:00").model(model);
    usage.with_extra_query("page", "2").await.unwrap();
    client.chat_history().max_items(3).await.unwrap();
    media.delete_voice("a/b").await.unwrap();
    let speech = FilePart::bytes("speech.wav", wav());
    client.transcribe(speech).await.unwrap();
    server.verify_expectations().unwrap();
    server.assert_contract();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn matchers_cover_bodies_parts_and_predicates() {
    let (server, Clients { media, .. }) = strict_mock().await;
    let exact = server.expect_text2img(|when, _| when.json(json!({"prompt": "a cat"})));
    let part = server.expect_text2img(|when, _| when.json_includes(json!({"width": 8})));
    let own = server.expect_text2img(|when, _| {
        when.matches("an odd request", |request| request.body.len() % 2 == 1)
    });
    let even = server.expect_text2img(|when, _| {
        when.height(predicate("an even number", |height| {
            height.as_i64().unwrap() % 2 == 0
        }))
    });
    media.text2img("a cat").await.unwrap();
    media.text2img("a cat").width(8).await.unwrap();
    // {"height":10,"prompt":"ab"} has 27 bytes; one more letter makes 28.
    media.text2img("ab").height(10).await.unwrap();
    media.text2img("abc").height(10).await.unwrap();
    for expectation in [exact, part, own, even] {
        expectation.assert_calls(1);
    }
}

/// Returns the message of a panic.
fn panic_message(run: impl FnOnce()) -> String {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    *caught.unwrap_err().downcast::<String>().unwrap()
}

/// Returns the error of a chat.
async fn call_error(client: &Client, model: &str) -> Error {
    client.chat("Hello").model(model).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unmatched_request_reports_the_closest_expectation() {
    let (server, Clients { client, media }) = strict_mock().await;
    let far = server.expect_chat(|when, then| {
        when.model("a").temperature(1.0);
        then.reply("far")
    });
    let near = server.expect_chat(|when, then| {
        when.model("b")
            .top_k(missing())
            .messages(containing("Hello"));
        then.reply("near").times(1)
    });
    let error = call_error(&client, "c").await;
    assert_eq!(error.status().unwrap().as_u16(), 501);
    assert_eq!(error.attempts(), 1, "it must not be retried");
    let shown = error.to_string();
    let here = format!("{}:", file!().rsplit('/').next().unwrap());
    for part in [
        "no expectation for `chat` matches",
        "closest of 2",
        r#"body/model: expected "b", got "c""#,
        "POST /chat/completions with {",
        &here,
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert!(!shown.contains("temperature"), "{shown}");

    // An exhausted expectation is reported as such.
    client.chat("Hello").model("b").await.unwrap();
    let shown = call_error(&client, "b").await.to_string();
    assert!(shown.contains("exhausted after 1 call(s)"), "{shown}");
    near.assert_calls(1);

    // An equally close expectation is also reported.
    server.expect_ping(|_, then| then.times(0));
    server.expect_ping(|when, _| when.header("x-a", "a"));
    let shown = client.ping().await.unwrap_err().to_string();
    assert!(shown.contains("exhausted after 0 call(s)"), "{shown}");
    assert!(
        shown.contains(r#"header/x-a: expected "a", got no value"#),
        "{shown}"
    );

    // An unexpected request gets an error response in the form of its API.
    let shown = media.costs().await.unwrap_err().to_string();
    assert!(
        shown.contains("no expectation for `costs` in strict mode"),
        "{shown}"
    );

    let unmet = server.verify_expectations().unwrap_err().to_string();
    assert_eq!(unmet.lines().count(), 7, "{unmet}");
    assert!(
        unmet.contains("expected at least 1 call(s), got 0"),
        "{unmet}"
    );
    let report = panic_message(|| far.assert());
    assert!(
        report.contains(r#"body/model: expected "a", got "b""#),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lenient_mock_checks_only_expected_requests() {
    let server = MockServer::start().await.unwrap();
    let client = Clients::for_mock(&server, KEY).client;
    server.expect_chat(|when, then| {
        when.model("a");
        then.reply("a")
    });
    client.ping().await.unwrap();
    call_error(&client, "b").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expectations_apply_in_sequence() {
    let (server, Clients { client, media }) = strict_mock().await;
    let busy = server.expect_chat(|_, then| {
        then.status(503)
            .message("Warming up")
            .retry_after(0)
            .times(2)
    });
    let truncated =
        server.expect_chat(|_, then| then.reply("a story").fault(Fault::truncate(9)).times(1));
    let good = server.expect_chat(|_, then| then.reply("good"));
    let call = client.chat("Hello").with_max_retries(3);
    assert_eq!(call.await.unwrap().text().as_deref(), Some("good"));
    busy.assert();
    truncated.assert();
    good.assert_calls(1);

    server.expect_costs(|_, then| {
        then.status(402)
            .message("No credits")
            .header("x-plan", "free")
    });
    let error = media.costs().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 402);
    assert!(error.to_string().contains("No credits"), "{error}");
    server.assert_contract();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_must_match_the_specification_unless_validation_is_skipped() {
    let (server, Clients { client, .. }) = strict_mock().await;
    let improper = json!({"message": 1});
    let report = panic_message(|| {
        server.expect_ping(|_, then| then.json(improper.clone()));
    });
    assert!(report.contains("response/message"), "{report}");
    assert!(report.contains("response/status: is required"), "{report}");

    server.expect_ping(|_, then| then.json(improper.clone()).skip_validation());
    let raw = client.ping().send_raw().await.unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&raw.into_inner()).unwrap(),
        improper
    );
    server.clear_expectations();
    // Error responses have no schema.
    server.expect_ping(|_, then| then.status(418).json(json!({"error": "teapot"})));
    let error = client.ping().await.unwrap_err();
    assert!(error.to_string().contains("teapot"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_violates_the_specification_is_reported() {
    let server = MockServer::start().await.unwrap();
    let Clients { client, media } = Clients::for_mock(&server, KEY);
    client.chat("Hello").await.unwrap();
    let job = media.text2img("x").width(8).height(8).await.unwrap();
    let done = media.wait(&job).await.unwrap();
    media.download(&done).bytes().await.unwrap();
    server.verify_contract().unwrap();

    client
        .chat("my secret")
        .with_extra_field("max_tokens", "many")
        .await
        .unwrap_err();
    client
        .usage()
        .with_field_omitted("model")
        .with_extra_query("from", "today")
        .await
        .unwrap_err();
    let broken = server.verify_contract().unwrap_err();
    let found: Vec<_> = broken
        .requests()
        .iter()
        .map(|request| (&*request.request, &*request.violations[0].location))
        .collect();
    let expected = [
        ("POST /chat/completions", "body/max_tokens"),
        ("GET /usage", "query/from"),
    ];
    assert_eq!(found, expected);
    let report = broken.to_string();
    assert!(
        report.contains("2 request(s) violate the specification"),
        "{report}"
    );
    assert!(
        !report.contains("secret") && !report.contains("many"),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expectations_work_on_an_httpmock_server() {
    let host = httpmock::MockServer::start_async().await;
    let before = host
        .mock_async(|when, then| {
            when.method("GET")
                .path("/v2/health")
                .header_exists("x-probe");
            then.status(503).body("by hand");
        })
        .await;
    let before = before.id();
    let server = MockServer::builder().strict().on_httpmock(host).await;
    let Clients { client, media } = Clients::for_mock(&server, KEY);
    let host = server.httpmock().unwrap();
    assert_eq!(server.inference_endpoint(), host.url("/v2"));
    let chat = server.expect_chat(|when, then| {
        when.model("m");
        then.stream(["he", "llo"])
    });
    let voice = server.expect_delete_voice(|when, then| {
        when.voice_id("a b");
        then.status(404).message("no such voice")
    });
    let mut stream = client.chat("Hello").model("m").stream().await.unwrap();
    let mut contents = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.unwrap();
        contents.extend(chunk.text().map(|text| text.into_owned()));
    }
    assert_eq!(contents.concat(), "hello");
    let error = media.delete_voice("a b").await.unwrap_err();
    assert!(error.to_string().contains("no such voice"), "{error}");
    let error = call_error(&client, "other").await.to_string();
    assert!(error.contains(r#"expected "m", got "other""#), "{error}");
    chat.assert_calls(1);
    voice.assert_calls(1);
    server.assert_contract();

    // Earlier mocks of `httpmock` take precedence.
    let probe = client.health_check().with_header("x-probe", "1");
    let probe = probe.with_max_retries(0).await.unwrap_err();
    assert_eq!(probe.status().unwrap().as_u16(), 503);
    httpmock::Mock::new(before, host).assert_async().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expectations_unsupported_by_httpmock_are_rejected() {
    let host = httpmock::MockServer::start_async().await;
    let server = MockServer::builder().on_httpmock(host).await;
    let client = Clients::for_mock(&server, KEY).client;
    let second = Duration::from_secs(1);
    server.expect_ping(|_, then| then.delay(second).times(1));
    server.expect_ping(|_, then| then.fault(Fault::reset(1)).times(1));
    for _ in 0..2 {
        let error = client.ping().await.unwrap_err().to_string();
        assert!(
            error.contains("start the mock with `MockServer::start`"),
            "{error}"
        );
    }
    server.fault("ping", Fault::status(418)).unwrap();
    let error = client.ping().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 418);
    server.shutdown().await;
}

#[tokio::test]
async fn an_httpmock_server_hosts_every_api_of_the_mock() {
    let host = httpmock::MockServer::start_async().await;
    let server = MockServer::builder().on_httpmock(host).await;
    let own = server.expect_request("GET", "/v2/own", |_, then| then.json(json!("own")));
    let get = async |path: &str| {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer {KEY}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        response
    };
    assert!(get("/v2/own").await.ends_with("\"own\""));
    own.assert();
    assert!(get("/v1/models").await.contains("\"object\":\"list\""));
    let requests = get("/__mock/requests").await;
    assert!(requests.contains("\"path\":\"/own\""), "{requests}");
    assert_eq!(server.requests().len(), 2);
}
