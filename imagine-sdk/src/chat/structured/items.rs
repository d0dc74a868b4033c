//! The elements of a list in a structured output.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::live::{LiveOutput, Progress};
use super::read::invalid;
use super::rounds::OutputRequest;
use super::stream::{Batch, Events, events};
use super::{ParseError, Schema};
use crate::client::Async;
use crate::error::{Error, InvalidField};
use crate::generated::inference::types::ChatCompletionResponse;
use crate::json;

/// The elements of a list, each as soon as it is finished. The request is sent when the stream is polled first.
///
/// Created by [`ParseStream::items`](super::ParseStream::items).
///
#[cfg_attr(all(feature = "inference", feature = "schema"), doc = "```no_run")]
#[cfg_attr(not(all(feature = "inference", feature = "schema")), doc = "```ignore")]
/// use imagine_sdk::{Client, Error, schemars::{self, JsonSchema}};
///
/// #[derive(serde::Deserialize, JsonSchema)]
/// struct Cheeses { cheeses: Vec<Cheese> }
///
/// #[derive(Debug, serde::Deserialize, JsonSchema)]
/// struct Cheese { name: String }
///
/// # async fn run(client: Client) -> Result<(), Error> {
/// let mut cheeses = client.chat("Three cheeses").parse_stream::<Cheeses>().items::<Cheese>();
/// while let Some(cheese) = cheeses.next().await {
///     println!("{}", cheese?.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// The type of the output must have exactly one list. A stream that ends with an error yields the finished elements
/// first.
#[must_use = "the request is sent when the stream is polled"]
pub struct ItemStream<I, M = Async> {
    request: Option<OutputRequest>,
    events: Option<BoxStream<'static, Result<I, ParseError>>>,
    mode: M,
    item: PhantomData<fn() -> I>,
}

impl<I, M> ItemStream<I, M> {
    pub(super) fn new(request: Option<OutputRequest>, mode: M) -> Self {
        Self {
            request,
            events: None,
            mode,
            item: PhantomData,
        }
    }

    /// Returns the stream as an asynchronous stream, and its mode.
    #[cfg(feature = "blocking")]
    pub(crate) fn split(self) -> (ItemStream<I>, M) {
        let stream = ItemStream {
            request: self.request,
            events: self.events,
            mode: Async,
            item: PhantomData,
        };
        (stream, self.mode)
    }
}

impl<I: DeserializeOwned + Send + 'static> ItemStream<I> {
    /// Returns the next element, or `None` at the end. It is cancel safe.
    ///
    /// # Errors
    ///
    /// Fails before sending if the type of the output does not have exactly one list. Fails as
    /// [`Parse::send`](super::Parse::send) does, and if an element does not match its type. The stream ends after an
    /// error.
    pub async fn next(&mut self) -> Option<Result<I, ParseError>> {
        StreamExt::next(self).await
    }
}

impl<I: DeserializeOwned + Send + 'static> Stream for ItemStream<I> {
    type Item = Result<I, ParseError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(request) = self.request.take() {
            self.events = Some(events(request, Items::default()));
        }
        match &mut self.events {
            Some(events) => events.poll_next_unpin(cx),
            None => Poll::Ready(None),
        }
    }
}

impl<I, M: fmt::Debug> fmt::Debug for ItemStream<I, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream")
            .field("mode", &self.mode)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// Yields the elements of a list.
struct Items<I> {
    list: String,
    /// The number of elements that were yielded.
    yielded: usize,
    item: PhantomData<fn() -> I>,
}

impl<I> Default for Items<I> {
    fn default() -> Self {
        Self {
            list: String::new(),
            yielded: 0,
            item: PhantomData,
        }
    }
}

impl<I: DeserializeOwned + Send + 'static> Items<I> {
    /// Parses an element. After an error, the output is invalid.
    fn parse(&mut self, element: &str, output: &mut LiveOutput) -> Result<I, ParseError> {
        let item = json::from_str(element).map_err(|failure| {
            let problem = format!("`{}[{}]`: {failure}", self.list, self.yielded);
            let (mode, response) = (output.rounds().mode(), output.take_response());
            invalid(element.to_owned(), problem, mode, response)
        })?;
        self.yielded += 1;
        Ok(item)
    }

    /// Parses elements up to the first one that does not match.
    fn parse_all(
        &mut self,
        elements: impl IntoIterator<Item = String>,
        output: &mut LiveOutput,
    ) -> Batch<I> {
        let mut events = VecDeque::new();
        for element in elements {
            match self.parse(&element, output) {
                Ok(item) => events.push_back(item),
                Err(failure) => {
                    let failure = Some(failure);
                    return Batch { events, failure };
                }
            }
        }
        let failure = None;
        Batch { events, failure }
    }

    /// Returns the elements that the response has and the chunks did not have, such as those of a repaired text.
    fn rest(
        &self,
        output: &mut LiveOutput,
        response: ChatCompletionResponse,
    ) -> Result<Vec<String>, ParseError> {
        let parsed = output.read::<Value>(response)?;
        match parsed.value.get(&self.list) {
            Some(Value::Array(elements)) => {
                let rest = elements.iter().skip(self.yielded);
                let rest = rest.map(Value::to_string).collect();
                output.set_response(parsed.response);
                Ok(rest)
            }
            Some(Value::Null) => Ok(Vec::new()),
            _ => {
                let problem = format!("`{}` is not a list", self.list);
                let (mode, text) = (output.rounds().mode(), parsed.value.to_string());
                Err(invalid(text, problem, mode, parsed.response))
            }
        }
    }
}

impl<I: DeserializeOwned + Send + 'static> Events for Items<I> {
    type Event = I;

    fn prepare(&mut self, output: &mut LiveOutput) -> Result<(), ParseError> {
        self.list = only_list(output.rounds().schema())?;
        output.record_list(&self.list);
        Ok(())
    }

    fn handle(&mut self, output: &mut LiveOutput, progress: Progress) -> Batch<I> {
        let elements: Result<Vec<String>, _> = match progress {
            Progress::Chunk => Ok(std::iter::from_fn(|| output.next_element()).collect()),
            Progress::Response(response) => self.rest(output, *response),
        };
        match elements {
            Ok(elements) => self.parse_all(elements, output),
            Err(failure) => Err(failure).into(),
        }
    }
}

/// Returns the name of the only list in an object.
fn only_list(schema: &Schema) -> Result<String, ParseError> {
    let fields = schema.as_map().get("properties").and_then(Value::as_object);
    let is_list = |field: &Value| match field.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "array"),
        kind => kind.is_some_and(|kind| kind == "array"),
    };
    let lists = fields
        .into_iter()
        .flatten()
        .filter(|(_, field)| is_list(field));
    let lists: Vec<_> = lists.map(|(name, _)| name).collect();
    if let [only] = lists.as_slice() {
        return Ok((*only).clone());
    }
    let problem = format!(
        "of `{}` has {} lists, must have one whose elements are streamed; use another type, or `parse_stream` without `items`",
        schema.name(),
        lists.len()
    );
    Err(ParseError::Failed(Error::invalid_argument(
        InvalidField::new("schema", problem),
    )))
}
