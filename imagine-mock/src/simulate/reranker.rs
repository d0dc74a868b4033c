//! Orders documents by how near their vectors are to the query's.

use serde_json::{Value, json};

use super::{Call, Outcome, text, vector};
use crate::failure::Failure;
use crate::state::State;
use crate::usage::Tokens;

pub(crate) fn response(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let query = call.text("query");
    let documents = documents(call);
    let mut ranked = rank(&query, &documents);
    ranked.truncate(most(call));
    let tokens = Tokens {
        input: text::count(&query)
            + documents
                .iter()
                .map(|text| text::count(text))
                .sum::<usize>(),
        output: 0,
    };
    let data: Vec<_> = ranked
        .iter()
        .map(|entry| entry.object(call.flag("return_documents")))
        .collect();
    let response = json!({
        "id": call.id("rerank"),
        "object": "list",
        "data": data,
        "model": call.text("model"),
        "usage": tokens.info(),
    });
    Ok(Outcome::whole(response, tokens))
}

fn documents<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let documents = call.body().get("documents").and_then(Value::as_array);
    let documents = documents.into_iter().flatten();
    documents.filter_map(Value::as_str).collect()
}

struct Ranked<'a> {
    index: usize,
    score: f32,
    document: &'a str,
}

impl Ranked<'_> {
    fn object(&self, with_document: bool) -> Value {
        let mut object = json!({"index": self.index, "relevance_score": self.score});
        if let (true, Some(fields)) = (with_document, object.as_object_mut()) {
            fields.insert("document".to_owned(), self.document.into());
        }
        object
    }
}

/// Best first; documents of the same score keep their order.
fn rank<'a>(query: &str, documents: &[&'a str]) -> Vec<Ranked<'a>> {
    let query = vector::embed(query);
    let mut ranked: Vec<_> = documents
        .iter()
        .enumerate()
        .map(|(index, document)| Ranked {
            index,
            score: vector::dot(&query, &vector::embed(document)),
            document,
        })
        .collect();
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
    ranked
}

/// Without `top_n` all documents are listed; the service's pages disagree on that.
fn most(call: &Call<'_>) -> usize {
    let asked = call.body().get("top_n").and_then(Value::as_i64);
    asked.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(0))
}
