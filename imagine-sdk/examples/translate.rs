//! Translates several strings concurrently, and keeps their order.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example translate
//! ```

mod common;

use common::Failure;
use futures_util::{StreamExt, TryStreamExt, stream};
use imagine_mock::MockServer;
use imagine_sdk::{Client, ModelType};

/// The model determines the languages.
const MODEL: &str = "Helsinki-NLP/opus-mt-en-es";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let models = client.available_models().model_type(ModelType::Translate);
    println!("models: {}", models.await?.as_slice().join(", "));

    // A call translates one string. At most 4 calls run at a time, and the results keep their order.
    let inputs = ["Hello", "How are you?", "Where is the cheese?"];
    let calls = stream::iter(inputs).map(|input| client.translate(input, MODEL).send());
    let responses: Vec<_> = calls.buffered(4).try_collect().await?;
    for (input, response) in inputs.iter().zip(responses) {
        println!("{input} = {}", response.text().unwrap_or_default());
    }
    Ok(())
}
