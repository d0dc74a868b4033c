//! Keys, prompts and responses do not occur in loggable text.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_mock::MockServer;
use imagine_sdk::media::{Generation, PollWith};
use imagine_sdk::transport::TransportErrorKind;
use imagine_sdk::{ChatMessage, Client, Error, FilePart, MediaClient, Toolbox, blocking};
use imagine_tests::{
    Call, Clients, ENDPOINT, KEY, MockResponse, MockTransport, Setting, TestClient, Trace, cases,
    fixtures, full_error_text, wav,
};
use serde_json::json;

const SECRETS: [&str; 3] = [KEY, "canary-prompt", "canary-response"];

#[track_caller]
fn assert_not_in_error(printed: &str) {
    for secret in SECRETS {
        assert!(!printed.contains(secret), "{secret} is in {printed}");
    }
}

/// Every call with a text argument, with that text.
fn calls(clients: &Clients) -> Vec<Box<dyn Call>> {
    let text = "canary-prompt";
    let message = ChatMessage::user(text);
    let Clients { client, media, .. } = clients;
    let link = "https://h/image.png?canary-prompt";
    let sample = FilePart::bytes("canary-prompt.wav", text);
    vec![
        Box::new(client.chat([message])),
        Box::new(client.completion(text).stop([text])),
        Box::new(client.translate(text, "m")),
        Box::new(client.embeddings([text])),
        Box::new(client.reranker(text, [text])),
        Box::new(client.images_generate(text).negative_prompt(text)),
        Box::new(client.transcribe(text.as_bytes().to_vec())),
        Box::new(media.text2img(text).negative_prompt(text)),
        Box::new(media.img2img(text, link)),
        Box::new(media.inpaint(text).mask_image(link)),
        Box::new(media.remove_background(link)),
        Box::new(media.upscale(link).prompt(text)),
        Box::new(media.animate(link).prompt(text)),
        Box::new(media.video(text).end_image(link)),
        Box::new(media.music(text)),
        Box::new(media.foley(text)),
        Box::new(media.tts(text)),
        Box::new(media.voice_clone().sample(sample.clone()).transcript(text)),
        Box::new(media.stt(sample)),
        Box::new(media.prompt(text).guided_regex(text)),
        Box::new(media.update_project("p1").description(text)),
    ]
}

fn with_secret_options(call: Box<dyn Call>) -> Box<dyn Call> {
    call.with(Setting::ExtraField("x_extra", "canary-prompt".into()))
        .with(Setting::ExtraQuery("x_query", "canary-prompt"))
        .with(Setting::Header("x-header", "canary-prompt"))
}

#[test]
fn debug_of_clients_and_builders_contains_neither_key_nor_prompt() {
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    assert_not_in_error(&format!("{builder:?} {builder:#?}"));
    let builder = MediaClient::builder().endpoint(ENDPOINT).api_key(KEY);
    assert_not_in_error(&format!("{builder:?} {builder:#?}"));
    let clients = Clients::direct(ENDPOINT, KEY);
    assert_not_in_error(&format!("{clients:?} {clients:#?}"));
    for call in calls(&clients) {
        assert_not_in_error(&with_secret_options(call).debug_output());
    }
    for case in cases() {
        assert_not_in_error(&with_secret_options(case.call(&clients)).debug_output());
    }
}

/// The result of a job must not be logged.
#[tokio::test]
async fn debug_of_jobs_contains_neither_key_nor_url() {
    let signed = "https://h/x.png?canary-response";
    let status = json!({"is_done": true, "primary_media_url": signed});
    let test = TestClient::new([
        MockResponse::json(&json!({"generation_uuid": "g"})),
        MockResponse::json(&status),
    ]);
    let job = test.media.text2img("canary-prompt").await.unwrap();
    let wait = test.media.wait(&job);
    assert_not_in_error(&format!("{job:?} {wait:?}"));
    let polls = wait.progress();
    assert_not_in_error(&format!("{polls:?}"));
    let done = test.media.check(&job).await.unwrap();
    let download = test.media.download(&done);
    assert_not_in_error(&format!("{download:?}"));

    let failed = json!({"is_failed": true, "primary_media_url": signed, "prompt": "canary-prompt"});
    let test = TestClient::new([MockResponse::json(&failed)]);
    let wait = test.media.wait(&job).poll_with(PollWith::Check);
    let error = wait.await.unwrap_err();
    assert_not_in_error(&format!("{error} {error:?}"));
    let error = imagine_sdk::Error::from(error);
    assert_not_in_error(&format!("{error} {error:?}"));
}

