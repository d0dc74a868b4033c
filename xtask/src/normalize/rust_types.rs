//! Hand-written types.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::openapi::extensions::rust_type;
use crate::openapi::walk;

/// Replaces `x-rust-type`, which other generators read too, by `x-imagine-rust`.
pub(super) fn own_types(doc: &mut Value) -> Result<usize, Diagnostic> {
    Ok(walk::change_schemas(doc, |schema| {
        let path = schema.get("x-rust-type").and_then(rust_type);
        let (Some(path), Value::Object(members)) = (path, schema) else {
            return 0;
        };
        members.remove("x-rust-type");
        members.insert("x-imagine-rust".to_owned(), path.into());
        1
    }))
}
