//! Transcribes speech from a file, from bytes and from a reader.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//! The argument is a recording:
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
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let tone = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/assets/tone.wav");
    let path = std::env::args().nth(1).unwrap_or_else(|| tone.to_owned());

    // A path: each attempt opens the file.
    let transcript = client.transcribe(Path::new(&path)).await?;
    println!("file: {}", transcript.text);

    // Bytes, with a file name. The name determines the content type.
    let recording = std::fs::read(&path)?;
    let transcript = client
        .transcribe(FilePart::bytes("speech.wav", recording))
        .await?;
    println!("bytes: {}", transcript.text);

    // A reader of known length. It can be read only once, so the request is not retried.
    let file = tokio::fs::File::open(&path).await?;
    let length = file.metadata().await?.len();
    let transcript = client
        .transcribe(FilePart::reader("speech.wav", file, length))
        .await?;
    println!("reader: {}", transcript.text);

    // A missing file is an error before sending.
    if let Err(error) = client.transcribe("no-such.wav").await {
        println!("{error}");
    }
    Ok(())
}