/// Failures in which the server does not echo the request.
fn failures() -> Vec<MockResponse> {
    let broken = br#"{"choices":"canary-response","data":"canary-response","text":["canary-response"],"success":"canary-response"}"#;
    let plain = "canary-response {";
    vec![
        MockResponse::status(500).header("x-echo", "canary-response"),
        MockResponse::status(302).header("location", "https://h/?canary-response"),
        MockResponse::bytes("application/json", broken.to_vec()),
        MockResponse::bytes("text/html", plain),
        MockResponse::bytes("application/json", plain).then_fails(),
        MockResponse::fails(TransportErrorKind::Connect),
        MockResponse::fails(TransportErrorKind::ConnectionLost),
        MockResponse::hangs(),
    ]
}

#[tokio::test]
async fn errors_contain_neither_key_nor_prompt_nor_response() {
    let count = calls(&TestClient::new([])).len();
    let mut accepted = 0;
    for call in 0..count {
        for failure in failures() {
            let test = TestClient::new([failure]);
            let call = with_secret_options(calls(&test).swap_remove(call));
            match call.with(Setting::MaxRetries(0)).send().await {
                Err(error) => assert_not_in_error(&full_error_text(&error)),
                // A response of which no field fits is valid for an operation without required fields.
                Ok(_) => accepted += 1,
            }
        }
    }
    assert!(accepted < count, "{accepted} of {count}");
}

#[tokio::test]
async fn debug_of_streams_contains_neither_key_nor_prompt_nor_response() {
    let chunk = "data: {\"id\":\"canary-response\",\"choices\":[]}\n\n";
    let broken = "data: {\"choices\":\"canary-response\"}\n\n";
    let test = TestClient::new([MockResponse::event_bytes([chunk.into(), broken.into()])]);
    let mut stream = test.client.chat("canary-prompt").stream().await.unwrap();
    assert_not_in_error(&format!("{stream:?} {stream:#?}"));
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert_eq!(error.decode_path(), Some("choices"));
    assert_not_in_error(&full_error_text(&error));
}

#[tokio::test]
async fn traces_contain_the_operation_and_no_content() {
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.subscriber());
    let mock = MockServer::start().await.unwrap();
    let builder = Client::builder()
        .endpoint(mock.inference_endpoint())
        .api_key(KEY);
    let builder = builder.default_header("x-gateway", "canary-response");
    let client = builder.no_proxy().build().unwrap();
    let reply = client.chat("canary-prompt").await.unwrap();
    assert!(reply.text().unwrap().contains("canary-prompt"));
    client
        .chat("canary-prompt")
        .model("no-such-model")
        .await
        .unwrap_err();
    let test = TestClient::new([MockResponse::status(503), MockResponse::status(503)]);
    test.client
        .chat("canary-prompt")
        .with_max_retries(1)
        .await
        .unwrap_err();
    let mut stream = client.chat("canary-prompt").stream().await.unwrap();
    while let Some(event) = stream.next().await {
        event.unwrap();
    }
    drop(guard);
    let traced = format!("{:?} {:?}", trace.spans(), trace.events());
    assert!(
        traced.contains("chat") && traced.contains("503"),
        "{traced}"
    );
    assert_not_in_error(&traced);
}

