use serde_json::{Value, json};

use super::*;

/// Returns rules, each with a schema and the lowered schema.
fn cases() -> Vec<(&'static str, Value, Value)> {
    let reference = json!({ "$ref": "#/components/schemas/Other" });
    vec![
        (
            "boolean-schemas",
            json!({ "properties": { "a": true, "b": false }, "additionalProperties": false }),
            json!({ "properties": { "a": {}, "b": { "not": {} } }, "additionalProperties": false }),
        ),
        (
            "drop-comments",
            json!({ "$comment": "x", "$schema": "y", "type": "string" }),
            json!({ "type": "string" }),
        ),
        (
            "type-lists",
            json!({ "type": ["string", "null"] }),
            json!({ "type": "string", "nullable": true }),
        ),
        (
            "type-lists",
            json!({ "type": ["string", "integer"] }),
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] }),
        ),
        (
            "const-is-enum",
            json!({ "const": "chat" }),
            json!({ "type": "string", "enum": ["chat"] }),
        ),
        (
            "const-is-enum",
            json!({ "const": 1, "type": "number" }),
            json!({ "type": "number", "enum": [1] }),
        ),
        (
            "null-in-enum",
            json!({ "enum": ["a", null] }),
            json!({ "enum": ["a"], "nullable": true }),
        ),
        (
            "null-variants",
            json!({ "anyOf": [{ "type": "string", "title": "A" }, { "type": "null" }], "title": "B" }),
            json!({ "type": "string", "title": "B", "nullable": true }),
        ),
        (
            "null-variants",
            json!({ "oneOf": [{ "type": "null" }, reference] }),
            json!({ "allOf": [reference], "nullable": true }),
        ),
        (
            "null-variants",
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }, { "type": "null" }] }),
            json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }], "nullable": true }),
        ),
        (
            "null-type",
            json!({ "type": "null", "description": "A." }),
            json!({ "type": "string", "nullable": true, "enum": [null], "description": "A." }),
        ),
        (
            "exclusive-limits",
            json!({ "exclusiveMinimum": 0, "exclusiveMaximum": 1, "maximum": 0.5 }),
            json!({ "minimum": 0, "exclusiveMinimum": true, "maximum": 0.5 }),
        ),
        (
            "prefix-items",
            json!({ "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false }),
            json!({ "items": { "anyOf": [{ "type": "string" }, { "type": "integer" }] } }),
        ),
        (
            "content-keywords",
            json!({ "contentMediaType": "application/octet-stream" }),
            json!({ "format": "binary" }),
        ),
        (
            "content-keywords",
            json!({ "contentEncoding": "base64", "contentMediaType": "image/png" }),
            json!({ "format": "byte" }),
        ),
        (
            "examples-is-example",
            json!({ "examples": ["a", "b"] }),
            json!({ "example": "a" }),
        ),
        (
            "string-keys",
            json!({ "propertyNames": { "type": "string" } }),
            json!({}),
        ),
        (
            "reference-siblings",
            json!({ "$ref": "#/components/schemas/Other", "description": "A." }),
            json!({ "description": "A.", "allOf": [reference] }),
        ),
    ]
}

/// Applies one rule.
fn apply(name: &str, doc: &mut Value) -> usize {
    let rule = RULES.iter().find(|rule| rule.name == name).unwrap();
    match rule.apply {
        Apply::Document(apply) => apply(doc),
        Apply::EachSchema(apply) => walk::change_schemas(doc, apply),
    }
}

fn component(schema: &Value) -> Value {
    json!({ "components": { "schemas": { "A": schema } } })
}

#[test]
fn each_schema_rule_lowers_its_keyword() {
    for (rule, schema, expected) in cases() {
        // Boolean items are lowered first.
        let mut doc = component(&schema);
        apply("boolean-schemas", &mut doc);
        let mut doc = if rule == "boolean-schemas" {
            component(&schema)
        } else {
            doc
        };
        assert!(apply(rule, &mut doc) > 0, "{rule}: {schema}");
        assert_eq!(doc, component(&expected), "{rule}: {schema}");
        assert_eq!(
            apply(rule, &mut doc),
            0,
            "{rule} applies to its own output: {expected}"
        );
    }
}

#[test]
fn a_schema_of_null_alone_stays_unchanged() {
    for schema in [
        json!({ "enum": [null] }),
        json!({ "anyOf": [{ "type": "null" }] }),
        json!({ "oneOf": [{ "type": "null" }, { "type": "null" }] }),
    ] {
        for rule in ["null-in-enum", "null-variants"] {
            let mut doc = component(&schema);
            assert_eq!(apply(rule, &mut doc), 0, "{rule}: {schema}");
            assert_eq!(doc, component(&schema), "{rule}");
        }
    }
}

#[test]
fn every_schema_rule_has_a_case() {
    for rule in RULES
        .iter()
        .filter(|rule| matches!(rule.apply, Apply::EachSchema(_)))
    {
        assert!(
            cases().iter().any(|(name, ..)| *name == rule.name),
            "{}",
            rule.name
        );
    }
}

#[test]
fn finds_schemas_in_all_locations() {
    let schema = json!({ "const": 1 });
    let mut doc = json!({ "paths": { "/a": { "get": {
        "parameters": [{ "schema": schema }],
        "responses": { "200": { "content": { "a/b": { "schema": { "items": schema }, "example": { "schema": schema } } } } },
    } } } });
    assert_eq!(apply("const-is-enum", &mut doc), 2);
    assert_eq!(
        doc.pointer("/paths/~1a/get/responses/200/content/a~1b/example/schema"),
        Some(&schema)
    );
}

#[test]
fn drops_the_document_keys_of_3_1() {
    let mut doc = json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "x",
        "info": { "title": "A", "summary": "B", "license": { "name": "MIT", "identifier": "MIT" } },
        "webhooks": { "a": {} },
    });
    for rule in [
        "version",
        "drop-webhooks",
        "drop-dialect",
        "drop-info-summary",
        "drop-license-identifier",
    ] {
        assert_eq!(apply(rule, &mut doc), 1, "{rule}");
        assert_eq!(apply(rule, &mut doc), 0, "{rule}");
    }
    assert_eq!(
        doc,
        json!({ "openapi": "3.0.3", "info": { "title": "A", "license": { "name": "MIT" } } })
    );
}

#[test]
fn another_version_stays_unchanged() {
    let mut doc = json!({ "openapi": "3.2.0" });
    assert_eq!(apply("version", &mut doc), 0);
}

#[test]
fn definitions_become_components_and_references_follow() {
    let mut doc = component(&json!({
        "$defs": { "B": { "type": "string" } },
        "items": { "$ref": "#/$defs/B" },
    }));
    assert_eq!(apply("move-definitions", &mut doc), 1);
    let expected = json!({ "components": { "schemas": {
        "A": { "items": { "$ref": "#/components/schemas/B" } },
        "B": { "type": "string" },
    } } });
    assert_eq!(doc, expected);
}

#[test]
fn definitions_do_not_replace_a_schema_of_the_same_name() {
    let schema = json!({ "$defs": { "A": { "type": "string" } } });
    let mut doc = component(&schema);
    assert_eq!(apply("move-definitions", &mut doc), 0);
    assert_eq!(doc, component(&schema));
}
