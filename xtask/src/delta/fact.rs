//! What is said of a part, and how two things that are said relate.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use super::How;
use super::keyword::{self, Subject};
use crate::diagnostic::Location;
use crate::document::json::Object;

/// Something that is said of a part.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) subject: Subject,
    pub(super) variance: Variance,
    pub(crate) value: Value,
    pub(crate) location: Location,
    /// Whether code is generated from it.
    pub(super) generated: bool,
}

/// Facts by their keywords.
#[derive(Debug, Default)]
pub(crate) struct Facts(pub(super) BTreeMap<String, Fact>);

impl Facts {
    /// Adds what an object says, apart from some members. What is said later goes before what was said.
    pub(super) fn add(
        &mut self,
        object: &Object,
        except: &[&str],
        location: &Location,
        generated: bool,
    ) {
        for (key, value) in object {
            let (subject, variance) = keyword::find(key);
            let is_part = except.contains(&key.as_str());
            if !is_part && !variance.says_nothing(value) {
                let fact = Fact {
                    subject,
                    variance,
                    value: value.clone(),
                    location: location.clone(),
                    generated,
                };
                self.0.insert(key.clone(), fact);
            }
        }
    }

    /// Adds something that is not written in so many words.
    pub(super) fn imply(&mut self, key: &str, subject: Subject, value: Value, location: &Location) {
        let fact = Fact {
            subject,
            variance: Variance::Opaque,
            value,
            location: location.clone(),
            generated: true,
        };
        self.0.insert(key.to_owned(), fact);
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).map(|fact| &fact.value)
    }

    /// Says of a fact that it is about something else than its keyword tells.
    pub(super) fn reclassify(&mut self, key: &str, subject: Subject) {
        if let Some(fact) = self.0.get_mut(key) {
            fact.subject = subject;
        }
    }
}

/// How the values of a keyword relate: which of two allows more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Variance {
    /// They are the same, or not.
    Opaque,
    /// True, or not there.
    Flag,
    /// True allows less than its absence.
    Restricts,
    /// False allows less than its absence.
    Opens,
    /// Any value allows less than its absence.
    Narrows,
    /// A greater number allows less.
    Floor,
    /// A smaller number allows less.
    Ceiling,
    /// A list of what is allowed; without one all is.
    OneOf,
    /// A list of what is enough; without one nothing is asked for.
    Alternatives,
    /// The type of a value: an integer is a number, and anything goes without one.
    Type,
}

impl Variance {
    /// Whether a value says the same as its absence.
    fn says_nothing(self, value: &Value) -> bool {
        match self {
            Self::Flag | Self::Restricts => value == &Value::Bool(false),
            Self::Opens => value != &Value::Bool(false),
            _ => value.is_null(),
        }
    }

    /// How a value became another, where either may be missing.
    pub(super) fn relate(self, old: Option<&Value>, new: Option<&Value>) -> How {
        match (self, old, new) {
            (Self::Opaque | Self::Flag, ..) => How::Changed,
            (_, None, _) => How::Narrowed,
            (_, _, None) => How::Widened,
            (Self::Floor, Some(old), Some(new)) => by_order(number(new), number(old)),
            (Self::Ceiling, Some(old), Some(new)) => by_order(number(old), number(new)),
            (Self::Type, Some(old), Some(new)) => between_types(old, new),
            (Self::OneOf | Self::Alternatives, Some(old), Some(new)) => between_sets(old, new),
            _ => How::Changed,
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn by_order(less: Option<f64>, more: Option<f64>) -> How {
    match less.partial_cmp(&more) {
        Some(Ordering::Less) => How::Widened,
        Some(Ordering::Greater) => How::Narrowed,
        _ => How::Changed,
    }
}

fn between_types(old: &Value, new: &Value) -> How {
    match (old.as_str(), new.as_str()) {
        (Some("integer"), Some("number")) => How::Widened,
        (Some("number"), Some("integer")) => How::Narrowed,
        _ => How::Changed,
    }
}

fn between_sets(old: &Value, new: &Value) -> How {
    let holds = |all: &Value, part: &Value| {
        let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
        let all = items(all);
        items(part).iter().all(|item| all.contains(item))
    };
    match (holds(new, old), holds(old, new)) {
        (true, false) => How::Widened,
        (false, true) => How::Narrowed,
        _ => How::Changed,
    }
}
