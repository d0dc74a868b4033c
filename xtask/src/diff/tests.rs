use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Change;
use super::class::Class::{self, Behavior, Breaking, Compatible, Documentation, Invisible};
use super::overrides::Overrides;
use super::rules::RULES;
use crate::diff::delta;
use crate::outcome::Outcome;
use crate::testing::merge;

/// The location where the two versions of a case differ.
#[derive(Clone, Copy)]
pub(super) enum At {
    Document,
    Operation,
    /// The schema of the body.
    Request,
    /// The schema of the response.
    Response,
}
use At::{Document, Operation, Request, Response};

type Case = (&'static str, At, &'static str, &'static str, Class, Class);

/// The cases of the rules: two versions in YAML, in which null removes a member, and the expected classes.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("operation-added", Document, "{}", "paths: {/tell: {get: {operationId: tell}}}", Compatible, Compatible),
    ("operation-removed", Document, "{}", "paths: {/ask: null}", Breaking, Breaking),
    ("operation-renamed", Operation, "operationId: ask", "operationId: inquire", Invisible, Breaking),
    ("arguments-reordered", Operation, "x-imagine-args: [a, b]", "x-imagine-args: [b, a]", Invisible, Breaking),
    ("by-value-changed", Operation, "{}", "x-imagine-by-value: true", Invisible, Breaking),
    ("retry-class-changed", Operation, "x-imagine-retry: unstarted", "x-imagine-retry: idempotent", Invisible, Behavior),
    ("exclusive-changed", Operation, "{}", "x-imagine-exclusive: true", Invisible, Behavior),
    ("validation-changed", Operation, "{}", "x-imagine-validate-request: true", Invisible, Behavior),
    ("validation-changed", Operation, "{}", "x-imagine-validate-response: true", Invisible, Behavior),
    ("also-sets-changed", Request, "{}", "properties: {a: {x-imagine-also-sets: [b]}}", Invisible, Behavior),
    ("method-added", Operation, "{}", "x-imagine-views: [{method: names}]", Invisible, Compatible),
    ("method-removed", Operation, "x-imagine-views: [{method: names}]", "{}", Invisible, Breaking),

    ("required-argument-added", Operation, "{}", "parameters: [{name: n, in: query, required: true}]", Breaking, Breaking),
    ("required-argument-added", Request, "{}", "{required: [b], properties: {b: {type: string}}}", Breaking, Breaking),
    ("sent-argument-added", Request, "{}", "{required: [b], properties: {b: {default: 1, x-imagine-send-default: true}}}", Breaking, Compatible),
    ("optional-argument-added", Operation, "{}", "parameters: [{name: n, in: query}]", Compatible, Compatible),
    ("optional-argument-added", Request, "{}", "properties: {b: {type: string}}", Compatible, Compatible),
    ("argument-removed", Request, "{}", "properties: {a: null}", Breaking, Breaking),
    ("argument-removed", Operation, "{}", "requestBody: null", Breaking, Breaking),
    ("response-field-added", Response, "{}", "{required: [b], properties: {b: {type: string}}}", Compatible, Compatible),
    ("response-optional-field-removed", Response, "{}", "properties: {a: null}", Compatible, Breaking),
    ("response-field-removed", Response, "required: [a]", "properties: {a: null}", Breaking, Breaking),
    ("response-field-removed", Response, "{required: [a], properties: {a: {nullable: true}}}", "properties: {a: null}", Breaking, Breaking),
    ("path-parameter-renamed", Document,
        "paths: {'/v/{id}': {get: {operationId: v, parameters: [{name: id, in: path, required: true}]}}}",
        "paths: {'/v/{voice}': {get: {operationId: v, parameters: [{name: voice, in: path, required: true}]}}}", Invisible, Breaking),
    ("encoding-changed", Operation, "parameters: [{name: n, in: query}]", "parameters: [{name: n, in: query, explode: false}]", Breaking, Invisible),

    ("media-type-added", Operation, "{}", "responses: {'200': {content: {text/event-stream: {}}}}", Compatible, Compatible),
    ("media-type-removed", Operation, "responses: {'200': {content: {text/event-stream: {}}}}", "{}", Breaking, Breaking),
    ("media-type-removed", Operation, "responses: {'201': {description: Made.}}", "{}", Breaking, Breaking),
    ("error-response-changed", Operation, "{}", "responses: {'409': {description: Busy.}}", Compatible, Invisible),
    ("argument-became-read-only", Request, "required: [a]", "{required: [a], properties: {a: {readOnly: true}}}", Compatible, Breaking),
    ("response-header-added", Operation, "{}", "responses: {'200': {headers: {X-A: {}}}}", Compatible, Invisible),
    ("response-header-removed", Operation, "responses: {'200': {headers: {X-A: {}}}}", "{}", Breaking, Invisible),

    ("request-became-optional", Request, "required: [a]", "required: []", Compatible, Breaking),
    ("request-became-required", Request, "required: []", "required: [a]", Breaking, Breaking),
    ("response-became-required", Response, "required: []", "required: [a]", Compatible, Breaking),
    ("response-became-optional", Response, "required: [a]", "required: []", Breaking, Breaking),
    ("response-became-optional", Response, "required: [a]", "{required: [a], properties: {a: {nullable: true}}}", Breaking, Breaking),
    ("request-accepts-null", Request, "{}", "properties: {a: {nullable: true}}", Compatible, Invisible),
    ("request-rejects-null", Request, "properties: {a: {nullable: true}}", "{}", Breaking, Invisible),
    ("response-never-null", Response, "properties: {a: {nullable: true}}", "{}", Compatible, Invisible),
    ("response-may-be-null", Response, "{}", "properties: {a: {nullable: true}}", Breaking, Invisible),

    ("request-type-widened", Request, "properties: {a: {type: integer}}", "properties: {a: {type: number}}", Compatible, Breaking),
    ("response-type-narrowed", Response, "properties: {a: {type: number}}", "properties: {a: {type: integer}}", Compatible, Breaking),
    ("type-changed", Response, "properties: {a: {type: integer}}", "properties: {a: {type: number}}", Breaking, Breaking),
    ("type-changed", Request, "{}", "properties: {a: {type: boolean}}", Breaking, Breaking),
    ("response-items-added", Response, "properties: {a: {type: array}}", "properties: {a: {type: array, items: {type: string}}}", Compatible, Breaking),
    ("request-items-removed", Request, "properties: {a: {type: array, items: {type: string}}}", "properties: {a: {type: array}}", Compatible, Breaking),
    ("items-changed", Request, "properties: {a: {type: array}}", "properties: {a: {type: array, items: {type: string}}}", Breaking, Breaking),
    ("request-format-removed", Request, "properties: {a: {format: uri}}", "{}", Compatible, Breaking),
    ("response-format-added", Response, "{}", "properties: {a: {format: uri}}", Compatible, Breaking),
    ("format-changed", Request, "{}", "properties: {a: {format: uri}}", Breaking, Breaking),
    ("rust-type-changed", Response, "x-imagine-rust: 'crate::A'", "x-imagine-rust: 'crate::B'", Invisible, Breaking),

    ("enum-value-added", Response, "properties: {a: {enum: [x]}}", "properties: {a: {enum: [x, y]}}", Compatible, Compatible),
    ("enum-value-added", Request, "properties: {a: {enum: [x]}}", "properties: {a: {enum: [x, y]}}", Compatible, Compatible),
    ("request-enum-value-removed", Request, "properties: {a: {enum: [x, y]}}", "properties: {a: {enum: [x]}}", Breaking, Breaking),
    ("response-enum-value-removed", Response, "properties: {a: {enum: [x, y]}}", "properties: {a: {enum: [x]}}", Compatible, Breaking),
    ("enum-removed", Request, "properties: {a: {enum: [x]}}", "{}", Compatible, Breaking),
    ("response-enum-added", Response, "{}", "properties: {a: {enum: [x]}}", Compatible, Breaking),
    ("request-enum-added", Request, "{}", "properties: {a: {enum: [x]}}", Breaking, Breaking),
    ("constant-removed", Request, "properties: {a: {type: boolean, enum: [true]}}", "properties: {a: {type: boolean}}", Compatible, Invisible),
    ("response-constant-changed", Response, "properties: {a: {type: boolean}}", "properties: {a: {type: boolean, enum: [true]}}", Compatible, Invisible),
    ("request-constant-changed", Request, "properties: {a: {type: boolean}}", "properties: {a: {type: boolean, enum: [true]}}", Breaking, Invisible),

    ("extensible-values-removed", Request, "properties: {a: {x-extensible-enum: [x, y]}}", "properties: {a: {x-extensible-enum: [x]}}", Breaking, Invisible),
    ("extensible-values-changed", Response, "properties: {a: {x-extensible-enum: [x, y]}}", "properties: {a: {x-extensible-enum: [x]}}", Compatible, Invisible),
    ("stability-lowered", Operation, "x-stability-level: stable", "x-stability-level: beta", Breaking, Invisible),
    ("stability-raised", Operation, "x-stability-level: alpha", "x-stability-level: stable", Compatible, Invisible),
    ("sunset-changed", Operation, "{}", "x-sunset: '2030-01-01'", Behavior, Documentation),
    ("version-changed", Document, "openapi: 3.0.3", "openapi: 3.1.0", Documentation, Documentation),
    ("response-limits-changed", Response, "properties: {a: {minimum: 1}}", "properties: {a: {minimum: 0}}", Breaking, Invisible),
    ("response-limits-narrowed", Response, "properties: {a: {minItems: 0}}", "properties: {a: {minItems: 2}}", Compatible, Invisible),
    ("response-became-optional", Operation, "responses: {'200': {headers: {X-A: {required: true, schema: {type: string}}}}}", "responses: {'200': {headers: {X-A: {schema: {type: string}}}}}", Breaking, Invisible),
    ("discriminator-extended", Request, "{oneOf: [{type: string}], discriminator: {propertyName: a, mapping: {x: B}}}", "{oneOf: [{type: string}], discriminator: {propertyName: a, mapping: {x: B, y: C}}}", Compatible, Compatible),
    ("server-added", Document, "servers: [{url: /v1}]", "servers: [{url: /v2}, {url: /v1}]", Compatible, Invisible),
    ("request-range-widened", Request, "properties: {a: {minimum: 1}}", "properties: {a: {minimum: 0}}", Compatible, Compatible),
    ("request-range-narrowed", Request, "properties: {a: {maximum: 2}}", "properties: {a: {maximum: 1}}", Breaking, Behavior),
    ("request-range-narrowed", Request, "properties: {a: {maximum: 2}}", "properties: {a: {maximum: 2, exclusiveMaximum: true}}", Breaking, Behavior),
    ("request-range-widened", Request, "properties: {a: {maxLength: 2}}", "{}", Compatible, Compatible),
    ("request-limit-widened", Request, "properties: {a: {uniqueItems: true}}", "{}", Compatible, Invisible),
    ("request-limit-narrowed", Request, "{}", "properties: {a: {pattern: x}}", Breaking, Invisible),
    ("unknown-fields-rejected", Request, "{}", "additionalProperties: false", Breaking, Invisible),
    ("unknown-fields-changed", Request, "additionalProperties: false", "additionalProperties: true", Compatible, Invisible),
    ("request-variant-removed", Request, "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", "properties: {a: {type: null, oneOf: [{type: string}]}}", Breaking, Breaking),
    ("response-variant-added", Response, "properties: {a: {type: null, oneOf: [{type: string}]}}", "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", Breaking, Breaking),
    ("variant-changed", Request, "properties: {a: {type: null, oneOf: [{type: string}]}}", "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", Compatible, Compatible),
    ("discriminator-changed", Response, "discriminator: {propertyName: a}", "discriminator: {propertyName: b}", Breaking, Breaking),
    ("union-keyword-changed", Response, "properties: {a: {oneOf: [{type: string}]}}", "properties: {a: {anyOf: [{type: string}]}}", Compatible, Invisible),

    ("sent-default-changed", Request, "properties: {a: {default: x, x-imagine-send-default: true}}", "properties: {a: {default: y, x-imagine-send-default: true}}", Behavior, Behavior),
    ("send-default-changed", Request, "{}", "properties: {a: {x-imagine-send-default: true}}", Invisible, Behavior),
    ("documented-default-changed", Request, "properties: {a: {default: x}}", "properties: {a: {default: y}}", Behavior, Documentation),
    ("required-in-responses-changed", Response, "{}", "properties: {a: {x-imagine-required: true}}", Invisible, Behavior),
    ("file-formats-changed", Request, "properties: {a: {x-imagine-formats: [wav]}}", "properties: {a: {x-imagine-formats: [wav, mp3]}}", Invisible, Behavior),
    ("setters-changed", Request, "{}", "properties: {a: {x-imagine-response-only: true}}", Invisible, Breaking),
    ("field-renamed", Request, "{}", "properties: {a: {x-imagine-name: b}}", Invisible, Breaking),

    ("security-loosened", Document, "security: [{a: []}]", "security: [{a: []}, {b: []}]", Compatible, Invisible),
    ("security-changed", Document, "{security: [{a: []}], components: {securitySchemes: {a: {type: http}}}}", "{security: [{a: []}], components: {securitySchemes: {a: {type: apiKey}}}}", Breaking, Invisible),
    ("security-flow-changed", Document, "components: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: /a}}}", "components: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: /b}}}", Behavior, Invisible),
    ("server-changed", Document, "servers: [{url: /v1}]", "servers: [{url: /v2}]", Breaking, Invisible),
    ("server-changed", Operation, "{}", "servers: [{url: /v2}]", Breaking, Invisible),
    ("server-changed", Document, "{}", "paths: {/ask: {servers: [{url: /v2}]}}", Breaking, Invisible),
    ("access-changed", Response, "{}", "properties: {a: {readOnly: true}}", Compatible, Invisible),
    ("deprecation-changed", Operation, "{}", "deprecated: true", Compatible, Documentation),
    ("search-names-changed", Operation, "{}", "x-imagine-python: [get_ask]", Invisible, Documentation),
    ("prose-changed", Operation, "summary: Asks", "summary: Inquires", Documentation, Documentation),
    ("prose-changed", Request, "description: A.", "description: B.", Documentation, Documentation),
    ("prose-changed", Operation, "{}", "x-internal: true", Documentation, Documentation),
    ("unclassified", Request, "{}", "properties: {a: {frobnicate: 1}}", Breaking, Breaking),
];

