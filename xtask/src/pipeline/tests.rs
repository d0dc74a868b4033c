//! The whole way, from specifications with one thing changed.

use std::collections::BTreeMap;

use quote::quote;
use serde_json::{Value, json};
use syn::{Fields, ImplItem, Item};

use super::*;
use crate::api::APIS;
use crate::cli::workspace;
use crate::testing::{diagnostic, file};

fn inference() -> Value {
    let file = "openapi/inference.yaml";
    Document::load(&workspace().join(file), file).unwrap().value
}

fn contents(doc: Value) -> BTreeMap<String, String> {
    let artifacts = generate(&doc, &APIS[0]).unwrap().artifacts;
    let named = artifacts
        .into_iter()
        .map(|artifact| (artifact.path.display().to_string(), artifact.contents));
    named.collect()
}

/// Takes a field out of every struct of a file, and tells which structs had it.
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

/// Takes a method out of every `impl` of a file, and tells for which types there was one.
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
fn a_new_sampling_parameter_appears_wherever_sampling_does_and_nowhere_else() {
    let before = contents(inference());
    let mut doc = inference();
    doc["components"]["schemas"]["SamplingParams"]["properties"]["min_p"] =
        json!({ "type": "number", "minimum": 0 });
    let mut after = contents(doc);

    let types = "imagine-sdk/src/generated/inference/types.rs";
    let (mended, had) = without_field(&after[types], "min_p");
    assert_eq!(
        had,
        [
            "ChatCompletionRequest",
            "CompletionRequest",
            "SamplingParams",
            "TranslateRequest"
        ]
    );
    assert_eq!(mended, without_field(&before[types], "min_p").0);

    let table = "imagine-mock/src/generated/inference.json";
    let mut mended: Value = serde_json::from_str(&after[table]).unwrap();
    mended["$defs"]["SamplingParams"]["properties"]
        .as_object_mut()
        .unwrap()
        .remove("min_p")
        .unwrap();
    assert_eq!(
        mended,
        serde_json::from_str::<Value>(&before[table]).unwrap()
    );

    let expectations = "imagine-mock/src/generated/inference.rs";
    let (mended, had) = without_method(&after[expectations], "min_p");
    let whens =
        ["Chat", "Completion", "Translate"].map(|name| format!("expect :: When < {name} >"));
    assert_eq!(had, whens);
    assert_eq!(mended, without_method(&before[expectations], "min_p").0);

    after.extend([types, table, expectations].map(|name| (name.to_owned(), before[name].clone())));
    assert_eq!(after, before);
}

#[test]
fn a_new_operation_can_be_expected() {
    let mut doc = inference();
    let mut new = doc["paths"]["/usage"].clone();
    new["get"]["operationId"] = json!("forecast");
    new["get"]["x-imagine-python"] = json!([]);
    doc["paths"]["/forecast"] = new;
    let after = &contents(doc)["imagine-mock/src/generated/inference.rs"];
    assert_eq!(without_method(after, "expect_forecast").1, ["MockServer"]);
    assert!(
        without_method(after, "since")
            .1
            .contains(&"expect :: When < Forecast >".to_owned())
    );
}

#[test]
fn an_unknown_hint_is_named_with_its_place() {
    let message = diagnostic("paths: {/ask: {post: {x-imagine-retries: idempotent}}}");
    let expected = "#/paths/~1ask/post/x-imagine-retries (operation `ask`): no hint is called `x-imagine-retries`";
    assert_eq!(message, expected);
}

#[test]
fn an_operation_needs_its_name_its_summary_and_its_retry_class() {
    let missing = |key: &str| diagnostic(&format!("paths: {{/ask: {{post: {{{key}: null}}}}}}"));
    assert_eq!(
        missing("operationId"),
        "#/paths/~1ask/post: `operationId` is missing"
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
fn a_bad_retry_class_is_an_error() {
    let message = diagnostic("paths: {/ask: {post: {x-imagine-retry: sometimes}}}");
    let expected = "#/paths/~1ask/post/x-imagine-retry (operation `ask`): \
                    `x-imagine-retry` must be `idempotent` or `unstarted`, not `sometimes`";
    assert_eq!(message, expected);
}

#[test]
fn a_positional_must_be_a_field() {
    let message = diagnostic("paths: {/ask: {post: {x-imagine-args: [nobody]}}}");
    let expected = "#/paths/~1ask/post/x-imagine-args (operation `ask`): \
                    `nobody` is listed as positional and is no field of the arguments";
    assert_eq!(message, expected);
}

#[test]
fn what_the_generator_panics_on_is_named() {
    let message = diagnostic(
        "components: {schemas: {Body: {properties: {a: {$ref: '#/components/schemas/Model'}}},
                                Model: {type: string, enum: [gpt-4, gpt_4]}}}",
    );
    assert!(
        message.starts_with("#/components/schemas/Model (operation `ask`): the generator failed: "),
        "{message}"
    );
}

