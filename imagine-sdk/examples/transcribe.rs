//! Speech as text, from a file, from bytes and from a reader: the three ways to upload.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it. A recording can be named:
//!
//! ```sh
//! cargo run --example transcribe -- speech.wav
//! ```

mod common;

use std::path::Path;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{Client, FilePart};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let tone = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/assets/tone.wav");
    let path = std::env::args().nth(1).unwrap_or_else(|| tone.to_owned());

    // By its path: it is opened when it is sent, and again when it is sent again.
    let heard = client.transcribe(Path::new(&path)).await?;
    println!("file: {}", heard.text);

    // From memory, with the name that the service is told. The name decides the content type.
    let recording = std::fs::read(&path)?;
    let heard = client
        .transcribe(FilePart::bytes("speech.wav", recording))
        .await?;
    println!("bytes: {}", heard.text);

    // From a reader of known length, for what is not in memory. It is read once, so it is sent once.
    let file = tokio::fs::File::open(&path).await?;
    let length = file.metadata().await?.len();
    let heard = client
        .transcribe(FilePart::reader("speech.wav", file, length))
        .await?;
    println!("reader: {}", heard.text);

    // What is not there fails before anything is sent.
    if let Err(error) = client.transcribe("no-such.wav").await {
        println!("{error}");
    }
    Ok(())
}
