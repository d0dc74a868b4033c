//! Tests of the whole pipeline, on specifications with one change.

use std::collections::BTreeMap;

use quote::quote;
use serde_json::{Value, json};
use syn::{Fields, ImplItem, Item};

use super::*;
use crate::testing::{apis, diagnostic, file};
use crate::workspace;

fn inference() -> Value {
    let file = "openapi/inference.yaml";
    Document::load(&workspace::root().join(file), file)
        .unwrap()
        .value
}

fn contents(doc: Value) -> BTreeMap<String, String> {
    let artifacts = generate(&doc, &apis()[0]).unwrap().artifacts;
    let named = artifacts
        .into_iter()
        .map(|artifact| (artifact.path.display().to_string(), artifact.contents));
    named.collect()
}

/// Removes a field from every struct of a file and returns the structs that had it.
fn without_field(file: &str, name: &str) -> (String, Vec<String>) {
    let mut file = syn::parse_file(file).unwrap();
    let mut had = Vec::new();
    for item in &mut file.items {
        let Item::Struct(item) = item else { continue };
        let Fields::Named(fields) = &mut item.fields else {
            continue;
        };
        let all = std::mem::take(&mut fields.named);
        let before = all.len();
        fields.named = all
            .into_iter()
            .filter(|field| *field.ident.as_ref().unwrap() != name)
            .collect();
        if fields.named.len() < before {
            had.push(item.ident.to_string());
        }
    }
    (prettyplease::unparse(&file), had)
}

