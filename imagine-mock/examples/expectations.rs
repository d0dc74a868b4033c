//! Tests an application with expectations, and prints the report of a mismatch.
//!
//! ```sh
//! cargo run -p imagine-mock --example expectations
//! ```

use std::time::Duration;

use imagine_mock::MockServer;
use imagine_mock::expect::containing;
use imagine_sdk::{Client, Error};

/// The application under test: prints the response to a question as it arrives.
async fn ask(client: &Client, question: &str) -> Result<(), Error> {
    let mut stream = client.chat(question).stream().await?;
    while let Some(chunk) = stream.next().await {
        print!("{}", chunk?.text().unwrap_or_default());
    }
    println!();
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = MockServer::builder().strict().start().await?;
    let client = Client::builder()
        .endpoint(server.inference_endpoint())
        .api_key("any")
        .build()?;

    let busy = server.expect_chat(|_, then| then.status(503).retry_after(0).times(1));
    let cheese = server.expect_chat(|when, then| {
        when.messages(containing("cheese"));
        then.stream(["Man", "che", "go"])
            .chunk_delay(Duration::from_millis(200))
    });
    ask(&client, "Best Spanish cheese?").await?;
    busy.assert();
    cheese.assert_calls(1);
    server.assert_contract();

    if let Err(error) = ask(&client, "Best Spanish wine?").await {
        println!("\nThe error for an unmatched request:\n{error}");
    }
    if let Err(unmet) = server.verify_expectations() {
        println!("\n{unmet}");
    }
    Ok(())
}
