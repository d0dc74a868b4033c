//! Generates music, a sound effect and a video at the same time, and prints their progress.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example progress
//! ```

mod common;

use std::time::Duration;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;
use imagine_sdk::media::{Generation, MusicType, WaitError};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;

    // A submission returns a handle immediately, so the service processes the three generations concurrently.
    let music = client
        .music("A slow waltz")
        .music_type(MusicType::Instrumental)
        .await?;
    let bell = client.foley("A bicycle bell").duration(2).await?;
    let video = client
        .video("A cat rides past")
        .num_frames(8)
        .fps(8)
        .await?;

    let waits = tokio::join!(
        wait(&client, "music", &music),
        wait(&client, "bell", &bell),
        wait(&client, "video", &video),
    );
    for (name, result) in [("music", waits.0), ("bell", waits.1), ("video", waits.2)] {
        match result {
            Ok(length) => println!("{name}: {length} bytes"),
            Err(error) => println!("{name}: {error}"),
        }
    }
    Ok(())
}

/// Waits for a generation, and downloads the result. Returns its length in bytes.
async fn wait(
    client: &MediaClient,
    name: &'static str,
    job: &Generation,
) -> Result<usize, Failure> {
    let wait = client.wait(job).with_timeout(Duration::from_secs(300));
    match wait
        .on_progress(move |progress| println!("{name}: {progress:?}"))
        .await
    {
        Ok(done) => Ok(client.download(&done).bytes().await?.len()),
        Err(WaitError::JobFailed { message, .. }) => Err(format!("failed: {message}").into()),
        // The generation continues, and the error contains its handle: see `resume.rs`.
        Err(error) => Err(error.into()),
    }
}
