//! Parses responses as types, and handles responses that do not match.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example structured --features schema
//! ```

mod common;

use std::collections::HashMap;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::Client;
use imagine_sdk::schemars::{self, JsonSchema};
use imagine_sdk::structured::{OutputMode, ParseError, Schema};

#[derive(Debug, serde::Deserialize, JsonSchema)]
struct Cheese {
    name: String,
    /// Months of ripening.
    months: Option<u32>,
    milk: Milk,
}

#[derive(Debug, serde::Deserialize, JsonSchema)]
enum Milk {
    Sheep,
    Goat,
    Cow,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
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
        Err(ParseError::Truncated { text, .. }) => println!("truncated after {} bytes", text.len()),
        Err(ParseError::Refusal { text, .. }) => println!("refusal: {text}"),
        Err(ParseError::Invalid { attempts, .. }) => {
            for attempt in attempts {
                println!("{}: {}", attempt.mode, attempt.problem);
            }
        }
        Err(error) => return Err(error.into()),
    }

    // A text completion, for services that lose tool calls and ignore `response_format`. One request, without repairs.
    let parse = client.chat(question).max_tokens(200).parse::<Cheese>();
    let parse = parse.output_mode(OutputMode::Completion).repairs(0);
    match parse.await {
        Ok(parsed) => println!("completion: {}", parsed.value.name),
        Err(error) => println!("completion: {error}"),
    }

    // A schema that allows any property is rejected before sending.
    if let Err(error) = Schema::of::<HashMap<String, u32>>() {
        println!("{error}");
    }
    Ok(())
}
