//! What can go wrong, what is tried again, and what to ask an error.
//!
//! It talks to the mock server, which it tells to fail.
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

    // What may pass is tried again, after as long as the service asks for.
    mock.fault("chat", Fault::status(503).retry_after(0).times(2))?;
    let response = client.chat("Hello").send_with_response().await?;
    println!("answered at attempt {}", response.attempts());

    // What will not pass is told at once.
    explain(client.chat("Hello").temperature(9.0).await);
    let unknown = client.chat("Hello").model("no-such-model");
    explain(unknown.await);

    // A service that asks to wait longer than two minutes is not waited for.
    mock.fault("chat", Fault::status(429).retry_after(600).times(1))?;
    explain(client.chat("Hello").await);

    mock.fault("chat", Fault::stall().times(1))?;
    let hurried = client
        .chat("Hello")
        .with_timeout(Duration::from_millis(200));
    explain(hurried.await);

    mock.fault("chat", Fault::html_page().times(1))?;
    explain(client.chat("Hello").await);
    Ok(())
}

/// What a program can do about an error, the special before the general.
fn explain<T>(outcome: Result<T, Error>) {
    let Err(error) = outcome else { return };
    let todo = if let Some(field) = error.invalid_field() {
        format!("mend `{field}`")
    } else if error.is_rate_limited() {
        format!("come back in {:?}", error.retry_after())
    } else if error.is_authentication() {
        "ask for another key".to_owned()
    } else if error.is_not_found() {
        "look at the list of models".to_owned()
    } else if let Some(phase) = error.timeout_kind() {
        format!("raise the limit: {phase:?}")
    } else if error.is_outcome_unknown() {
        "look whether it was done".to_owned()
    } else {
        "give up".to_owned()
    };
    println!("\n{error}\n-> {todo}; attempts: {}", error.attempts());
}
