//! Music, a sound effect and a video at once: jobs, and how far each has come.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it talks to that service, which charges
//! credits; without them it starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example progress
//! ```

mod common;

use std::time::Duration;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::media::{Client, Generation, WaitError};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) = common::connect(Client::builder(), MockServer::media_endpoint).await?;

    // A submission answers at once, with the handle of a job. One after the other: the service is reported to
    // refuse what one account asks for at the same time.
    let music = client.music("A slow waltz").duration(5.0).await?;
    let bell = client.foley("A bicycle bell").duration(2.0).await?;
    let video = client.video("A cat rides past").num_frames(8).await?;

    let waits = tokio::join!(
        wait(&client, "music", &music),
        wait(&client, "bell", &bell),
        wait(&client, "video", &video),
    );
    for (what, ended) in [("music", waits.0), ("bell", waits.1), ("video", waits.2)] {
        match ended {
            Ok(length) => println!("{what}: {length} bytes"),
            Err(error) => println!("{what}: {error}"),
        }
    }
    Ok(())
}

/// Waits for a job, and fetches what it made.
async fn wait(client: &Client, what: &'static str, job: &Generation) -> Result<usize, Failure> {
    let wait = client.wait(job).with_timeout(Duration::from_secs(300));
    match wait
        .on_progress(move |look| println!("{what}: {look:?}"))
        .await
    {
        Ok(done) => Ok(client.download(&done).bytes().await?.len()),
        Err(WaitError::JobFailed { message, .. }) => Err(format!("failed: {message}").into()),
        // The job goes on, and its handle is in the error: see `resume.rs`.
        Err(error) => Err(error.into()),
    }
}
