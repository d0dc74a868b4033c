//! What differs between two specifications, compared through their references.
//!
//! Both documents are walked together, part by part. A [`part`](Part) knows what it consists of and what
//! is said of it; a comparison pairs the parts of both sides and says where they are not the same, and the
//! walk tells it to all operations that come there. Which difference matters to whom is for others to say.

mod comparison;
mod difference;
mod document;
mod fact;
mod keyword;
mod layers;
mod numbers;
mod operation;
mod part;
mod reference;
mod schema;
#[cfg(test)]
mod tests;
mod trail;
mod walk;

use serde_json::Value;

pub(crate) use difference::{Difference, How, Use};
pub(crate) use keyword::Subject;
pub(crate) use part::{Part, Position, blank};
pub(crate) use reference::keys;

/// The differences between an old and a new document, in the order of the old one.
pub(crate) fn between(old: &Value, new: &Value) -> Vec<Difference> {
    let docs = [old, new];
    walk::differences(docs, |parts| comparison::compare(docs, parts))
}

/// The operations of a document, by method and path.
pub(crate) fn operations(doc: &Value) -> Vec<Part<'_>> {
    let parts = document::root(doc).open(doc).parts;
    parts
        .into_iter()
        .filter(|part| part.subject == Subject::Operation)
        .collect()
}
