//! Prints the spans of the SDK: one for each call and one for each attempt, with the names of OpenTelemetry.
//!
//! It calls a mock server whose first response is a 503. The layer of `tracing-opentelemetry` sends the same spans to a
//! collector.
//!
//! ```sh
//! cargo run --example observe
//! ```

use imagine_mock::{Fault, MockServer};
use imagine_sdk::Client;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A span is printed when it ends, with all its fields. Calls have the level "info", attempts "debug".
    let layer = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::CLOSE)
        .without_time();
    let filter = Targets::new().with_target("imagine_sdk", LevelFilter::DEBUG);
    tracing_subscriber::registry()
        .with(layer)
        .with(filter)
        .init();
    let mock = MockServer::start().await?;
    let client = Client::builder()
        .endpoint(mock.inference_endpoint())
        .api_key("any")
        .no_proxy()
        .build()?;

    mock.fault("chat", Fault::status(503).times(1))?;
    let call = client.chat("Best Spanish cheese?").max_tokens(64);
    call.temperature(0.2).await?;

    // The span of a stream lasts as long as the stream.
    let mut stream = client.chat("Tell me a story").stream().await?;
    while let Some(chunk) = stream.next().await {
        chunk?;
    }

    let result = client.chat("Hello").model("no-such-model").await;
    if let Err(error) = result {
        println!("{error}");
    }
    Ok(())
}
