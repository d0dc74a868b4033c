//! Changes an image: adds snow and enlarges it.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! The argument is an image file:
//!
//! ```sh
//! cargo run --example edit -- cat.png
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;
use imagine_sdk::media::{Generation, I2iType};
use imagine_sdk::{Error, Image};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let image = match std::env::args().nth(1) {
        Some(path) => Image::path(path)?,
        None => {
            let cat = client.text2img("A cat").width(64).height(64);
            result(&client, cat.await?).await?
        }
    };
    let snow = client
        .img2img("The same in snow", image)
        .i2i_type(I2iType::Edit)
        .strength(0.7)
        .await?;
    let large = client.upscale(result(&client, snow).await?).await?;

    let done = client.wait(&large).await?;
    let path = std::env::temp_dir().join("imagine-edit.png");
    let saved = client.download(&done).save_to(path).await?;
    println!("{} bytes in {}", saved.length, saved.path.display());
    Ok(())
}

/// Returns the result of a generation as an image to send.
///
/// The image contains the bytes, because not every server fetches URLs.
async fn result(client: &MediaClient, job: Generation) -> Result<Image, Error> {
    let done = client.wait(&job).await?;
    let image = Image::bytes(client.download(&done).bytes().await?)?;
    println!("{:?}: {image:?}", job.id());
    Ok(image)
}
