use std::path::Path;

use serde_json::{Value, json};

use super::Codegen;
use super::comparison::{Comparison, compare, read};
use super::headline::headline;
use super::paths::Base;
use super::propose::propose;
use crate::codegen::pipeline;
use crate::diagnostic::Location;
use crate::error::Error;
use crate::openapi::Document;
use crate::outcome::Outcome;
use crate::testing::TempDir;
use crate::testing::{apis, write_apis};

pub(super) const CODEGEN: Codegen = |doc, api| pipeline::generate(doc, api).err();

const LOCAL: &str = "\
openapi: 3.0.3
info: {title: Test, version: '1'}
paths:
  /ask:
    post: # The only one.
      operationId: ask
      x-imagine-retry: idempotent
      x-imagine-args: ['a']
      summary: Asks a question
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Body'}
      responses:
        '200': {description: Good.}
components:
  schemas:
    Body:
      type: object
      required: [a]
      properties:
        a: {type: string}
";

/// Compares our document, as both APIs, with `upstream`.
fn compared(upstream: &str) -> Result<Comparison, Error> {
    let directory = TempDir::new();
    write_apis(&directory, LOCAL);
    directory.write("upstream.yaml", upstream);
    let api = Some("inference");
    let upstream = read(&directory.path().join("upstream.yaml"))?;
    compare(directory.path(), api, upstream)
}

fn headlines(comparison: &Comparison) -> Vec<String> {
    comparison.differences.iter().map(headline).collect()
}

#[test]
fn a_document_does_not_differ_from_itself() {
    let comparison = compared(LOCAL).unwrap();
    assert_eq!(headlines(&comparison), [""; 0]);
    assert!(comparison.unlowered.is_empty());
    assert_eq!(propose(&comparison, CODEGEN).unwrap().text, LOCAL);
}

#[test]
fn ignores_prose_names_and_extensions() {
    let other = LOCAL
        .replace("ask\n", "put_question\n")
        .replace("Asks a question", "Sends a question")
        .replace("idempotent", "unstarted")
        .replace("schemas/Body", "schemas/Question")
        .replace("    Body:", "    Question:");
    assert_eq!(headlines(&compared(&other).unwrap()), [""; 0]);
}

#[test]
fn a_required_field_is_proposed_as_required() {
    let other = LOCAL.replace("[a]", "[a, b]") + "        b: {type: integer}\n";
    let comparison = compared(&other).unwrap();
    assert_eq!(
        headlines(&comparison),
        ["ask request.b: field `b`, required"]
    );
    let text = propose(&comparison, CODEGEN).unwrap().text;
    let marked = "        b: {type: integer, description: Published without a description., x-provenance: {grade: \
                  published, source: upstream.yaml}}\n";
    let proposed = LOCAL.replace("[a]", "[a, b]").replace("['a']", "['a', b]");
    assert_eq!(text, proposed + marked);
}

#[test]
fn values_in_flow_style_are_not_edited() {
    let other = LOCAL.replace(
        "{description: Good.}",
        "{description: Good., headers: {X-A: {}}}",
    );
    let comparison = compared(&other).unwrap();
    assert_eq!(
        headlines(&comparison),
        ["ask response 200 header x-a: header `x-a`"]
    );
    assert_eq!(propose(&comparison, CODEGEN).unwrap().text, LOCAL);
}

/// A document with one operation of the published one, without lint diagnostics.
pub(super) const LINTED: &str = "\
openapi: 3.0.3
info: {title: Test, version: '1', license: {name: MIT}}
tags:
  - {name: prices, description: Prices of operations.}
security: []
paths:
  /images/costs:
    get:
      operationId: costs
      tags: [prices]
      summary: Returns the prices
      x-provenance: {grade: published, source: Test}
      x-imagine-retry: idempotent
      responses:
        '200':
          description: The prices.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Prices'}
        '400':
          description: An error.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Prices'}
components:
  schemas:
    Prices:
      type: object
      x-provenance: {grade: published, source: Test}
      description: Prices.
      properties:
        costs: {type: object, description: The prices., additionalProperties: {type: number}}
";

#[test]
fn a_proposal_with_every_published_part_lints_clean() {
    let root = crate::workspace::root();
    let directory = TempDir::new();
    write_apis(&directory, LINTED);
    let lint = || {
        let mut output = Vec::new();
        let files = [directory.path().join("openapi/media.yaml")];
        let outcome = crate::lint::run(
            directory.path(),
            &files,
            crate::lint::Format::Text,
            &mut output,
        )
        .unwrap();
        (outcome, String::from_utf8(output).unwrap())
    };
    assert_eq!(lint().0, Outcome::Good, "{}", lint().1);
    let api = Some("media");
    let upstream = read(&root.join("openapi/published/media-0.5.9.json")).unwrap();
    let comparison = compare(directory.path(), api, upstream).unwrap();
    let proposal = propose(&comparison, CODEGEN).unwrap();
    directory.write("openapi/media.yaml", &proposal.text);
    let (outcome, output) = lint();
    assert_eq!(outcome, Outcome::Good, "{output}");
    let proposed = directory.read("openapi/media.yaml");
    let count = proposed.matches("operationId: ").count();
    // Two bodies are published without their schema.
    assert_eq!(count, 23, "{:#?}", proposal.notes);
}

#[test]
fn reports_an_unsupported_version() {
    let comparison = compared(&LOCAL.replace("3.0.3", "3.2.0")).unwrap();
    let messages: Vec<_> = comparison
        .unlowered
        .iter()
        .map(|(_, message)| message.as_str())
        .collect();
    assert_eq!(messages, ["OpenAPI 3.2.0 is not supported"]);
}

