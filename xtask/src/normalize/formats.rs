//! Formats with hand-written types.

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::openapi::json::string;
use crate::openapi::{schema, walk};

/// A component for a format, and its hand-written type.
pub(super) struct Format {
    name: &'static str,
    rust: &'static str,
}

/// A file in a form.
pub(super) const FILE: Format = Format {
    name: "SdkFile",
    rust: "crate::request::FilePart",
};

const DATE_TIME: Format = Format {
    name: "SdkDateTime",
    rust: "crate::types::Timestamp",
};

impl Format {
    /// Replaces a string by the type, and keeps its annotations.
    pub(super) fn replace(&self, schema: &mut Value) {
        if let Value::Object(members) = schema {
            members.remove("type");
            members.remove("format");
            let reference = schema::reference(self.name);
            members.insert("allOf".to_owned(), json!([reference]));
        }
    }

    /// Adds the component.
    pub(super) fn define(&self, doc: &mut Value) {
        if let Some(schemas) = schema::components_mut(doc) {
            let component = json!({ "type": "string", "x-imagine-rust": self.rust });
            schemas.insert(self.name.to_owned(), component);
        }
    }
}

/// Replaces dates with times.
pub(super) fn type_dates(doc: &mut Value) -> Result<usize, Diagnostic> {
    let count = walk::change_schemas(doc, |schema| {
        let is_date = string(schema, "type") == Some("string")
            && string(schema, "format") == Some("date-time");
        if !is_date || schema::is_by_hand(schema) || schema::is_enum(schema) {
            return 0;
        }
        DATE_TIME.replace(schema);
        1
    });
    if count > 0 {
        DATE_TIME.define(doc);
    }
    Ok(count)
}
