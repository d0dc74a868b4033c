//! What a job made: as a stream, in memory, and in a file.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it talks to that service, which charges
//! credits; without them it starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example download
//! ```

mod common;

use std::time::Duration;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::media::Client;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) = common::connect(Client::builder(), MockServer::media_endpoint).await?;
    let job = client.text2img("A cat on a bicycle").width(256).height(256);
    let done = client.wait(&job.await?).await?;

    // Piece by piece, for what is large or goes on to somewhere else.
    let mut file = client.download(&done).stream().await?;
    let (kind, length) = (file.content_type().map(str::to_owned), file.length());
    let mut read = 0;
    while let Some(piece) = file.next().await {
        read += piece?.len();
    }
    println!("stream: {read} bytes of {length:?}, {kind:?}");

    let bytes = client.download(&done).bytes().await?;
    println!("memory: {} bytes", bytes.len());

    // A saved file appears whole or not at all.
    let path = std::env::temp_dir().join("imagine-download.png");
    let download = client.download(&done).with_timeout(Duration::from_secs(60));
    let saved = download.save_to(path).await?;
    println!("file: {} bytes in {}", saved.length, saved.path.display());

    // What leads to no file says so.
    if let Err(error) = client.download("not-an-address").bytes().await {
        println!("{error}");
    }
    Ok(())
}
