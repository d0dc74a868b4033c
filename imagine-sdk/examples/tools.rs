//! A model that calls tools: in rounds that the SDK goes through, whole and as a stream, and by hand.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example tools --features schema
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::inference::Messages;
use imagine_sdk::schemars::JsonSchema;
use imagine_sdk::tools::ToolEvent;
use imagine_sdk::{Client, Tool, Toolbox};

/// The arguments of the tools. Comments on the fields are for the model.
#[derive(serde::Deserialize, JsonSchema)]
#[schemars(crate = "imagine_sdk::schemars")]
struct Place {
    /// Name of the city, without its country.
    city: String,
}

const QUESTION: &str = "How is the weather in Toledo?";

/// What fails here is told to the model, which may do better.
async fn weather(Place { city }: Place) -> Result<String, String> {
    if city.is_empty() {
        return Err("which city?".to_owned());
    }
    Ok(format!("31 degrees in {city}"))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let toolbox = Toolbox::new()
        .function("get_weather", "The weather of a city, now", weather)
        .function(
            "get_inhabitants",
            "How many live in a city",
            |place: Place| Ok::<_, String>(place.city.len() * 10_000),
        );
    whole(&client, &toolbox).await?;
    streamed(&client, &toolbox).await?;
    by_hand(&client).await
}

async fn whole(client: &Client, toolbox: &Toolbox) -> Result<(), Failure> {
    let run = client
        .chat(QUESTION)
        .run_tools(toolbox)
        .max_rounds(5)
        .await?;
    println!("whole: {}", run.text().unwrap_or_default());
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

/// The same without the loop: for calls that someone has to allow first, say.
async fn by_hand(client: &Client) -> Result<(), Failure> {
    let tool = Tool::function::<Place>("get_weather", "The weather of a city, now");
    let mut messages = Messages::from(QUESTION);
    let reply = client.chat(&messages).tools([tool.clone()]).await?;
    let calls = reply.tool_calls().to_vec();
    messages.extend(reply.into_message());
    for call in calls {
        let told = weather(call.parse_arguments()?).await?;
        let id = call.id.unwrap_or_default();
        messages.push(imagine_sdk::ChatMessage::tool_result(id, told));
    }
    let reply = client.chat(messages).tools([tool]).await?;
    println!("\nby hand: {}", reply.text().unwrap_or_default());
    Ok(())
}
