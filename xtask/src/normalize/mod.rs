//! Lowers a specification, by named and counted rules, to the subset that progenitor and typify translate.
//!
//! The generator rejects or mistranslates multipart forms, streams, several responses, unions, defaults and limits.
//! Each rule removes one of these. The rules of [`SHAPE`] give every type a component and keep extensions and prose for
//! the emitters. The rules of [`STRIP`] then leave only what typify translates correctly.

mod aliases;
mod arguments;
mod components;
mod fields;
mod formats;
mod inline;
mod merge;
mod optional;
mod origin;
mod prune;
mod references;
mod responses;
mod rust_types;
mod strip;
mod styles;
mod unions;
mod views;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::openapi::lower::Count;

pub(crate) use origin::{at_origin, origin};
pub(crate) use unions::field as variant_field;

/// A change to a document.
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// Changes the document and counts the changes.
    pub(crate) apply: fn(&mut Value) -> Result<usize, Diagnostic>,
}

impl Rule {
    const fn new(name: &'static str, apply: fn(&mut Value) -> Result<usize, Diagnostic>) -> Self {
        Self { name, apply }
    }
}

/// Rules that resolve the references of operations. The mock's contract is generated from the result.
pub(crate) const RESOLVE: &[Rule] = &[
    Rule::new("own-types", rust_types::own_types),
    Rule::new("mark-origins", origin::mark),
    Rule::new("null-variants", optional::null_variants),
    Rule::new("merge-scalars", merge::merge_scalars),
    Rule::new("single-variants", optional::single_variants),
    Rule::new("resolve-references", references::resolve),
    Rule::new("unite-responses", responses::unite),
    Rule::new("mark-variants", unions::mark_variants),
];

/// Rules that give every type a component.
pub(crate) const SHAPE: &[Rule] = &[
    Rule::new("drop-null-values", optional::drop_null_values),
    Rule::new("drop-constraints", unions::drop_constraints),
    Rule::new("merge-strings", unions::merge_strings),
    Rule::new("inclusive-limits", optional::inclusive_limits),
    Rule::new("type-dates", formats::type_dates),
    Rule::new("name-components", components::rename),
    Rule::new("name-inline-schemas", inline::name_schemas),
    Rule::new("merge-all-of", merge::merge_all_of),
    Rule::new("rename-properties", fields::rename_properties),
    Rule::new("mark-form-parts", styles::mark_form_parts),
    Rule::new("make-arguments", arguments::make_arguments),
    Rule::new("rename-reserved", fields::rename_reserved),
    Rule::new("make-views", views::make_views),
    Rule::new("drop-unreachable", prune::drop_unreachable),
    Rule::new("inline-aliases", aliases::inline_aliases),
];

/// Rules that leave only what typify translates correctly.
pub(crate) const STRIP: &[Rule] = &[
    Rule::new("replace-rust-types", strip::replace_rust_types),
    Rule::new("variants-as-fields", unions::variants_as_fields),
    Rule::new("nullable-is-optional", optional::nullable_is_optional),
    Rule::new("plain-references", optional::plain_references),
    Rule::new("drop-defaults", strip::drop_defaults),
    Rule::new("drop-limits", strip::drop_limits),
    Rule::new("drop-constants", strip::drop_constants),
    Rule::new("number-values", strip::number_values),
    Rule::new("drop-open-objects", strip::drop_open_objects),
    Rule::new("close-empty-objects", strip::close_empty_objects),
    Rule::new("drop-marks", strip::drop_marks),
    Rule::new("drop-annotations", strip::drop_annotations),
    Rule::new("drop-operations", strip::drop_operations),
];

/// Applies rules in order. Diagnostics get the location in the source.
pub(crate) fn run(rules: &[Rule], doc: &mut Value) -> Result<Vec<Count>, Diagnostic> {
    let counted = rules.iter().map(|rule| {
        let before = doc.clone();
        let times = (rule.apply)(doc).map_err(|diagnostic| at_origin(diagnostic, &before))?;
        Ok(Count {
            rule: rule.name,
            times,
        })
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing;

    /// A document with a case for every rule.
    const EVERY_CASE: &str = "
        paths:
          /ask: {post: {
            x-imagine-views: [{method: ask_twice, summary: Asks twice., response: Body}],
            parameters: [{$ref: '#/components/parameters/Much'}],
            responses: {'202': {description: Later., content: {application/json: {schema: {$ref: '#/components/schemas/odd_name'}}}}},
          }}
          /send: {post: {
            operationId: send, summary: Sends, x-imagine-retry: unstarted, responses: {},
            requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}}},
          }}
        components:
          parameters: {Much: {name: much, in: query, schema: {type: integer, maximum: 3}}}
          schemas:
            Base: {type: object, properties: {base: {type: string}}}
            Body:
              allOf: [{$ref: '#/components/schemas/Base'}]
              description: A body.
              properties:
                inline: {type: string, nullable: true, enum: [a, null]}
                union: {anyOf: [{type: string}, {$ref: '#/components/schemas/Null'}]}
                from: {type: string, default: x, x-imagine-name: since}
                alias: {$ref: '#/components/schemas/Alias'}
                hand: {allOf: [{$ref: '#/components/schemas/Hand'}], description: By hand.}
                open: {type: object, properties: {}, additionalProperties: true}
                full: {type: object, properties: {a: {type: string}}, additionalProperties: true}
                const: {type: integer, enum: [1]}
                positive: {type: integer, minimum: 0, exclusiveMinimum: true}
                short: {allOf: [{type: string}, {maxLength: 3}]}
                single: {oneOf: [{type: string}]}
                either: {oneOf: [{type: string}, {type: integer}]}
                strings: {anyOf: [{type: string}, {type: string, enum: [a]}]}
                restricted: {type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}
                odd: {$ref: '#/components/schemas/odd_name'}
                send: {type: string}
                at: {type: string, format: date-time}
            Alias: {type: string}
            Form: {type: object, properties: {file: {type: string, format: binary}}}
            odd_name: {type: string, enum: [a, b]}
            Null: {type: string, nullable: true, enum: [null]}
            Hand: {type: string, x-rust-type: {crate: imagine-sdk, path: 'imagine_sdk::Hand'}}
            Unused: {type: object, properties: {}}
    ";

    #[test]
    fn every_rule_has_a_unique_name_and_counts_its_changes() {
        let mut doc = testing::spec(EVERY_CASE);
        let stages = [RESOLVE, SHAPE, STRIP];
        let counts: Vec<Count> = stages
            .into_iter()
            .flat_map(|rules| run(rules, &mut doc).unwrap())
            .collect();
        let idle = counts.iter().filter(|count| count.times == 0);
        let idle: Vec<&str> = idle.map(|count| count.rule).collect();
        assert_eq!(idle, [""; 0]);
        let names: BTreeSet<&str> = counts.iter().map(|count| count.rule).collect();
        assert_eq!(names.len(), counts.len());
    }
}
