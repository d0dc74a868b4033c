//! An image that is changed: put into snow, and made larger.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it talks to that service, which charges
//! credits; without them it starts the mock server and talks to it. An image can be named:
//!
//! ```sh
//! cargo run --example edit -- cat.png
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::media::{Client, Generation};
use imagine_sdk::{Error, Image};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) = common::connect(Client::builder(), MockServer::media_endpoint).await?;
    let image = match std::env::args().nth(1) {
        Some(path) => Image::path(path)?,
        None => {
            let cat = client.text2img("A cat").width(64).height(64);
            made(&client, cat.await?).await?
        }
    };
    let snow = client
        .img2img("The same in snow", image)
        .strength(0.7)
        .await?;
    let large = client.upscale(made(&client, snow).await?).await?;

    let done = client.wait(&large).await?;
    let path = std::env::temp_dir().join("imagine-edit.png");
    let saved = client.download(&done).save_to(path).await?;
    println!("{} bytes in {}", saved.length, saved.path.display());
    Ok(())
}

/// The image that a job makes, to be sent again. Its bytes are sent, as not every server fetches addresses.
async fn made(client: &Client, job: Generation) -> Result<Image, Error> {
    let done = client.wait(&job).await?;
    let image = Image::bytes(client.download(&done).bytes().await?)?;
    println!("{} made {image:?}", job.generation_uuid);
    Ok(image)
}
