//! Generates images with the inference API, and saves them.
//!
//! The media API generates images as jobs: see `media.rs`.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example images
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{Client, ImageSamplingParams};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let directory = std::env::temp_dir().join("imagine-images");
    std::fs::create_dir_all(&directory)?;

    // Several calls can share parameters.
    let small = ImageSamplingParams::new().size("64x64").seed(7);
    let call = client
        .images_generate("A cat on a bicycle")
        .sampling(&small)
        .n(2);
    for (number, image) in call.await?.data.into_iter().enumerate() {
        let path = directory.join(format!("cat-{number}.png"));
        image.save_to(&path).await?;
        println!("saved {}", path.display());
    }
    Ok(())
}
