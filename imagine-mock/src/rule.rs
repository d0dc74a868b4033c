//! Rules: what applies to which requests, and how often. Faults and expectations are rules.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::Method;

use crate::api::Api;
use crate::contract::template;

/// The decoded arguments of a path by name.
pub(crate) type Arguments = Vec<(String, String)>;

/// The error for a name that no operation has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown operation `{name}`; known operations: {known}")]
pub struct UnknownOperation {
    name: String,
    known: String,
}

impl UnknownOperation {
    fn new(name: &str, known: &[Scope]) -> Self {
        let known: Vec<_> = known.iter().map(ToString::to_string).collect();
        Self {
            name: name.to_owned(),
            known: known.join(", "),
        }
    }
}

/// The parts of a request that scopes compare.
#[derive(Clone, Debug)]
pub(crate) struct Called<'a> {
    /// The called operation with its API, if a specification describes it.
    pub(crate) operation: Option<(Api, &'static str)>,
    pub(crate) method: &'a Method,
    /// The path below the base path.
    pub(crate) path: &'a str,
    pub(crate) full_path: String,
}

/// The requests that a rule applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The requests for an operation of an API's specification.
    Operation(Api, &'static str),
    /// The requests with a method and a path, which may be a template.
    Request { method: String, path: String },
}

impl Scope {
    /// Parses the name of an operation, as in `chat` or `inference.chat`, or a method and a path, as in
    /// `POST /summarize`.
    pub(crate) fn parse(name: &str) -> Result<Self, UnknownOperation> {
        let request = name.split_once(' ');
        let request = request.map(|(method, path)| Self::request(method, path));
        if let Some(request) = request.filter(|request| request.problems().is_empty()) {
            return Ok(request);
        }
        let operations = operations();
        let known = operations.iter().find(|scope| scope.is_named(name));
        let unknown = || UnknownOperation::new(name, &operations);
        known.cloned().ok_or_else(unknown)
    }

    /// Returns the scope of an operation of an API.
    pub(crate) fn operation(api: Api, id: &str) -> Result<Self, UnknownOperation> {
        let is_own = |scope: &Self| matches!(scope, Self::Operation(own, _) if *own == api);
        let mut own = operations();
        own.retain(is_own);
        let known = own
            .iter()
            .find(|scope| matches!(scope, Self::Operation(_, own) if *own == id));
        known
            .cloned()
            .ok_or_else(|| UnknownOperation::new(id, &own))
    }

    /// Returns whether an operation has this name, with or without its API. The first API has precedence.
    fn is_named(&self, name: &str) -> bool {
        match (self, name.split_once('.')) {
            (Self::Operation(api, id), Some((own, name))) => api.name() == own && *id == name,
            (Self::Operation(_, id), None) => *id == name,
            _ => false,
        }
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
            Self::Operation(api, id) => (called.operation == Some((*api, *id))).then(Vec::new),
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
            Self::Operation(api, id) if Api::from_operation(id) == Some(*api) => {
                formatter.write_str(id)
            }
            Self::Operation(api, id) => write!(formatter, "{}.{id}", api.name()),
            Self::Request { method, path } => write!(formatter, "{method} {path}"),
        }
    }
}

/// Lists the operations of all APIs.
fn operations() -> Vec<Scope> {
    let operations = Api::ALL.iter().flat_map(|api| {
        let operations = api.contract().operations();
        let ids = operations.map(|operation| operation.id.as_str());
        let own = ids.filter(|id| api.owner(id) == *api);
        own.map(|id| Scope::Operation(*api, id))
    });
    let mut operations: Vec<_> = operations.collect();
    // An operation may have several paths.
    operations.dedup();
    operations
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

    use super::{Scope, operations};
    use crate::api::Api;

    #[test]
    fn operation_names_are_distinct_across_apis() {
        let operations = operations();
        let distinct: HashSet<_> = operations.iter().map(ToString::to_string).collect();
        assert_eq!(distinct.len(), operations.len());
    }

    #[test]
    fn an_operation_may_be_named_with_its_api() {
        let chat = Scope::Operation(Api::Inference, "chat");
        assert_eq!(Scope::parse("inference.chat"), Ok(chat.clone()));
        assert_eq!(Scope::operation(Api::Inference, "chat"), Ok(chat));
        assert!(Scope::parse("media.chat").is_err());
        let message = Scope::operation(Api::Media, "chat")
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("text2img") && !message.contains("embeddings"),
            "{message}"
        );
    }

    #[test]
    fn a_scope_is_an_operation_or_a_method_and_a_path() {
        assert_eq!(
            Scope::parse("chat"),
            Ok(Scope::Operation(Api::Inference, "chat"))
        );
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
