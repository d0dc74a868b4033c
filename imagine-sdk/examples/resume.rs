//! Submits a generation that outlives the program: stores its handle in a file, and waits for it after a restart.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example resume
//! ```

mod common;

use std::path::Path;
use std::time::Duration;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;
use imagine_sdk::media::{Generation, WaitError};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let handle = std::env::temp_dir().join("imagine-resume.json");
    submit(&client, &handle).await?;
    resume(&client, &handle).await
}

/// The first run: submits, stores the handle immediately, and times out.
async fn submit(client: &MediaClient, handle: &Path) -> Result<(), Failure> {
    let job = client
        .text2img("A cat on a bicycle")
        .width(64)
        .height(64)
        .await?;
    std::fs::write(handle, serde_json::to_string(&job)?)?;
    println!("submitted {:?} for {:?} credits", job.id(), job.cost);
    match client.wait(&job).with_timeout(Duration::ZERO).await {
        Err(error @ WaitError::TimedOut { .. }) => println!("{error}"),
        result => println!("{:?}", result?.state()),
    }
    Ok(())
}

/// The second run, possibly on another machine: needs only the handle, and is not charged twice.
async fn resume(client: &MediaClient, handle: &Path) -> Result<(), Failure> {
    let job: Generation = serde_json::from_str(&std::fs::read_to_string(handle)?)?;
    let done = client.wait(&job).await?;
    let path = std::env::temp_dir().join("imagine-resume.png");
    let saved = client.download(&done).save_to(path).await?;
    println!("{} bytes in {}", saved.length, saved.path.display());
    std::fs::remove_file(handle)?;
    Ok(())
}
