//! Calls the language model of the audiovisual API: buffered, streamed, and with fields that the SDK does not name.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it calls that service, which charges credits;
//! without them it starts the mock server and calls it.
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
    // The mock lives as long as the variable does.
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

    // A field that a service adds needs no new version of the SDK, in either direction.
    let response = client
        .prompt(messages)
        .with_extra_field("reasoning_effort", "low")
        .await?;
    println!(
        "not named by the SDK: {:?}",
        response.extra.keys().collect::<Vec<_>>()
    );
    Ok(())
}
