//! Both APIs from a program that is not asynchronous.
//!
//! It starts the mock server and talks to it.
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
    // The mock is ready at once, so it needs nobody to wait for it. It lives as long as the variable does.
    let started = MockServer::start().now_or_never();
    let mock = started.ok_or("the mock did not start at once")??;
    let client = Client::builder()
        .endpoint(mock.inference_endpoint())
        .api_key("any")
        .build()?;
    text(&client)?;
    at_once(&client)?;
    let media = MediaClient::builder()
        .endpoint(mock.media_endpoint())
        .api_key("any")
        .build()?;
    picture(&media)
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

/// Any number of threads may call one client.
fn at_once(client: &Client) -> Result<(), Failure> {
    let questions = ["a first text", "a second text", "a third text"];
    std::thread::scope(|scope| {
        let ask = |question| scope.spawn(move || client.embeddings(question).send());
        let calls = questions.map(ask);
        for call in calls {
            let response = call.join().map_err(|_| "a thread panicked")??;
            println!("embeddings: {} vector", response.data.len());
        }
        Ok(())
    })
}

fn picture(client: &MediaClient) -> Result<(), Failure> {
    let job = client
        .text2img("A cat on a bicycle")
        .width(64)
        .height(64)
        .send()?;
    let wait = client.wait(&job);
    let done = wait
        .on_progress(|look| println!("text2img: {look:?}"))
        .send()?;
    let bytes = client.download(&done).bytes()?;
    println!("downloaded {} bytes", bytes.len());
    Ok(())
}