/// Creates a version of a small document with members merged in at a location.
pub(super) fn version(at: At, more: &str) -> Value {
    let object = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let content = |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
    let mut doc = json!({
        "openapi": "3.0.3",
        "paths": { "/ask": { "post": {
            "operationId": "ask",
            "requestBody": { "content": content("Sent") },
            "responses": { "200": { "description": "Good.", "content": content("Got") } },
        } } },
        "components": { "schemas": { "Sent": object, "Got": object } },
    });
    let pointer = match at {
        Document => "",
        Operation => "/paths/~1ask/post",
        Request => "/components/schemas/Sent",
        Response => "/components/schemas/Got",
    };
    let more: Value = crate::yaml::parse(more).unwrap().value;
    merge(doc.pointer_mut(pointer).unwrap(), more);
    doc
}

fn changes(found: Vec<delta::Difference>) -> Vec<Change> {
    let mut overrides = Overrides::default();
    let changes = found.into_iter();
    changes
        .filter_map(|difference| Change::of("test", difference, &mut overrides))
        .collect()
}

#[test]
fn each_rule_classifies_its_cases() {
    for (rule, at, old, new, wire, rust) in CASES {
        let found = delta::between(&version(*at, old), &version(*at, new));
        // Other values at the location may differ too, for instance its type.
        let changes = changes(found);
        let change = changes.iter().find(|found| found.rule.id == *rule);
        let classification = change.unwrap_or_else(|| panic!("{rule}: {old} → {new}"));
        assert_eq!(
            (classification.wire, classification.rust),
            (*wire, *rust),
            "{rule}: {old} → {new}"
        );
    }
}

