//! A response as it is written: piece by piece, collected, and cut off.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it.
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
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    live(&client).await?;
    collected(&client).await?;
    cut().await
}

/// Shows each piece as it comes. Dropping the stream before its end would close the connection.
async fn live(client: &Client) -> Result<(), Failure> {
    let mut stream = client.chat("Tell me a story").stream().await?;
    while let Some(chunk) = stream.next().await {
        print!("{}", chunk?.text().unwrap_or_default());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}

/// Puts the pieces together: the response that the same call would have had without `stream`.
async fn collected(client: &Client) -> Result<(), Failure> {
    let call = client.chat("Tell me a story").max_tokens(64);
    let stream = call.stream().await?;
    println!("\nrequest {:?}", stream.request_id());
    let whole = stream.collect().await?;
    for choice in &whole.choices {
        println!("ended by {:?}", choice.finish_reason);
    }
    Ok(())
}

/// A stream that breaks off is an error, and keeps what had come.
async fn cut() -> Result<(), Failure> {
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
            println!("\n{error}\nuntil then: {:?}", text.unwrap_or_default());
        }
    }
    Ok(())
}
