//! Why a run of tools came to nothing.

use std::fmt;

use super::ToolRunOutput;
use crate::error::Error;
use crate::generated::inference::types::UsageInfo;
use crate::types::Messages;

/// Why a run of tools came to nothing. It has the conversation until then.
///
/// As an [`Error`] it is the error of the call that failed, or one that is
/// [`is_invalid_output`](Error::is_invalid_output).
#[non_exhaustive]
pub enum RunToolsError {
    /// A call of the model failed, or could not be sent.
    Call {
        /// Why. Of a stream it has the [`partial_response`](Error::partial_response) answer.
        error: Error,
        /// The conversation as it was sent.
        messages: Messages,
        /// The tokens of the rounds before.
        usage: Box<UsageInfo>,
    },
    /// The model still called tools when it had been asked as often as allowed. The calls of its last response
    /// were not made.
    MaxRoundsExceeded {
        /// The last response, and the conversation before it.
        run: Box<ToolRunOutput>,
    },
}

impl RunToolsError {
    /// The conversation until then, which can be sent again: without the response that ended it.
    pub fn messages(&self) -> &Messages {
        match self {
            Self::Call { messages, .. } => messages,
            Self::MaxRoundsExceeded { run } => &run.messages,
        }
    }

    /// The tokens that were used until then.
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
                "the model still calls tools after {} rounds; raise `max_rounds`, or tell it when to stop",
                run.rounds
            ),
        }
    }
}

/// Conversations are shown by their length.
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
