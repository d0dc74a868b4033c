//! Downloads the result of a generation: as a stream, into memory, and to a file.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example download
//! ```

mod common;

use std::time::Duration;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let job = client.text2img("A cat on a bicycle").width(256).height(256);
    let done = client.wait(&job.await?).await?;

    // A stream suits large files and forwarding.
    let mut file = client.download(&done).stream().await?;
    let (content_type, length) = (file.content_type().map(str::to_owned), file.length());
    let mut read = 0;
    while let Some(chunk) = file.next().await {
        read += chunk?.len();
    }
    println!("stream: {read} bytes of {length:?}, {content_type:?}");

    let bytes = client.download(&done).bytes().await?;
    println!("memory: {} bytes", bytes.len());

    // A saved file appears complete or not at all.
    let path = std::env::temp_dir().join("imagine-download.png");
    let download = client.download(&done).with_timeout(Duration::from_secs(60));
    let saved = download.save_to(path).await?;
    println!("file: {} bytes in {}", saved.length, saved.path.display());

    // A path resolves against the origin of the service. This one does not exist.
    if let Err(error) = client.download("no/such/file.png").bytes().await {
        println!("{error}");
    }
    Ok(())
}
