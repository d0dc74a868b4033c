//! Calls every operation of the inference API.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example quickstart
//! ```

mod common;

use std::io::Write as _;
use std::path::PathBuf;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{ChatMessage, Client, ModelType, SamplingParams};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    service(&client).await?;
    text(&client).await?;
    retrieval(&client).await?;
    media(&client).await?;
    account(&client).await
}

async fn service(client: &Client) -> Result<(), Failure> {
    let ping = client.ping().await?;
    println!("\nping: {} ({})", ping.message, ping.status);
    let health = client.health_check().await?;
    println!(
        "health: postgres {}, redis {}, models {}",
        health.postgres, health.redis, health.models
    );
    for (kind, names) in client.available_models_by_type().await? {
        println!("models of type {kind}: {}", names.join(", "));
    }
    let models = client.available_models().model_type(ModelType::Llm).await?;
    println!("language models: {}", models.as_slice().join(", "));
    Ok(())
}

async fn text(client: &Client) -> Result<(), Failure> {
    let messages = [
        ChatMessage::system("Be brief"),
        ChatMessage::user("Best Spanish cheese?"),
    ];
    let reply = client
        .chat(messages)
        .temperature(0.2)
        .max_tokens(64)
        .await?;
    println!("\nchat: {}", reply.text().unwrap_or_default());

    print!("chat, streamed: ");
    let mut stream = client.chat("Tell me a story").stream().await?;
    while let Some(chunk) = stream.next().await {
        print!("{}", chunk?.text().unwrap_or_default());
        std::io::stdout().flush()?;
    }
    println!();

    let params = SamplingParams::new()
        .temperature(0.7)
        .top_p(0.9)
        .max_tokens(32);
    let completion = client
        .completion("Once upon a time")
        .sampling(&params)
        .await?;
    println!("completion: {}", completion.text().unwrap_or_default());
    let completion = client
        .completion("Once upon a time")
        .sampling(&params)
        .stream()
        .await?
        .collect()
        .await?;
    println!(
        "completion, streamed: {}",
        completion.text().unwrap_or_default()
    );

    let translation = client
        .translate("Hello", "Helsinki-NLP/opus-mt-en-es")
        .await?;
    println!("translate: {}", translation.text().unwrap_or_default());
    Ok(())
}

async fn retrieval(client: &Client) -> Result<(), Failure> {
    let documents = [
        "Manchego is a Spanish cheese",
        "Spanish cheese: Manchego",
        "The train leaves at nine",
    ];
    let vectors = client.embeddings(documents).await?;
    let cosine = |a: usize, b: usize| -> f64 {
        let vector = |index: usize| {
            vectors
                .data
                .get(index)
                .map(|item| item.embedding.as_slice())
                .unwrap_or_default()
        };
        vector(a).iter().zip(vector(b)).map(|(a, b)| a * b).sum()
    };
    println!(
        "\nembeddings: {} vectors; similar {:.2}, different {:.2}",
        vectors.data.len(),
        cosine(0, 1),
        cosine(0, 2)
    );

    let ranking = client
        .reranker("Which cheese is Spanish?", documents)
        .top_n(2)
        .return_documents(true)
        .await?;
    for hit in &ranking.data {
        println!(
            "reranker: {:.2} {}",
            hit.relevance_score,
            hit.document.as_deref().unwrap_or_default()
        );
    }
    Ok(())
}

async fn media(client: &Client) -> Result<(), Failure> {
    let images = client
        .images_generate("A cat on a bicycle")
        .size("64x64")
        .await?;
    let path = std::env::temp_dir().join("imagine-quickstart.png");
    if let Some(image) = images.data.into_iter().next() {
        image.save_to(&path).await?;
        println!("\nimage: saved to {}", path.display());
    }
    let streamed = client
        .images_generate("A cat on a bicycle")
        .size("64x64")
        .n(2)
        .stream()
        .await?;
    println!("images, streamed: {}", streamed.collect().await?.data.len());

    let speech = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/assets/tone.wav");
    let transcript = client.transcribe(speech).await?;
    println!("transcribe: {}", transcript.text);
    Ok(())
}

async fn account(client: &Client) -> Result<(), Failure> {
    let chats = client.chat_history().max_items(5).await?;
    let completions = client.completion_history().max_items(5).await?;
    let embeddings = client.embedding_history().max_items(5).await?;
    let rankings = client.reranker_history().max_items(5).await?;
    println!(
        "\nhistories: {} chats, {} completions, {} embeddings, {} rankings",
        chats.len(),
        completions.len(),
        embeddings.len(),
        rankings.len()
    );
    for record in client.usage().aggregation_duration("day").await?.overall {
        println!("usage of {}: {} tokens", record.model, record.total_tokens);
    }
    Ok(())
}
