//! Generates any kind of medium through one operation, and lists and deletes the history.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example imagine
//! ```

mod common;

use common::Failure;
use futures_util::{StreamExt, TryStreamExt};
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;
use imagine_sdk::media::{AspectRatio, GenerationType};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let submitted = client
        .imagine(GenerationType::TextToImage)
        .prompt("A cat on a bicycle")
        .aspect_ratio(AspectRatio::W16h9)
        .await;
    let job = match submitted {
        Err(error) if error.is_not_found() => {
            println!("this installation is an older build, without `imagine`");
            return Ok(());
        }
        submitted => submitted?,
    };
    let done = client.wait(&job).await?;
    println!("{}", client.media_url(&done)?);

    // The result is the input of the next generation.
    let model = client
        .imagine(GenerationType::ImageTo3d)
        .init_images([client.media_url(&done)?])
        .await?;
    let done = client.wait(&model).await?;
    for (name, url) in done.secondary_urls() {
        println!("{name}: {url}");
    }

    // The error of a rejected request contains the reason.
    let rejected = client
        .imagine(GenerationType::TextToSpeech)
        .transcript("explicit_text, which the mock rejects")
        .await;
    if let Err(error) = rejected {
        println!("{error}");
    }

    let history = client.imagine_history().first(1).all();
    let items: Vec<_> = history.take(100).try_collect().await?;
    let uuids: Vec<String> = items.into_iter().filter_map(|item| item.uuid).collect();
    println!("{} generations in the history", uuids.len());
    let deleted = client.delete_imagine_history(uuids).await?;
    println!("{} deleted", deleted.successes.len());
    Ok(())
}
