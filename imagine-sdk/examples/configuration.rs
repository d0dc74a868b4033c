//! Configures a client, and overrides its settings for one call.
//!
//! It calls a mock server.
//!
//! ```sh
//! cargo run --example configuration
//! ```

use std::time::Duration;

use imagine_mock::MockServer;
use imagine_sdk::{AuthScheme, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mock = MockServer::start().await?;
    let client = Client::builder()
        .endpoint(mock.inference_endpoint()) // or `.from_env()?` for endpoint and key
        .api_key("any")
        .auth_scheme(AuthScheme::Bearer)
        .timeout(Duration::from_secs(30)) // of a buffered call, or until a stream starts
        .idle_timeout(Duration::from_secs(60)) // between two chunks of a response
        .connect_timeout(Duration::from_secs(5))
        .max_retries(2)
        .max_concurrent_requests(16)
        .no_proxy() // or `.proxy("http://proxy:3128")`. Default: HTTPS_PROXY and NO_PROXY.
        .default_header("x-team", "cheese")
        .user_agent_suffix("cheese-finder/1.0")
        .build()?;
    // The output contains neither the key nor the headers.
    println!("{client:#?}");

    let response = client
        .chat("Best Spanish cheese?")
        .temperature(0.2) // a field of the request
        .with_extra_field("repetition_detection", true) // a field without a setter
        .with_timeout(Duration::from_secs(5)) // an option of this call
        .with_max_retries(0)
        .with_header("x-trace", "abc")
        .send_with_response()
        .await?;
    println!(
        "{} after {} attempt",
        response.status(),
        response.attempts()
    );
    for request in mock.requests() {
        println!("{} {}", request.method, request.path);
    }

    // `build` rejects invalid settings.
    let invalid = Client::builder().endpoint("my-endpoint").api_key("any");
    if let Err(error) = invalid.build() {
        println!("{error}");
    }
    Ok(())
}
