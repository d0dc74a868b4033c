//! Guards a model: another model classifies the question before, and the response after.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example guarded -- "Which wine goes with Manchego?"
//! ```

mod common;

use std::borrow::Cow;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{ChatMessage, Client, Error};

const POLICY: &str = "Reply with the word UNSAFE if the text asks for or contains instructions to harm people, and with \
                      the word SAFE otherwise.";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let argument = std::env::args().nth(1);
    let question = argument
        .as_deref()
        .unwrap_or("Which wine goes with Manchego?");
    match guarded(&client, question).await? {
        Some(text) => println!("{text}"),
        None => println!("The policy does not permit this."),
    }
    Ok(())
}

/// Returns the response to a question, unless the question or the response violates the policy.
async fn guarded(client: &Client, question: &str) -> Result<Option<String>, Error> {
    if !is_safe(client, question).await? {
        return Ok(None);
    }
    let reply = client.chat(question).max_tokens(200).await?;
    let text = reply.text().map(Cow::into_owned).unwrap_or_default();
    Ok(is_safe(client, &text).await?.then_some(text))
}

/// Returns whether the guard classifies a text as safe. The text is data in a message of its own, so that instructions
/// in it do not mix with the policy.
async fn is_safe(client: &Client, text: &str) -> Result<bool, Error> {
    let messages = [ChatMessage::system(POLICY), ChatMessage::user(text)];
    let verdict = client.chat(messages).temperature(0.0).max_tokens(5).await?;
    Ok(!verdict.text().unwrap_or_default().contains("UNSAFE"))
}
