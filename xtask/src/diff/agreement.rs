//! Classes of changes on which tools that compare documents disagree, and those that `spec diff` once got wrong. Each is
//! a pair of documents, which are loaded as a maintainer's are.

use serde_json::json;

use super::class::Class::{self, Behavior, Breaking, Compatible, Documentation};
use super::overrides::Overrides;
use super::tests::At::{self, Document, Operation, Request, Response};
use super::tests::version;
use super::{Pair, of_pairs, source};

/// A name, the location of the change, the versions in YAML, and the expected ids with the class for the wire.
type Case = (
    &'static str,
    At,
    &'static str,
    &'static str,
    &'static [(&'static str, Class)],
);

const NOTHING: &[(&str, Class)] = &[];

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Responses.
    ("a required response header becomes optional", Operation,
        "responses: {'200': {headers: {X-A: {required: true, schema: {type: string}}}}}",
        "responses: {'200': {headers: {X-A: {required: false, schema: {type: string}}}}}",
        &[("response-became-optional", Breaking)]),
    ("a limit of a response is looser", Response,
        "properties: {a: {type: array, items: {}, minItems: 2}}", "properties: {a: {type: array, items: {}, minItems: 0}}",
        &[("response-limits-changed", Breaking)]),
    ("a limit of a response is stricter", Response,
        "properties: {a: {maxLength: 9}}", "properties: {a: {maxLength: 8}}",
        &[("response-limits-narrowed", Compatible)]),
    ("a documented default differs", Request, "properties: {a: {default: x}}", "properties: {a: {default: y}}",
        &[("documented-default-changed", Behavior)]),

    // Path items by reference.
    ("a path item by reference is new", Document,
        "x-items: {b: {get: {operationId: b}}}", "{x-items: {b: {get: {operationId: b}}}, paths: {/b: {$ref: '#/x-items/b'}}}",
        &[("operation-added", Compatible)]),
    ("a path item by reference is gone", Document,
        "{x-items: {b: {get: {operationId: b}}}, paths: {/b: {$ref: '#/x-items/b'}}}", "x-items: {b: {get: {operationId: b}}}",
        &[("operation-removed", Breaking)]),
    ("a path item moves behind a reference", Document,
        "{x-items: {b: {get: {operationId: b}}}, paths: {/b: {get: {operationId: b}}}}",
        "{x-items: {b: {get: {operationId: b}}}, paths: {/b: {$ref: '#/x-items/b'}}}", NOTHING),
    ("a path parameter is renamed in the path", Document,
        "paths: {'/v/{id}': {get: {operationId: v, parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}}",
        "paths: {'/v/{voice}': {get: {operationId: v, parameters: [{name: voice, in: path, required: true, schema: {type: string}}]}}}",
        &[("path-parameter-renamed", Class::Invisible)]),

    // Versions of OpenAPI.
    ("the version is 3.1", Document, "openapi: 3.0.3", "openapi: 3.1.0", &[("version-changed", Documentation)]),
    ("null is a type", Response, "properties: {a: {type: string, nullable: true}}", "properties: {a: {nullable: true}}", NOTHING),

    // Security.
    ("requirements in another order", Document, "security: [{a: []}, {b: []}]", "security: [{b: []}, {a: []}]", NOTHING),
    ("an alternative requirement", Document, "security: [{a: []}]", "security: [{a: []}, {b: []}]",
        &[("security-loosened", Compatible)]),
    ("a requirement is new", Operation, "{}", "security: [{a: []}]", &[("security-changed", Breaking)]),
    ("a requirement is gone", Operation, "security: [{a: []}]", "{}", &[("security-loosened", Compatible)]),
    ("a requirement becomes optional", Operation, "security: [{a: []}]", "security: [{a: []}, {}]",
        &[("security-loosened", Compatible)]),
    ("a requirement moves to the document", Document,
        "paths: {/ask: {post: {security: [{a: []}]}}}", "security: [{a: []}]", NOTHING),
    ("a second scheme is required with the first", Operation, "security: [{a: []}]", "security: [{a: [], b: []}]",
        &[("security-changed", Breaking)]),
    ("a scope is no longer required", Operation, "security: [{a: [read, write]}]", "security: [{a: [read]}]",
        &[("security-loosened", Compatible)]),
    ("a scope is required", Operation, "security: [{a: [read]}]", "security: [{a: [read, write]}]",
        &[("security-changed", Breaking)]),
    ("an unused scheme is new", Document, "{}", "components: {securitySchemes: {b: {type: http, scheme: basic}}}", NOTHING),
    ("an unused scheme is gone", Document, "components: {securitySchemes: {b: {type: http, scheme: basic}}}", "{}", NOTHING),
    ("an unused scheme differs", Document,
        "components: {securitySchemes: {b: {type: http, scheme: basic}}}",
        "components: {securitySchemes: {b: {type: apiKey, in: header, name: X-Key}}}", NOTHING),
    ("a used scheme differs", Document,
        "{security: [{b: []}], components: {securitySchemes: {b: {type: http, scheme: basic}}}}",
        "{security: [{b: []}], components: {securitySchemes: {b: {type: apiKey, in: header, name: X-Key}}}}",
        &[("security-changed", Breaking)]),
    ("a used scheme is renamed", Document,
        "{security: [{a: []}], components: {securitySchemes: {a: {type: http, scheme: basic}}}}",
        "{security: [{b: []}], components: {securitySchemes: {b: {type: http, scheme: basic}}}}", NOTHING),
    ("the URL of a flow differs", Document,
        "components: {securitySchemes: {a: {type: oauth2, flows: {implicit: {authorizationUrl: /a, scopes: {}}}}}}",
        "components: {securitySchemes: {a: {type: oauth2, flows: {implicit: {authorizationUrl: /b, scopes: {}}}}}}",
        &[("security-flow-changed", Behavior)]),

    // Servers and encodings.
    ("servers in another order", Document, "servers: [{url: /a}, {url: /b}]", "servers: [{url: /b}, {url: /a}]", NOTHING),
    ("a server is new", Document, "servers: [{url: /a}]", "servers: [{url: /a}, {url: /b}]", &[("server-added", Compatible)]),
    ("the default style is written out", Operation,
        "parameters: [{name: n, in: query, schema: {type: string}}]",
        "parameters: [{name: n, in: query, schema: {type: string}, style: form, explode: true}]", NOTHING),
    ("another style", Operation,
        "parameters: [{name: n, in: query, schema: {type: string}}]",
        "parameters: [{name: n, in: query, schema: {type: string}, explode: false}]", &[("encoding-changed", Breaking)]),
    ("a media type has a parameter", Operation,
        "responses: {'200': {content: {application/json: null, text/plain: {schema: {type: string}}}}}",
        "responses: {'200': {content: {application/json: null, text/plain; charset=utf-8: {schema: {type: string}}}}}", NOTHING),

    // Fields of one direction.
    ("a required read-only field of a request is new", Request, "{}",
        "{required: [id], properties: {id: {type: string, readOnly: true}}}", NOTHING),
    ("an enum value of a read-only field is gone", Request,
        "properties: {id: {readOnly: true, enum: [x, y]}}", "properties: {id: {readOnly: true, enum: [x]}}", NOTHING),
    ("a limit of a read-only field is stricter", Request,
        "properties: {id: {readOnly: true, maxLength: 9}}", "properties: {id: {readOnly: true, maxLength: 8}}", NOTHING),
    ("a field of a request becomes read-only", Request,
        "required: [a]", "{required: [a], properties: {a: {readOnly: true}}}", &[("argument-became-read-only", Compatible)]),
    ("a required field of a request is no longer read-only", Request,
        "{required: [a], properties: {a: {readOnly: true}}}", "required: [a]", &[("required-argument-added", Breaking)]),
    ("a required write-only field of a response is new", Response, "{}",
        "{required: [id], properties: {id: {type: string, writeOnly: true}}}", NOTHING),

    // Unions.
    ("inline variants in another order", Request,
        "properties: {a: {type: null, oneOf: [{type: object, properties: {x: {type: string}}}, {type: object, properties: {y: {type: string}}}]}}",
        "properties: {a: {type: null, oneOf: [{type: object, properties: {y: {type: string}}}, {type: object, properties: {x: {type: string}}}]}}",
        NOTHING),
    ("an inline variant in front of others", Request,
        "properties: {a: {type: null, oneOf: [{type: object, properties: {x: {type: string}}}, {type: object, properties: {y: {type: string}}}]}}",
        "properties: {a: {type: null, oneOf: [{type: boolean}, {type: object, properties: {x: {type: string}}}, {type: object, properties: {y: {type: string}}}]}}",
        &[("variant-changed", Compatible)]),
    ("an entry of a mapping is new", Request,
        "{oneOf: [{type: string}], discriminator: {propertyName: k, mapping: {x: X}}}",
        "{oneOf: [{type: string}], discriminator: {propertyName: k, mapping: {x: X, y: Y}}}",
        &[("discriminator-extended", Compatible)]),
    ("an entry of a mapping is gone", Request,
        "{oneOf: [{type: string}], discriminator: {propertyName: k, mapping: {x: X, y: Y}}}",
        "{oneOf: [{type: string}], discriminator: {propertyName: k, mapping: {x: X}}}",
        &[("discriminator-changed", Breaking)]),
    ("a field moves into a part of allOf", Request,
        "properties: {b: {type: integer}}", "allOf: [{properties: {b: {type: integer}}}]", NOTHING),

    // Patterns.
    ("a pattern matches everything", Request, "properties: {a: {pattern: '^x'}}", "properties: {a: {pattern: '.*'}}",
        &[("request-limit-widened", Compatible)]),
    ("a pattern that matches everything is gone", Request, "properties: {a: {pattern: '^.*$'}}", "{}", NOTHING),

    // Extensions of policy.
    ("a sunset is new", Operation, "deprecated: true", "{deprecated: true, x-sunset: '2030-01-01'}",
        &[("sunset-changed", Behavior)]),
    ("an operation is less stable", Operation, "x-stability-level: stable", "x-stability-level: beta",
        &[("stability-lowered", Breaking)]),
    ("an extensible value is gone", Request,
        "properties: {a: {x-extensible-enum: [x, y]}}", "properties: {a: {x-extensible-enum: [x]}}",
        &[("extensible-values-removed", Breaking)]),
];