#[test]
fn names_must_not_meet() {
    let twice = diagnostic(
        "paths: {/tell: {get: {operationId: ask, summary: A, x-imagine-retry: idempotent}}}",
    );
    assert_eq!(
        twice,
        "#/paths/~1tell/get/operationId (operation `ask`): there are two of the name `ask`"
    );
    let builder = diagnostic("paths: {/ask: {post: {operationId: body}}}");
    assert_eq!(
        builder,
        "#/paths/~1ask/post (operation `body`): there are two of the name `Body`"
    );
    let fields = diagnostic(
        "components: {schemas: {Body: {properties: {aB: {type: string}, a_b: {type: string}}}}}",
    );
    assert!(
        fields.ends_with("there are two of the name `a_b`"),
        "{fields}"
    );
    let variant = diagnostic(
        "components: {schemas: {Body: {properties: {a: {type: string, enum: [other]}}}}}",
    );
    assert_eq!(
        variant,
        "#/components/schemas/Body/properties/a/enum (operation `ask`): there are two of the name `Other`"
    );
}

#[test]
fn a_component_must_be_named_as_its_type_will_be() {
    let message = diagnostic(
        "components: {schemas: {Body: {properties: {a: {$ref: '#/components/schemas/HTTPThing'}}},
                                HTTPThing: {type: object, properties: {}}}}",
    );
    assert!(
        message.ends_with("no type of this name came out; name it in PascalCase"),
        "{message}"
    );
}

#[test]
fn what_cannot_be_lowered_is_said() {
    let cases = [
        (
            "parameters: [{name: a, in: header, schema: {type: string}}]",
            "a parameter in the header cannot be lowered",
        ),
        (
            "parameters: [{name: a, in: path, schema: {type: string}}]",
            "the path and its parameters disagree about `a`",
        ),
        (
            "requestBody: {content: {text/plain: {schema: {type: string}}}}",
            "this body cannot be lowered",
        ),
        (
            "responses: {'200': {content: {image/png: {schema: {type: string}}}}}",
            "this media type cannot be lowered",
        ),
        (
            "responses: {'200': {content: {application/json: {schema: {$ref: null, type: string}}}}}",
            "must be a reference",
        ),
    ];
    for (more, expected) in cases {
        let message = diagnostic(&format!("paths: {{/ask: {{post: {{{more}}}}}}}"));
        assert!(message.contains(expected), "{more}: {message}");
        assert!(message.contains("(operation `ask`)"), "{more}: {message}");
    }
}

#[test]
fn a_default_that_is_sent_must_be_there_and_be_a_literal() {
    let body = |property: &str| {
        format!("components: {{schemas: {{Body: {{properties: {{a: {property}}}}}}}}}")
    };
    let missing = diagnostic(&body("{type: string, x-imagine-send-default: true}"));
    assert!(missing.ends_with("`default` is missing"), "{missing}");
    let list = diagnostic(&body(
        "{type: array, items: {type: string}, default: [], x-imagine-send-default: true}",
    ));
    assert!(
        list.ends_with("`default` must be a text, a number, true or false, not `[]`"),
        "{list}"
    );
}

#[test]
fn the_table_has_every_operation_in_order() {
    let ops = file(
        "paths: {/ask: {get: {operationId: wait, summary: Waits., x-imagine-retry: unstarted}}}",
        "operations.rs",
    );
    let expected = r#"/// Waits: `GET /ask`.
pub static WAIT: Operation = Operation {
    id: "wait",
    method: Method::GET,
    path: "/ask",
    body_encoding: BodyEncoding::None,
    streams: false,
    retry_safety: RetrySafety::OnlyIfNotStarted,
    authentication: Authentication::Client,
    exclusive: false,
};

/// Every operation, in the order of the specification.
pub static ALL: &[&Operation] = &[&ASK, &WAIT];
"#;
    assert!(ops.ends_with(expected), "{ops}");
}

#[test]
fn what_is_no_openapi_is_refused_before_it_is_misread() {
    let cases = [
        (
            "components: {schemas: {Body: {properties: {a: 3}}}}",
            "#/components/schemas/Body/properties/a: `3` is not a map; write a map",
        ),
        (
            "paths: {/ask: {post: {responses: []}}}",
            "#/paths/~1ask/post/responses (operation `ask`): `[]` is not a map; write a map",
        ),
        (
            "paths: {/ask: {post: {parameters: [{name: a, in: query, schema: {$ref: '#/components/schemas/No'}}]}}}",
            "#/paths/~1ask/post/parameters/0/schema/$ref (operation `ask`): \
             `#/components/schemas/No` points to nothing in this document",
        ),
    ];
    for (more, expected) in cases {
        assert_eq!(diagnostic(more), expected);
    }
}

#[test]
fn a_positional_is_listed_once() {
    let message = diagnostic(
        "{paths: {/ask: {post: {x-imagine-args: [a, a]}}},
          components: {schemas: {Body: {required: [a], properties: {a: {type: string}}}}}}",
    );
    let expected =
        "#/paths/~1ask/post/x-imagine-args (operation `ask`): there are two of the name `a`";
    assert_eq!(message, expected);
}

#[test]
fn a_document_that_no_component_spoils_is_to_blame_itself() {
    let message = diagnostic("openapi: null");
    assert!(
        message.starts_with("#: the generator failed: "),
        "{message}"
    );
}
