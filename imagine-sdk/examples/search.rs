//! A small search: vectors find candidates among many texts, and the reranker puts them in order.
//!
//! With `IMAGINE_API_ENDPOINT` and `IMAGINE_API_KEY` set it talks to that service; without them it
//! starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example search -- "Which cheese is Spanish?"
//! ```

mod common;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::{Client, Error};

const TEXTS: [&str; 5] = [
    "Manchego is a Spanish cheese",
    "The train to Toledo leaves at nine",
    "Cheese is made from milk",
    "Spanish is spoken in Toledo",
    "Nine trains leave every day",
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) =
        common::connect(Client::builder(), MockServer::inference_endpoint).await?;
    let given = std::env::args().nth(1);
    let question = given.as_deref().unwrap_or("Which cheese is Spanish?");

    let candidates = nearest(&client, question, 3).await?;
    println!("near: {candidates:#?}");

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

/// The texts whose vectors are most like the question's. A program would keep the vectors of its texts.
async fn nearest(
    client: &Client,
    question: &str,
    count: usize,
) -> Result<Vec<&'static str>, Error> {
    let asked = client.embeddings(question).await?;
    let asked = asked.first_embedding().unwrap_or_default();
    let known = client.embeddings(TEXTS).await?;
    let scored = TEXTS.iter().zip(&known.data);
    let mut scored: Vec<_> = scored
        .map(|(text, item)| (cosine(asked, &item.embedding), *text))
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
