//! The rounds of a request for structured output.

use serde::de::DeserializeOwned;

use super::error::OutputAttempt;
use super::prompt::prompt;
use super::read::read;
use super::{OutputMode, ParseError, Parsed, Schema, SchemaError};
use crate::chat::tools::{ChatChunks, Model, TextCompletion};
use crate::error::{Error, InvalidField};
use crate::generated::inference::types::{ChatCompletionResponse, ChatMessage};
use crate::types::Messages;

/// A request for structured output, before it is sent.
pub(super) struct OutputRequest {
    pub(super) model: Box<dyn Model>,
    pub(super) schema: Result<Schema, SchemaError>,
    pub(super) output_mode: OutputMode,
    pub(super) repairs: u32,
}

/// The state of the rounds.
pub(super) struct Rounds {
    model: Box<dyn Model>,
    schema: Schema,
    messages: Messages,
    /// The modes in the order in which they are tried. At least one.
    modes: Vec<OutputMode>,
    round: usize,
    repairs: u32,
    attempts: Vec<OutputAttempt>,
    /// The last invalid output, or the error of the first call.
    last: Option<ParseError>,
}

impl OutputRequest {
    pub(super) fn new(model: impl Model + 'static, schema: Result<Schema, SchemaError>) -> Self {
        Self {
            model: Box::new(model),
            schema,
            output_mode: OutputMode::Auto,
            repairs: 1,
        }
    }

    /// Validates the request.
    pub(super) fn start(self) -> Result<Rounds, ParseError> {
        let Self {
            mut model,
            schema,
            output_mode,
            repairs,
        } = self;
        let schema = schema?;
        let messages = model.take_messages();
        let available = model.output_modes();
        let modes = match output_mode {
            OutputMode::Auto => {
                let mut modes = model.working_modes().order(model.name(), available);
                if modes.contains(&OutputMode::Completion) && prompt(&messages, &schema).is_err() {
                    modes.retain(|mode| *mode != OutputMode::Completion);
                }
                modes
            }
            mode if available.contains(&mode) => vec![mode],
            _ => {
                let problem =
                    "is not available in this API; choose `Auto`, `ToolCall` or `JsonSchema`";
                let error = Error::invalid_argument(InvalidField::new("output_mode", problem));
                return Err(ParseError::Failed(error));
            }
        };
        Ok(Rounds {
            model,
            schema,
            messages,
            modes,
            round: 0,
            repairs,
            attempts: Vec::new(),
            last: None,
        })
    }
}

impl Rounds {
    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Sends requests until an output fits.
    pub(super) async fn send<T: DeserializeOwned>(mut self) -> Result<Parsed<T>, ParseError> {
        loop {
            let failure = match self.send_once().await {
                Ok(response) => match self.read(response) {
                    Ok(parsed) => return Ok(parsed),
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            self.retry_after(failure)?;
        }
    }

    async fn send_once(&self) -> Result<ChatCompletionResponse, ParseError> {
        let (model, schema, messages) = (&self.model, &self.schema, &self.messages);
        let response = match self.completion()? {
            Some(completion) => completion.send(),
            None => model.send_for_output(messages, schema, self.mode()),
        };
        response.await.map_err(ParseError::Failed)
    }

    /// Requests a streaming response.
    pub(super) async fn stream(&self) -> Result<ChatChunks, ParseError> {
        let (model, schema, messages) = (&self.model, &self.schema, &self.messages);
        let response = match self.completion()? {
            Some(completion) => completion.stream(),
            None => model.stream_for_output(messages, schema, self.mode()),
        };
        response.await.map_err(ParseError::Failed)
    }

    /// Creates the text completion of a round in that mode.
    fn completion(&self) -> Result<Option<Box<dyn TextCompletion>>, ParseError> {
        if self.mode() != OutputMode::Completion {
            return Ok(None);
        }
        Ok(self.model.completion(prompt(&self.messages, &self.schema)?))
    }

    /// Parses the response of this round, and remembers a mode that worked.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        response: ChatCompletionResponse,
    ) -> Result<Parsed<T>, ParseError> {
        let parsed = read(response, self.schema.name(), self.mode())?;
        self.model
            .working_modes()
            .record(self.model.name(), self.mode());
        Ok(parsed)
    }

    /// Returns the mode of this round.
    pub(super) fn mode(&self) -> OutputMode {
        let mode = self.modes.get(self.round % self.modes.len().max(1));
        mode.copied().unwrap_or(OutputMode::ToolCall)
    }

    /// Prepares the round after a failed one: in the next mode, and with the problem for the model.
    ///
    /// # Errors
    ///
    /// Fails if no round is left, or another round cannot help.
    pub(super) fn retry_after(&mut self, failure: ParseError) -> Result<(), ParseError> {
        let problem = match &failure {
            ParseError::Invalid { problem, .. } => problem.clone(),
            ParseError::Failed(error) if self.may_lack_mode(error) => error.to_string(),
            _ => return Err(failure),
        };
        let mode = self.mode();
        self.attempts.push(OutputAttempt { mode, problem });
        if self.repairs > 0 {
            self.add_feedback(&failure);
        }
        if matches!(failure, ParseError::Invalid { .. }) || self.last.is_none() {
            self.last = Some(failure);
        }
        self.round += 1;
        match self.repairs.checked_sub(1) {
            Some(repairs) => self.repairs = repairs,
            None => return Err(self.last_failure()),
        }
        Ok(())
    }

    /// Returns true if the service may have rejected the mode of this round, and another one is left.
    fn may_lack_mode(&self, error: &Error) -> bool {
        let status = error.status().map(|status| status.as_u16());
        self.modes.len() > 1 && matches!(status, Some(400 | 404 | 405 | 422 | 501))
    }

    /// Returns the last invalid output with all attempts, or the error of the only calls.
    fn last_failure(&mut self) -> ParseError {
        let failure = self.last.take();
        let mut failure = failure.unwrap_or_else(|| ParseError::Failed(Error::truncated()));
        if let ParseError::Invalid { attempts, .. } = &mut failure {
            *attempts = std::mem::take(&mut self.attempts);
        }
        failure
    }

    /// Tells the model what did not fit.
    fn add_feedback(&mut self, failure: &ParseError) {
        let ParseError::Invalid { text, problem, .. } = failure else {
            return;
        };
        if !text.is_empty() {
            self.messages.push(ChatMessage::assistant(text.clone()));
        }
        let feedback = format!(
            "This response does not fit: {problem}. Respond with the complete JSON object again, corrected."
        );
        self.messages.push(ChatMessage::user(feedback));
    }
}
