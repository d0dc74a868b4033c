use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::class::Class::{self, Breaking, Compatible, Documentation, Invisible};
use super::rules::{RULES, classify};
use crate::diff::delta;
use crate::testing::merge;

/// The location where the two versions of a case differ.
#[derive(Clone, Copy)]
enum At {
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
    ("by-value-argument", Operation, "{}", "x-imagine-by-value: true", Invisible, Breaking),
    ("retry-class", Operation, "x-imagine-retry: unstarted", "x-imagine-retry: idempotent", Invisible, Compatible),
    ("exclusive", Operation, "{}", "x-imagine-exclusive: true", Invisible, Compatible),
    ("validation", Operation, "{}", "x-imagine-validate-request: true", Invisible, Compatible),
    ("validation", Operation, "{}", "x-imagine-validate-response: true", Invisible, Compatible),
    ("also-sets", Request, "{}", "properties: {a: {x-imagine-also-sets: [b]}}", Invisible, Compatible),
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
    ("response-option-removed", Response, "{}", "properties: {a: null}", Compatible, Breaking),
    ("response-field-removed", Response, "required: [a]", "properties: {a: null}", Breaking, Breaking),
    ("response-field-removed", Response, "{required: [a], properties: {a: {nullable: true}}}", "properties: {a: null}", Breaking, Breaking),
    ("path-parameter-renamed", Document,
        "paths: {'/v/{id}': {get: {operationId: v, parameters: [{name: id, in: path, required: true}]}}}",
        "paths: {'/v/{voice}': {get: {operationId: v, parameters: [{name: voice, in: path, required: true}]}}}", Invisible, Breaking),
    ("encoding", Operation, "parameters: [{name: n, in: query}]", "parameters: [{name: n, in: query, explode: false}]", Breaking, Invisible),

    ("media-type-added", Operation, "{}", "responses: {'200': {content: {text/event-stream: {}}}}", Compatible, Compatible),
    ("media-type-removed", Operation, "responses: {'200': {content: {text/event-stream: {}}}}", "{}", Breaking, Breaking),
    ("media-type-removed", Operation, "responses: {'201': {description: Made.}}", "{}", Breaking, Breaking),
    ("failure", Operation, "{}", "responses: {'409': {description: Busy.}}", Compatible, Invisible),
    ("header-added", Operation, "{}", "responses: {'200': {headers: {X-A: {}}}}", Compatible, Invisible),
    ("header-removed", Operation, "responses: {'200': {headers: {X-A: {}}}}", "{}", Breaking, Invisible),

    ("request-became-optional", Request, "required: [a]", "required: []", Compatible, Breaking),
    ("request-became-required", Request, "required: []", "required: [a]", Breaking, Breaking),
    ("response-became-required", Response, "required: []", "required: [a]", Compatible, Breaking),
    ("response-became-optional", Response, "required: [a]", "required: []", Breaking, Breaking),
    ("response-became-optional", Response, "required: [a]", "{required: [a], properties: {a: {nullable: true}}}", Breaking, Breaking),
    ("request-accepts-null", Request, "{}", "properties: {a: {nullable: true}}", Compatible, Invisible),
    ("request-rejects-null", Request, "properties: {a: {nullable: true}}", "{}", Breaking, Invisible),
    ("response-never-null", Response, "properties: {a: {nullable: true}}", "{}", Compatible, Invisible),
    ("response-may-be-null", Response, "{}", "properties: {a: {nullable: true}}", Breaking, Invisible),

    ("type-widened", Request, "properties: {a: {type: integer}}", "properties: {a: {type: number}}", Compatible, Breaking),
    ("type-narrowed", Response, "properties: {a: {type: number}}", "properties: {a: {type: integer}}", Compatible, Breaking),
    ("type-changed", Response, "properties: {a: {type: integer}}", "properties: {a: {type: number}}", Breaking, Breaking),
    ("type-changed", Request, "{}", "properties: {a: {type: boolean}}", Breaking, Breaking),
    ("items", Response, "properties: {a: {type: array}}", "properties: {a: {type: array, items: {type: string}}}", Breaking, Breaking),
    ("format-removed", Request, "properties: {a: {format: uri}}", "{}", Compatible, Breaking),
    ("format-added", Response, "{}", "properties: {a: {format: uri}}", Compatible, Breaking),
    ("format-changed", Request, "{}", "properties: {a: {format: uri}}", Breaking, Breaking),
    ("rust-type", Response, "x-imagine-rust: 'crate::A'", "x-imagine-rust: 'crate::B'", Invisible, Breaking),

