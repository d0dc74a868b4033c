//! The requests that an expectation applies to.

use std::borrow::Cow;
use std::fmt;

use axum::http::Method;

use super::request_view::RequestView;
use crate::contract::template;

/// The decoded arguments of a path by name.
pub(super) type Arguments = [(String, String)];

/// The requests that an expectation applies to.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    /// The requests for an operation of a specification.
    Operation(&'static str),
    /// The requests with a method and a path, which may be a template.
    Request { method: Method, path: String },
}

impl Scope {
    /// Returns the path arguments of a request, or `None` if the expectation does not apply to it.
    pub(super) fn arguments<'a>(&self, request: &RequestView<'a>) -> Option<Cow<'a, Arguments>> {
        match self {
            Self::Operation(id) => {
                let applies = request.operation_id() == Some(*id);
                applies.then_some(Cow::Borrowed(request.arguments))
            }
            Self::Request { method, path } => {
                let recorded = request.recorded;
                if request.operation_id().is_some() || recorded.method != *method {
                    return None;
                }
                let arguments = template::match_path(path, &recorded.path);
                let arguments =
                    arguments.or_else(|| template::match_path(path, &recorded.full_path()));
                arguments.map(Cow::Owned)
            }
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(id) => formatter.write_str(id),
            Self::Request { method, path } => write!(formatter, "{method} {path}"),
        }
    }
}
