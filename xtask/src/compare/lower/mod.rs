//! Lowers a published document to OpenAPI 3.0 and removes what its generator adds, by named and counted rules. The
//! caller reports what the rules leave of other versions.

mod definitions;
mod document;
mod fastapi;
#[cfg(test)]
mod tests;
mod values;

use serde_json::Value;

use crate::document::{null, walk};
use crate::normalize::Count;

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
    document("fastapi-validation-errors", fastapi::drop_validation_errors),
    document("fastapi-titles", fastapi::drop_titles),
    document("fastapi-operation-ids", fastapi::shorten_operation_ids),
    // The rule follows all others, which look for siblings of a reference.
    schema("reference-siblings", definitions::reference_siblings),
];

/// Lowers a document and counts the changes of each rule.
pub(super) fn lower(doc: &mut Value) -> Vec<Count> {
    let counted = RULES.iter().map(|rule| Count {
        rule: rule.name,
        times: match rule.apply {
            Apply::Document(apply) => apply(doc),
            Apply::EachSchema(apply) => walk::change_all(doc, &mut |schema| apply(schema)),
        },
    });
    counted.collect()
}
