//! Paths from a document to a part, for reports.

use std::fmt;
use std::rc::Rc;

use super::Subject;
use super::part::Part;
use crate::openapi::json::string;

/// The path of the walk. Paths with a common prefix share it, because in a ring each path is as long as the ring.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Trail {
    operation: Rc<str>,
    last: Option<Rc<Link>>,
}

/// The last step of a path, and the steps before it.
#[derive(PartialEq, Eq, Hash)]
struct Link {
    before: Option<Rc<Link>>,
    words: Rc<str>,
}

/// A step into a part.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A step into an operation, where a path starts.
    Operation(Rc<str>),
    Further(Rc<str>),
}

impl Step {
    /// Creates the step from a part's parent into it.
    pub(super) fn into(part: &Part<'_>) -> Self {
        let key = &part.key;
        let words = match part.subject {
            Subject::Operation => {
                return Self::Operation(string(part.value, "operationId").unwrap_or(key).into());
            }
            Subject::Success => format!("response {key}"),
            Subject::Failure => format!("error {key}"),
            Subject::Content if key == "application/json" => String::new(),
            Subject::Content => format!(" as {key}"),
            Subject::Header => format!(" header {key}"),
            Subject::Field => format!(".{key}"),
            Subject::Items => "[]".to_owned(),
            Subject::Values => "{}".to_owned(),
            Subject::Variant => format!(" as {key}"),
            Subject::View => format!("method {key}"),
            Subject::Component => format!("schema {key}"),
            Subject::Parameter if key.starts_with("path ") => {
                format!("path {}", string(part.value, "name").unwrap_or_default())
            }
            _ => key.clone(),
        };
        Self::Further(words.into())
    }
}

impl Trail {
    /// Appends a step.
    pub(super) fn step(&self, step: &Step) -> Self {
        match step {
            Step::Operation(name) => Self {
                operation: Rc::clone(name),
                last: None,
            },
            Step::Further(words) => Self {
                operation: Rc::clone(&self.operation),
                last: Some(Rc::new(Link {
                    before: self.last.clone(),
                    words: Rc::clone(words),
                })),
            },
        }
    }

    pub(super) fn operation(&self) -> &str {
        &self.operation
    }

    pub(super) fn path(&self) -> String {
        let links = std::iter::successors(self.last.as_deref(), |link| link.before.as_deref());
        let words: Vec<&str> = links.map(|link| &*link.words).collect();
        let path: String = words.into_iter().rev().collect();
        path.trim_start_matches('.').to_owned()
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.path())
    }
}

impl Drop for Link {
    /// Drops one link after the other: a recursive drop would need a stack as deep as the path is long.
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(mut link) = before.and_then(Rc::into_inner) {
            before = link.before.take();
        }
    }
}