    ("value-added", Response, "properties: {a: {enum: [x]}}", "properties: {a: {enum: [x, y]}}", Compatible, Compatible),
    ("value-added", Request, "properties: {a: {enum: [x]}}", "properties: {a: {enum: [x, y]}}", Compatible, Compatible),
    ("request-value-removed", Request, "properties: {a: {enum: [x, y]}}", "properties: {a: {enum: [x]}}", Breaking, Breaking),
    ("response-value-removed", Response, "properties: {a: {enum: [x, y]}}", "properties: {a: {enum: [x]}}", Compatible, Breaking),
    ("enum-removed", Request, "properties: {a: {enum: [x]}}", "{}", Compatible, Breaking),
    ("response-enum-added", Response, "{}", "properties: {a: {enum: [x]}}", Compatible, Breaking),
    ("request-enum-added", Request, "{}", "properties: {a: {enum: [x]}}", Breaking, Breaking),
    ("constant-removed", Request, "properties: {a: {type: boolean, enum: [true]}}", "properties: {a: {type: boolean}}", Compatible, Invisible),
    ("response-constant", Response, "properties: {a: {type: boolean}}", "properties: {a: {type: boolean, enum: [true]}}", Compatible, Invisible),
    ("request-constant", Request, "properties: {a: {type: boolean}}", "properties: {a: {type: boolean, enum: [true]}}", Breaking, Invisible),

    ("response-limits", Response, "properties: {a: {minimum: 1}}", "properties: {a: {minimum: 0}}", Breaking, Invisible),
    ("response-limits-narrowed", Response, "properties: {a: {minItems: 0}}", "properties: {a: {minItems: 2}}", Compatible, Invisible),
    ("response-became-optional", Operation, "responses: {'200': {headers: {X-A: {required: true, schema: {type: string}}}}}", "responses: {'200': {headers: {X-A: {schema: {type: string}}}}}", Breaking, Invisible),
    ("discriminator-extended", Request, "{oneOf: [{type: string}], discriminator: {propertyName: a, mapping: {x: B}}}", "{oneOf: [{type: string}], discriminator: {propertyName: a, mapping: {x: B, y: C}}}", Compatible, Compatible),
    ("server-added", Document, "servers: [{url: /v1}]", "servers: [{url: /v2}, {url: /v1}]", Compatible, Invisible),
    ("scheme-added", Document, "{}", "components: {securitySchemes: {b: {type: http, scheme: basic}}}", Compatible, Invisible),
    ("range-widened", Request, "properties: {a: {minimum: 1}}", "properties: {a: {minimum: 0}}", Compatible, Compatible),
    ("range-narrowed", Request, "properties: {a: {maximum: 2}}", "properties: {a: {maximum: 1}}", Breaking, Compatible),
    ("range-narrowed", Request, "properties: {a: {maximum: 2}}", "properties: {a: {maximum: 2, exclusiveMaximum: true}}", Breaking, Compatible),
    ("limit-widened", Request, "properties: {a: {maxLength: 2}}", "{}", Compatible, Invisible),
    ("limit-narrowed", Request, "{}", "properties: {a: {pattern: x}}", Breaking, Invisible),
    ("unknown-fields-rejected", Request, "{}", "additionalProperties: false", Breaking, Invisible),
    ("openness", Request, "additionalProperties: false", "additionalProperties: true", Compatible, Invisible),
    ("request-variant-removed", Request, "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", "properties: {a: {type: null, oneOf: [{type: string}]}}", Breaking, Breaking),
    ("response-variant-added", Response, "properties: {a: {type: null, oneOf: [{type: string}]}}", "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", Breaking, Breaking),
    ("variant", Request, "properties: {a: {type: null, oneOf: [{type: string}]}}", "properties: {a: {type: null, oneOf: [{type: string}, {type: array}]}}", Compatible, Compatible),
    ("discriminator", Response, "discriminator: {propertyName: a}", "discriminator: {propertyName: b}", Breaking, Breaking),
    ("union", Response, "properties: {a: {oneOf: [{type: string}]}}", "properties: {a: {anyOf: [{type: string}]}}", Compatible, Invisible),

    ("sent-default", Request, "properties: {a: {default: x, x-imagine-send-default: true}}", "properties: {a: {default: y, x-imagine-send-default: true}}", Compatible, Compatible),
    ("send-default", Request, "{}", "properties: {a: {x-imagine-send-default: true}}", Invisible, Compatible),
    ("documented-default", Request, "properties: {a: {default: x}}", "properties: {a: {default: y}}", Compatible, Documentation),
    ("required-in-responses", Response, "{}", "properties: {a: {x-imagine-required: true}}", Invisible, Compatible),
    ("file-formats", Request, "properties: {a: {x-imagine-formats: [wav]}}", "properties: {a: {x-imagine-formats: [wav, mp3]}}", Invisible, Compatible),
    ("setters", Request, "{}", "properties: {a: {x-imagine-response-only: true}}", Invisible, Breaking),
    ("renamed-in-rust", Request, "{}", "properties: {a: {x-imagine-name: b}}", Invisible, Breaking),

