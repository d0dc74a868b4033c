//! Prints the health of the service, its models, and the history and usage of the account.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example account
//! ```

mod common;

use std::time::{Duration, SystemTime};

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{Client, ModelType};

const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    service(&client).await?;
    history(&client).await?;
    usage(&client).await
}

async fn service(client: &Client) -> Result<(), Failure> {
    println!("ping: {}", client.ping().await?.message);
    let health = client.health_check().await?;
    println!(
        "models are {}, the database is {}",
        health.models, health.postgres
    );
    for (kind, names) in client.available_models_by_type().await? {
        println!("{kind}: {}", names.join(", "));
    }
    let language_models = client.available_models().model_type(ModelType::Llm).await?;
    println!("{} language models", language_models.len());
    Ok(())
}

async fn history(client: &Client) -> Result<(), Failure> {
    client.chat("Best Spanish cheese?").await?;
    for entry in client.chat_history().max_items(5).await? {
        let response = entry.response.text().unwrap_or_default();
        println!(
            "response to {} messages: {response}",
            entry.request.messages.len()
        );
    }
    Ok(())
}

async fn usage(client: &Client) -> Result<(), Failure> {
    let since = SystemTime::now() - WEEK;
    let usage = client
        .usage()
        .aggregation_duration("day")
        .since(since)
        .await?;
    for day in &usage.usage {
        println!(
            "{} {}: {} tokens",
            day.date_bin, day.model, day.total_tokens
        );
    }
    for model in &usage.overall {
        println!("{}: {} tokens in total", model.model, model.total_tokens);
    }
    Ok(())
}
