//! Repeats a request from the history with another temperature, and stores a request in a file.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
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
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    client.chat("Best Spanish cheese?").await?;

    for entry in client.chat_history().await? {
        let reply = client.call(entry.request).temperature(0.1).await?;
        println!("repeated: {}", reply.text().unwrap_or_default());
    }

    // A request can be queued: another process sends it.
    let path = std::env::temp_dir().join("imagine-history.json");
    let request = client.chat("And to drink?").max_tokens(64).into_request();
    std::fs::write(&path, serde_json::to_string(&request)?)?;
    let request: ChatCompletionRequest = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
    let reply = client.call(request).await?;
    println!("queued: {}", reply.text().unwrap_or_default());
    std::fs::remove_file(path)?;
    Ok(())
}
