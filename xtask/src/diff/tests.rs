use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::class::Class::{self, Breaking, Compatible, Documentation, Unseen};
use super::rules::{RULES, classify};
use crate::delta;
use crate::testing::merge;

/// Where the two versions of a case differ.
#[derive(Clone, Copy)]
enum At {
    Document,
    Operation,
    /// The schema of the body.
    Request,
    /// The schema of the response.
    Answer,
}
use At::{Answer, Document, Operation, Request};

type Case = (&'static str, At, &'static str, &'static str, Class, Class);

/// A case for each rule: the two versions as YAML, of which null takes away, and the classes expected.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("operation-added", Document, "{}", "paths: {/tell: {get: {operationId: tell}}}", Compatible, Compatible),
    ("operation-removed", Document, "{}", "paths: {/ask: null}", Breaking, Breaking),
    ("operation-renamed", Operation, "operationId: ask", "operationId: inquire", Unseen, Breaking),
    ("arguments-reordered", Operation, "x-imagine-args: [a, b]", "x-imagine-args: [b, a]", Unseen, Breaking),
    ("whole-argument", Operation, "{}", "x-imagine-by-value: true", Unseen, Breaking),
    ("retry-class", Operation, "x-imagine-retry: unstarted", "x-imagine-retry: idempotent", Unseen, Compatible),
    ("exclusive", Operation, "{}", "x-imagine-exclusive: true", Unseen, Compatible),
    ("validation", Operation, "{}", "x-imagine-validate-request: true", Unseen, Compatible),
    ("validation", Operation, "{}", "x-imagine-validate-response: true", Unseen, Compatible),
    ("also-sets", Request, "{}", "properties: {a: {x-imagine-also-sets: [b]}}", Unseen, Compatible),
    ("method-added", Operation, "{}", "x-imagine-views: [{method: names}]", Unseen, Compatible),
    ("method-removed", Operation, "x-imagine-views: [{method: names}]", "{}", Unseen, Breaking),

    ("required-argument-added", Operation, "{}", "parameters: [{name: n, in: query, required: true}]", Breaking, Breaking),
    ("required-argument-added", Request, "{}", "{required: [b], properties: {b: {type: string}}}", Breaking, Breaking),
    ("sent-argument-added", Request, "{}", "{required: [b], properties: {b: {default: 1, x-imagine-send-default: true}}}", Breaking, Compatible),
    ("optional-argument-added", Operation, "{}", "parameters: [{name: n, in: query}]", Compatible, Compatible),
    ("optional-argument-added", Request, "{}", "properties: {b: {type: string}}", Compatible, Compatible),
    ("argument-removed", Request, "{}", "properties: {a: null}", Breaking, Breaking),
    ("argument-removed", Operation, "{}", "requestBody: null", Breaking, Breaking),
    ("answered-field-added", Answer, "{}", "{required: [b], properties: {b: {type: string}}}", Compatible, Compatible),
    ("answered-option-removed", Answer, "{}", "properties: {a: null}", Compatible, Breaking),
    ("answered-field-removed", Answer, "required: [a]", "properties: {a: null}", Breaking, Breaking),
    ("answered-field-removed", Answer, "{required: [a], properties: {a: {nullable: true}}}", "properties: {a: null}", Breaking, Breaking),
    ("path-parameter-renamed", Document,
        "paths: {'/v/{id}': {get: {operationId: v, parameters: [{name: id, in: path, required: true}]}}}",
        "paths: {'/v/{voice}': {get: {operationId: v, parameters: [{name: voice, in: path, required: true}]}}}", Unseen, Breaking),
    ("encoding", Operation, "parameters: [{name: n, in: query}]", "parameters: [{name: n, in: query, explode: false}]", Breaking, Unseen),

    ("form-added", Operation, "{}", "responses: {'200': {content: {text/event-stream: {}}}}", Compatible, Compatible),
    ("form-removed", Operation, "responses: {'200': {content: {text/event-stream: {}}}}", "{}", Breaking, Breaking),
    ("form-removed", Operation, "responses: {'201': {description: Made.}}", "{}", Breaking, Breaking),
    ("failure", Operation, "{}", "responses: {'409': {description: Busy.}}", Compatible, Unseen),
    ("header-added", Operation, "{}", "responses: {'200': {headers: {X-A: {}}}}", Compatible, Unseen),
    ("header-removed", Operation, "responses: {'200': {headers: {X-A: {}}}}", "{}", Breaking, Unseen),

    ("request-became-optional", Request, "required: [a]", "required: []", Compatible, Breaking),
    ("request-became-required", Request, "required: []", "required: [a]", Breaking, Breaking),
    ("response-became-required", Answer, "required: []", "required: [a]", Compatible, Breaking),
    ("response-became-optional", Answer, "required: [a]", "required: []", Breaking, Breaking),
    ("response-became-optional", Answer, "required: [a]", "{required: [a], properties: {a: {nullable: true}}}", Breaking, Breaking),
    ("request-takes-null", Request, "{}", "properties: {a: {nullable: true}}", Compatible, Unseen),
    ("request-refuses-null", Request, "properties: {a: {nullable: true}}", "{}", Breaking, Unseen),
    ("response-lost-null", Answer, "properties: {a: {nullable: true}}", "{}", Compatible, Unseen),
    ("response-got-null", Answer, "{}", "properties: {a: {nullable: true}}", Breaking, Unseen),

    ("type-widened", Request, "properties: {a: {type: integer}}", "properties: {a: {type: number}}", Compatible, Breaking),
    ("type-narrowed", Answer, "properties: {a: {type: number}}", "properties: {a: {type: integer}}", Compatible, Breaking),
    ("type-changed", Answer, "properties: {a: {type: integer}}", "properties: {a: {type: number}}", Breaking, Breaking),
    ("type-changed", Request, "{}", "properties: {a: {type: boolean}}", Breaking, Breaking),
    ("items", Answer, "properties: {a: {type: array}}", "properties: {a: {type: array, items: {type: string}}}", Breaking, Breaking),
    ("format-freed", Request, "properties: {a: {format: uri}}", "{}", Compatible, Unseen),
    ("format-set", Answer, "{}", "properties: {a: {format: uri}}", Compatible, Unseen),
    ("format-changed", Request, "{}", "properties: {a: {format: uri}}", Breaking, Unseen),
    ("rust-type", Answer, "x-imagine-rust: 'crate::A'", "x-imagine-rust: 'crate::B'", Unseen, Breaking),

    ("value-added", Answer, "properties: {a: {enum: [x]}}", "properties: {a: {enum: [x, y]}}", Compatible, Compatible),
    ("value-added", Request, "properties: {a: {enum: [x]}}", "properties: {a: {enum: [x, y]}}", Compatible, Compatible),
    ("sent-value-removed", Request, "properties: {a: {enum: [x, y]}}", "properties: {a: {enum: [x]}}", Breaking, Breaking),
    ("answered-value-removed", Answer, "properties: {a: {enum: [x, y]}}", "properties: {a: {enum: [x]}}", Compatible, Breaking),
    ("values-freed", Request, "properties: {a: {enum: [x]}}", "{}", Compatible, Breaking),
    ("answered-values-listed", Answer, "{}", "properties: {a: {enum: [x]}}", Compatible, Breaking),
    ("sent-values-listed", Request, "{}", "properties: {a: {enum: [x]}}", Breaking, Breaking),
    ("constant-freed", Request, "properties: {a: {type: boolean, enum: [true]}}", "properties: {a: {type: boolean}}", Compatible, Unseen),
    ("answered-constant", Answer, "properties: {a: {type: boolean}}", "properties: {a: {type: boolean, enum: [true]}}", Compatible, Unseen),
    ("sent-constant", Request, "properties: {a: {type: boolean}}", "properties: {a: {type: boolean, enum: [true]}}", Breaking, Unseen),

    ("answered-limits", Answer, "properties: {a: {minimum: 1}}", "properties: {a: {minimum: 0}}", Compatible, Unseen),
    ("range-widened", Request, "properties: {a: {minimum: 1}}", "properties: {a: {minimum: 0}}", Compatible, Compatible),
    ("range-narrowed", Request, "properties: {a: {maximum: 2}}", "properties: {a: {maximum: 1}}", Breaking, Compatible),
    ("range-narrowed", Request, "properties: {a: {maximum: 2}}", "properties: {a: {maximum: 2, exclusiveMaximum: true}}", Breaking, Compatible),
    ("limit-widened", Request, "properties: {a: {maxLength: 2}}", "{}", Compatible, Unseen),
    ("limit-narrowed", Request, "{}", "properties: {a: {pattern: x}}", Breaking, Unseen),
    ("closed-to-more", Request, "{}", "additionalProperties: false", Breaking, Unseen),
    ("openness", Request, "additionalProperties: false", "additionalProperties: true", Compatible, Unseen),
    ("sent-variant-removed", Request, "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", "properties: {a: {type: null, oneOf: [{type: string}]}}", Breaking, Breaking),
    ("answered-variant-added", Answer, "properties: {a: {type: null, oneOf: [{type: string}]}}", "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", Breaking, Breaking),
    ("variant", Request, "properties: {a: {type: null, oneOf: [{type: string}]}}", "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", Compatible, Compatible),
    ("discriminator", Answer, "discriminator: {propertyName: a}", "discriminator: {propertyName: b}", Breaking, Breaking),
    ("union", Answer, "properties: {a: {oneOf: [{type: string}]}}", "properties: {a: {anyOf: [{type: string}]}}", Compatible, Unseen),

    ("sent-default", Request, "properties: {a: {default: x, x-imagine-send-default: true}}", "properties: {a: {default: y, x-imagine-send-default: true}}", Compatible, Compatible),
    ("send-default", Request, "{}", "properties: {a: {x-imagine-send-default: true}}", Unseen, Compatible),
    ("documented-default", Request, "properties: {a: {default: x}}", "properties: {a: {default: y}}", Compatible, Documentation),
    ("discriminating", Answer, "{}", "properties: {a: {x-imagine-required: true}}", Unseen, Compatible),
    ("file-formats", Request, "properties: {a: {x-imagine-formats: [wav]}}", "properties: {a: {x-imagine-formats: [wav, mp3]}}", Unseen, Compatible),
    ("setter-lost", Request, "{}", "properties: {a: {x-imagine-response-only: true}}", Unseen, Breaking),
    ("renamed-in-rust", Request, "{}", "properties: {a: {x-imagine-name: b}}", Unseen, Breaking),

    ("credentials-widened", Document, "security: [{a: []}]", "security: [{a: []}, {b: []}]", Compatible, Unseen),
    ("credentials", Document, "components: {securitySchemes: {a: {type: http}}}", "components: {securitySchemes: {a: {type: apiKey}}}", Breaking, Unseen),
    ("address", Document, "servers: [{url: /v1}]", "servers: [{url: /v2}]", Breaking, Unseen),
    ("address", Operation, "{}", "servers: [{url: /v2}]", Breaking, Unseen),
    ("address", Document, "{}", "paths: {/ask: {servers: [{url: /v2}]}}", Breaking, Unseen),
    ("access", Answer, "{}", "properties: {a: {readOnly: true}}", Compatible, Unseen),
    ("deprecation", Operation, "{}", "deprecated: true", Compatible, Documentation),
    ("search-names", Operation, "{}", "x-imagine-python: [get_ask]", Unseen, Documentation),
    ("text", Operation, "summary: Asks", "summary: Inquires", Documentation, Documentation),
    ("text", Request, "description: A.", "description: B.", Documentation, Documentation),
    ("text", Operation, "{}", "x-internal: true", Documentation, Documentation),
    ("unclassified", Request, "{}", "properties: {a: {not: {}}}", Breaking, Breaking),
];

