//! Streams responses: chunk by chunk, collected, and truncated.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example streaming
//! ```

mod common;

use std::io::Write as _;

use common::Failure;
use imagine_mock::{Fault, MockServer};
use imagine_sdk::Client;
use imagine_sdk::inference::ChatCompletionResponse;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    live(&client).await?;
    collected(&client).await?;
    truncated().await
}

/// Prints each chunk on arrival. Dropping the stream early closes the connection.
async fn live(client: &Client) -> Result<(), Failure> {
    let mut stream = client.chat("Tell me a story").stream().await?;
    while let Some(chunk) = stream.next().await {
        print!("{}", chunk?.text().unwrap_or_default());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}

/// Collects the chunks into the response that the same call returns without `stream`.
async fn collected(client: &Client) -> Result<(), Failure> {
    let call = client.chat("Tell me a story").max_tokens(64);
    let stream = call.stream().await?;
    println!("\nrequest {:?}", stream.request_id());
    let response = stream.collect().await?;
    for choice in &response.choices {
        println!("finish reason {:?}", choice.finish_reason);
    }
    Ok(())
}

/// A truncated stream is an error, which contains the partial response.
async fn truncated() -> Result<(), Failure> {
    let mock = MockServer::start().await?;
    let client = Client::builder()
        .endpoint(mock.inference_endpoint())
        .api_key("any")
        .build()?;
    mock.expect_chat(|_, then| {
        then.stream(["Once ", "upon ", "a ", "time"])
            .fault(Fault::truncate(500))
    });
    let stream = client.chat("Tell me a story").stream().await?;
    match stream.collect().await {
        Ok(_) => println!("complete"),
        Err(error) => {
            let partial = error.partial_response::<ChatCompletionResponse>();
            let text = partial.and_then(ChatCompletionResponse::text);
            println!(
                "\n{error}\npartial response: {:?}",
                text.unwrap_or_default()
            );
        }
    }
    Ok(())
}
