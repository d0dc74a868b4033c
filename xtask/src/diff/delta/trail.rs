//! Paths from a document to a part, for reports.

use std::fmt;
use std::rc::Rc;

use super::Subject;
use super::part::Part;
use super::reach::Reach;
use crate::openapi::json::string;

/// The steps into all pairs, and the operation of each start.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) steps: Vec<Step>,
    pub(super) operations: Vec<Option<usize>>,
}

/// The paths from the document or from operations to a part.
#[derive(Clone)]
pub(super) struct Trails {
    map: Rc<Map>,
    reach: Rc<Reach>,
    /// The path from the first start. Reports show one path of a difference, and in a ring, paths can be as long as the
    /// ring.
    path: Vec<usize>,
    /// The step beyond the end of the path.
    inside: Option<Step>,
}

/// The name and the request of an operation.
#[derive(Debug, PartialEq)]
pub(crate) struct OperationName {
    /// The `operationId`, or the request.
    pub(crate) id: String,
    /// The method and the path, for instance `GET /voices`.
    pub(crate) request: String,
}

/// A step into a part.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A step into an operation, where a path starts.
    Operation(Rc<OperationName>),
    Further(Rc<str>),
}

impl Step {
    /// Creates the step from a part's parent into it.
    pub(super) fn into(part: &Part<'_>) -> Self {
        let key = &part.key;
        let words = match part.subject {
            Subject::Operation => {
                let id = string(part.value, "operationId").unwrap_or(key).to_owned();
                let request = key.clone();
                return Self::Operation(Rc::new(OperationName { id, request }));
            }
            Subject::Success => format!("response {key}"),
            Subject::Failure => format!("error {key}"),
            Subject::Content if key == "application/json" => String::new(),
            Subject::Content => format!(" as {key}"),
            Subject::Header => format!(" header {key}"),
            Subject::Field | Subject::ReadOnly => format!(".{key}"),
            Subject::Items => "[]".to_owned(),
            Subject::Values => "{}".to_owned(),
            Subject::Variant => format!(" as {key}"),
            Subject::Definition => String::new(),
            Subject::View => format!("method {key}"),
            Subject::Component => format!("schema {key}"),
            Subject::Parameter if key.starts_with("path ") => {
                format!("path {}", string(part.value, "name").unwrap_or_default())
            }
            _ => key.clone(),
        };
        Self::Further(words.into())
    }

    fn operation(&self) -> Option<&OperationName> {
        match self {
            Self::Operation(operation) => Some(operation),
            Self::Further(_) => None,
        }
    }
}

impl Trails {
    pub(super) fn new(
        map: &Rc<Map>,
        reach: Rc<Reach>,
        path: Vec<usize>,
        inside: Option<Step>,
    ) -> Self {
        let map = Rc::clone(map);
        Self {
            map,
            reach,
            path,
            inside,
        }
    }

    /// Returns the operations from which the part is reached, each once.
    pub(super) fn operations(&self) -> impl Iterator<Item = &OperationName> {
        let of_starts = self.reach.operations.iter();
        let of_starts = of_starts.filter_map(|pair| self.map.steps.get(*pair)?.operation());
        // From the document itself, the path may enter an operation.
        let entered = self.steps(&self.path).find_map(Step::operation);
        let is_entered = self.reach.operations.is_empty();
        of_starts.chain(entered.filter(|_| is_entered))
    }

    /// Returns the numbers of the starts.
    pub(super) fn starts(&self) -> &[usize] {
        &self.reach.starts
    }

    /// Returns the operation of a start and the path from it, which only contains the start unless it is the first.
    pub(super) fn from(&self, start: usize) -> (&str, String) {
        let path = match self.path.first() {
            Some(first) if *first == start => &self.path,
            _ => std::slice::from_ref(&start),
        };
        let own = self.map.operations.get(start).copied().flatten();
        let own = own.and_then(|pair| self.map.steps.get(pair));
        let mut steps = own.into_iter().chain(self.steps(path));
        let operation = steps.find_map(Step::operation);
        (
            operation.map_or("", |operation| &operation.id),
            self.words(path),
        )
    }

    /// Returns the path from the first start.
    pub(super) fn path(&self) -> String {
        self.words(&self.path)
    }

    fn words(&self, path: &[usize]) -> String {
        let mut words = String::new();
        for step in self.steps(path) {
            match step {
                // A path starts in the operation.
                Step::Operation(_) => words.clear(),
                Step::Further(more) => words += more,
            }
        }
        words.trim_start_matches('.').to_owned()
    }

    fn steps(&self, path: &[usize]) -> impl Iterator<Item = &Step> {
        let steps = path.iter().filter_map(|pair| self.map.steps.get(*pair));
        steps.chain(&self.inside)
    }
}

impl fmt::Debug for Trails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let starts = self.starts().iter().map(|start| self.from(*start));
        f.debug_list().entries(starts).finish()
    }
}
