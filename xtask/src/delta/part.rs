//! The parts that a specification consists of.

use serde_json::Value;

use super::Subject;
use super::fact::Facts;
use super::{document, operation, schema};
use crate::diagnostic::Location;

/// On which side of a call a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Position {
    Request,
    Answer,
}

/// A part of a specification, not yet looked into.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) subject: Subject,
    /// What tells it from its siblings.
    pub(crate) key: String,
    pub(crate) value: &'a Value,
    pub(crate) location: Location,
    /// Whether it must be there.
    pub(crate) required: bool,
    pub(super) within: Within,
}

/// What a part inherits from those it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Within {
    pub(super) position: Option<Position>,
    /// Whether types are generated from it: not from failures.
    pub(super) typed: bool,
    /// Whether code is generated from the part that it is directly in: not where that is written by hand.
    pub(super) generated: bool,
    /// The name that a type which is written in location gets.
    pub(super) type_name: String,
}

/// All that what is found in a part depends on, apart from the document.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    subject: Subject,
    key: String,
    location: Location,
    required: bool,
    within: Within,
}

/// What a part consists of.
#[derive(Debug, Default)]
pub(crate) struct Content<'a> {
    pub(super) facts: Facts,
    pub(crate) parts: Vec<Part<'a>>,
    /// Whether it is said to allow null, which makes an `Option` of it.
    pub(super) nullable: bool,
    /// Whether null is among its values, said or not: any value is where none is ruled out.
    pub(super) takes_null: bool,
    /// Where it is written, if not where the part is.
    pub(super) home: Option<Location>,
}

impl<'a> Part<'a> {
    /// A part that inherits all from this one.
    pub(super) fn child(
        &self,
        subject: Subject,
        key: impl Into<String>,
        value: &'a Value,
        location: Location,
    ) -> Self {
        Part {
            subject,
            key: key.into(),
            value,
            location,
            required: false,
            within: self.within.clone(),
        }
    }

    /// Looks into the part, through all references.
    pub(crate) fn open(&self, doc: &'a Value) -> Content<'a> {
        match self.subject {
            Subject::Document => document::open(self),
            Subject::Operation => operation::open(self, doc),
            Subject::View => operation::open_view(self),
            Subject::Body | Subject::Success | Subject::Failure => {
                operation::open_message(self, doc)
            }
            Subject::Parameter | Subject::Header | Subject::Content => {
                operation::open_carrier(self, doc)
            }
            Subject::Component => document::open_component(self),
            _ => schema::open(self, doc),
        }
    }

    /// What tells it from other parts, and from itself when it is used in another way.
    pub(super) fn identity(&self) -> Identity {
        Identity {
            subject: self.subject,
            key: self.key.clone(),
            location: self.location.clone(),
            required: self.required,
            within: self.within.clone(),
        }
    }

    /// Whether it must be there and the SDK puts it there where the caller does not.
    pub(super) fn is_defaulted(&self, content: &Content<'_>) -> bool {
        let sent = ["x-imagine-send-default", "x-imagine-stream-flag"];
        self.required && sent.iter().any(|hint| content.facts.get(hint).is_some())
    }

    /// Whether a part of another document is its counterpart.
    pub(super) fn is_same(&self, other: &Part<'_>) -> bool {
        let key = |part: &Part<'_>| match part.subject {
            Subject::Operation => blank(&part.key),
            _ => part.key.clone(),
        };
        self.subject == other.subject && key(self) == key(other)
    }
}

/// A path without the names of its parameters, which the wire does not know.
pub(crate) fn blank(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |blank, part| {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        format!("{blank}{{}}{rest}")
    })
}
