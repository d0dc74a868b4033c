//! Simulates reranking by the similarity of vectors.

use serde_json::{Value, json};

use super::Backend;
use super::{Call, Outcome, text, vector};
use crate::response::ErrorResponse;
use crate::service::backend::usage::Tokens;

pub(crate) fn respond(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let query = call.string("query");
    let documents = documents(call);
    let mut ranked = rank(&query, &documents);
    ranked.truncate(limit(call));
    let document_tokens: usize = documents
        .iter()
        .map(|document| text::count_tokens(document))
        .sum();
    let tokens = Tokens {
        input: text::count_tokens(&query) + document_tokens,
        output: 0,
    };
    let data: Vec<_> = ranked
        .iter()
        .map(|ranked| ranked.to_json(call.is_true("return_documents")))
        .collect();
    let response = json!({
        "id": call.id("rerank"),
        "object": "list",
        "data": data,
        "model": call.string("model"),
        "usage": tokens.to_json(),
    });
    Ok(Outcome::buffered(response, tokens))
}

fn documents<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let documents = call.body().get("documents").and_then(Value::as_array);
    let documents = documents.into_iter().flatten();
    documents.filter_map(Value::as_str).collect()
}

struct RankedDocument<'a> {
    index: usize,
    score: f32,
    document: &'a str,
}

impl RankedDocument<'_> {
    fn to_json(&self, with_document: bool) -> Value {
        let mut json = json!({"index": self.index, "relevance_score": self.score});
        if let (true, Some(fields)) = (with_document, json.as_object_mut()) {
            fields.insert("document".to_owned(), self.document.into());
        }
        json
    }
}

/// Sorts documents by descending score. Documents with equal scores keep their order.
fn rank<'a>(query: &str, documents: &[&'a str]) -> Vec<RankedDocument<'a>> {
    let embed = |text| vector::embed(text, vector::DIMENSIONS);
    let query = embed(query);
    let mut ranked: Vec<_> = documents
        .iter()
        .enumerate()
        .map(|(index, document)| RankedDocument {
            index,
            score: vector::dot(&query, &embed(document)),
            document,
        })
        .collect();
    ranked.sort_by(|left, right| right.score.total_cmp(&left.score));
    ranked
}

/// Returns the limit of `top_n`. Default: all documents; the pages of the service disagree about the default.
fn limit(call: &Call<'_>) -> usize {
    let top_n = call.body().get("top_n").and_then(Value::as_i64);
    top_n.map_or(usize::MAX, |top_n| usize::try_from(top_n).unwrap_or(0))
}