/// Removes a method from every `impl` of a file and returns the types that had it.
fn without_method(file: &str, name: &str) -> (String, Vec<String>) {
    let mut file = syn::parse_file(file).unwrap();
    let mut had = Vec::new();
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        let before = item.items.len();
        item.items
            .retain(|one| !matches!(one, ImplItem::Fn(method) if method.sig.ident == name));
        if item.items.len() < before {
            let of = &item.self_ty;
            had.push(quote!(#of).to_string());
        }
    }
    (prettyplease::unparse(&file), had)
}

#[test]
fn a_new_sampling_parameter_only_changes_sampling_structs() {
    let before = contents(inference());
    let mut doc = inference();
    doc["components"]["schemas"]["SamplingParams"]["properties"]["min_p"] =
        json!({ "type": "number", "minimum": 0 });
    let mut after = contents(doc);

    let types = "imagine-sdk/src/generated/inference/types.rs";
    let (restored, had) = without_field(&after[types], "min_p");
    assert_eq!(
        had,
        [
            "ChatCompletionRequest",
            "CompletionRequest",
            "SamplingParams",
            "TranslateRequest"
        ]
    );
    assert_eq!(restored, without_field(&before[types], "min_p").0);

    let expectations = "imagine-mock/src/generated/inference.rs";
    let (restored, had) = without_method(&after[expectations], "min_p");
    let whens =
        ["Chat", "Completion", "Translate"].map(|name| format!("expect :: When < {name} >"));
    assert_eq!(had, whens);
    assert_eq!(restored, without_method(&before[expectations], "min_p").0);

    let commands = "imagine-cli/src/generated/inference.rs";
    let (restored, count) = without_option(&after[commands], "min_p");
    assert_eq!(count, 3);
    assert_eq!(restored, before[commands]);

    let changed = [types, expectations, commands];
    after.extend(changed.map(|name| (name.to_owned(), before[name].clone())));
    assert_eq!(after, before);
}

/// Removes the options of a field from the operations of the command line, and counts them.
fn without_option(text: &str, name: &str) -> (String, usize) {
    let (start, end) = ("            Field {\n", "            },\n");
    let mut parts = text.split(start);
    let first = parts.next().unwrap().to_owned();
    let mut count = 0;
    let restored = parts.fold(first, |restored, part| {
        if !part.trim_start().starts_with(&format!("name: \"{name}\"")) {
            return restored + start + part;
        }
        count += 1;
        restored + part.split_once(end).unwrap().1
    });
    (restored, count)
}

#[test]
fn a_new_operation_gets_an_expectation() {
    let mut doc = inference();
    let mut new = doc["paths"]["/usage"].clone();
    new["get"]["operationId"] = json!("forecast");
    new["get"]["x-imagine-python"] = json!([]);
    doc["paths"]["/forecast"] = new;
    let after = &contents(doc)["imagine-mock/src/generated/inference.rs"];
    assert_eq!(
        without_method(after, "expect_forecast").1,
        ["InferenceMock < '_ >", "MockServer"]
    );
    assert!(
        without_method(after, "since")
            .1
            .contains(&"expect :: When < Forecast >".to_owned())
    );
}

#[test]
fn rejects_an_unknown_extension() {
    let message = diagnostic("paths: {/ask: {post: {x-imagine-retries: idempotent}}}");
    let expected = "#/paths/~1ask/post/x-imagine-retries (operation `ask`): unknown extension `x-imagine-retries`; openapi/README.md lists the extensions";
    assert_eq!(message, expected);
}

#[test]
fn an_operation_requires_name_summary_and_retry_class() {
    let missing = |key: &str| diagnostic(&format!("paths: {{/ask: {{post: {{{key}: null}}}}}}"));
    assert_eq!(
        missing("operationId"),
        "#/paths/~1ask/post: this operation has no `operationId`; \
         add a name in snake_case; the method gets the same name"
    );
    assert_eq!(
        missing("summary"),
        "#/paths/~1ask/post (operation `ask`): `summary` is missing"
    );
    assert_eq!(
        missing("x-imagine-retry"),
        "#/paths/~1ask/post (operation `ask`): `x-imagine-retry` is missing"
    );
}

#[test]
fn rejects_an_unknown_retry_class() {
    let message = diagnostic("paths: {/ask: {post: {x-imagine-retry: sometimes}}}");
    let expected = "#/paths/~1ask/post/x-imagine-retry (operation `ask`): \
                    `x-imagine-retry` must be `idempotent` or `unstarted`, not `sometimes`; \
                    openapi/README.md lists the extensions";
    assert_eq!(message, expected);
}

#[test]
fn rejects_an_argument_that_is_not_a_field() {
    let message = diagnostic("paths: {/ask: {post: {x-imagine-args: [pitch]}}}");
    let expected = "#/paths/~1ask/post/x-imagine-args (operation `ask`): \
                    `pitch` is listed as an argument but is not a field of the request";
    assert_eq!(message, expected);
}

#[test]
fn rejects_duplicate_names() {
    let twice = diagnostic(
        "paths: {/tell: {get: {operationId: ask, summary: A, x-imagine-retry: idempotent}}}",
    );
    assert_eq!(
        twice,
        "#/paths/~1tell/get/operationId (operation `ask`): the operation `ask` is already defined at `#/paths/~1ask/post`; \
         give it another name with `x-imagine-name`"
    );
    let fields = diagnostic(
        "components: {schemas: {Body: {properties: {aB: {type: string}, a_b: {type: string}}}}}",
    );
    assert!(
        fields.ends_with("the name `a_b` is defined twice; `x-imagine-name` gives a field another name; rename anything else"),
        "{fields}"
    );
}

#[test]
fn rejects_constructs_that_cannot_be_lowered() {
    let cases = [
        (
            "parameters: [{name: a, in: path, schema: {type: string}}]",
            "the path does not contain the declared parameter `a`",
        ),
        (
            "requestBody: {content: {text/plain: {schema: {type: string}}}}",
            "this body is not supported",
        ),
        (
            "responses: {'200': {content: {application/xml: {schema: {type: string}}}}}",
            "this media type is not supported",
        ),
    ];
    for (more, expected) in cases {
        let message = diagnostic(&format!("paths: {{/ask: {{post: {{{more}}}}}}}"));
        assert!(message.contains(expected), "{more}: {message}");
        assert!(message.contains("(operation `ask`)"), "{more}: {message}");
    }
}

#[test]
fn a_sent_default_must_be_a_literal() {
    let body = |property: &str| {
        format!("components: {{schemas: {{Body: {{properties: {{a: {property}}}}}}}}}")
    };
    let missing = diagnostic(&body("{type: string, x-imagine-send-default: true}"));
    let expected = "the default is sent but is missing or not a string, a number or a boolean; \
                    add a `default`, or remove `x-imagine-send-default`";
    assert!(missing.ends_with(expected), "{missing}");
    let list = diagnostic(&body(
        "{type: array, items: {type: string}, default: [], x-imagine-send-default: true}",
    ));
    assert!(list.ends_with(expected), "{list}");
}

#[test]
fn the_table_lists_operations_in_order() {
    let ops = file(
        "paths: {/ask: {get: {operationId: pause, summary: Waits., x-imagine-retry: unstarted}}}",
        "operations.rs",
    );
    let expected = r#"/// Waits: `GET /ask`.
pub static PAUSE: Operation = Operation {
    id: "pause",
    method: Method::GET,
    path: "/ask",
    body_encoding: BodyEncoding::None,
    response_media: "application/json",
    streams: false,
    stream_media: "text/event-stream",
    retry_safety: RetrySafety::OnlyIfNotStarted,
    authentication: Authentication::Client,
    exclusive: false,
};

/// Every operation, in the order of the specification.
pub static ALL: &[&Operation] = &[&ASK, &PAUSE];
"#;
    assert!(ops.ends_with(expected), "{ops}");
}

#[test]
fn rejects_invalid_openapi_first() {
    let cases = [
        (
            "components: {schemas: {Body: {properties: {a: 3}}}}",
            "#/components/schemas/Body/properties/a (operation `ask`): `3` is not a map; write a map",
        ),
        (
            "paths: {/ask: {post: {responses: []}}}",
            "#/paths/~1ask/post/responses (operation `ask`): `[]` is not a map; write a map",
        ),
        (
            "paths: {/ask: {post: {parameters: [{name: a, in: query, schema: {$ref: '#/components/schemas/No'}}]}}}",
            "#/paths/~1ask/post/parameters/0/schema/$ref (operation `ask`): \
             `#/components/schemas/No` points to nothing in this document; add the target, or fix the name",
        ),
    ];
    for (more, expected) in cases {
        assert_eq!(diagnostic(more), expected);
    }
}

#[test]
fn rejects_a_duplicate_argument() {
    let message = diagnostic(
        "{paths: {/ask: {post: {x-imagine-args: [a, a]}}},
          components: {schemas: {Body: {required: [a], properties: {a: {type: string}}}}}}",
    );
    let expected = "#/paths/~1ask/post/x-imagine-args (operation `ask`): the name `a` is defined twice; `x-imagine-name` gives a field another name; rename anything else";
    assert_eq!(message, expected);
}

