//! Rules: what applies to which requests, and how often. Faults and expectations are rules.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::Method;

use crate::contract::{Contract, template};

/// The decoded arguments of a path by name.
pub(crate) type Arguments = Vec<(String, String)>;

/// The error for a name that no operation has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown operation `{name}`; known operations: {known}")]
pub struct UnknownOperation {
    name: String,
    known: String,
}

/// The parts of a request that scopes compare.
#[derive(Clone, Debug)]
pub(crate) struct Called<'a> {
    /// The called operation, if a specification describes it.
    pub(crate) operation: Option<&'static str>,
    pub(crate) method: &'a Method,
    /// The path below the base path.
    pub(crate) path: &'a str,
    pub(crate) full_path: String,
}

/// The requests that a rule applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The requests for an operation of a specification.
    Operation(&'static str),
    /// The requests with a method and a path, which may be a template.
    Request { method: String, path: String },
}

impl Scope {
    /// Parses the name of an operation, or a method and a path, as in `POST /summarize`.
    pub(crate) fn parse(name: &str) -> Result<Self, UnknownOperation> {
        let request = name.split_once(' ');
        let request = request.map(|(method, path)| Self::request(method, path));
        if let Some(request) = request.filter(|request| request.problems().is_empty()) {
            return Ok(request);
        }
        let known = operation_names().find(|known| *known == name);
        known.map(Self::Operation).ok_or_else(|| {
            let known: Vec<_> = operation_names().collect();
            UnknownOperation {
                name: name.to_owned(),
                known: known.join(", "),
            }
        })
    }

    pub(crate) fn request(method: &str, path: &str) -> Self {
        Self::Request {
            method: method.to_owned(),
            path: path.to_owned(),
        }
    }

    /// Lists the invalid arguments that define the scope.
    pub(crate) fn problems(&self) -> Vec<String> {
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

    /// Returns the path arguments of a request in the scope, or `None` for another request. An operation has none here,
    /// because its specification defines them.
    pub(crate) fn arguments(&self, called: &Called<'_>) -> Option<Arguments> {
        match self {
            Self::Operation(id) => (called.operation == Some(*id)).then(Vec::new),
            Self::Request { method, path } => {
                let applies = called.operation.is_none() && called.method.as_str() == method;
                let arguments = || {
                    template::match_path(path, called.path)
                        .or_else(|| template::match_path(path, &called.full_path))
                };
                applies.then(arguments).flatten()
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

/// The only operation of OpenAI's API that is not an operation of the inference API.
const OPENAI_ONLY: &str = "retrieve_model";

/// Lists the names of the operations of all APIs. A test ensures that they are distinct.
fn operation_names() -> impl Iterator<Item = &'static str> {
    let contracts = [Contract::inference(), Contract::media()];
    let operations = contracts.into_iter().flat_map(Contract::operations);
    let operations = operations.map(|operation| operation.id.as_str());
    operations.chain([OPENAI_ONLY])
}

/// A value that applies to the requests of a scope, up to a limit.
#[derive(Debug)]
pub(crate) struct Rule<T> {
    pub(crate) scope: Scope,
    pub(crate) value: T,
    /// The maximum number of requests.
    pub(crate) times: Option<u32>,
    calls: AtomicU32,
}

impl<T> Rule<T> {
    pub(crate) fn new(scope: Scope, times: Option<u32>, value: T) -> Self {
        Self {
            scope,
            value,
            times,
            calls: AtomicU32::new(0),
        }
    }

    /// Returns the number of requests that the rule was applied to.
    pub(crate) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.times.is_some_and(|times| self.calls() >= times)
    }

    /// Counts one more request, unless the limit is reached.
    pub(crate) fn try_count(&self) -> bool {
        let next = |calls: u32| {
            let is_below_limit = self.times.is_none_or(|times| calls < times);
            is_below_limit.then(|| calls.saturating_add(1))
        };
        let counted = self
            .calls
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        counted.is_ok()
    }
}

/// Rules in the order of their creation.
#[derive(Debug)]
pub(crate) struct Rules<T>(Mutex<Vec<Arc<Rule<T>>>>);

impl<T> Rules<T> {
    pub(crate) fn add(&self, rule: Rule<T>) -> Arc<Rule<T>> {
        let rule = Arc::new(rule);
        self.lock().push(Arc::clone(&rule));
        rule
    }

    /// Returns a copy, so that applying a rule may call the mock.
    pub(crate) fn all(&self) -> Vec<Arc<Rule<T>>> {
        self.lock().clone()
    }

    pub(crate) fn retain(&self, condition: impl Fn(&Rule<T>) -> bool) {
        self.lock().retain(|rule| condition(rule));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Rule<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Scope, operation_names};

    #[test]
    fn operation_names_are_distinct_across_apis() {
        let distinct: HashSet<_> = operation_names().collect();
        assert_eq!(distinct.len(), operation_names().count());
    }

    #[test]
    fn a_scope_is_an_operation_or_a_method_and_a_path() {
        assert_eq!(Scope::parse("chat"), Ok(Scope::Operation("chat")));
        let request = Scope::parse("POST /summarize");
        assert_eq!(request, Ok(Scope::request("POST", "/summarize")));
        for invalid in ["chats", "POST summarize", "chat "] {
            let message = Scope::parse(invalid).unwrap_err().to_string();
            assert!(message.contains(&format!("`{invalid}`")), "{message}");
            assert!(message.contains("chat, chat_history"), "{message}");
            assert!(message.contains("text2img"), "{message}");
        }
    }
}
