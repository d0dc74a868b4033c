//! Embeddings and rankings depend on the similarity of strings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::client::{TestService, merge};

fn embed(input: Value) -> Value {
    json!({"model": "BAAI/bge-large-en-v1.5", "input": input})
}

fn vectors(response: &Value) -> Vec<Vec<f64>> {
    let data = response["data"].as_array().unwrap();
    data.iter()
        .map(|item| serde_json::from_value(item["embedding"].clone()).unwrap())
        .collect()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[tokio::test]
async fn similar_texts_have_similar_vectors() {
    let service = TestService::start().await;
    let input = json!([
        "The cat sat on the mat.",
        "A cat is sitting on the mat.",
        "Quarterly revenue grew by ten percent.",
        "",
    ]);
    let response = service.post("/embeddings", &embed(input)).await;
    let vectors = vectors(&response);
    for vector in &vectors {
        assert!((dot(vector, vector) - 1.0).abs() < 1e-5);
    }
    let near = dot(&vectors[0], &vectors[1]);
    let far = dot(&vectors[0], &vectors[2]);
    assert!(near > 0.5 && far < 0.3, "near {near}, far {far}");
}

#[tokio::test]
async fn a_single_string_gets_one_vector_and_base64_encodes_the_same_vector() {
    let service = TestService::start().await;
    let plain = embed(json!("manchego"));
    let encoded = merge(plain.clone(), json!({"encoding_format": "base64"}));
    let expected = vectors(&service.post("/embeddings", &plain).await);
    let response = service.post("/embeddings", &encoded).await;
    let bytes = STANDARD.decode(response["data"][0]["embedding"].as_str().unwrap());
    let decoded: Vec<f64> = bytes
        .unwrap()
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()).into())
        .collect();
    let difference = expected[0].iter().zip(&decoded).map(|(a, b)| (a - b).abs());
    assert!(difference.fold(0.0, f64::max) < 1e-6);
    assert_eq!(expected.len(), 1);
    assert_eq!(expected[0].len(), decoded.len());
}

#[tokio::test]
async fn sorts_documents_by_descending_score() {
    let service = TestService::start().await;
    let request = json!({
        "model": "BAAI/bge-reranker-base",
        "query": "Which cheese is Spanish?",
        "documents": ["Gouda is Dutch", "Manchego is a Spanish cheese", "Tea is hot"],
    });
    let all = service.post("/reranker", &request).await;
    let scores: Vec<f64> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["relevance_score"].as_f64().unwrap())
        .collect();
    assert!(
        scores.len() == 3 && scores.is_sorted_by(|a, b| a >= b),
        "{scores:?}"
    );
    assert_eq!(all["data"][0]["index"], 1);
    assert_eq!(all["data"][0]["document"], Value::Null);
    let best = merge(request, json!({"top_n": 1, "return_documents": true}));
    let best = service.post("/reranker", &best).await;
    assert_eq!(best["data"].as_array().unwrap().len(), 1);
    assert_eq!(best["data"][0]["document"], "Manchego is a Spanish cheese");
}
