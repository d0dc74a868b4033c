//! Calls the language model of the media API: buffered, streamed, and with fields without setters.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example prompt
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::ChatMessage;
use imagine_sdk::MediaClient;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let messages = [
        ChatMessage::system("Be brief"),
        ChatMessage::user("Name a cheese"),
    ];
    let call = client
        .prompt(messages.clone())
        .max_tokens(50)
        .temperature(0.2)
        .stop("\n\n");
    let response = call.send_with_response().await?;
    println!(
        "{}: {}",
        response.value().model,
        response.value().text().unwrap_or_default()
    );
    println!("{:?}, status {}", response.value().usage, response.status());

    let mut stream = client.prompt(messages.clone()).stream().await?;
    while let Some(chunk) = stream.next().await {
        print!("{}", chunk?.text().unwrap_or_default());
    }
    println!();

    // New fields of the service do not require a new version of the SDK.
    let response = client
        .prompt(messages)
        .with_extra_field("reasoning_effort", "low")
        .await?;
    println!(
        "extra fields: {:?}",
        response.extra.keys().collect::<Vec<_>>()
    );
    Ok(())
}
