//! The images of an account: page by page, all of them, and a new name for one.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it talks to that service, which charges
//! credits; without them it starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example gallery
//! ```

mod common;

use common::Failure;
use futures_util::{StreamExt, TryStreamExt};
use imagine_mock::MockServer;
use imagine_sdk::media::Client;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) = common::connect(Client::builder(), MockServer::media_endpoint).await?;
    let mut jobs = Vec::new();
    for what in ["A cat", "A dog", "A cow"] {
        jobs.push(client.text2img(what).width(64).height(64).await?);
    }
    let first = jobs.first().map(|job| job.generation_uuid.clone());
    for ended in client.wait_all(jobs).concurrency(3).await {
        ended?;
    }

    let page = client.my_images().first(2).page(1).await?;
    println!("{} of {:?} images", page.nodes.len(), page.count);

    // Pages are asked for as they are needed.
    let images: Vec<_> = client
        .my_images()
        .first(2)
        .all()
        .take(100)
        .try_collect()
        .await?;
    println!("{} images in all", images.len());

    let changed = client.update_project(first.unwrap_or_default());
    let changed = changed.name("Pets").is_published(false).await?;
    println!("renamed: {}", changed.success);
    Ok(())
}
