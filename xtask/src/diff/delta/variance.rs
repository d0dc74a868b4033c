//! The relation of two values of a keyword.

use std::cmp::Ordering;

use serde_json::Value;

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ChangeKind {
    Added,
    /// Added and required in every request.
    AddedRequired,
    /// Added and required in every request, but the SDK sends a default.
    AddedDefaulted,
    Removed,
    /// Removed; it was optional, so callers could not rely on it.
    RemovedOptional,
    Changed,
    /// The new set of allowed values contains the old one.
    Widened,
    /// The old set of allowed values contains the new one.
    Narrowed,
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
    /// A regular expression: any allows less than its absence, except one that every string matches.
    Pattern,
    /// A greater number allows less.
    Floor,
    /// A smaller number allows less.
    Ceiling,
    /// A list of allowed values; without a list, every value is allowed.
    OneOf,
    /// A list of alternatives, one of which suffices; without a list, nothing is required.
    Alternatives,
    /// A discriminator: another entry of its mapping allows more.
    Mapping,
    /// A level of stability: a higher one promises more than a lower one, and than none.
    Stability,
    /// A type: an integer is a number; without a type, every value is allowed.
    Type,
}

impl Variance {
    /// Returns true if a value means the same as its absence.
    pub(super) fn is_default(self, value: &Value) -> bool {
        match self {
            Self::Flag | Self::Restricts => value == &Value::Bool(false),
            Self::Opens => value != &Value::Bool(false),
            Self::Pattern => ["", "^", "$", ".*", "^.*", ".*$", "^.*$"]
                .iter()
                .any(|all| value == all),
            _ => value.is_null(),
        }
    }

    /// Returns true if two values mean the same.
    pub(super) fn is_same(self, old: &Value, new: &Value) -> bool {
        old == new
            || match self {
                Self::OneOf => contains(old, new) && contains(new, old),
                Self::Alternatives => covers(old, new) && covers(new, old),
                _ => false,
            }
    }

    /// Returns the change from one value to another, either of which may be absent.
    pub(super) fn relate(self, old: Option<&Value>, new: Option<&Value>) -> ChangeKind {
        match (self, old, new) {
            (Self::Opaque | Self::Flag, ..) => ChangeKind::Changed,
            (Self::Stability, ..) => by_level(old, new),
            (_, None, _) => ChangeKind::Narrowed,
            (_, _, None) => ChangeKind::Widened,
            (Self::Floor, Some(old), Some(new)) => by_order(number(new), number(old)),
            (Self::Ceiling, Some(old), Some(new)) => by_order(number(old), number(new)),
            (Self::Type, Some(old), Some(new)) => between_types(old, new),
            (Self::OneOf, Some(old), Some(new)) => {
                between_sets(contains(new, old), contains(old, new))
            }
            (Self::Alternatives, Some(old), Some(new)) => {
                between_sets(covers(new, old), covers(old, new))
            }
            (Self::Mapping, Some(old), Some(new)) if extends(old, new) => ChangeKind::Widened,
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

fn between_sets(new_has_old: bool, old_has_new: bool) -> ChangeKind {
    match (new_has_old, old_has_new) {
        (true, false) => ChangeKind::Widened,
        (false, true) => ChangeKind::Narrowed,
        _ => ChangeKind::Changed,
    }
}

/// The levels of stability, the lowest first.
const LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];

fn by_level(old: Option<&Value>, new: Option<&Value>) -> ChangeKind {
    let level = |value: Option<&Value>| {
        LEVELS
            .iter()
            .position(|level| value.is_some_and(|value| value == level))
    };
    match level(old).cmp(&level(new)) {
        Ordering::Less => ChangeKind::Widened,
        Ordering::Equal => ChangeKind::Changed,
        Ordering::Greater => ChangeKind::Narrowed,
    }
}

/// Returns true if a request that meets one of `part` meets one of `all`.
fn covers(all: &Value, part: &Value) -> bool {
    let (Value::Array(all), Value::Array(part)) = (all, part) else {
        return false;
    };
    part.iter()
        .all(|strict| all.iter().any(|other| requires_less(other, strict)))
}

/// Returns true if an alternative requires nothing but parts of another: fewer schemes, or fewer scopes of a scheme.
fn requires_less(alternative: &Value, strict: &Value) -> bool {
    let (Value::Object(alternative), Value::Object(strict)) = (alternative, strict) else {
        return alternative == strict;
    };
    alternative
        .iter()
        .all(|(scheme, scopes)| strict.get(scheme).is_some_and(|all| contains(all, scopes)))
}

fn contains(all: &Value, part: &Value) -> bool {
    let (Value::Array(all), Value::Array(part)) = (all, part) else {
        return false;
    };
    part.iter().all(|item| all.contains(item))
}

/// Returns true if a discriminator only has more entries than another.
fn extends(old: &Value, new: &Value) -> bool {
    let entries = |value: &Value| {
        let entries = value.get("mapping").and_then(Value::as_object);
        entries.cloned().unwrap_or_default()
    };
    let (before, after) = (entries(old), entries(new));
    old.get("propertyName") == new.get("propertyName")
        && before
            .iter()
            .all(|(key, target)| after.get(key) == Some(target))
}
