//! The errors of structured output.

use std::fmt;

use super::OutputMode;
use crate::error::{Error, ErrorKind, InvalidField};
use crate::generated::inference::types::ChatCompletionResponse;

/// The error for a schema that cannot be closed.
///
/// It converts to an [`Error`] for which [`is_invalid_argument`](Error::is_invalid_argument) is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    name: String,
    location: String,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The response is not an object.
    NotAnObject,
    /// A schema without constraints, such as a map or any JSON.
    Unconstrained,
    /// An object with properties and `anyOf`. The closed schemas of both exclude each other.
    Mixed,
    /// A recursive type.
    Recursive,
    /// A schema without an example, and the reason.
    NoExample(&'static str),
    /// A keyword that some servers do not support.
    Unsupported(String),
}

impl SchemaError {
    pub(super) fn new(location: &str, problem: Problem) -> Self {
        Self {
            name: String::new(),
            location: location.to_owned(),
            problem,
        }
    }

    pub(super) fn with_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Returns the location in the response, for instance `$.tags[]`.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Returns the keyword, if the error is an unsupported keyword.
    pub fn keyword(&self) -> Option<&str> {
        match &self.problem {
            Problem::Unsupported(keyword) => Some(keyword),
            _ => None,
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, location, .. } = self;
        match &self.problem {
            Problem::NotAnObject => write!(
                f,
                "`{name}` is not an object; put it into a struct with named fields"
            ),
            Problem::Unconstrained => write!(
                f,
                "`{name}` does not define the content of `{location}`; use a struct with named fields instead of a map or any JSON"
            ),
            Problem::Mixed => write!(
                f,
                "`{name}` has properties next to variants at `{location}`, which exclude each other when closed; put the variants into a field of their own instead of flattening them"
            ),
            Problem::Recursive => write!(
                f,
                "`{name}` has a type at `{location}` that contains itself; use a finite type, such as a list of items with the index of their parent"
            ),
            Problem::NoExample(reason) => write!(
                f,
                "`{name}` has no example, because `{location}` {reason}; use another output mode than a completion, or another type"
            ),
            Problem::Unsupported(keyword) => write!(
                f,
                "`{name}` has the keyword `{keyword}` at `{location}`, which some servers do not support; validate the response instead"
            ),
        }
    }
}

impl std::error::Error for SchemaError {}

impl From<SchemaError> for Error {
    fn from(error: SchemaError) -> Self {
        Self::invalid_argument(InvalidField::new("schema", format!("of {error}")))
            .with_original(error)
    }
}

/// An attempt whose output did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputAttempt {
    /// The mode of the request.
    pub mode: OutputMode,
    /// The reason for which the output did not fit, or the error of the service.
    pub problem: String,
}

/// The error of structured output.
///
/// It converts to an [`Error`]: the error of the call, or one for which [`is_invalid_output`](Error::is_invalid_output)
/// or, for the schema, [`is_invalid_argument`](Error::is_invalid_argument) is true.
#[non_exhaustive]
pub enum ParseError {
    /// The schema cannot be closed. Nothing was sent.
    Schema(SchemaError),
    /// The call failed.
    Failed(Error),
    /// The response reached its maximum length (`max_tokens`).
    Truncated {
        /// The text up to the limit.
        text: String,
        /// The complete response object.
        response: Box<ChatCompletionResponse>,
    },
    /// A refusal of the model, or of its content filter.
    Refusal {
        /// The text of the refusal.
        text: String,
        /// The complete response object.
        response: Box<ChatCompletionResponse>,
    },
    /// No response matches the type.
    Invalid {
        /// The text of the response.
        text: String,
        /// The location and the reason of the failure.
        problem: String,
        /// All attempts in their order, the last one included.
        attempts: Vec<OutputAttempt>,
        /// The complete response object.
        response: Box<ChatCompletionResponse>,
    },
}

impl ParseError {
    /// Returns the kind of the error. `Error::from` gives the other predicates.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Schema(_) => ErrorKind::InvalidArgument,
            Self::Failed(error) => error.kind(),
            Self::Truncated { .. } | Self::Refusal { .. } | Self::Invalid { .. } => {
                ErrorKind::InvalidOutput
            }
        }
    }

    /// Returns the text of the response.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Schema(_) | Self::Failed(_) => None,
            Self::Truncated { text, .. }
            | Self::Refusal { text, .. }
            | Self::Invalid { text, .. } => Some(text),
        }
    }

    /// Returns the complete response object.
    pub fn response(&self) -> Option<&ChatCompletionResponse> {
        match self {
            Self::Schema(_) | Self::Failed(_) => None,
            Self::Truncated { response, .. }
            | Self::Refusal { response, .. }
            | Self::Invalid { response, .. } => Some(response),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(error) => write!(f, "invalid schema: {error}"),
            Self::Failed(error) => error.fmt(f),
            Self::Truncated { .. } => f.write_str(
                "the response was truncated at its maximum length; raise `max_tokens`, or request a shorter response",
            ),
            Self::Refusal { .. } => f.write_str("the model refused the request"),
            Self::Invalid {
                problem, attempts, ..
            } if attempts.len() < 2 => {
                write!(f, "the response does not match the type: {problem}")
            }
            Self::Invalid { attempts, .. } => {
                write!(f, "none of {} responses matches the type", attempts.len())?;
                for (at, OutputAttempt { mode, problem }) in attempts.iter().enumerate() {
                    let separator = if at == 0 { ":" } else { ";" };
                    write!(f, "{separator} {mode}: {problem}")?;
                }
                Ok(())
            }
        }
    }
}

/// Prints the length of the text, but no content.
impl fmt::Debug for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParseError")
            .field("message", &self.to_string())
            .field(
                "text",
                &format_args!("{} bytes", self.text().unwrap_or_default().len()),
            )
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ParseError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            _ => None,
        }
    }
}

impl From<SchemaError> for ParseError {
    fn from(error: SchemaError) -> Self {
        Self::Schema(error)
    }
}

impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::Schema(error) => error.into(),
            ParseError::Failed(error) => error,
            other => Self::invalid_output(other.to_string()).with_original(other),
        }
    }
}