    ("credentials-widened", Document, "security: [{a: []}]", "security: [{a: []}, {b: []}]", Compatible, Invisible),
    ("credentials", Document, "components: {securitySchemes: {a: {type: http}}}", "components: {securitySchemes: {a: {type: apiKey}}}", Breaking, Invisible),
    ("server", Document, "servers: [{url: /v1}]", "servers: [{url: /v2}]", Breaking, Invisible),
    ("server", Operation, "{}", "servers: [{url: /v2}]", Breaking, Invisible),
    ("server", Document, "{}", "paths: {/ask: {servers: [{url: /v2}]}}", Breaking, Invisible),
    ("access", Response, "{}", "properties: {a: {readOnly: true}}", Compatible, Invisible),
    ("deprecation", Operation, "{}", "deprecated: true", Compatible, Documentation),
    ("search-names", Operation, "{}", "x-imagine-python: [get_ask]", Invisible, Documentation),
    ("prose", Operation, "summary: Asks", "summary: Inquires", Documentation, Documentation),
    ("prose", Request, "description: A.", "description: B.", Documentation, Documentation),
    ("prose", Operation, "{}", "x-internal: true", Documentation, Documentation),
    ("unclassified", Request, "{}", "properties: {a: {not: {}}}", Breaking, Breaking),
];

/// Creates a version of a small document with members merged in at a location.
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
        Response => "/components/schemas/Got",
    };
    let more: Value = crate::yaml::parse(more).unwrap().value;
    merge(doc.pointer_mut(pointer).unwrap(), more);
    doc
}

#[test]
fn each_rule_classifies_its_cases() {
    for (rule, at, old, new, wire, rust) in CASES {
        let found = delta::between(&version(*at, old), &version(*at, new));
        // Other values at the location may differ too, for instance its type.
        let classifications: Vec<_> = found.iter().filter_map(classify).collect();
        let classification = classifications
            .iter()
            .find(|found| found.rule.name == *rule);
        let classification =
            classification.unwrap_or_else(|| panic!("{rule}: {old} → {new}: {found:#?}"));
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
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(cases, rules);
    assert_eq!(rules.len(), RULES.len(), "duplicate rule name");
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
    let classification = classify(&found[0]).unwrap();
    // The service rejects a request without the field; for the response alone, the change would be compatible.
    assert_eq!(
        (classification.wire, classification.rule.name),
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
    let classifications: Vec<_> = found.iter().filter_map(classify).collect();
    let classes: Vec<_> = classifications
        .iter()
        .map(|classification| (classification.wire, classification.rust))
        .collect();
    assert_eq!(classes, [(Breaking, Invisible), (Compatible, Invisible)]);
}

// M13
#[test]
fn documents_that_mean_the_same_do_not_differ() {
    let parameter = |more: &str| {
        format!(
            "paths: {{/ask: {{post: {{parameters: [{{name: a, in: query, schema: {{type: string}}{more}}}]}}}}}}"
        )
    };
    let content = |media: &str| {
        format!(
            "paths: {{/ask: {{post: {{responses: {{'200': {{content: {{application/json: null, {media}: {{schema: {{type: string}}}}}}}}}}}}}}}}"
        )
    };
    let body = |properties: &str, required: &str| {
        format!(
            "paths: {{/ask: {{post: {{responses: {{'200': {{description: Good., content: null}}}}}}}}}}\ncomponents: {{schemas: {{Body: {{required: [{required}], properties: {{{properties}}}}}}}}}"
        )
    };
    for (old, new) in [
        (
            "security: [{a: []}, {b: []}]".to_owned(),
            "security: [{b: []}, {a: []}]".to_owned(),
        ),
        (
            "servers: [{url: /a}, {url: /b}]".to_owned(),
            "servers: [{url: /b}, {url: /a}]".to_owned(),
        ),
        (parameter(""), parameter(", style: form, explode: true")),
        (content("text/plain"), content("text/plain; charset=utf-8")),
        (
            body("", ""),
            body("id: {type: string, readOnly: true}", "id"),
        ),
        (
            "paths: {/b: {get: {operationId: b}}}".to_owned(),
            "{x-items: {b: {get: {operationId: b}}}, paths: {/b: {$ref: '#/x-items/b'}}}"
                .to_owned(),
        ),
    ] {
        let document = |more: &str| crate::testing::spec(more);
        let found = delta::between(&document(&old), &document(&new));
        let found: Vec<_> = found
            .iter()
            .filter(|found| found.name != "x-items")
            .map(super::describe)
            .collect();
        assert_eq!(found, [""; 0], "{new}");
    }
}
