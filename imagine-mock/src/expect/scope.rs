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
    Request { method: String, path: String },
}

impl Scope {
    pub(super) fn request(method: &str, path: &str) -> Self {
        Self::Request {
            method: method.to_owned(),
            path: path.to_owned(),
        }
    }

    /// Lists the invalid arguments that define the scope.
    pub(super) fn problems(&self) -> Vec<String> {
        let Self::Request { method, path } = self else {
            return Vec::new();
        };
        let method = Method::from_bytes(method.as_bytes())
            .err()
            .map(|_| format!("`{method}` is not a method"));
        let path =
            (!path.starts_with('/')).then(|| format!("the path `{path}` must start with `/`"));
        method.into_iter().chain(path).collect()
    }

    /// Returns the path arguments of a request, or `None` if the expectation does not apply to it.
    pub(super) fn arguments<'a>(&self, request: &RequestView<'a>) -> Option<Cow<'a, Arguments>> {
        match self {
            Self::Operation(id) => {
                let applies = request.operation_id() == Some(*id);
                applies.then_some(Cow::Borrowed(request.arguments))
            }
            Self::Request { method, path } => {
                let recorded = request.recorded;
                if request.operation_id().is_some() || recorded.method.as_str() != method {
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
