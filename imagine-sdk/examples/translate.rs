//! Texts in another language: several at once, and in their order.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example translate
//! ```

mod common;

use common::Failure;
use futures_util::{StreamExt, TryStreamExt, stream};
use imagine_mock::MockServer;
use imagine_sdk::{Client, ModelType};

/// The model decides from which language into which.
const MODEL: &str = "Helsinki-NLP/opus-mt-en-es";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let models = client.available_models().model_type(ModelType::Translate);
    println!("models: {}", models.await?.as_slice().join(", "));

    // A call takes one text. Here four are under way at a time, and answered in their order.
    let texts = ["Hello", "How are you?", "Where is the cheese?"];
    let calls = stream::iter(texts).map(|text| client.translate(text, MODEL).send());
    let responses: Vec<_> = calls.buffered(4).try_collect().await?;
    for (text, response) in texts.iter().zip(responses) {
        println!("{text} = {}", response.text().unwrap_or_default());
    }
    Ok(())
}
