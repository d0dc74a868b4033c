//! Encodes a request and decodes its response, without a client and without a runtime.
//!
//! ```sh
//! cargo run --example types --no-default-features --features types
//! ```

use imagine_sdk::inference::{ChatCompletionRequest, ChatCompletionStreamResponse};
use imagine_sdk::{Bytes, http, operation, sse};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut request = ChatCompletionRequest::new("Best Spanish cheese?");
    request.temperature = Some(0.2);
    let message = operation::encode(&request, "https://my-endpoint/api/v2")?;
    println!("{} {}", message.method(), message.uri());
    println!("{}", String::from_utf8_lossy(message.body()));

    // Your HTTP client adds the API key, and sends the message.
    let body =
        r#"{"choices": [{"index": 0, "message": {"content": "Manchego"}, "logprobs": null}]}"#;
    let received = http::Response::new(Bytes::from(body));
    let response = operation::decode(&request, received)?.into_inner();
    println!("{}", response.text().unwrap_or_default());

    // A stream arrives in chunks of bytes.
    let mut events = sse::Decoder::new(1 << 20);
    events.push(br#"data: {"choices": [{"index": 0, "delta": {"content": "Man"}}]}"#);
    events.push(b"\n\ndata: [DONE]\n\n");
    while let Some(event) = events.next()?.filter(|event| event.data() != "[DONE]") {
        let chunk: ChatCompletionStreamResponse = serde_json::from_str(&event.data())?;
        println!("{}", chunk.text().unwrap_or_default());
    }

    // A request is data: a queue or a file can hold it.
    let stored = serde_json::to_string(&request)?;
    let loaded: ChatCompletionRequest = serde_json::from_str(&stored)?;
    assert_eq!(loaded, request);
    Ok(())
}
