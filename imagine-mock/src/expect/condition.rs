//! The conditions of an expectation.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::json::{includes, is_equal};
use super::matcher::Matcher;
use super::request_view::RequestView;
use crate::contract::ParameterLocation;
use crate::request_log::RecordedRequest;

type Predicate = dyn Fn(&RecordedRequest) -> bool + Send + Sync;

/// A condition for a request.
pub(super) enum Condition {
    /// A field of the body matches.
    Field(String, Matcher),
    /// A parameter matches.
    Parameter(ParameterLocation, String, Matcher),
    /// The body equals this value.
    Body(Value),
    /// The body includes this value.
    BodyIncludes(Value),
    /// The request satisfies a predicate. The string describes it in reports.
    Predicate(String, Arc<Predicate>),
}

impl Condition {
    /// Returns a description of the mismatch if the condition does not hold.
    pub(super) fn mismatch(&self, request: &RequestView<'_>) -> Option<String> {
        let (holds, actual) = match self {
            Self::Field(name, expected) => compare(expected, request.field(name)),
            Self::Parameter(location, name, expected) => {
                compare(expected, request.parameter(*location, name))
            }
            Self::Body(expected) => compare_body(request, |body| is_equal(body, expected)),
            Self::BodyIncludes(expected) => compare_body(request, |body| includes(body, expected)),
            Self::Predicate(_, predicate) => (predicate(request.recorded), None),
        };
        let actual = actual.map_or_else(String::new, |actual| format!(", got {actual}"));
        (!holds).then(|| format!("{self}{actual}"))
    }
}

fn compare(expected: &Matcher, actual: Option<Value>) -> (bool, Option<String>) {
    let holds = expected.is_match(actual.as_ref());
    let actual = actual.map_or_else(|| "no value".to_owned(), |actual| quote(&actual));
    (holds, Some(actual))
}

fn compare_body(
    request: &RequestView<'_>,
    is_match: impl Fn(&Value) -> bool,
) -> (bool, Option<String>) {
    let body = request.body();
    (is_match(&body), Some(quote(&body)))
}

/// The maximum number of characters that a report quotes of a value.
const MAX_QUOTE_LENGTH: usize = 200;

/// Formats a value for a report.
pub(super) fn quote(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MAX_QUOTE_LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name, expected) => write!(formatter, "body/{name}: expected {expected}"),
            Self::Parameter(location, name, expected) => {
                write!(formatter, "{location}/{name}: expected {expected}")
            }
            Self::Body(expected) => write!(formatter, "body: expected {}", quote(expected)),
            Self::BodyIncludes(expected) => {
                write!(formatter, "body: expected to include {}", quote(expected))
            }
            Self::Predicate(expected, _) => write!(formatter, "expected {expected}"),
        }
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}
