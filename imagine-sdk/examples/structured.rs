//! Answers as types: what they look like, and what becomes of one that does not fit.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example structured --features schema
//! ```

mod common;

use std::collections::HashMap;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::Client;
use imagine_sdk::schemars::JsonSchema;
use imagine_sdk::structured::{ParseError, Schema};

#[derive(Debug, serde::Deserialize, JsonSchema)]
#[schemars(crate = "imagine_sdk::schemars")]
struct Cheese {
    name: String,
    /// Months of ripening.
    months: Option<u32>,
    milk: Milk,
}

#[derive(Debug, serde::Deserialize, JsonSchema)]
#[schemars(crate = "imagine_sdk::schemars")]
enum Milk {
    Sheep,
    Goat,
    Cow,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let question = "Describe a cheese of goat milk named Payoyo, ripe for 3 months";
    match client
        .chat(question)
        .max_tokens(200)
        .parse::<Cheese>()
        .await
    {
        Ok(parsed) => {
            let Cheese { name, milk, months } = parsed.value;
            println!("{name} of {milk:?} milk, {months:?} months");
        }
        Err(ParseError::Truncated { text, .. }) => println!("cut after {} bytes", text.len()),
        Err(ParseError::Refusal { text, .. }) => println!("refused: {text}"),
        Err(error) => return Err(error.into()),
    }

    // A schema that leaves anything open is refused before anything is sent.
    if let Err(error) = Schema::of::<HashMap<String, u32>>() {
        println!("{error}");
    }
    Ok(())
}
