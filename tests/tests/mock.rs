//! The SDK against the mock over real HTTP: every operation, tools and streams.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;

use imagine_mock::MockServer;
use imagine_sdk::inference::StreamOptions;
use imagine_sdk::{ChatMessage, Client, FilePart, ModelType, SamplingParams, Tool};
use imagine_tests::{Api, Case, Clients, KEY, cases, checked_operations, stream_cases, wav};
use serde_json::{Value, json};

struct Service {
    mock: MockServer,
    clients: Clients,
    client: Client,
}

impl Service {
    async fn start() -> Self {
        let mock = MockServer::builder().api_key(KEY).start().await.unwrap();
        let clients = Clients::for_mock(&mock, KEY);
        let client = clients.client.clone();
        Self {
            mock,
            clients,
            client,
        }
    }

    /// Checks every request against the specification, and returns the called operations.
    fn checked_operations(&self) -> BTreeSet<&'static str> {
        checked_operations(&self.mock)
    }
}

/// Returns true if the operation refers to an existing object.
fn needs_existing_object(case: &Case) -> bool {
    matches!(case.operation, "check" | "imagine_check" | "delete_voice")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mock_supports_every_operation() {
    let service = Service::start().await;
    for case in cases().iter().filter(|case| !needs_existing_object(case)) {
        let response = case.call(&service.clients).send().await;
        let response = response.unwrap_or_else(|error| panic!("{}: {error}", case.method));
        // The specification does not describe views of a response.
        if case.method == case.operation {
            let checked = case
                .api()
                .contract()
                .check_response(case.operation, &response);
            checked.unwrap_or_else(|violations| panic!("{}: {violations:?}", case.method));
        }
    }
    let media = &service.clients.media;
    let job = media.text2img("x").width(8).height(8).await.unwrap();
    media.check(&job).await.unwrap();
    media.imagine_check(&job).await.unwrap();
    let voice = media.voice_clone().await.unwrap();
    media.delete_voice(voice.uuid).await.unwrap();
    let all = Api::ALL.iter().flat_map(|api| api.operations());
    assert_eq!(
        service.checked_operations(),
        all.map(|operation| operation.id).collect()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_accumulates_to_the_buffered_response() {
    let service = Service::start().await;
    for case in stream_cases() {
        let complete = case.call(&service.clients).send().await.unwrap();
        let sum = case.call(&service.clients).collect().await.unwrap();
        for pointer in [
            "/choices/0/message/content",
            "/choices/0/text",
            "/choices/0/finish_reason",
            "/data",
        ] {
            assert_eq!(
                sum.pointer(pointer),
                complete.pointer(pointer),
                "{}",
                case.method
            );
        }
    }
    assert_eq!(service.checked_operations().len(), stream_cases().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_streams_several_chunks_with_usage() {
    let service = Service::start().await;
    let options = StreamOptions::new().include_usage(true);
    let call = service
        .client
        .chat("Tell me a story")
        .stream_options(options);
    let mut stream = call.stream().await.unwrap();
    let (mut contents, mut usage) = (Vec::new(), None);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.unwrap();
        contents.extend(chunk.text().map(|text| text.into_owned()));
        usage = chunk.usage.or(usage);
    }
    assert!(contents.len() > 3, "{contents:?}");
    assert!(
        contents.concat().contains("Tell me a story"),
        "{contents:?}"
    );
    assert!(usage.unwrap().total_tokens > Some(0));
    service.checked_operations();
}

fn weather() -> Tool {
    serde_json::from_value(json!({
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Tells the weather of a city",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }))
    .unwrap()
}

/// Runs a tool round, and returns the final message.
async fn run_tool_round(client: &Client, streamed: bool) -> String {
    let mut messages = vec![ChatMessage::user("What is the weather in Toledo?")];
    let call = client.chat(&messages).tools([weather()]);
    let reply = if streamed {
        call.stream().await.unwrap().collect().await.unwrap()
    } else {
        call.await.unwrap()
    };
    let expected = &reply.tool_calls()[0];
    assert_eq!(expected.name(), Some("get_weather"));
    let arguments: Value = serde_json::from_str(expected.arguments()).unwrap();
    assert!(arguments["city"].is_string(), "{arguments}");
    let result = ChatMessage::tool_result(expected.id.clone().unwrap(), "sunny, 31 degrees");
    messages.extend([reply.into_message().unwrap(), result]);
    let reply = client.chat(&messages).tools([weather()]).await.unwrap();
    reply.text().unwrap().into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tool_round_ends_with_a_message() {
    let service = Service::start().await;
    for streamed in [false, true] {
        let text = run_tool_round(&service.client, streamed).await;
        assert!(text.contains("sunny, 31 degrees"), "{text}");
    }
    service.checked_operations();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_setter_sends_a_valid_request() {
    let service = Service::start().await;
    let client = &service.client;
    let params = SamplingParams::new()
        .frequency_penalty(0.5)
        .presence_penalty(-0.5)
        .repetition_penalty(1.1)
        .stop(["\n"])
        .max_seconds(30)
        .ignore_eos(false)
        .skip_special_tokens(true)
        .stop_token_ids(vec![vec![128_009]])
        .max_tokens(64)
        .temperature(0.2)
        .top_k(-1)
        .top_p(0.9);
    let sampling = serde_json::to_value(&params).unwrap();
    client.chat("Hi").sampling(&params).await.unwrap();
    client.completion("Hi").sampling(&params).await.unwrap();
    let translate = client.translate("Hi", "Helsinki-NLP/opus-mt-en-es");
    translate.sampling(&params).await.unwrap();
    service.checked_operations();
    for request in service.mock.requests() {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        for (name, value) in sampling.as_object().unwrap() {
            assert_eq!(body[name], *value, "{name} of {}", request.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn optional_arguments_change_the_response() {
    let service = Service::start().await;
    let client = &service.client;
    let documents = ["Gouda is Dutch", "Manchego is Spanish cheese"];
    let call = client.reranker("Spanish cheese", documents).top_n(1);
    let ranking = call.return_documents(true).await.unwrap();
    assert_eq!(ranking.data.len(), 1);
    assert_eq!(ranking.data[0].document.as_deref(), Some(documents[1]));
    let images = client
        .images_generate("a cat")
        .size("16x16")
        .n(2)
        .await
        .unwrap();
    assert_eq!(images.data.len(), 2);
    assert!(images.data[0].bytes().unwrap().starts_with(b"\x89PNG"));
    let embedding = client.embeddings("a").await.unwrap();
    assert_eq!(embedding.data.len(), 1);
    let models = client
        .available_models()
        .model_type(ModelType::Llm)
        .await
        .unwrap();
    let all = client.available_models().await.unwrap();
    assert!(!models.is_empty() && models.len() < all.len());
    let history = client.reranker_history().max_items(5).await.unwrap();
    assert_eq!(history.as_slice()[0].request.query, "Spanish cheese");
    let usage = client.usage().aggregation_duration("day");
    let usage = usage
        .since("2000-01-01 00:00:00")
        .until("2100-01-01 00:00:00");
    let usage = usage.model("BAAI/bge-reranker-base").await.unwrap();
    let models: Vec<_> = usage
        .overall
        .iter()
        .map(|record| record.model.as_str())
        .collect();
    assert_eq!(models, ["BAAI/bge-reranker-base"]);
    service.checked_operations();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_accept_bytes_paths_and_readers() {
    let service = Service::start().await;
    let path = std::env::temp_dir().join(format!("imagine-tests-mock-{}.wav", std::process::id()));
    std::fs::write(&path, wav()).unwrap();
    let length = wav().len() as u64;
    let files = [
        FilePart::from(wav()),
        FilePart::from(path.clone()),
        FilePart::reader("a.wav", std::io::Cursor::new(wav()), length),
    ];
    for file in files {
        let heard = service.client.transcribe(file).await.unwrap();
        assert!(heard.text.contains("0.01 seconds"), "{}", heard.text);
    }
    std::fs::remove_file(path).unwrap();
    service.checked_operations();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_serves_concurrent_tasks() {
    let service = Service::start().await;
    let ask = |number: usize| {
        let client = service.client.clone();
        tokio::spawn(async move {
            let reply = client.chat(format!("number {number}")).await.unwrap();
            assert!(reply.text().unwrap().contains(&format!("number {number}")));
        })
    };
    for task in (0..32).map(ask).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(service.mock.requests().len(), 32);
}
