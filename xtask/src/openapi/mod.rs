//! OpenAPI documents: their objects, a walk over them, references, and what operations need.

pub(crate) mod body;
mod document;
pub(crate) mod extensions;
pub(crate) mod json;
pub(crate) mod lower;
pub(crate) mod lowered;
pub(crate) mod names;
pub(crate) mod operation;
pub(crate) mod operations;
pub(crate) mod pagination;
pub(crate) mod parameter;
pub(crate) mod reach;
pub(crate) mod reference;
pub(crate) mod schema;
pub(crate) mod shapes;
mod surrogates;
pub(crate) mod unions;
pub(crate) mod walk;

pub(crate) use document::Document;
pub(crate) use walk::{Node, Walk};
