//! Generates music, a sound effect and a video at the same time, and prints their progress.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it calls that service, which charges credits;
//! without them it starts the mock server and calls it.
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
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;

    // A submission returns a handle immediately, so the three generations are processed together.
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
    for (what, result) in [("music", waits.0), ("bell", waits.1), ("video", waits.2)] {
        match result {
            Ok(length) => println!("{what}: {length} bytes"),
            Err(error) => println!("{what}: {error}"),
        }
    }
    Ok(())
}

/// Waits for a generation, and downloads the result.
async fn wait(
    client: &MediaClient,
    what: &'static str,
    job: &Generation,
) -> Result<usize, Failure> {
    let wait = client.wait(job).with_timeout(Duration::from_secs(300));
    match wait
        .on_progress(move |progress| println!("{what}: {progress:?}"))
        .await
    {
        Ok(done) => Ok(client.download(&done).bytes().await?.len()),
        Err(WaitError::JobFailed { message, .. }) => Err(format!("failed: {message}").into()),
        // The generation continues, and its handle is in the error: see `resume.rs`.
        Err(error) => Err(error.into()),
    }
}