#[test]
fn reports_the_document_if_no_component_fails() {
    let message = diagnostic("openapi: null");
    assert!(
        message.starts_with("#: the generator failed: "),
        "{message}"
    );
}

#[test]
fn a_document_of_3_1_is_lowered() {
    let more = "
        openapi: 3.1.0
        components: {schemas: {Body: {properties: {a: {type: [string, 'null']}, b: {const: x}, n: {type: integer, exclusiveMinimum: 0}}}}}";
    let types = file(more, "types.rs");
    assert!(types.contains("pub a: Option<String>"), "{types}");
    assert!(types.contains("pub enum BodyB"), "{types}");
    let newer = diagnostic("openapi: 3.2.0");
    assert!(
        newer.starts_with("#/openapi: OpenAPI 3.2.0 is not supported"),
        "{newer}"
    );
}

#[test]
fn an_api_without_hand_written_code_rejects_extensions_that_name_it() {
    let mut doc = crate::testing::spec("{}");
    doc["paths"]["/ask"]["post"]["x-imagine-validate-request"] = json!("crate::test::check");
    assert!(generate(&doc, &crate::testing::API).is_ok());
    let api = Api {
        hand_written: false,
        ..crate::testing::API.clone()
    };
    let error = generate(&doc, &api).err().unwrap().to_string();
    let expected = "#/paths/~1ask/post/x-imagine-validate-request: \
                    `x-imagine-validate-request` names hand-written code, and the test API has none; remove it, or";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn an_api_without_shortcuts_has_expectations_on_its_handle_only() {
    let api = Api {
        shortcuts: false,
        ..crate::testing::API.clone()
    };
    let artifacts = generate(&crate::testing::spec("{}"), &api)
        .unwrap()
        .artifacts;
    let file = artifacts
        .into_iter()
        .find(|file| file.path.ends_with("imagine-mock/src/generated/test.rs"));
    let (_, with_method) = without_method(&file.unwrap().contents, "expect_ask");
    assert_eq!(with_method, ["TestMock < '_ >"]);
}
