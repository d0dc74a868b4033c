//! Submissions of generations.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::super::builder::Bulk;
use super::super::input::Inputs;
use super::each::Each;
use super::{BulkOperation, Change};
use crate::client::{ApiRequest, Async};
use crate::error::Error;
use crate::media::{Generation, MediaClient, OrderMediaBy};
use crate::request::Operation;

/// The fields of requests that the history contains.
const LISTED_FIELDS: [&str; 2] = ["prompt", "transcript"];

/// A request that submits a generation, such as [`Text2imgRequest`](crate::media::Text2imgRequest).
pub trait Submission:
    ApiRequest<
        Api = MediaClient,
        Response = Generation,
        Builder<Async>: IntoFuture<
            Output = Result<Generation, Error>,
            IntoFuture: Send + 'static,
        > + 'static,
    > + Clone
    + Serialize
    + Send
    + Sync
    + 'static
{
}

impl<R> Submission for R where
    R: ApiRequest<
            Api = MediaClient,
            Response = Generation,
            Builder<Async>: IntoFuture<
                Output = Result<Generation, Error>,
                IntoFuture: Send + 'static,
            > + 'static,
        > + Clone
        + Serialize
        + Send
        + Sync
        + 'static
{
}

/// Submits generations: [`MediaClient::submit_all`].
pub struct SubmitAll<R: ApiRequest> {
    each: Each<R, R::Builder<Async>>,
    client: MediaClient,
    submitted: Arc<Mutex<Submitted>>,
}

/// The generations of a run.
#[derive(Debug, Default)]
struct Submitted {
    /// The newest generation before the run.
    before: Option<String>,
    /// Those of the journal and of this session.
    ids: HashSet<String>,
}

/// Many inputs. [`bulk`](crate::bulk) describes the runs.
impl MediaClient {
    /// Submits any number of generations, and returns their handles, which [`wait_all`](Self::wait_all) waits for.
    /// Equal requests are separate generations.
    ///
    /// Generations are billable. With a [`journal`](Bulk::journal), each request is recorded before it is sent, and its
    /// handle after that. For a request without a recorded handle, a continued run searches the history of the service
    /// for its prompt, and sends the request only if the history does not contain it. Such a request without a prompt
    /// fails, because the history does not show whether it was executed.
    ///
    /// ```no_run
    /// # async fn run(client: imagine_sdk::MediaClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use imagine_sdk::media::Text2imgRequest;
    ///
    /// let requests = ["A cat", "A dog"].map(Text2imgRequest::new);
    /// for job in client.submit_all(requests).concurrency(1).journal("pictures.jsonl").await? {
    ///     println!("{:?}", job?.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn submit_all<'a, R: Submission>(
        &self,
        requests: impl Inputs<'a, Item = R>,
    ) -> Bulk<'a, SubmitAll<R>> {
        let client = self.clone();
        let each = Each {
            operation: R::OPERATION,
            build: Box::new(move |request| client.call(request)),
            change: Change::none(),
            fields: |_| String::new(),
            blank: None,
            check: |_| Ok(()),
            identity: |request: &R| serde_json::to_vec(request).unwrap_or_default(),
        };
        let operation = SubmitAll {
            each,
            client: self.clone(),
            submitted: Arc::default(),
        };
        Bulk::new(&self.connection(), operation, requests).deduplicate(0)
    }
}

impl<R: Submission> BulkOperation for SubmitAll<R> {
    type Input = R;
    type Output = Generation;
    type Builder = R::Builder<Async>;

    fn operation(&self) -> &'static Operation {
        self.each.operation()
    }

    fn configure(&mut self, change: Box<dyn Fn(Self::Builder) -> Self::Builder + Send + Sync>) {
        self.each.configure(change);
    }

    fn settings(&self) -> String {
        self.each.settings()
    }

    fn check(&self, request: &R) -> Result<(), Error> {
        self.each.check(request)
    }

    fn identity(&self, request: &R) -> Vec<u8> {
        self.each.identity(request)
    }

    fn max_batch(&self) -> usize {
        self.each.max_batch()
    }

    fn send(&self, requests: Vec<R>) -> BoxFuture<'static, Result<Vec<Generation>, Error>> {
        self.each.send(requests)
    }

    fn accept(&self, job: &Generation) -> Result<(), Error> {
        if let Some(id) = job.id() {
            let submitted = self.submitted.lock();
            let mut submitted = submitted.unwrap_or_else(PoisonError::into_inner);
            submitted.ids.insert(id.to_owned());
        }
        Ok(())
    }

    fn write_json(&self, job: &Generation) -> serde_json::Result<Box<RawValue>> {
        self.each.write_json(job)
    }

    fn read_json(&self, json: &RawValue) -> Result<Generation, String> {
        self.each.read_json(json)
    }

    fn has_intents(&self) -> bool {
        true
    }

    fn mark(&self) -> BoxFuture<'static, Result<Value, Error>> {
        let newest = self.client.imagine_history().first(1);
        let newest = newest.order_by(OrderMediaBy::CreatedAt).asc(false).send();
        async move {
            let newest = newest.await?.items.into_iter().next();
            Ok(json!(newest.as_ref().and_then(Generation::id)))
        }
        .boxed()
    }

    fn set_mark(&self, mark: &Value) {
        let submitted = self.submitted.lock();
        let mut submitted = submitted.unwrap_or_else(PoisonError::into_inner);
        submitted.before = mark.as_str().map(str::to_owned);
    }

    fn find(&self, request: &R) -> BoxFuture<'static, Result<Option<Generation>, Error>> {
        let history = self.client.imagine_history().first(100);
        let mut history = history.order_by(OrderMediaBy::CreatedAt).asc(false).all();
        let fields = serde_json::to_value(request).unwrap_or_default();
        let submitted = Arc::clone(&self.submitted);
        let operation = R::OPERATION.id;
        async move {
            let Some(prompt) = prompt_of(&fields) else {
                let problem = "the request may have been sent before, and the history cannot show it, because it has no prompt; look for the generation, and leave the row out or use another journal";
                return Err(Error::configuration(problem).with_operation(operation));
            };
            while let Some(job) = history.next().await {
                let mut job = job?;
                let submitted = submitted.lock();
                let mut submitted = submitted.unwrap_or_else(PoisonError::into_inner);
                let Some(id) = job.id().map(str::to_owned) else {
                    continue;
                };
                if submitted.before.as_ref() == Some(&id) {
                    break;
                }
                let is_same = job.prompt.as_ref().is_some_and(|listed| {
                    listed == prompt || prompt_of(listed) == Some(prompt)
                });
                if is_same && submitted.ids.insert(id) {
                    job.set_operation(operation);
                    return Ok(Some(job));
                }
            }
            Ok(None)
        }
        .boxed()
    }
}

/// Returns the prompt among the fields of a request.
fn prompt_of(fields: &Value) -> Option<&Value> {
    let mut prompts = LISTED_FIELDS.iter().filter_map(|name| fields.get(name));
    prompts.find(|prompt| prompt.as_str().is_some_and(|text| !text.is_empty()))
}
