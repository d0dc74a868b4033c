//! Lets a model call tools: in a loop of the SDK, buffered and streamed, and by hand.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example tools --features schema
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::inference::Messages;
use imagine_sdk::schemars::{self, JsonSchema};
use imagine_sdk::tools::ToolEvent;
use imagine_sdk::{Client, Tool, Toolbox};

/// The arguments of the tools. The model receives the comments on the fields.
#[derive(serde::Deserialize, JsonSchema)]
struct Location {
    /// Name of the city, without its country.
    city: String,
}

const QUESTION: &str = "How is the weather in Toledo?";

/// The model receives the error, and may correct its call.
async fn weather(Location { city }: Location) -> Result<String, String> {
    if city.is_empty() {
        return Err("which city?".to_owned());
    }
    Ok(format!("31 degrees in {city}"))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let toolbox = Toolbox::new()
        .function("get_weather", "The weather of a city, now", weather)
        .function(
            "get_inhabitants",
            "The number of inhabitants of a city",
            |location: Location| Ok::<_, String>(location.city.len() * 10_000),
        );
    buffered(&client, &toolbox).await?;
    streamed(&client, &toolbox).await?;
    by_hand(&client).await
}

async fn buffered(client: &Client, toolbox: &Toolbox) -> Result<(), Failure> {
    let run = client
        .chat(QUESTION)
        .run_tools(toolbox)
        .max_rounds(5)
        .await?;
    println!("buffered: {}", run.text().unwrap_or_default());
    println!("{} rounds, {:?} tokens", run.rounds, run.usage.total_tokens);
    Ok(())
}

async fn streamed(client: &Client, toolbox: &Toolbox) -> Result<(), Failure> {
    println!("\nstreamed:");
    let mut events = client.chat(QUESTION).run_tools(toolbox).stream();
    while let Some(event) = events.next().await {
        match event? {
            ToolEvent::Call(call) => {
                println!("[{} {}]", call.name().unwrap_or_default(), call.arguments())
            }
            ToolEvent::Result(result) => println!("[{}]", result.outcome?),
            ToolEvent::Done(run) => println!("\n({} messages)", run.messages.len()),
            event => print!("{}", event.text().unwrap_or_default()),
        }
    }
    Ok(())
}

/// Runs the calls without the loop, for instance to ask for permission first.
async fn by_hand(client: &Client) -> Result<(), Failure> {
    let tool = Tool::function::<Location>("get_weather", "The weather of a city, now");
    let mut messages = Messages::from(QUESTION);
    let reply = client.chat(&messages).tools([tool.clone()]).await?;
    let calls = reply.tool_calls().to_vec();
    messages.extend(reply.into_message());
    for call in calls {
        let output = weather(call.parse_arguments()?).await?;
        let id = call.id.unwrap_or_default();
        messages.push(imagine_sdk::ChatMessage::tool_result(id, output));
    }
    let reply = client.chat(messages).tools([tool]).await?;
    println!("\nby hand: {}", reply.text().unwrap_or_default());
    Ok(())
}
