//! The calls and their results.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use imagine_mock::MockServer;
use imagine_sdk::{ApiClient, Client, ClientBuilder, Error, MediaClient, RetryPolicy};

use crate::BoxError;
use crate::call_log::{CallLog, CallResult, ID};

const QUESTION: &str = "Tell me a story";

/// The kind of an error that no predicate classifies.
pub(crate) const OTHER: &str = "other error";

/// The numbers of results.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) responses: usize,
    /// The number of responses that differ from those of a service without faults.
    pub(crate) wrong: usize,
    pub(crate) errors: BTreeMap<String, usize>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.responses += other.responses;
        self.wrong += other.wrong;
        for (kind, count) in other.errors {
            *self.errors.entry(kind).or_default() += count;
        }
    }

    fn count(&mut self, result: &Result<bool, Error>) {
        match result {
            Ok(is_correct) => {
                self.responses += 1;
                self.wrong += usize::from(!is_correct);
            }
            Err(error) => *self.errors.entry(kind(error)).or_default() += 1,
        }
    }
}

/// The clients and the expected responses of the calls.
#[derive(Debug)]
pub(crate) struct Workload {
    client: Client,
    media: MediaClient,
    concurrency: usize,
    expected: Expected,
}

/// The responses of a service without faults.
#[derive(Debug)]
struct Expected {
    story: String,
    embedding: Vec<f64>,
}

impl Workload {
    pub(crate) async fn new(server: &MockServer, concurrency: usize) -> Result<Self, BoxError> {
        let media = MediaClient::builder().endpoint(server.media_endpoint());
        let client = Client::builder().endpoint(server.inference_endpoint());
        Ok(Self {
            client: build(client, server, concurrency)?,
            media: build(media, server, concurrency)?,
            concurrency,
            expected: expected().await?,
        })
    }

    /// Runs a range of calls in concurrent tasks.
    pub(crate) async fn run(self: &Arc<Self>, calls: Range<usize>, log: &Arc<CallLog>) -> Tally {
        let next = Arc::new(AtomicUsize::new(calls.start));
        let tasks: Vec<_> = (0..self.concurrency)
            .map(|_| {
                let (workload, log) = (Arc::clone(self), Arc::clone(log));
                let (next, end) = (Arc::clone(&next), calls.end);
                tokio::spawn(async move { workload.run_task(&next, end, &log).await })
            })
            .collect();
        let mut tally = Tally::default();
        for task in tasks {
            // The calls of a panicked task have no result in the log, which counts them as lost.
            tally.add(task.await.unwrap_or_default());
        }
        tally
    }

    async fn run_task(&self, next: &AtomicUsize, end: usize, log: &CallLog) -> Tally {
        let mut tally = Tally::default();
        loop {
            let id = next.fetch_add(1, Ordering::Relaxed);
            if id >= end {
                return tally;
            }
            let result = self.call(id).await;
            tally.count(&result);
            let result = match &result {
                Ok(_) => CallResult::Response,
                Err(error) if error.is_outcome_unknown() => CallResult::UnknownOutcome,
                Err(_) => CallResult::Error,
            };
            log.record_result(id, is_submission(id), result);
        }
    }

    /// Runs a call and returns whether its response is correct.
    async fn call(&self, id: usize) -> Result<bool, Error> {
        match id % 4 {
            0 => {
                let response = self.client.chat(QUESTION).with_extra_field(ID, id).await?;
                Ok(response.text().as_deref() == Some(&self.expected.story))
            }
            1 => {
                let stream = self
                    .client
                    .chat(QUESTION)
                    .with_extra_field(ID, id)
                    .stream()
                    .await?;
                let response = stream.collect().await?;
                Ok(response.text().as_deref() == Some(&self.expected.story))
            }
            2 => {
                let response = self
                    .client
                    .embeddings(QUESTION)
                    .with_extra_field(ID, id)
                    .await?;
                Ok(response.first_embedding() == Some(&self.expected.embedding))
            }
            _ => {
                let submission = self.media.text2img("A cat on a bicycle");
                let job = submission
                    .width(64)
                    .height(64)
                    .with_extra_field(ID, id)
                    .await?;
                Ok(job.id().is_some())
            }
        }
    }
}

fn is_submission(id: usize) -> bool {
    id % 4 == 3
}

fn build<C: ApiClient>(
    builder: ClientBuilder<C>,
    server: &MockServer,
    concurrency: usize,
) -> Result<C, Error> {
    let builder = builder.api_key("any").max_concurrent_requests(concurrency);
    // The random 429 responses do not ask for a cool-down.
    let builder = builder.retry_policy(RetryPolicy::default().cool_down(Duration::ZERO));
    trusting(builder.no_proxy(), server).build()
}

/// Trusts the certificate of a mock with TLS.
#[cfg(feature = "tls")]
fn trusting<C: ApiClient>(builder: ClientBuilder<C>, server: &MockServer) -> ClientBuilder<C> {
    match server.certificate() {
        Some(certificate) => builder.add_root_certificate(certificate),
        None => builder,
    }
}

#[cfg(not(feature = "tls"))]
fn trusting<C: ApiClient>(builder: ClientBuilder<C>, _: &MockServer) -> ClientBuilder<C> {
    builder
}

async fn expected() -> Result<Expected, BoxError> {
    let server = MockServer::start().await?;
    let builder = Client::builder().endpoint(server.inference_endpoint());
    let client = build(builder, &server, 1)?;
    let story = client.chat(QUESTION).await?;
    let embedding = client.embeddings(QUESTION).await?;
    server.shutdown().await;
    Ok(Expected {
        story: story.text().unwrap_or_default().into_owned(),
        embedding: embedding.first_embedding().unwrap_or_default().to_vec(),
    })
}

/// Classifies an error by its predicates.
fn kind(error: &Error) -> String {
    if let Some(kind) = error.timeout_kind() {
        return format!("timeout ({kind:?})");
    }
    if let Some(api) = error.api_error() {
        return format!("error response {}", api.status().as_u16());
    }
    let kinds = [
        (error.is_connect(), "no connection"),
        (error.is_transport(), "connection failed"),
        (error.is_truncated(), "stream truncated"),
        (error.is_decode(), "response not decodable"),
        (error.is_unexpected_response(), "unexpected response"),
        (error.is_too_large(), "response too large"),
    ];
    let known = kinds
        .into_iter()
        .find_map(|(applies, kind)| applies.then_some(kind));
    known.unwrap_or(OTHER).to_owned()
}
