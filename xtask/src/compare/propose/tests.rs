use super::super::comparison::{compare, read};
use super::super::tests::{CODEGEN, LINTED};
use super::propose;
use crate::openapi::Document;
use crate::testing::{TempDir, apis, write_apis};
use crate::validate;

/// A document with an operation that takes a body, beside that of [`LINTED`].
const ASK: &str = "
  /ask:
    post:
      operationId: ask
      tags: [prices]
      summary: Asks
      x-provenance: {grade: published, source: Test}
      x-imagine-retry: unstarted
      x-imagine-args: [a]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Question'}
      responses:
        '200': {description: Good.}
        '400': {$ref: '#/components/responses/Bad'}
components:
  responses:
    Bad: {description: An error., content: {application/json: {schema: {$ref: '#/components/schemas/Prices'}}}}
  schemas:
    Question:
      type: object
      x-provenance: {grade: published, source: Test}
      description: A question.
      required: [a]
      properties:
        a: {type: string, description: The question.}
";

fn local() -> String {
    LINTED.replacen("\ncomponents:\n  schemas:\n", ASK, 1)
}

/// Proposes the parts of a published document. The proposal has no diagnostics of lint, and codegen accepts it.
#[track_caller]
fn proposed(local: &str, upstream: &str) -> (String, String) {
    let directory = TempDir::new();
    write_apis(&directory, local);
    directory.write("upstream.yaml", upstream);
    let upstream = read(&directory.path().join("upstream.yaml")).unwrap();
    let comparison = compare(directory.path(), Some("media"), upstream).unwrap();
    let proposal = propose(&comparison, CODEGEN).unwrap();
    let (text, notes) = (proposal.text, proposal.notes.join("\n"));
    let doc = Document::parse("proposal.yaml", &text).unwrap().value;
    let found: Vec<String> = validate::diagnostics(&doc)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(found.is_empty(), "{found:#?}\n{text}");
    let api = apis().iter().find(|api| api.name == "media").unwrap();
    let rejected = CODEGEN(&doc, api).map(|diagnostic| diagnostic.to_string());
    assert_eq!(rejected, None, "{text}");
    (text, notes)
}

/// Proposes the parts of a document with operations beside `/images/costs`.
#[track_caller]
fn proposed_paths(openapi: &str, paths: &str, components: &str) -> (String, String) {
    proposed(
        &local(),
        &format!(
            "openapi: {openapi}\ninfo: {{title: Other, version: '1'}}\npaths:\n  /images/costs: {{get: {{responses: \
         {{'200': {{description: x, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Prices'}}}}}}}}}}}}}}\n\
         {paths}components:\n  schemas:\n    Prices: {{type: object, properties: {{costs: {{type: object, \
         additionalProperties: {{type: number}}}}}}}}\n{components}"
        ),
    )
}

#[track_caller]
fn check(text: &str, present: &[&str], absent: &[&str]) {
    for part in present {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    for part in absent {
        assert!(!text.contains(part), "{part} is in\n{text}");
    }
}

#[test]
fn components_of_all_sections_come_along() {
    let (text, _) = proposed_paths(
        "3.0.3",
        "
  /books/{id}:
    parameters:
      - {$ref: '#/components/parameters/Id'}
      - {name: X-Trace, in: header, schema: {type: string}}
    get:
      parameters: [{name: page, in: query, schema: {$ref: '#/components/schemas/Page'}}]
      responses:
        '200': {$ref: '#/components/responses/Book'}
        default: {$ref: '#/components/responses/Failure'}
    put:
      operationId: PutBook
      tags: [Books]
      requestBody: {$ref: '#/components/requestBodies/Book'}
      responses: {'200': {$ref: '#/components/responses/Book'}}
",
        "
    Page: {type: integer, minimum: 1}
    Book: {type: object, required: [title], properties: {title: {type: string}, author: {$ref: '#/components/schemas/Author'}}}
    Author: {type: object, properties: {name: {type: string}, books: {type: array, items: {$ref: '#/components/schemas/Book'}}}}
    Failure: {type: object, properties: {message: {type: string}}}
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}}
  requestBodies:
    Book: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
  responses:
    Book: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
    Failure: {description: Bad., content: {application/json: {schema: {$ref: '#/components/schemas/Failure'}}}}
",
    );
    let present = [
        "operationId: books_id\n",
        "operationId: put_book\n",
        "tags: [books]",
        "x-imagine-args: [id, title]",
        "name: X-Trace",
        "  parameters:\n    Id:",
        "  requestBodies:\n    Book:",
        "    Author:\n",
        "  - {name: Books, ",
    ];
    check(&text, &present, &[]);
}

#[test]
fn keywords_that_cannot_be_lowered_are_left_out() {
    let (text, notes) = proposed_paths(
        "3.1.0",
        "
  /labels:
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Labels'}}}}
      responses: {'200': {description: Good.}}
",
        "
    Labels:
      type: object
      x-internal: true
      required: [kind, map]
      properties:
        kind: {const: labels}
        size: {type: [integer, 'null'], exclusiveMinimum: 0}
        map: {type: object, patternProperties: {'^x': {type: string}}, propertyNames: {maxLength: 9}}
        either: {if: {type: string}, then: {maxLength: 3}}
        wrong: {type: integer, default: many}
        x-field: {type: string}
",
    );
    let present = [
        "operationId: labels\n",
        "        map:",
        "size:",
        "wrong:",
        "x-field:",
    ];
    check(
        &text,
        &present,
        &[
            "patternProperties",
            "propertyNames",
            "then:",
            "many",
            "x-internal",
        ],
    );
    check(
        &notes,
        &[
            "/map/patternProperties; left out: ",
            "/wrong/default; left out: ",
        ],
        &[],
    );
}

