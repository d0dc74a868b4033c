//! Sends images in messages: by URL, from a file, and as bytes.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//! The argument is an image file:
//!
//! ```sh
//! cargo run --example vision -- cat.png
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{ChatMessage, Client, Image};

/// A GIF of one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    // The first bytes determine the type of an image; its name does not.
    let image = match std::env::args().nth(1) {
        Some(path) => Image::path(path)?,
        None => Image::bytes(PIXEL)?,
    };
    let linked = Image::url("https://example.com/cat.png");
    let question = ChatMessage::user(["What do these show?".into(), image.into(), linked.into()]);
    let reply = client.chat([question]).await?;
    println!("{}", reply.text().unwrap_or_default());

    // Bytes of another type are rejected before sending.
    if let Err(error) = Image::bytes("not an image") {
        println!("{error}");
    }
    Ok(())
}
