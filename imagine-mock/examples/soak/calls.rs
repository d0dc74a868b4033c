//! The calls, and what the callers are told.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use imagine_mock::MockServer;
use imagine_sdk::{Client, Error, MediaClient};

use crate::Failure;
use crate::ledger::{Ending, ID, Ledger};

const QUESTION: &str = "Tell me a story";

/// The kind of an error that has none.
pub(crate) const OTHER: &str = "another error";

/// What calls ended as.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) responses: usize,
    /// Answers that say something else than the service did.
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

    fn count(&mut self, outcome: &Result<bool, Error>) {
        match outcome {
            Ok(right) => {
                self.responses += 1;
                self.wrong += usize::from(!right);
            }
            Err(error) => *self.errors.entry(kind(error)).or_default() += 1,
        }
    }
}

/// Calls the service, in so many tasks at once.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    media: MediaClient,
    concurrency: usize,
    expected: Expected,
}

/// What a service that does not fail answers.
#[derive(Debug)]
struct Expected {
    story: String,
    embedding: Vec<f64>,
}

impl Connection {
    pub(crate) async fn new(server: &MockServer, concurrency: usize) -> Result<Self, Failure> {
        let media = MediaClient::builder()
            .endpoint(server.media_endpoint())
            .api_key("any")
            .max_concurrent_requests(concurrency)
            .no_proxy()
            .build()?;
        Ok(Self {
            client: client(server.endpoint(), concurrency)?,
            media,
            concurrency,
            expected: expected().await?,
        })
    }

    /// Makes the calls of these numbers.
    pub(crate) async fn call(self: &Arc<Self>, calls: Range<usize>, ledger: &Arc<Ledger>) -> Tally {
        let next = Arc::new(AtomicUsize::new(calls.start));
        let tasks: Vec<_> = (0..self.concurrency)
            .map(|_| {
                let (connection, ledger) = (Arc::clone(self), Arc::clone(ledger));
                let (next, end) = (Arc::clone(&next), calls.end);
                tokio::spawn(async move { connection.work(&next, end, &ledger).await })
            })
            .collect();
        let mut tally = Tally::default();
        for task in tasks {
            // The calls of a task that panicked are missing in the ledger.
            tally.add(task.await.unwrap_or_default());
        }
        tally
    }

    async fn work(&self, next: &AtomicUsize, end: usize, ledger: &Ledger) -> Tally {
        let mut tally = Tally::default();
        loop {
            let id = next.fetch_add(1, Ordering::Relaxed);
            if id >= end {
                return tally;
            }
            let outcome = self.one(id).await;
            tally.count(&outcome);
            let ending = match &outcome {
                Ok(_) => Ending::Answer,
                Err(error) if error.is_outcome_unknown() => Ending::Unknown,
                Err(_) => Ending::Error,
            };
            ledger.ended(id, is_submission(id), ending);
        }
    }

    /// Makes one call, and says whether its response is the right one.
    async fn one(&self, id: usize) -> Result<bool, Error> {
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

fn client(endpoint: &str, concurrency: usize) -> Result<Client, Error> {
    Client::builder()
        .endpoint(endpoint)
        .api_key("any")
        .max_concurrent_requests(concurrency)
        .no_proxy()
        .build()
}

async fn expected() -> Result<Expected, Failure> {
    let server = MockServer::start().await?;
    let client = client(server.endpoint(), 1)?;
    let story = client.chat(QUESTION).await?;
    let embedding = client.embeddings(QUESTION).await?;
    server.shutdown().await;
    Ok(Expected {
        story: story.text().unwrap_or_default().into_owned(),
        embedding: embedding.first_embedding().unwrap_or_default().to_vec(),
    })
}

/// The kind of an error, by the questions that it answers.
fn kind(error: &Error) -> String {
    if let Some(phase) = error.timeout_kind() {
        return format!("timeout ({phase:?})");
    }
    if let Some(api) = error.api_error() {
        return format!("refused with {}", api.status().as_u16());
    }
    let kinds = [
        (error.is_connect(), "no connection"),
        (error.is_transport(), "connection failed"),
        (error.is_truncated(), "stream cut"),
        (error.is_decode(), "response not readable"),
        (error.is_unexpected_response(), "response of another kind"),
        (error.is_too_large(), "response too large"),
    ];
    let known = kinds.into_iter().find_map(|(is, kind)| is.then_some(kind));
    known.unwrap_or(OTHER).to_owned()
}
