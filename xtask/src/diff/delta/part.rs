//! The parts of a specification.

use serde_json::Value;

use super::Subject;
use super::fact::Facts;
use crate::diagnostic::Location;
use crate::openapi::parameter::blank;

/// The side of a call that a value is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Position {
    Request,
    Response,
}

/// A part of a specification, not opened yet.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) subject: Subject,
    /// The key among its siblings.
    pub(crate) key: String,
    pub(crate) value: &'a Value,
    pub(crate) location: Location,
    /// True if it is required.
    pub(crate) required: bool,
    pub(super) within: Within,
}

/// The attributes that a part inherits from its parents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Within {
    pub(super) position: Option<Position>,
    /// True if types are generated from it; error responses have none.
    pub(super) typed: bool,
    /// True if code is generated from its direct parent, which has no hand-written type.
    pub(super) generated: bool,
    /// The name of a type for an inline schema.
    pub(super) type_name: String,
}

/// Everything that affects the contents of a part, apart from the document.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    subject: Subject,
    key: String,
    /// The address of the value, which is as good as its location.
    value: usize,
    required: bool,
    within: Within,
}

/// The contents of a part.
#[derive(Debug, Default)]
pub(crate) struct Content<'a> {
    pub(super) facts: Facts,
    pub(crate) parts: Vec<Part<'a>>,
    /// True if it is declared nullable, which makes its type an `Option`.
    pub(super) nullable: bool,
    /// True if null is valid, declared or not: every value is valid unless excluded.
    pub(super) takes_null: bool,
    /// The fields that a request lacks because they are read-only.
    pub(super) read_only: Vec<&'a str>,
    /// The location of its definition, if it is elsewhere.
    pub(super) definition: Option<Location>,
}

impl<'a> Part<'a> {
    /// Creates a part that inherits the attributes of this one.
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

    /// Returns the identity, which also depends on the way the part is used.
    pub(super) fn identity(&self) -> Identity {
        Identity {
            subject: self.subject,
            key: self.key.clone(),
            value: std::ptr::from_ref(self.value).addr(),
            required: self.required,
            within: self.within.clone(),
        }
    }

    /// Returns true if it is required and the SDK sends its default.
    pub(super) fn is_defaulted(&self, content: &Content<'_>) -> bool {
        let sent = ["x-imagine-send-default", "x-imagine-stream-flag"];
        self.required
            && sent
                .iter()
                .any(|extension| content.facts.get(extension).is_some())
    }

    /// Returns true if a part of another document is its counterpart.
    pub(super) fn is_same(&self, other: &Part<'_>) -> bool {
        self.subject == other.subject
            && match self.subject {
                Subject::Operation => self.counterpart() == other.counterpart(),
                _ => self.key == other.key,
            }
    }

    /// Returns the identity that a part of another document must have to be its counterpart.
    pub(super) fn counterpart(&self) -> (Subject, String) {
        let key = match self.subject {
            Subject::Operation => blank(&self.key),
            _ => self.key.clone(),
        };
        (self.subject, key)
    }
}
