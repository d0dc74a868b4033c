//! Lists the images of an account by page and as a stream, and renames one.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example gallery
//! ```

mod common;

use common::Failure;
use futures_util::{StreamExt, TryStreamExt};
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let mut jobs = Vec::new();
    for prompt in ["A cat", "A dog", "A cow"] {
        jobs.push(client.text2img(prompt).width(64).height(64).await?);
    }
    let first = jobs.first().and_then(|job| job.generation_uuid.clone());
    for result in client.wait_all(jobs).concurrency(3).await {
        result?;
    }

    let page = client.my_images().first(2).page(1).await?;
    println!("{} of {:?} images", page.nodes.len(), page.count);

    // The stream loads the pages as needed.
    let images: Vec<_> = client
        .my_images()
        .first(2)
        .all()
        .take(100)
        .try_collect()
        .await?;
    println!("{} images in total", images.len());
    if let Some(image) = images.first() {
        println!("the latest is at {}", client.media_url(image)?);
    }

    let update = client.update_project(first.unwrap_or_default());
    let update = update.name("Pets").is_published(false).await?;
    println!("renamed: {}", update.is_success());
    Ok(())
}
