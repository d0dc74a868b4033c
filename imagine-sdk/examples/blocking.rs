//! Calls both APIs from a synchronous program.
//!
//! It calls a mock server.
//!
//! ```sh
//! cargo run --package imagine-sdk --features blocking --example blocking
//! ```

use std::io::Write as _;

use futures_util::FutureExt as _;
use imagine_mock::MockServer;
use imagine_sdk::blocking::{Client, MediaClient};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    // The mock starts immediately, so no runtime is required. Dropping the mock stops it.
    let started = MockServer::start().now_or_never();
    let mock = started.ok_or("the mock did not start immediately")??;
    let client = Client::builder()
        .endpoint(mock.inference_endpoint())
        .api_key("any")
        .build()?;
    text(&client)?;
    concurrent(&client)?;
    let media = MediaClient::builder()
        .endpoint(mock.media_endpoint())
        .api_key("any")
        .build()?;
    image(&media)
}

fn text(client: &Client) -> Result<(), Failure> {
    let reply = client
        .chat("Best Spanish cheese?")
        .temperature(0.2)
        .send()?;
    println!("chat: {}", reply.text().unwrap_or_default());

    print!("chat, streamed: ");
    for chunk in client.chat("Tell me a story").stream()? {
        print!("{}", chunk?.text().unwrap_or_default());
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}

/// Several threads share one client.
fn concurrent(client: &Client) -> Result<(), Failure> {
    let inputs = ["a first string", "a second string", "a third string"];
    std::thread::scope(|scope| {
        let calls = inputs.map(|input| scope.spawn(move || client.embeddings(input).send()));
        for call in calls {
            let response = call.join().map_err(|_| "a thread panicked")??;
            println!("embeddings: {} vector", response.data.len());
        }
        Ok(())
    })
}

fn image(client: &MediaClient) -> Result<(), Failure> {
    let job = client
        .text2img("A cat on a bicycle")
        .width(64)
        .height(64)
        .send()?;
    let wait = client.wait(&job);
    let done = wait
        .on_progress(|progress| println!("text2img: {progress:?}"))
        .send()?;
    let bytes = client.download(&done).bytes()?;
    println!("downloaded {} bytes", bytes.len());
    Ok(())
}
