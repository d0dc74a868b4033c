//! The responses of a mock transport and of the mock server, which have the same helpers (A16).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use imagine_mock::MockServer;
use imagine_sdk::inference::{StreamOptions, ToolFunction};
use imagine_sdk::testing::{MockResponse, MockTransport};
use imagine_sdk::{Client, Error, MediaClient, Tool};
use serde_json::{Value, json};

/// Returns a client whose only response is this one.
fn in_memory(response: MockResponse) -> Client {
    let builder = Client::builder()
        .endpoint("http://in-memory/v2")
        .api_key("any");
    let transport = MockTransport::new([response]);
    builder.max_retries(0).transport(transport).build().unwrap()
}

fn of_server(server: &MockServer) -> Client {
    let builder = Client::builder().endpoint(server.inference_endpoint());
    builder.api_key("any").build().unwrap()
}

/// Returns the text and the finish reason of each chunk of a chat.
async fn chunks(client: &Client) -> Result<Vec<(String, Option<String>)>, Error> {
    let mut stream = client.chat("Hi").stream().await?;
    let mut chunks = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        let reason = chunk.choices[0].finish_reason.as_ref();
        chunks.push((
            chunk.text().unwrap_or_default().into_owned(),
            reason.map(ToString::to_string),
        ));
    }
    Ok(chunks)
}

#[tokio::test]
async fn streams_arrive_in_the_same_chunks() {
    let server = MockServer::start().await.unwrap();
    server.expect_chat(|_, then| then.stream(["Man", "chego"]).finish_reason("length"));
    let memory = in_memory(MockResponse::stream(["Man", "chego"]).finish_reason("length"));
    let expected = chunks(&of_server(&server)).await.unwrap();
    let texts: Vec<_> = expected.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["", "Man", "chego", ""]);
    assert_eq!(expected[3].1.as_deref(), Some("length"));
    assert_eq!(chunks(&memory).await.unwrap(), expected);
}

#[tokio::test]
async fn a_reply_has_the_shape_of_each_text_operation() {
    let reply = || in_memory(MockResponse::reply("Manchego"));
    let media = || {
        let transport = MockTransport::new([MockResponse::reply("Manchego")]);
        let builder = MediaClient::builder()
            .endpoint("http://in-memory/media")
            .api_key("any");
        builder.transport(transport).build().unwrap()
    };
    let audio = || imagine_sdk::FilePart::bytes("speech.wav", b"RIFF".to_vec());
    let texts = [
        reply()
            .chat("Hi")
            .await
            .unwrap()
            .text()
            .unwrap()
            .into_owned(),
        reply()
            .chat("Hi")
            .stream()
            .await
            .unwrap()
            .collect()
            .await
            .unwrap()
            .text()
            .unwrap()
            .into_owned(),
        reply()
            .completion("Hi")
            .await
            .unwrap()
            .text()
            .unwrap()
            .to_owned(),
        reply()
            .completion("Hi")
            .stream()
            .await
            .unwrap()
            .collect()
            .await
            .unwrap()
            .text()
            .unwrap()
            .to_owned(),
        reply()
            .translate("Hi", "a-model")
            .await
            .unwrap()
            .text()
            .unwrap()
            .to_owned(),
        reply().transcribe(audio()).await.unwrap().text,
        media()
            .prompt("Hi")
            .await
            .unwrap()
            .text()
            .unwrap()
            .to_owned(),
        media().stt(audio()).await.unwrap().reference_text,
    ];
    for (index, text) in texts.iter().enumerate() {
        assert_eq!(text, "Manchego", "{index}");
    }
}

#[tokio::test]
async fn tool_calls_and_usage_are_equal_buffered_and_streamed() {
    let calls = || {
        [
            ("get_weather", json!({"city": "Toledo"})),
            ("get_time", json!({})),
        ]
    };
    let server = MockServer::start().await.unwrap();
    server.expect_chat(|_, then| {
        then.usage(12, 34);
        then.tool_calls(calls())
    });
    let tool = || ToolFunction::new("get_weather");
    let outcome = async |client: Client, is_stream: bool| {
        let call = client.chat("Hi").tools([Tool::from(tool())]);
        let call = call.stream_options(StreamOptions::new().include_usage(true));
        let response = match is_stream {
            true => call.stream().await.unwrap().collect().await.unwrap(),
            false => call.await.unwrap(),
        };
        let choice = &response.choices[0];
        let calls = choice.message.tool_calls.clone();
        let calls: Vec<_> = calls
            .iter()
            .map(|call| {
                (
                    call.name().unwrap().to_owned(),
                    call.parse_arguments::<Value>().unwrap(),
                )
            })
            .collect();
        let usage = (
            response.usage.prompt_tokens,
            response.usage.completion_tokens,
        );
        (
            calls,
            choice.finish_reason.as_ref().map(ToString::to_string),
            usage,
        )
    };
    let memory = || in_memory(MockResponse::tool_calls(calls()).usage(12, 34));
    let expected = outcome(of_server(&server), false).await;
    assert_eq!(
        expected.0,
        calls().map(|(name, arguments)| (name.to_owned(), arguments))
    );
    assert_eq!(expected.1.as_deref(), Some("tool_calls"));
    assert_eq!(outcome(of_server(&server), true).await, expected);
    assert_eq!(outcome(memory(), false).await, expected);
    assert_eq!(outcome(memory(), true).await, expected);
}

#[tokio::test]
async fn images_are_equal_buffered_and_streamed() {
    let files = || [b"one".to_vec(), b"two".to_vec()];
    let server = MockServer::start().await.unwrap();
    server.expect_images_generate(|_, then| then.images(files()));
    let memory = || in_memory(MockResponse::images(files()));
    for client in [of_server(&server), memory()] {
        let response = client.images_generate("a cat").await.unwrap();
        let images = response
            .data
            .iter()
            .map(|image| image.bytes().unwrap().to_vec());
        assert_eq!(images.collect::<Vec<_>>(), files());
    }
    for client in [of_server(&server), memory()] {
        let mut stream = client.images_generate("a cat").stream().await.unwrap();
        let mut counts = Vec::new();
        while let Some(event) = stream.next().await {
            counts.push(event.unwrap().data.len());
        }
        assert_eq!(counts, [1, 1]);
    }
}

#[tokio::test]
async fn events_and_errors_are_equal() {
    let choice = json!({"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"});
    let event = || json!({"id": "c", "model": "m", "choices": [choice.clone()]});
    let server = MockServer::start().await.unwrap();
    server.expect_chat(|_, then| then.events([event()]).times(1));
    server.expect_chat(|_, then| then.status(429).message("slower").retry_after(7));
    let expected = chunks(&of_server(&server)).await.unwrap();
    assert_eq!(
        chunks(&in_memory(MockResponse::events([event()])))
            .await
            .unwrap(),
        expected
    );

    let memory = MockResponse::status(429).message("slower").retry_after(7);
    let of_server = of_server(&server);
    let errors = [
        of_server.chat("Hi").with_max_retries(0).await.unwrap_err(),
        in_memory(memory).chat("Hi").await.unwrap_err(),
    ];
    for error in errors {
        assert!(
            error.is_rate_limited() && error.to_string().contains("slower"),
            "{error}"
        );
        assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn a_stream_that_fails_has_no_finish_reason() {
    let error = chunks(&in_memory(MockResponse::stream(["Man"]).then_fails()))
        .await
        .unwrap_err();
    assert!(error.is_truncated(), "{error}");
}
