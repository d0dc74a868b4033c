//! The way from a document to a part of it, in words.

use super::Subject;
use super::part::Part;
use crate::spec::json::text;

/// The way that the walk has gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    pub(super) operation: String,
    pub(super) path: String,
}

impl Trail {
    /// One step further, into a part.
    pub(super) fn step(&self, part: &Part<'_>) -> Self {
        let key = &part.key;
        let step = match part.subject {
            Subject::Operation => {
                let name = text(part.value, "operationId").unwrap_or(key);
                return Self {
                    operation: name.to_owned(),
                    path: String::new(),
                };
            }
            Subject::Success => format!("answer {key}"),
            Subject::Failure => format!("failure {key}"),
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
                format!("path {}", text(part.value, "name").unwrap_or_default())
            }
            _ => key.clone(),
        };
        Self {
            operation: self.operation.clone(),
            path: format!("{}{step}", self.path),
        }
    }
}