#[test]
fn operations_that_codegen_rejects_are_left_out_alone() {
    let (text, notes) = proposed_paths(
        "3.0.3",
        "
  /good: {get: {responses: {'200': {description: Good.}}}}
  /lines: {get: {responses: {'200': {description: Good., content: {application/x-ndjson: {schema: {type: string}}}}}}}
  /xml: {post: {requestBody: {content: {application/xml: {schema: {type: object}}}}, responses: {'200': {description: Good.}}}}
  /not: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Not'}}}}, responses: {'200': {description: Good.}}}}
  /{id}/{id}: {get: {responses: {'200': {description: Good.}}}}
",
        "
    Not:
      type: object
      properties:
        bad: {not: {type: string}}
        also_bad: {$ref: '#/components/schemas/Mixed'}
        good: {type: string}
    Mixed: {oneOf: [{type: object, properties: {x: {type: string}}}, {type: string}], properties: {y: {type: string}}}
",
    );
    check(
        &text,
        &["  /good:", "  /not:", "good: {type: string"],
        &["/lines", "/xml", "/{id}/{id}", "bad: ", "    Mixed:"],
    );
    check(
        &notes,
        &[
            "operation `GET /lines`; left out: ",
            "operation `POST /xml`; left out: this media type",
            "operation `GET /{id}/{id}`; left out: the path",
            "/components/schemas/Not/properties/bad; left out: ",
            "/components/schemas/Not/properties/also_bad; left out: ",
        ],
        &["operation `GET /good`; left out"],
    );
}

#[test]
fn new_values_of_an_operation_of_ours_are_added_or_left_out() {
    let published = local()
        .replace("required: [a]", "required: [a, b]")
        .replace(
            "        a: {type: string, description: The question.}\n",
            "        a: {type: string, description: The question.}\n        b: {type: integer}\n        \
             c: {allOf: [{type: object, readOnly: true, properties: {n: {type: string}}}, {properties: {m: {type: string}}}]}\n        \
             d: {type: object, properties: {deep: {type: array, items: {type: object, properties: {x: {not: {}}}}}}}\n        \
             e: {not: {type: string}}\n",
        )
        .replace("      requestBody:\n", "      parameters:\n        - {name: dry, in: query, required: true, schema: {type: boolean}}\n      requestBody:\n");
    let (text, notes) = proposed(&local(), &published);
    check(
        &text,
        &[
            "x-imagine-args: [a, b, dry]",
            "required: [a, b]",
            "        c:",
            "deep:",
            "name: dry",
        ],
        &["        e:", "not:"],
    );
    check(
        &notes,
        &[
            "field `e`; left out: ",
            "/properties/x; left out: ",
            "check the order of the arguments",
        ],
        &[],
    );
}

#[test]
fn names_that_are_taken_or_impossible_are_replaced() {
    let (text, _) = proposed_paths(
        "3.0.3",
        "
  /v1/costs: {get: {operationId: costs, responses: {'200': {description: Good.}}}}
  /v1/match: {get: {operationId: match, responses: {'200': {description: Good.}}}}
  /9/lives: {get: {operationId: 9lives, responses: {'200': {description: Good.}}}}
  /v1/build: {post: {operationId: builder, responses: {'200': {description: Good.}}}}
",
        "",
    );
    check(
        &text,
        &[
            "operationId: v1_costs",
            "/v1/match:",
            "operationId: get_9_lives",
        ],
        &["operationId: costs\n      tags: [v1]"],
    );
}

#[test]
fn an_equal_name_of_another_component_is_noted() {
    let (_, notes) = proposed_paths(
        "3.0.3",
        "  /more: {get: {responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Question'}}}}}}}\n",
        "    Question: {type: object, properties: {other: {type: string}}}\n",
    );
    check(
        &notes,
        &["#/components/schemas/Question; ours is used, which has other properties"],
        &[],
    );
}

#[test]
fn a_document_without_components_gets_them() {
    let document = LINTED.split("components:").next().unwrap_or_default();
    let document = document.replace("{$ref: '#/components/schemas/Prices'}", "{type: object}");
    let upstream = "\
openapi: 3.0.3
info: {title: Other, version: '1'}
paths:
  /images/costs: {get: {responses: {'200': {description: x}}}}
  /books: {get: {responses: {'200': {$ref: '#/components/responses/Book'}}}}
components:
  responses: {Book: {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
  schemas: {Book: {type: object, properties: {title: {type: string}}}}
";
    let (text, _) = proposed(&document, upstream);
    check(
        &text,
        &[
            "  - {name: books,",
            "\ncomponents:\n  responses:\n    Book:",
            "  schemas:\n    Book:",
        ],
        &[],
    );
}
