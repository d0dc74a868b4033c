//! Structured output while it arrives.

use serde::de::DeserializeOwned;

use super::rounds::{OutputRequest, Rounds};
use super::scanner::Scanner;
use super::start::StartFinder;
use super::{OutputMode, ParseError, Parsed};
use crate::chat::tools::ChatChunks;
use crate::chat::{ChatAccumulator, OutputText};
use crate::generated::inference::types::ChatCompletionResponse;

/// The rounds of a request, and the output of the current one.
pub(super) struct LiveOutput {
    rounds: Rounds,
    /// `None` before the request of a round.
    chunks: Option<ChatChunks>,
    accumulator: ChatAccumulator,
    /// The complete response of the round.
    response: Option<ChatCompletionResponse>,
    tracker: Tracker,
    /// True after the caller received a part of the output, after which no other round may start.
    pub(super) has_yielded: bool,
}

/// The progress of a round.
pub(super) enum Progress {
    /// A chunk arrived.
    Chunk,
    /// The round ended with this response.
    Response(Box<ChatCompletionResponse>),
}

/// Follows the output in the accumulated text.
#[derive(Default)]
struct Tracker {
    /// The list whose elements are recorded.
    list: Option<String>,
    is_call: bool,
    finder: StartFinder,
    scanner: Option<Scanner>,
}

impl LiveOutput {
    pub(super) fn start(request: OutputRequest) -> Result<Self, ParseError> {
        Ok(Self {
            rounds: request.start()?,
            chunks: None,
            accumulator: ChatAccumulator::default(),
            response: None,
            tracker: Tracker::default(),
            has_yielded: false,
        })
    }

    pub(super) fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    /// Records the elements of a list.
    pub(super) fn record_list(&mut self, list: &str) {
        self.tracker.list = Some(list.to_owned());
    }

    /// Waits for the next chunk, or the end of the round. Requests the response first if necessary.
    pub(super) async fn advance(&mut self) -> Result<Progress, ParseError> {
        let chunks = match &mut self.chunks {
            Some(chunks) => chunks,
            None => self.chunks.insert(self.rounds.stream().await?),
        };
        match chunks.next().await {
            Some(Ok(chunk)) => {
                self.accumulator.push(chunk);
                self.follow();
                Ok(Progress::Chunk)
            }
            Some(Err(error)) => {
                let partial = std::mem::take(&mut self.accumulator).finish();
                Err(ParseError::Failed(error.with_partial(partial)))
            }
            None => {
                let mut response = std::mem::take(&mut self.accumulator).finish();
                chunks.complete(&mut response);
                Ok(Progress::Response(Box::new(response)))
            }
        }
    }

    /// Parses the response of a round.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        response: ChatCompletionResponse,
    ) -> Result<Parsed<T>, ParseError> {
        self.rounds.read(response)
    }

    /// Prepares another round after a failed one.
    ///
    /// # Errors
    ///
    /// Fails if no round is left, or the caller received a part of the output.
    pub(super) fn retry_after(&mut self, failure: ParseError) -> Result<(), ParseError> {
        if self.has_yielded {
            return Err(failure);
        }
        self.rounds.retry_after(failure)?;
        self.chunks = None;
        self.accumulator = ChatAccumulator::default();
        self.tracker.restart();
        Ok(())
    }

    /// Keeps a response for the error of an element.
    pub(super) fn set_response(&mut self, response: ChatCompletionResponse) {
        self.response = Some(response);
    }

    /// Returns the response so far.
    pub(super) fn take_response(&mut self) -> ChatCompletionResponse {
        let response = self.response.take();
        response.unwrap_or_else(|| std::mem::take(&mut self.accumulator).finish())
    }

    /// Returns the end of the output so far.
    pub(super) fn usable_end(&self) -> usize {
        let scanner = self.tracker.scanner.as_ref();
        scanner.map_or(0, Scanner::usable_end)
    }

    /// Returns the JSON of the partial value.
    pub(super) fn partial(&self) -> Option<String> {
        self.tracker.scanner.as_ref()?.partial(self.text())
    }

    /// Returns the JSON of the next finished element.
    pub(super) fn next_element(&mut self) -> Option<String> {
        let element = self.tracker.scanner.as_mut()?.next_element()?;
        self.text().get(element).map(str::to_owned)
    }

    fn text(&self) -> &str {
        let (OutputText::Call(text) | OutputText::Content(text)) =
            self.accumulator.output(self.rounds.schema().name());
        text
    }

    /// Follows the text that was added.
    fn follow(&mut self) {
        let Self {
            accumulator,
            rounds,
            tracker,
            ..
        } = self;
        let tool = rounds.schema().name();
        let (text, is_call) = match accumulator.output(tool) {
            OutputText::Call(text) => (text, true),
            OutputText::Content(text) => (text, false),
        };
        if is_call != tracker.is_call || text.len() < tracker.position() {
            // The output is elsewhere. After a part of it was yielded, the rest follows at the end.
            tracker.restart();
            tracker.is_call = is_call;
            if self.has_yielded {
                tracker.list = None;
            }
        }
        let may_be_call = !is_call && rounds.mode() == OutputMode::ToolCall;
        tracker.push(text, Some(tool).filter(|_| may_be_call));
    }
}

impl Tracker {
    fn restart(&mut self) {
        *self = Self {
            list: self.list.take(),
            ..Self::default()
        };
    }

    fn position(&self) -> usize {
        self.scanner.as_ref().map_or(0, Scanner::position)
    }

    fn push(&mut self, text: &str, tool: Option<&str>) {
        if self.scanner.is_none() {
            let start = self.finder.find(text);
            self.scanner = start.map(|start| Scanner::new(start, tool, self.list.clone()));
        }
        if let Some(scanner) = &mut self.scanner {
            scanner.push(text);
        }
    }
}