/// Cases in documents of OpenAPI 3.1.
#[rustfmt::skip]
const NEWER: &[Case] = &[
    ("null is one of the types", Request, "properties: {a: {type: string}}", "properties: {a: {type: [string, 'null']}}",
        &[("request-accepts-null", Compatible)]),
    ("null is one of the types of a response", Response, "properties: {a: {type: string}}", "properties: {a: {type: [string, 'null']}}",
        &[("response-may-be-null", Breaking)]),
    ("types in another order", Request, "properties: {a: {type: [string, integer]}}", "properties: {a: {type: [integer, string]}}",
        NOTHING),
    ("an exclusive limit is lower", Request, "properties: {a: {exclusiveMinimum: 5}}", "properties: {a: {exclusiveMinimum: 3}}",
        &[("request-range-widened", Compatible)]),
    ("an exclusive limit is higher", Request, "properties: {a: {exclusiveMinimum: 3}}", "properties: {a: {exclusiveMinimum: 5}}",
        &[("request-range-narrowed", Breaking)]),
    ("an enum of one value becomes a constant", Request, "properties: {a: {enum: [x]}}", "properties: {a: {enum: null, const: x}}",
        NOTHING),
    ("items for each position", Response,
        "properties: {a: {type: array, items: {type: string}}}",
        "properties: {a: {type: array, prefixItems: [{type: string}], items: {type: string}}}", NOTHING),
    ("a binary string", Response,
        "properties: {a: {format: byte}}", "properties: {a: {contentEncoding: base64}}", NOTHING),
    ("several examples", Request, "properties: {a: {example: x}}", "properties: {a: {examples: [x]}}", NOTHING),
];

