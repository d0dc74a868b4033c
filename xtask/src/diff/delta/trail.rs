//! Paths from a document to a part, for reports.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::Subject;
use super::part::Part;
use crate::openapi::json::string;

/// The pairs on a path.
#[derive(Clone)]
pub(super) enum Path {
    /// All pairs.
    Whole(Rc<[usize]>),
    /// The start alone: reports show one path of a difference, and in a ring, paths can be as long as the ring.
    Start(usize),
}

/// The path from the document or an operation to a part.
#[derive(Clone)]
pub(super) struct Trail {
    operation: Option<usize>,
    path: Path,
    /// The step into each pair.
    steps: Rc<[Step]>,
    /// The step beyond the end of the path.
    inside: Option<Step>,
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
    /// Creates the path from a start of an operation, or from the document.
    pub(super) fn new(
        operation: Option<usize>,
        path: Path,
        steps: Rc<[Step]>,
        inside: Option<Step>,
    ) -> Self {
        Self {
            operation,
            path,
            steps,
            inside,
        }
    }

    fn steps(&self) -> impl Iterator<Item = &Step> {
        let pairs = match &self.path {
            Path::Whole(pairs) => pairs,
            Path::Start(start) => std::slice::from_ref(start),
        };
        let pairs = self.operation.iter().chain(pairs);
        let steps = pairs.filter_map(|pair| self.steps.get(*pair));
        steps.chain(&self.inside)
    }

    pub(super) fn operation(&self) -> &str {
        let own = self.operation.and_then(|pair| self.steps.get(pair));
        let mut names = own.into_iter().chain(self.steps()).map(|step| match step {
            Step::Operation(name) => Some(&**name),
            Step::Further(_) => None,
        });
        names.find_map(|name| name).unwrap_or_default()
    }

    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps() {
            match step {
                // A path starts in the operation.
                Step::Operation(_) => path.clear(),
                Step::Further(words) => path += words,
            }
        }
        path.trim_start_matches('.').to_owned()
    }
}

impl PartialEq for Trail {
    fn eq(&self, other: &Self) -> bool {
        self.operation() == other.operation() && self.path() == other.path()
    }
}

impl Eq for Trail {}

impl Hash for Trail {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.operation().hash(state);
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation(), self.path())
    }
}
