//! Provokes errors, and shows which of them the client retries and how to handle the others.
//!
//! It calls a mock server with injected faults.
//!
//! ```sh
//! cargo run --example errors
//! ```

use std::time::Duration;

use imagine_mock::{Fault, MockServer};
use imagine_sdk::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mock = MockServer::start().await?;
    let client = Client::builder()
        .endpoint(mock.inference_endpoint())
        .api_key("any")
        .max_retries(2)
        .build()?;

    // Transient errors are retried after the `retry-after` of the service.
    mock.fault("chat", Fault::status(503).retry_after(0).times(2))?;
    let response = client.chat("Hello").send_with_response().await?;
    println!("succeeded after {} attempts", response.attempts());

    // Permanent errors return immediately.
    explain(client.chat("Hello").temperature(9.0).await);
    let unknown = client.chat("Hello").model("no-such-model");
    explain(unknown.await);

    // The client does not wait longer than two minutes.
    mock.fault("chat", Fault::status(429).retry_after(600).times(1))?;
    explain(client.chat("Hello").await);

    mock.fault("chat", Fault::stall().times(1))?;
    let impatient = client
        .chat("Hello")
        .with_timeout(Duration::from_millis(200));
    explain(impatient.await);

    mock.fault("chat", Fault::html_page().times(1))?;
    explain(client.chat("Hello").await);
    Ok(())
}

/// Prints an error and how to handle it, specific cases first.
fn explain<T>(outcome: Result<T, Error>) {
    let Err(error) = outcome else { return };
    let advice = if let Some(field) = error.invalid_field() {
        format!("fix `{field}`")
    } else if error.is_rate_limited() {
        format!("retry after {:?}", error.retry_after())
    } else if error.is_authentication() {
        "use another API key".to_owned()
    } else if error.is_not_found() {
        "choose one of the available models".to_owned()
    } else if let Some(kind) = error.timeout_kind() {
        format!("raise the limit: {kind:?}")
    } else if error.is_outcome_unknown() {
        "check if it took effect".to_owned()
    } else {
        "give up".to_owned()
    };
    println!("\n{error}\n-> {advice}; attempts: {}", error.attempts());
}
