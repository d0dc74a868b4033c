//! A document with its objects, for the rules.

use serde_json::Value;

use crate::openapi::shapes::Shape;
use crate::openapi::{Node, Walk, reference};

/// A specification and its objects.
pub(super) struct Spec<'a> {
    pub(super) doc: &'a Value,
    pub(super) walk: Walk<'a>,
}

impl<'a> Spec<'a> {
    pub(super) fn new(doc: &'a Value) -> Self {
        let walk = Walk::over(doc);
        Self { doc, walk }
    }

    /// Iterates over the objects of a kind.
    pub(super) fn each(&self, shape: &'static Shape) -> impl Iterator<Item = &Node<'a>> {
        self.walk.each(shape)
    }

    /// Resolves a reference; returns other values unchanged.
    pub(super) fn resolve(&self, value: &'a Value) -> Option<&'a Value> {
        reference::resolve(self.doc, value)
    }
}
