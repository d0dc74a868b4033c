//! Sample calls of the embedded mock, whose account would be empty otherwise.

use imagine_sdk::InferenceClient;

use crate::failure::Result;
use crate::session::Session;

/// Makes a few calls if the embedded mock responds. Without it, does nothing.
pub(crate) async fn calls(session: &Session, client: &InferenceClient) -> Result<()> {
    if !session.is_mock() {
        return Ok(());
    }
    client.chat("Best Spanish cheese?").await?;
    client
        .chat("Tell me a story about a lighthouse")
        .model("Llama-3.3-70B")
        .await?;
    client.completion("Once upon a time").await?;
    client
        .embeddings(["a first document", "a second document"])
        .await?;
    client
        .reranker(
            "cheese",
            ["a document about cheese", "a document about wine"],
        )
        .await?;
    Ok(())
}
