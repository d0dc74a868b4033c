//! Why there is no structured answer.

use std::fmt;

use crate::error::{Error, InvalidField};
use crate::generated::inference::types::ChatCompletionResponse;

/// A schema that a response cannot be held to.
///
/// As an [`Error`] it is one that is [`is_invalid_argument`](Error::is_invalid_argument).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    name: String,
    place: String,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The response is no object.
    NoObject,
    /// What may be there is not said.
    Open,
    /// An object has fields beside alternatives, of which each is closed to those fields.
    Mixed,
    /// A type contains itself.
    Recursive,
    /// A keyword that not every server reads.
    Unsupported(String),
}

impl SchemaError {
    pub(super) fn new(place: &str, problem: Problem) -> Self {
        Self {
            name: String::new(),
            place: place.to_owned(),
            problem,
        }
    }

    pub(super) fn of(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Where in the response it is: `$.tags[]`.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The keyword that is not supported, if it is that.
    pub fn keyword(&self) -> Option<&str> {
        match &self.problem {
            Problem::Unsupported(keyword) => Some(keyword),
            _ => None,
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, place, .. } = self;
        match &self.problem {
            Problem::NoObject => write!(
                f,
                "`{name}` is not an object; put it into a struct with named fields"
            ),
            Problem::Open => write!(
                f,
                "`{name}` does not say what there is at `{place}`; name its fields in a struct, instead of a map or any JSON"
            ),
            Problem::Mixed => write!(
                f,
                "`{name}` has fields beside alternatives at `{place}`, of which each would forbid the other; put the alternatives into a field of their own, instead of flattening them"
            ),
            Problem::Recursive => write!(
                f,
                "`{name}` has a type at `{place}` that contains itself; give it an end, such as a list of items with the number of their parent"
            ),
            Problem::Unsupported(keyword) => write!(
                f,
                "`{name}` has the keyword `{keyword}` at `{place}`, which not every server reads; check it once the response is there"
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

/// Why there is no structured answer.
///
/// As an [`Error`] it is the error of the call, or one that is [`is_invalid_output`](Error::is_invalid_output) or, for
/// the schema, [`is_invalid_argument`](Error::is_invalid_argument).
#[non_exhaustive]
pub enum ParseError {
    /// No response can be held to the schema. Nothing was sent.
    Schema(SchemaError),
    /// The call failed.
    Failed(Error),
    /// The response reached the limit of its length (`max_tokens`) before it was complete.
    Truncated {
        /// What there is of it.
        text: String,
        /// The response as it came.
        response: Box<ChatCompletionResponse>,
    },
    /// The model, or a filter behind it, refused to answer.
    Refusal {
        /// Its words.
        text: String,
        /// The response as it came.
        response: Box<ChatCompletionResponse>,
    },
    /// The response is not what was asked for.
    Invalid {
        /// The response's text.
        text: String,
        /// Where in it, and what is wrong there.
        problem: String,
        /// The response as it came.
        response: Box<ChatCompletionResponse>,
    },
}

impl ParseError {
    /// What the model wrote.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Schema(_) | Self::Failed(_) => None,
            Self::Truncated { text, .. }
            | Self::Refusal { text, .. }
            | Self::Invalid { text, .. } => Some(text),
        }
    }

    /// The response as it came.
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
            Self::Schema(error) => write!(f, "the schema of {error}"),
            Self::Failed(error) => error.fmt(f),
            Self::Truncated { .. } => f.write_str(
                "the response was cut at the limit of its length; raise `max_tokens`, or ask for less",
            ),
            Self::Refusal { .. } => f.write_str("the model refused to respond"),
            Self::Invalid { problem, .. } => {
                write!(f, "the response does not fit the type: {problem}")
            }
        }
    }
}

/// What the model wrote is shown by its length.
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
