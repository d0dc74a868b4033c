//! Lists the images of an account, one page at a time and all of them, and renames one.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it calls that service, which charges credits;
//! without them it starts the mock server and calls it.
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
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let mut jobs = Vec::new();
    for what in ["A cat", "A dog", "A cow"] {
        jobs.push(client.text2img(what).width(64).height(64).await?);
    }
    let first = jobs.first().and_then(|job| job.generation_uuid.clone());
    for result in client.wait_all(jobs).concurrency(3).await {
        result?;
    }

    let page = client.my_images().first(2).page(1).await?;
    println!("{} of {:?} images", page.nodes.len(), page.count);

    // Pages are loaded as needed.
    let images: Vec<_> = client
        .my_images()
        .first(2)
        .all()
        .take(100)
        .try_collect()
        .await?;
    println!("{} images in all", images.len());
    if let Some(image) = images.first() {
        println!("the latest is at {}", client.media_url(image)?);
    }

    let change = client.update_project(first.unwrap_or_default());
    let change = change.name("Pets").is_published(false).await?;
    println!("renamed: {}", change.is_success());
    Ok(())
}