/// The keywords of 3.1 that restrict a value: new in a request they break, new in a response they do not.
const RESTRICTIONS: [&str; 12] = [
    "contains: {type: string}",
    "contentSchema: {type: object}",
    "dependentRequired: {x: [y]}",
    "dependentSchemas: {x: {required: [y]}}",
    "if: {required: [x]}",
    "else: {required: [x]}",
    "not: {required: [x]}",
    "patternProperties: {'^x': {type: string}}",
    "propertyNames: {maxLength: 9}",
    "then: {required: [x]}",
    "unevaluatedItems: {type: string}",
    "unevaluatedProperties: {type: string}",
];

/// Returns the ids of the changes and their classes for the wire.
fn changes(openapi: &str, at: At, old: &str, new: &str) -> Vec<(&'static str, Class)> {
    let [old, new] = [old, new].map(|more| {
        let mut doc = version(at, more);
        if openapi != "3.0.3" {
            doc["openapi"] = json!(openapi);
        }
        source::parse("test.yaml", &doc.to_string()).unwrap()
    });
    let name = "test".to_owned();
    let report = of_pairs(&[Pair { name, old, new }], &mut Overrides::default());
    let changes = report.changes.iter();
    changes
        .map(|change| (change.rule.id, change.wire))
        .collect()
}

#[test]
fn classes_are_those_of_the_wire() {
    let cases = CASES.iter().map(|case| ("3.0.3", case));
    let cases = cases.chain(NEWER.iter().map(|case| ("3.1.0", case)));
    let wrong: Vec<String> = cases
        .filter_map(|(openapi, (name, at, old, new, expected))| {
            let found = changes(openapi, *at, old, new);
            (found != *expected).then(|| format!("{name}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn keywords_that_restrict_a_value_break_requests_only() {
    for keyword in RESTRICTIONS {
        let with = format!("properties: {{a: {{{keyword}}}}}");
        let found = [
            (
                Request,
                "{}",
                with.as_str(),
                ("request-limit-narrowed", Breaking),
            ),
            (Request, &with, "{}", ("request-limit-widened", Compatible)),
            (
                Response,
                "{}",
                &with,
                ("response-limits-narrowed", Compatible),
            ),
            (Response, &with, "{}", ("response-limits-changed", Breaking)),
        ];
        for (at, old, new, expected) in found {
            assert_eq!(changes("3.1.0", at, old, new), [expected], "{old} → {new}");
        }
    }
}
