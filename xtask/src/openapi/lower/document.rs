//! Lowers the keys that OpenAPI 3.1 added to the document itself; none of them affects operations.

use serde_json::Value;

use crate::openapi::json::{Object, string};

/// Lowers the version from 3.1 to 3.0. Other versions stay and are rejected later.
pub(super) fn version(doc: &mut Value) -> usize {
    let is_newer = string(doc, "openapi").is_some_and(|version| version.starts_with("3.1."));
    let document = doc.as_object_mut().filter(|_| is_newer);
    let lowered = document.map(|doc| doc.insert("openapi".to_owned(), "3.0.3".into()));
    lowered.into_iter().count()
}

/// Drops webhooks, which are requests by the service, not operations.
pub(super) fn drop_webhooks(doc: &mut Value) -> usize {
    drop_member(doc.as_object_mut(), "webhooks")
}

/// Drops the dialect: the rules assume the default one.
pub(super) fn drop_dialect(doc: &mut Value) -> usize {
    drop_member(doc.as_object_mut(), "jsonSchemaDialect")
}

pub(super) fn drop_info_summary(doc: &mut Value) -> usize {
    drop_member(object(doc, "/info"), "summary")
}

pub(super) fn drop_license_identifier(doc: &mut Value) -> usize {
    drop_member(object(doc, "/info/license"), "identifier")
}

fn object<'a>(doc: &'a mut Value, pointer: &str) -> Option<&'a mut Object> {
    doc.pointer_mut(pointer)?.as_object_mut()
}

fn drop_member(object: Option<&mut Object>, key: &str) -> usize {
    let dropped = object.and_then(|object| object.remove(key));
    dropped.into_iter().count()
}
