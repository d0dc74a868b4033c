//! Sends a request from the history again, with another temperature, and keeps a request in a file.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it calls that service; without them it starts the mock server
//! and calls it.
//!
//! ```sh
//! cargo run --example history
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::Client;
use imagine_sdk::inference::ChatCompletionRequest;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    client.chat("Best Spanish cheese?").await?;

    for entry in client.chat_history().await? {
        let reply = client.call(entry.request).temperature(0.1).await?;
        println!("again: {}", reply.text().unwrap_or_default());
    }

    // A queue: a builder gives its request, and another process sends it.
    let path = std::env::temp_dir().join("imagine-history.json");
    let request = client.chat("And to drink?").max_tokens(64).into_request();
    std::fs::write(&path, serde_json::to_string(&request)?)?;
    let request: ChatCompletionRequest = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
    let reply = client.call(request).await?;
    println!("queued: {}", reply.text().unwrap_or_default());
    std::fs::remove_file(path)?;
    Ok(())
}