/// At the most verbose level, for the SDK and its dependencies.
#[tokio::test]
async fn traces_of_every_call_and_error_contain_no_content() {
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.subscriber());
    for call in 0..calls(&TestClient::new([])).len() {
        for failure in failures() {
            let test = TestClient::new([failure, MockResponse::status(503)]);
            let call = with_secret_options(calls(&test).swap_remove(call));
            let call = call.with(Setting::MaxRetries(1));
            drop(call.send().await);
        }
    }
    let events = [
        "data: {\"error\":\"canary-response\"}\n\n",
        "data: {\"choices\":\"canary-response\"}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"canary-response\"}}]}\n\n",
        "event: canary-response\ndata: canary-response\n\n",
    ];
    for event in events {
        let test = TestClient::new([MockResponse::event_bytes([event.into()])]);
        let stream = test.client.chat("canary-prompt").stream().await.unwrap();
        stream.collect().await.unwrap_err();
    }
    drop(guard);
    let traced = format!("{:?} {:?}", trace.spans(), trace.events());
    assert!(traced.contains("text2img") && traced.contains("503"));
    assert_not_in_error(&traced);
}

/// Over real connections, so that hyper and reqwest emit traces as well.
#[tokio::test]
async fn traces_of_jobs_uploads_and_downloads_contain_no_content() {
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.subscriber());
    let mock = MockServer::start().await.unwrap();
    let builder = MediaClient::builder().endpoint(mock.media_endpoint());
    let media = builder.api_key(KEY).no_proxy().build().unwrap();
    let job = media.text2img("canary-prompt").await.unwrap();
    let done = media.wait(&job).await.unwrap();
    media.download(&done).bytes().await.unwrap();
    let signed = format!("{}?canary-response", mock.media_endpoint());
    media.download(signed).bytes().await.unwrap_err();
    let recording = FilePart::bytes("canary-prompt.wav", wav());
    media.stt(recording).await.unwrap();
    drop(guard);
    let traced = format!("{:?} {:?}", trace.spans(), trace.events());
    assert!(
        traced.contains("stt") && traced.contains("hyper"),
        "{traced}"
    );
    assert_not_in_error(&traced);
}

/// All printable objects that a client creates.
#[tokio::test]
async fn debug_of_all_client_objects_contains_no_secret() {
    let mut shown = Vec::new();
    let mut show = |thing: &dyn std::fmt::Debug| shown.push(format!("{thing:?} {thing:#?}"));
    let text = "canary-prompt";

    // The blocking clients.
    let builder = blocking::Client::builder().endpoint(ENDPOINT).api_key(KEY);
    show(&builder);
    let transport = MockTransport::new(ENDPOINT, []);
    let client = builder.transport(transport).build().unwrap();
    show(&client);
    show(&client.chat(text).with_extra_field("x", text));
    let builder = blocking::MediaClient::builder().endpoint(ENDPOINT);
    let media = builder.api_key(KEY).build().unwrap();
    let job = json!({"generation_uuid": "g", "primary_media_url": "https://h/?canary-response"});
    let job: Generation = serde_json::from_value(job).unwrap();
    show(&media.text2img(text));
    show(&media.wait(&job));
    show(&media.download("https://h/?canary-response"));

    // Tool runs, structured outputs and their errors.
    let response = || {
        MockResponse::json(
            &json!({"choices": [{"message": {"role": "assistant", "content": "canary-response"}}]}),
        )
    };
    let test = TestClient::new([response(), response()]);
    show(&test.client.chat(text).run_tools(Toolbox::new()));
    show(&test.client.chat(text).run_tools(Toolbox::new()).stream());
    show(&test.client.chat(text).parse::<Vec<i64>>());
    let error = test
        .client
        .chat(text)
        .parse::<Vec<i64>>()
        .await
        .unwrap_err();
    show(&error);
    shown.push(full_error_text(&Error::from(error)));

    // Objects that keep or transmit requests and responses.
    let memory = imagine_sdk::testing::MockTransport::new([response()]);
    let builder = Client::builder().endpoint(ENDPOINT).api_key(KEY);
    let client = builder.transport(memory.clone()).build().unwrap();
    client.chat(text).await.unwrap();
    let mut show = |thing: &dyn std::fmt::Debug| shown.push(format!("{thing:?} {thing:#?}"));
    show(&memory);
    show(&response());
    show(&imagine_sdk::transport::ResponseBody::from(
        "canary-response",
    ));
    show(&imagine_sdk::transport::RequestBody::Bytes(text.into()));

    // Files and polls.
    let file = MockResponse::bytes("image/png", "canary-response");
    let test = TestClient::new([file]);
    let mut polls = test.media.wait(&job).progress();
    show(&polls.next().await.unwrap().unwrap());
    show(&polls);
    show(
        &test
            .media
            .download(format!("{ENDPOINT}/x?canary-response"))
            .stream()
            .await
            .unwrap(),
    );

    assert!(shown.len() > 15);
    for shown in shown {
        assert_not_in_error(&shown);
    }
}

