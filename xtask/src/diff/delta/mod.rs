//! Structural differences between two specifications, compared through their references.
//!
//! The walk visits both documents together, part by part. A [`part`](Part) knows its children and its facts. A
//! comparison pairs the parts of both documents and returns the differences, and the walk records them for every
//! operation that reaches the parts. Other modules classify the differences.

mod comparison;
mod contract;
mod difference;
mod document;
mod fact;
mod interner;
mod keyword;
mod layers;
mod open;
mod operation;
mod part;
mod reach;
mod schema;
#[cfg(test)]
mod tests;
mod trail;
mod variance;
mod walk;

use serde_json::Value;

pub(crate) use difference::{Difference, Use};
pub(crate) use keyword::Subject;
pub(crate) use part::{Part, Position};
pub(crate) use variance::ChangeKind;

/// Returns the differences between an old and a new document, in the order of the old one.
pub(crate) fn between(old: &Value, new: &Value) -> Vec<Difference> {
    let docs = [old, new];
    let mut comparer = comparison::Comparer::new(docs);
    walk::differences(docs, |parts| comparer.compare(parts))
}

/// Returns the operations of a document, by method and path.
pub(crate) fn operations(doc: &Value) -> Vec<Part<'_>> {
    let parts = open::open(&document::root(doc), doc).parts;
    parts
        .into_iter()
        .filter(|part| part.subject == Subject::Operation)
        .collect()
}