#[test]
fn every_rule_has_a_case() {
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.0).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(cases, rules);
    assert_eq!(rules.len(), RULES.len(), "duplicate id");
}

#[test]
fn a_schema_used_on_both_sides_gets_its_worst_class() {
    let both = |required: &str| {
        let content = "{application/json: {schema: {$ref: '#/components/schemas/Sent'}}}";
        let mut doc = version(
            Operation,
            &format!("responses: {{'200': {{content: {content}}}}}"),
        );
        let required: Value = crate::yaml::parse(required).unwrap().value;
        doc["components"]["schemas"]["Sent"]["required"] = required;
        doc
    };
    let found = delta::between(&both("[]"), &both("[a]"));
    assert_eq!(found.len(), 1, "{found:#?}");
    let classification = &changes(found)[0];
    // The service rejects a request without the field; for the response alone, the change would be compatible.
    assert_eq!(
        (classification.wire, classification.rule.id),
        (Breaking, "request-became-required")
    );
}

#[test]
fn a_hand_written_type_does_not_affect_rust() {
    let by_hand = |name: &str| {
        version(
            Request,
            &format!(
                "{{x-imagine-rust: 'crate::A', properties: {{a: null, {name}: {{type: string}}}}}}"
            ),
        )
    };
    let found = delta::between(&by_hand("b"), &by_hand("c"));
    let classes: Vec<_> = changes(found)
        .iter()
        .map(|classification| (classification.wire, classification.rust))
        .collect();
    assert_eq!(classes, [(Breaking, Invisible), (Compatible, Invisible)]);
}

#[test]
fn ids_are_in_kebab_case_and_explained() {
    for rule in RULES {
        let is_kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(rule.id.chars().all(is_kebab), "{}", rule.id);
        assert!(rule.about.ends_with('.'), "{}", rule.id);
        let mut text = Vec::new();
        assert_eq!(super::explain(rule.id, &mut text), Outcome::Good);
    }
    let mut text = Vec::new();
    assert_eq!(super::explain("nothing", &mut text), Outcome::Misused);
    assert!(String::from_utf8(text).unwrap().contains("prose-changed"));
}
