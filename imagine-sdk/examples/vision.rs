//! Images in messages: by address, from a file, and as bytes.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it. A file can be named:
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
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    // The first bytes tell the type of an image, not its name.
    let image = match std::env::args().nth(1) {
        Some(path) => Image::path(path)?,
        None => Image::bytes(PIXEL)?,
    };
    let linked = Image::url("https://example.com/cat.png");
    let question = ChatMessage::user(["What do these show?".into(), image.into(), linked.into()]);
    let reply = client.chat([question]).await?;
    println!("{}", reply.text().unwrap_or_default());

    // What is no image is refused before it is sent.
    if let Err(error) = Image::bytes("no image") {
        println!("{error}");
    }
    Ok(())
}