/// E5. Some servers echo a rejected key.
#[tokio::test]
async fn an_echoed_key_is_redacted_in_every_error() {
    let failed = json!({"error": format!("Invalid key {KEY}")}).to_string();
    let test = TestClient::new([
        MockResponse::bytes("application/json", failed),
        MockResponse::status(302).header("location", format!("https://login.test/{KEY}/x")),
        MockResponse::bytes(&format!("text/{KEY}"), "a page"),
        MockResponse::bytes("application/json", json!({"costs": {KEY: "x"}}).to_string()),
    ]);
    let job: Generation = serde_json::from_value(json!({"generation_uuid": "g1"})).unwrap();
    let failed = test.media.wait(&job).await.unwrap_err();
    assert!(failed.to_string().contains("Invalid key"), "{failed}");
    for text in [failed.to_string(), format!("{failed:?}")] {
        assert!(!text.contains(KEY), "{text}");
    }
    assert_not_in_error(&full_error_text(&Error::from(failed)));
    for _ in 0..3 {
        let error = test.media.costs().await.unwrap_err();
        assert_not_in_error(&full_error_text(&error));
    }
}

/// E5. The headers of a response are part of each of its errors.
#[tokio::test]
async fn a_key_echoed_in_a_header_is_redacted_in_errors_of_incomplete_responses() {
    let echoing = |response: MockResponse| {
        let response = response.header("x-echo", KEY).header("x-request-id", KEY);
        response.then_fails()
    };
    let event = "data: {\"id\":\"1\",\"choices\":[]}\n\n";
    let test = TestClient::with_settings(
        [
            echoing(MockResponse::event_bytes([event.into()])),
            echoing(MockResponse::bytes("application/json", "{")),
        ],
        |builder| builder.max_retries(0),
    );
    let stream = test.client.chat("Hi").stream().await.unwrap();
    let truncated = stream.collect().await.unwrap_err();
    let interrupted = test.client.ping().await.unwrap_err();
    let file = echoing(MockResponse::bytes("image/png", "a"));
    let test = TestClient::with_media_settings([file], |builder| builder.max_retries(0));
    let cut = test
        .media
        .download(format!("{ENDPOINT}/x.png"))
        .bytes()
        .await;
    for error in [truncated, interrupted, cut.unwrap_err()] {
        let headers = format!("{:?}", error.headers());
        let shown = format!("{error} {error:?} {:?} {headers}", error.request_id());
        assert!(error.headers().is_some(), "{error}");
        assert!(!shown.contains(KEY), "{shown}");
    }
}

/// A handle contains the prompt and the result's URL, which may be signed.
#[tokio::test]
async fn debug_of_a_wait_contains_only_the_job_id() {
    let test = TestClient::new([]);
    let job = json!({"generation_uuid": "g1", "prompt": "canary", "primary_media_url": "canary"});
    let job: Generation = serde_json::from_value(job).unwrap();
    let shown = format!("{:?}", test.media.wait(&job));
    assert!(shown.contains("g1") && !shown.contains("canary"), "{shown}");
}

/// A header of a call may contain a key, like a header of the client.
#[tokio::test]
async fn headers_of_a_call_are_marked_sensitive() {
    let test = TestClient::new([MockResponse::bytes(
        "application/json",
        fixtures::bytes("ping.json"),
    )]);
    let call = test.client.ping().with_header("x-tenant-key", "canary");
    call.await.unwrap();
    let headers = test.single_request().headers;
    assert_eq!(headers["x-tenant-key"], "canary");
    assert!(headers["x-tenant-key"].is_sensitive());
}
