//! The errors of tool runs.

use std::fmt;

use super::ToolRunOutput;
use crate::error::{Error, ErrorKind};
use crate::generated::inference::types::UsageInfo;
use crate::types::Messages;

/// The error of a tool run. It contains the conversation so far.
///
/// It converts to an [`Error`]: the error of the failed call, or one for which
/// [`is_invalid_output`](Error::is_invalid_output) is true.
#[non_exhaustive]
pub enum RunToolsError {
    /// A request to the model failed or could not be sent.
    Call {
        /// The error. For a stream it contains the [`partial_response`](Error::partial_response).
        error: Error,
        /// The conversation up to the failed request.
        messages: Messages,
        /// The tokens of the previous rounds.
        usage: Box<UsageInfo>,
    },
    /// The model still called tools after the maximum number of rounds. The calls of its last response were not
    /// executed.
    MaxRoundsExceeded {
        /// The last response and the conversation before it.
        run: Box<ToolRunOutput>,
    },
}

impl RunToolsError {
    /// Returns the kind of the error. `Error::from` gives the other predicates.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Call { error, .. } => error.kind(),
            Self::MaxRoundsExceeded { .. } => ErrorKind::InvalidOutput,
        }
    }

    /// Returns the conversation so far, without the response that ended the run. It can be sent once more.
    pub fn messages(&self) -> &Messages {
        match self {
            Self::Call { messages, .. } => messages,
            Self::MaxRoundsExceeded { run } => &run.messages,
        }
    }

    /// Returns the tokens that were used so far.
    pub fn usage(&self) -> &UsageInfo {
        match self {
            Self::Call { usage, .. } => usage,
            Self::MaxRoundsExceeded { run } => &run.usage,
        }
    }
}

impl fmt::Display for RunToolsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { error, .. } => error.fmt(f),
            Self::MaxRoundsExceeded { run } => write!(
                f,
                "the model still calls tools after {} rounds; raise `max_rounds`, or instruct the model when to stop",
                run.rounds
            ),
        }
    }
}

/// Prints the length of the conversation, but no content.
impl fmt::Debug for RunToolsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunToolsError")
            .field("message", &self.to_string())
            .field("messages", &self.messages().len())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for RunToolsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call { error, .. } => error.source(),
            Self::MaxRoundsExceeded { .. } => None,
        }
    }
}

impl From<RunToolsError> for Error {
    fn from(error: RunToolsError) -> Self {
        match error {
            RunToolsError::Call { error, .. } => error,
            RunToolsError::MaxRoundsExceeded { .. } => {
                Self::invalid_output(error.to_string()).with_original(error)
            }
        }
    }
}
