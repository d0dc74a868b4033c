//! Responds to questions from documents: retrieval-augmented generation (RAG) with a vector store in memory.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example rag -- "How long does Manchego ripen?"
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{ChatMessage, Client, Error};

const DOCUMENT: &str = "\
Manchego is a cheese of sheep milk from La Mancha.

Manchego ripens for at least 30 days, and up to two years.

Payoyo is a cheese of goat milk from the Sierra de Grazalema.

The train to Toledo leaves at nine.";

const INSTRUCTIONS: &str = "Use only the numbered excerpts, and cite their numbers. If they do not contain the \
                            information, reply that you do not know.";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let argument = std::env::args().nth(1);
    let question = argument
        .as_deref()
        .unwrap_or("How long does Manchego ripen?");

    let mut store = VectorStore::default();
    store.add(&client, DOCUMENT.split("\n\n")).await?;
    let excerpts = store.nearest(&client, question, 2).await?;
    let numbered = excerpts.iter().zip(1..);
    let numbered: String = numbered
        .map(|(text, n)| format!("[{n}] {text}\n"))
        .collect();
    println!("{numbered}");

    let messages = [
        ChatMessage::system(INSTRUCTIONS),
        ChatMessage::user(format!("{numbered}\nQuestion: {question}")),
    ];
    let reply = client
        .chat(messages)
        .temperature(0.0)
        .max_tokens(200)
        .await?;
    println!("{}", reply.text().unwrap_or_default());
    Ok(())
}

/// Texts and their embeddings. A database with vector search replaces it in a larger program.
#[derive(Default)]
struct VectorStore {
    texts: Vec<String>,
    embeddings: Vec<Vec<f64>>,
}

impl VectorStore {
    async fn add<'a>(
        &mut self,
        client: &Client,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Error> {
        let texts: Vec<_> = texts.into_iter().map(str::to_owned).collect();
        let response = client.embeddings(texts.clone()).await?;
        self.texts.extend(texts);
        let embeddings = response.data.into_iter().map(|item| item.embedding);
        self.embeddings.extend(embeddings);
        Ok(())
    }

    /// Returns the texts most similar to the question, best first.
    async fn nearest(
        &self,
        client: &Client,
        question: &str,
        count: usize,
    ) -> Result<Vec<&str>, Error> {
        let response = client.embeddings(question).await?;
        let question = response.first_embedding().unwrap_or_default();
        let stored = self.texts.iter().zip(&self.embeddings);
        let mut scored: Vec<_> = stored
            .map(|(text, embedding)| (cosine(question, embedding), text.as_str()))
            .collect();
        scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        scored.truncate(count);
        Ok(scored.into_iter().map(|(_, text)| text).collect())
    }
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