#[test]
fn rejects_a_document_without_shared_operations() {
    let error = compared(&LOCAL.replace("/ask", "/tell")).err().unwrap();
    assert!(
        error
            .to_string()
            .contains("pass another document, or another `--api`"),
        "{error}"
    );
    assert_eq!(error.outcome(), Outcome::Misused);
}

#[test]
fn finds_a_base_on_either_side() {
    let doc = |paths: &[&str]| {
        let items = paths
            .iter()
            .map(|path| ((*path).to_owned(), json!({ "get": {} })));
        json!({ "paths": items.collect::<serde_json::Map<_, _>>() })
    };
    let plain = doc(&["/a", "/b/{id}", "/health"]);
    let based = doc(&["/v2/a", "/v2/b/{other}", "/health", "/v2/health"]);
    let stripped = Base::between(&plain, &based);
    assert_eq!(
        (stripped.upstream.as_str(), stripped.local.as_str()),
        ("/v2", "")
    );
    let mut renamed = based.clone();
    stripped.apply(&mut renamed);
    let mut paths: Vec<_> = renamed["paths"].as_object().unwrap().keys().collect();
    paths.sort();
    assert_eq!(paths, ["/a", "/b/{other}", "/health", "/v2/health"]);
    let location = Location::default().key("paths").key("/a").key("get");
    assert_eq!(
        stripped.published(&location).pointer(),
        "/paths/~1v2~1a/get"
    );

    let added = Base::between(&based, &plain);
    assert_eq!((added.upstream.as_str(), added.local.as_str()), ("", "/v2"));
    assert_eq!(Base::between(&plain, &plain).upstream, "");
}

#[test]
fn json_with_surrogate_pairs_keeps_its_lines() {
    let directory = TempDir::new();
    directory.write(
        "a.json",
        "{\n\t\"openapi\": \"\\ud83d\\ude00\",\n\t\"b\": 1\n}\n",
    );
    let doc = read(&directory.path().join("a.json")).unwrap();
    assert_eq!(doc.value, json!({ "openapi": "😀", "b": 1 }));
    assert_eq!(doc.mark(&Location::default().key("b")).line, 3);
    assert!(read(Path::new("nowhere.json")).is_err());
}

/// A document in YAML, as utoipa writes it.
const UTOIPA: &str = "\
openapi: 3.1.0
info:
  title: test
  version: 1.0.0
  license: {name: MIT, identifier: MIT}
paths:
  /ask:
    post:
      tags: [crate]
      operationId: ask
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Question'}
      responses:
        '200': {description: ''}
components:
  schemas:
    Question:
      type: object
      required: [a]
      properties:
        a: {type: string}
        limit: {type: [integer, 'null'], format: int32, minimum: 0}
        tags: {type: object, additionalProperties: {type: string}, propertyNames: {type: string}}
        more:
          oneOf: [{type: 'null'}, {$ref: '#/components/schemas/More'}]
    More: {type: object, properties: {n: {type: integer, format: int64}}}
";

/// Converts the schemas of a 3.0 document to 3.1.
fn raise(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(raise);
            if members.remove("nullable") == Some(json!(true)) {
                let mut inner = std::mem::take(members);
                if inner.get("enum") == Some(&json!([null])) {
                    members.insert("type".to_owned(), json!("null"));
                    return;
                }
                let description = inner.remove("description");
                members.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
                members.extend(description.map(|text| ("description".to_owned(), text)));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(raise),
        _ => {}
    }
}

#[test]
fn our_documents_equal_themselves_in_3_1_under_another_base() {
    let root = crate::workspace::root();
    for api in apis() {
        let mut doc = Document::load(&root.join(&api.document), &api.document)
            .unwrap()
            .value;
        raise(&mut doc);
        doc["openapi"] = json!("3.1.0");
        let paths = std::mem::take(&mut doc["paths"]);
        let based = paths.as_object().unwrap().iter();
        doc["paths"] = based
            .map(|(path, item)| (format!("/api/v9{path}"), item.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let directory = TempDir::new();
        directory.write("upstream.json", &doc.to_string());
        let upstream = read(&directory.path().join("upstream.json")).unwrap();
        let comparison = compare(&root, None, upstream).unwrap();
        assert_eq!(comparison.local.file, api.document);
        assert_eq!(headlines(&comparison), [""; 0]);
        assert!(
            comparison.unlowered.is_empty(),
            "{:?}",
            comparison.unlowered
        );
    }
}

#[test]
fn lowers_a_document_of_utoipa_completely() {
    let comparison = compared(UTOIPA).unwrap();
    assert!(comparison.unlowered.is_empty());
    let expected =
        ["limit", "tags", "more"].map(|name| format!("ask request.{name}: field `{name}`"));
    assert_eq!(headlines(&comparison), expected);
    let text = propose(&comparison, CODEGEN).unwrap().text;
    for line in [
        "        limit:\n          type: integer\n          format: int32\n",
        "    More:\n      type: object\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn codegen_accepts_a_proposal() {
    let comparison = compared(
        &UTOIPA
            .replace("/ask:", "/tell:")
            .replace("operationId: ask", "operationId: tellMe"),
    );
    // Without shared operations, the comparison fails; with one, the other is proposed.
    assert!(comparison.is_err());
    let both = UTOIPA.replace("components:", "  /tell:\n    post:\n      operationId: tellMe\n      responses: {'200': {description: ''}}\ncomponents:");
    let text = propose(&compared(&both).unwrap(), CODEGEN).unwrap().text;
    let doc = Document::parse("proposal.yaml", &text).unwrap();
    let generated = crate::testing::generate(doc.value).unwrap();
    assert_eq!(generated.operations, 2, "{text}");
}