/// A version of a small document, with something put at a location of it.
fn version(at: At, more: &str) -> Value {
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
        Answer => "/components/schemas/Got",
    };
    let more: Value = crate::yaml::parse(more).unwrap().value;
    merge(doc.pointer_mut(pointer).unwrap(), more);
    doc
}

#[test]
fn each_rule_classes_what_it_is_for() {
    for (rule, at, old, new, wire, rust) in CASES {
        let found = delta::between(&version(*at, old), &version(*at, new));
        // Another value of the same location may differ as well, for instance its type.
        let verdicts: Vec<_> = found.iter().filter_map(classify).collect();
        let verdict = verdicts.iter().find(|verdict| verdict.rule.name == *rule);
        let verdict = verdict.unwrap_or_else(|| panic!("{rule}: {old} → {new}: {found:#?}"));
        assert_eq!(
            (verdict.wire, verdict.rust),
            (*wire, *rust),
            "{rule}: {old} → {new}"
        );
    }
}

#[test]
fn every_rule_has_a_case() {
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.0).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(cases, rules);
    assert_eq!(rules.len(), RULES.len(), "two rules have one name");
}

#[test]
fn what_is_used_on_both_sides_is_classed_where_it_is_felt_most() {
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
    let verdict = classify(&found[0]).unwrap();
    // A request that left it out is refused; the response alone would have been the better for it.
    assert_eq!(
        (verdict.wire, verdict.rule.name),
        (Breaking, "request-became-required")
    );
}

#[test]
fn rust_does_not_see_what_no_code_is_generated_from() {
    let by_hand = |name: &str| {
        version(
            Request,
            &format!(
                "{{x-imagine-rust: 'crate::A', properties: {{a: null, {name}: {{type: string}}}}}}"
            ),
        )
    };
    let found = delta::between(&by_hand("b"), &by_hand("c"));
    let verdicts: Vec<_> = found.iter().filter_map(classify).collect();
    let classes: Vec<_> = verdicts
        .iter()
        .map(|verdict| (verdict.wire, verdict.rust))
        .collect();
    assert_eq!(classes, [(Breaking, Unseen), (Compatible, Unseen)]);
}
