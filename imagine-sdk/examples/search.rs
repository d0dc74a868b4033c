//! Searches documents: embeddings select candidates, and the reranker sorts them.
//!
//! It calls the service at `IMAGINE_API_ENDPOINT` with `IMAGINE_API_KEY` if they are set, and a mock server otherwise.
//!
//! ```sh
//! cargo run --example search -- "Which cheese is Spanish?"
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{Client, Error};

const DOCUMENTS: [&str; 5] = [
    "Manchego is a Spanish cheese",
    "The train to Toledo leaves at nine",
    "Cheese is made from milk",
    "Spanish is spoken in Toledo",
    "Nine trains leave every day",
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let argument = std::env::args().nth(1);
    let question = argument.as_deref().unwrap_or("Which cheese is Spanish?");

    let candidates = nearest(&client, question, 3).await?;
    println!("candidates: {candidates:#?}");

    let ranking = client
        .reranker(question, candidates)
        .top_n(2)
        .return_documents(true);
    for hit in ranking.await?.data {
        let text = hit.document.unwrap_or_default();
        println!("{:.2} {text}", hit.relevance_score);
    }
    Ok(())
}

/// Returns the documents most similar to the question. A real program would store the embeddings of its documents.
async fn nearest(
    client: &Client,
    question: &str,
    count: usize,
) -> Result<Vec<&'static str>, Error> {
    let query = client.embeddings(question).await?;
    let query = query.first_embedding().unwrap_or_default();
    let embeddings = client.embeddings(DOCUMENTS).await?;
    let scored = DOCUMENTS.iter().zip(&embeddings.data);
    let mut scored: Vec<_> = scored
        .map(|(text, item)| (cosine(query, &item.embedding), *text))
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    Ok(scored
        .into_iter()
        .map(|(_, text)| text)
        .take(count)
        .collect())
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
