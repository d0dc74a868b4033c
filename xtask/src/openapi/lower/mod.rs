//! Lowers a document to OpenAPI 3.0, by named and counted rules. What no rule lowers stays, for the caller to report.

mod definitions;
mod document;
pub(crate) mod null;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;

use serde_json::Value;

use crate::openapi::json::string;
use crate::openapi::walk;

/// The number of changes by a rule.
#[derive(Debug, PartialEq)]
pub(crate) struct Count {
    pub(crate) rule: &'static str,
    pub(crate) times: usize,
}

/// A rule and its scope.
struct Rule {
    name: &'static str,
    apply: Apply,
}

/// A function that changes a document or a schema and counts the changes.
enum Apply {
    Document(fn(&mut Value) -> usize),
    EachSchema(fn(&mut Value) -> usize),
}

const fn document(name: &'static str, apply: fn(&mut Value) -> usize) -> Rule {
    let apply = Apply::Document(apply);
    Rule { name, apply }
}

const fn schema(name: &'static str, apply: fn(&mut Value) -> usize) -> Rule {
    let apply = Apply::EachSchema(apply);
    Rule { name, apply }
}

/// Every rule, in the order in which they apply.
const RULES: &[Rule] = &[
    document("version", document::version),
    document("drop-webhooks", document::drop_webhooks),
    document("drop-dialect", document::drop_dialect),
    document("drop-info-summary", document::drop_info_summary),
    document("drop-license-identifier", document::drop_license_identifier),
    schema("boolean-schemas", values::boolean_schemas),
    document("move-definitions", definitions::move_to_components),
    schema("drop-comments", values::drop_comments),
    schema("type-lists", null::type_lists),
    schema("const-is-enum", values::const_is_enum),
    schema("null-in-enum", null::null_in_enum),
    document("null-variants", null::null_variants),
    schema("null-type", null::null_type),
    schema("exclusive-limits", values::exclusive_limits),
    schema("prefix-items", values::prefix_items),
    schema("content-keywords", values::content_keywords),
    schema("examples-is-example", values::examples_is_example),
    schema("string-keys", values::string_keys),
    // The rule follows all others, which look for siblings of a reference.
    schema("reference-siblings", definitions::reference_siblings),
];

/// Lowers a document of OpenAPI 3.1, and returns every other one unchanged.
pub(crate) fn lowered(doc: &Value) -> Cow<'_, Value> {
    let is_newer = string(doc, "openapi").is_some_and(|version| version.starts_with("3.1."));
    if !is_newer {
        return Cow::Borrowed(doc);
    }
    let mut lowered_doc = doc.clone();
    lower(&mut lowered_doc);
    Cow::Owned(lowered_doc)
}

/// Lowers a document and counts the changes of each rule.
pub(crate) fn lower(doc: &mut Value) -> Vec<Count> {
    let counted = RULES.iter().map(|rule| Count {
        rule: rule.name,
        times: match rule.apply {
            Apply::Document(apply) => apply(doc),
            Apply::EachSchema(apply) => walk::change_schemas(doc, apply),
        },
    });
    counted.collect()
}
