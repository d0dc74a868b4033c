//! Lets two agents work on a task in turn: a writer with a tool, and an editor who reviews its drafts.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example agents --features schema
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::inference::Messages;
use imagine_sdk::schemars::{self, JsonSchema};
use imagine_sdk::{ChatMessage, Client, Toolbox};

const TASK: &str = "Write an advertisement for the cheese Manchego";

/// The drafts that the editor reviews at most.
const MAX_DRAFTS: usize = 2;

/// A role with its instructions, its tools and its own view of the conversation.
struct Agent {
    name: &'static str,
    toolbox: Toolbox,
    messages: Messages,
}

impl Agent {
    fn new(name: &'static str, instructions: &str, toolbox: Toolbox) -> Self {
        Self {
            name,
            toolbox,
            messages: Messages::from(ChatMessage::system(instructions)),
        }
    }

    /// Responds to a message of another agent.
    async fn respond(&mut self, client: &Client, message: &str) -> Result<String, Failure> {
        self.messages.push(ChatMessage::user(message));
        let chat = client.chat(&self.messages).max_tokens(200);
        let run = chat.run_tools(&self.toolbox).max_rounds(3).await?;
        let text = run.text().unwrap_or_default().into_owned();
        self.messages = run.messages;
        println!("{}: {text}\n", self.name);
        Ok(text)
    }
}

#[derive(serde::Deserialize, JsonSchema)]
struct Cheese {
    /// Name of the cheese.
    cheese: String,
}

async fn origin(Cheese { cheese }: Cheese) -> Result<String, String> {
    match cheese.as_str() {
        "" => Err("which cheese?".to_owned()),
        _ => Ok(format!("{cheese} is from La Mancha")),
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let facts = Toolbox::new().function("get_origin", "The origin of a cheese", origin);
    let mut writer = Agent::new("writer", "You write one short paragraph.", facts);
    let mut editor = Agent::new(
        "editor",
        "You review advertisements. Reply APPROVED, or one sentence with what to change.",
        Toolbox::new(),
    );
    let mut request = TASK.to_owned();
    for _ in 0..MAX_DRAFTS {
        let draft = writer.respond(&client, &request).await?;
        request = editor.respond(&client, &draft).await?;
        if request.contains("APPROVED") {
            break;
        }
    }
    Ok(())
}
