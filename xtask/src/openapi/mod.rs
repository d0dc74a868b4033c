//! OpenAPI 3.0.3: its objects, and the walk over those of a document.

pub(crate) mod shapes;
mod walk;

pub(crate) use walk::{Node, Walk};
