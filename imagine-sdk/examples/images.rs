//! Images from the inference API, saved to files. (Those of the audiovisual API are jobs: see `media.rs`.)
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it.
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
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let folder = std::env::temp_dir().join("imagine-images");
    std::fs::create_dir_all(&folder)?;

    // Settings that several calls share.
    let small = ImageSamplingParams::new().size("64x64").seed(7);
    let call = client
        .images_generate("A cat on a bicycle")
        .sampling(&small)
        .n(2);
    for (number, image) in call.await?.data.iter().enumerate() {
        let path = folder.join(format!("cat-{number}.png"));
        std::fs::write(&path, image.bytes()?)?;
        println!("saved {}", path.display());
    }
    Ok(())
}
