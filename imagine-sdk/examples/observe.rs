//! What the SDK traces: a span for each call and one for each attempt, under the names of OpenTelemetry.
//!
//! It talks to the mock server, which it tells to be busy at first. With the layer of `tracing-opentelemetry`
//! instead of the one that prints, the same spans go to a collector.
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
    // A span is printed when it ends, with all that became known of it. Calls are at the level "info", and
    // attempts at "debug".
    let printed = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::CLOSE)
        .without_time();
    let ours = Targets::new().with_target("imagine_sdk", LevelFilter::DEBUG);
    tracing_subscriber::registry()
        .with(printed)
        .with(ours)
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

    let refused = client.chat("Hello").model("no-such-model").await;
    if let Err(error) = refused {
        println!("{error}");
    }
    Ok(())
}
