//! Reranking.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::value::{RawValue, to_raw_value};

use super::super::input::Text;
use super::{BulkOperation, Change, missing};
use crate::client::generated::InferenceClient;
use crate::error::Error;
use crate::inference::builder::Reranker;
use crate::inference::operations::RERANKER;
use crate::inference::{RerankerObject, RerankerResponse};
use crate::request::Operation;

/// Rates documents for queries: [`InferenceClient::rerank_all`].
pub struct RerankAll {
    client: InferenceClient,
    change: Change<Reranker>,
}

/// A query and a document.
#[derive(Clone, Debug)]
pub struct Pair {
    query: Text,
    document: Text,
}

impl<Q: Into<Text>, D: Into<Text>> From<(Q, D)> for Pair {
    fn from((query, document): (Q, D)) -> Self {
        Self {
            query: query.into(),
            document: document.into(),
        }
    }
}

impl RerankAll {
    pub(super) fn new(client: InferenceClient) -> Self {
        Self {
            client,
            change: Change::none(),
        }
    }

    fn builder(&self, query: String, documents: Vec<String>) -> Reranker {
        self.change.apply(self.client.reranker(query, documents))
    }
}

impl BulkOperation for RerankAll {
    type Input = Pair;
    type Output = f64;
    type Builder = Reranker;

    fn operation(&self) -> &'static Operation {
        &RERANKER
    }

    fn configure(&mut self, change: Box<dyn Fn(Reranker) -> Reranker + Send + Sync>) {
        self.change.add(change);
    }

    fn settings(&self) -> String {
        self.builder(String::new(), Vec::new()).0.settings()
    }

    fn check(&self, pair: &Pair) -> Result<(), Error> {
        let query = pair.query.as_deref();
        query.ok_or_else(|| missing("query"))?;
        let document = pair.document.as_deref();
        document.map(drop).ok_or_else(|| missing("documents"))
    }

    fn identity(&self, pair: &Pair) -> Vec<u8> {
        let query = pair.query.clone().into_string();
        let document = pair.document.clone().into_string();
        // The length separates the two.
        format!("{}:{query}{document}", query.len()).into_bytes()
    }

    fn joins(&self, first: &Pair, next: &Pair) -> bool {
        first.query == next.query
    }

    fn send(&self, pairs: Vec<Pair>) -> BoxFuture<'static, Result<Vec<f64>, Error>> {
        let query = pairs.first().map(|pair| pair.query.clone());
        let query = query.unwrap_or_default().into_string();
        let documents = pairs.into_iter().map(|pair| pair.document.into_string());
        let documents: Vec<_> = documents.collect();
        let count = documents.len();
        let call = self.builder(query, documents).send();
        async move { scores(call.await?, count) }.boxed()
    }

    fn write_json(&self, score: &f64) -> serde_json::Result<Box<RawValue>> {
        to_raw_value(score)
    }

    fn read_json(&self, json: &RawValue) -> Result<f64, String> {
        serde_json::from_str(json.get()).map_err(|error| error.to_string())
    }
}

/// Returns the scores in the order of the documents.
fn scores(response: RerankerResponse, count: usize) -> Result<Vec<f64>, Error> {
    let incomplete = || {
        let problem = match &response.failure {
            Some(failure) => format!("the service could not rate the documents: {failure}"),
            None => format!("the response has no score for each of {count} documents"),
        };
        Error::unexpected_response(problem).with_operation(RERANKER.id)
    };
    let mut scores = vec![None; count];
    for RerankerObject {
        index,
        relevance_score,
        ..
    } in &response.data
    {
        let slot = usize::try_from(*index).ok();
        let slot = slot.and_then(|index| scores.get_mut(index));
        *slot.ok_or_else(incomplete)? = Some(*relevance_score);
    }
    let scores: Option<Vec<f64>> = scores.into_iter().collect();
    scores.ok_or_else(incomplete)
}
