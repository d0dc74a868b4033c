//! Facts of a part, and the relation of two facts.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use super::ChangeKind;
use super::keyword::{self, Subject};
use crate::diagnostic::Location;
use crate::document::json::Object;

/// A keyword of a part and its value.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) subject: Subject,
    pub(super) variance: Variance,
    pub(crate) value: Value,
    pub(crate) location: Location,
    /// True if code is generated from it.
    pub(super) generated: bool,
}

/// Facts by keyword.
#[derive(Debug, Default)]
pub(crate) struct Facts(pub(super) BTreeMap<String, Fact>);

impl Facts {
    /// Adds the members of an object, except some. A later fact replaces an earlier one.
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
            if !is_part && !variance.is_default(value) {
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

    /// Adds a fact that the document only implies.
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

    /// Changes the subject of a fact.
    pub(super) fn reclassify(&mut self, key: &str, subject: Subject) {
        if let Some(fact) = self.0.get_mut(key) {
            fact.subject = subject;
        }
    }
}

/// The relation between a keyword's values: which of two values allows more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Variance {
    /// Values are equal or different.
    Opaque,
    /// True, or absent.
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
    /// A list of allowed values; without a list, every value is allowed.
    OneOf,
    /// A list of alternatives, one of which suffices; without a list, nothing is required.
    Alternatives,
    /// A type: an integer is a number; without a type, every value is allowed.
    Type,
}

impl Variance {
    /// Returns true if a value means the same as its absence.
    fn is_default(self, value: &Value) -> bool {
        match self {
            Self::Flag | Self::Restricts => value == &Value::Bool(false),
            Self::Opens => value != &Value::Bool(false),
            _ => value.is_null(),
        }
    }

    /// Returns the change from one value to another, either of which may be absent.
    pub(super) fn relate(self, old: Option<&Value>, new: Option<&Value>) -> ChangeKind {
        match (self, old, new) {
            (Self::Opaque | Self::Flag, ..) => ChangeKind::Changed,
            (_, None, _) => ChangeKind::Narrowed,
            (_, _, None) => ChangeKind::Widened,
            (Self::Floor, Some(old), Some(new)) => by_order(number(new), number(old)),
            (Self::Ceiling, Some(old), Some(new)) => by_order(number(old), number(new)),
            (Self::Type, Some(old), Some(new)) => between_types(old, new),
            (Self::OneOf | Self::Alternatives, Some(old), Some(new)) => between_sets(old, new),
            _ => ChangeKind::Changed,
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn by_order(less: Option<f64>, more: Option<f64>) -> ChangeKind {
    match less.partial_cmp(&more) {
        Some(Ordering::Less) => ChangeKind::Widened,
        Some(Ordering::Greater) => ChangeKind::Narrowed,
        _ => ChangeKind::Changed,
    }
}

fn between_types(old: &Value, new: &Value) -> ChangeKind {
    match (old.as_str(), new.as_str()) {
        (Some("integer"), Some("number")) => ChangeKind::Widened,
        (Some("number"), Some("integer")) => ChangeKind::Narrowed,
        _ => ChangeKind::Changed,
    }
}

fn between_sets(old: &Value, new: &Value) -> ChangeKind {
    let contains = |all: &Value, part: &Value| {
        let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
        let all = items(all);
        items(part).iter().all(|item| all.contains(item))
    };
    match (contains(new, old), contains(old, new)) {
        (true, false) => ChangeKind::Widened,
        (false, true) => ChangeKind::Narrowed,
        _ => ChangeKind::Changed,
    }
}
