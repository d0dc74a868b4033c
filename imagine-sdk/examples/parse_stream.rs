//! Shows structured output while it arrives: partial values, and the elements of a list.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example parse_stream --features schema
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::Client;
use imagine_sdk::schemars::{self, JsonSchema};
use imagine_sdk::structured::ParseEvent;

#[derive(Debug, serde::Deserialize, JsonSchema)]
struct CheeseBoard {
    cheeses: Vec<Cheese>,
}

#[derive(Debug, serde::Deserialize, JsonSchema)]
struct Cheese {
    name: String,
    /// Months of ripening.
    months: Option<u32>,
}

const QUESTION: &str = "A cheese board with a cheese named Payoyo, ripe for 3 months";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    partial_values(&client).await?;
    elements(&client).await
}

async fn partial_values(client: &Client) -> Result<(), Failure> {
    let chat = client.chat(QUESTION).max_tokens(500);
    let mut events = chat.parse_stream::<CheeseBoard>();
    while let Some(event) = events.next().await {
        match event? {
            ParseEvent::Partial(value) => println!("so far: {value}"),
            ParseEvent::Done(parsed) => println!("{} cheeses", parsed.value.cheeses.len()),
            _ => {}
        }
    }
    Ok(())
}

async fn elements(client: &Client) -> Result<(), Failure> {
    let chat = client.chat(QUESTION).max_tokens(500);
    let mut cheeses = chat.parse_stream::<CheeseBoard>().items::<Cheese>();
    while let Some(cheese) = cheeses.next().await {
        let Cheese { name, months } = cheese?;
        println!("{name}, {months:?} months");
    }
    Ok(())
}
