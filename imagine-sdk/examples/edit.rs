//! Changes an image: moves it into snow, and enlarges it.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it calls that service, which charges credits;
//! without them it starts the mock server and calls it.
//!
//! An image can be named:
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
    // The mock lives as long as the variable does.
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

/// The result of a generation as an image to send. Its bytes are sent, because not every server fetches URLs.
async fn result(client: &MediaClient, job: Generation) -> Result<Image, Error> {
    let done = client.wait(&job).await?;
    let image = Image::bytes(client.download(&done).bytes().await?)?;
    println!("{:?}: {image:?}", job.id());
    Ok(image)
}
