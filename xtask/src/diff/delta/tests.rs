use std::collections::HashSet;

use serde_json::{Value, json};

use super::{ChangeKind, Difference, Position, Subject, between, comparison, walk};
use crate::testing;

fn differences(old: &str, new: &str) -> Vec<Difference> {
    between(&testing::spec(old), &testing::spec(new))
}

#[track_caller]
fn check_same(old: &Value, new: &Value) {
    let found = between(old, new);
    assert!(found.is_empty(), "{found:#?}");
}

fn body(schema: Value) -> Value {
    let mut doc = testing::spec("{}");
    doc["components"]["schemas"]["Body"] = schema;
    doc
}

#[test]
fn a_document_equals_itself() {
    let root = crate::workspace::root();
    for api in testing::apis() {
        let doc = crate::openapi::Document::load(&root.join(&api.document), &api.document)
            .unwrap()
            .value;
        check_same(&doc, &doc);
    }
}

#[test]
fn an_inline_schema_equals_a_component_with_the_name_of_its_type() {
    let part = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
    let inline = body(json!({ "type": "object", "properties": { "part": part } }));
    let moved = |name: &str| {
        let target = format!("#/components/schemas/{name}");
        let mut doc =
            body(json!({ "type": "object", "properties": { "part": { "$ref": target } } }));
        doc["components"]["schemas"][name] = part.clone();
        doc
    };
    check_same(&inline, &moved("BodyPart"));
    let found = between(&inline, &moved("Other"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].subject, Subject::RustType);
    assert_eq!(
        [&found[0].old, &found[0].new],
        [&Some(json!("BodyPart")), &Some(json!("Other"))]
    );
}

#[test]
fn a_merge_equals_the_merged_schema() {
    let base =
        json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } });
    let own = json!({ "properties": { "b": { "type": "string" } } });
    let merged = body(json!({ "allOf": [base, own] }));
    let flat = body(json!({
        "type": "object",
        "required": ["a"],
        "properties": { "a": { "type": "string" }, "b": { "type": "string" } },
    }));
    check_same(&merged, &flat);
}

#[test]
fn compares_recursive_schemas() {
    let reference = json!({ "$ref": "#/components/schemas/Body" });
    let node = |next: Value| json!({ "type": "object", "properties": { "next": next } });
    let (plain, unrolled) = (body(node(reference.clone())), body(node(node(reference))));
    let found = between(&plain, &unrolled);
    let subjects: Vec<_> = found.iter().map(|found| found.subject).collect();
    // The wire format is equal; the inner object has a type of its own.
    assert_eq!(subjects, [Subject::RustType], "{found:#?}");
    check_same(&unrolled, &unrolled);
}

#[test]
fn tolerates_dangling_and_circular_references() {
    for target in ["Nowhere", "Body"] {
        let doc = body(json!({ "$ref": format!("#/components/schemas/{target}") }));
        check_same(&doc, &doc);
        assert!(!between(&doc, &body(json!({ "type": "string" }))).is_empty());
    }
}

#[test]
fn a_shared_schema_differs_once_and_lists_its_uses() {
    let tell = "paths: {/tell: {post: {operationId: tell, responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Body'}}}}}}}}";
    let new = format!(
        "{tell}\ncomponents: {{schemas: {{Body: {{properties: {{a: {{type: string}}}}}}}}}}"
    );
    let found = differences(tell, &new);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        found[0].use_locations(usize::MAX).0,
        [
            ("ask", "request.a".to_owned()),
            ("ask", "response 200.a".to_owned()),
            ("tell", "response 200.a".to_owned())
        ]
    );
    let locations = found[0]
        .locations
        .clone()
        .map(|location| location.to_string());
    let expected = [
        "#/components/schemas/Body",
        "#/components/schemas/Body/properties/a",
    ];
    assert_eq!(locations, expected);
}

#[test]
fn parameters_of_a_path_equal_parameters_of_its_operations() {
    let parameter = "parameters: [{name: n, in: query, schema: {type: integer}}]";
    let own = format!("paths: {{/ask: {{post: {{{parameter}}}}}}}");
    let shared = format!("paths: {{/ask: {{{parameter}}}}}");
    assert!(differences(&own, &shared).is_empty());
}

#[test]
fn distinguishes_widened_from_narrowed() {
    let field = |limits: &str| {
        format!("components: {{schemas: {{Body: {{properties: {{a: {limits}}}}}}}}}")
    };
    let cases = [
        ("{type: integer}", "{type: number}", ChangeKind::Widened),
        ("{type: number}", "{type: integer}", ChangeKind::Narrowed),
        ("{type: string}", "{type: number}", ChangeKind::Changed),
        ("{minimum: 0}", "{minimum: 1.5}", ChangeKind::Narrowed),
        ("{maximum: 0}", "{maximum: 1.5}", ChangeKind::Widened),
        ("{maximum: 0}", "{}", ChangeKind::Widened),
        ("{}", "{maxLength: 9}", ChangeKind::Narrowed),
        ("{uniqueItems: true}", "{}", ChangeKind::Widened),
        ("{pattern: a}", "{pattern: b}", ChangeKind::Changed),
        (
            "{type: integer, enum: [1]}",
            "{type: integer, enum: [1, 2]}",
            ChangeKind::Widened,
        ),
        (
            "{type: integer, enum: [1]}",
            "{type: integer, enum: [2]}",
            ChangeKind::Changed,
        ),
    ];
    for (old, new, kind) in cases {
        let found = differences(&field(old), &field(new));
        assert_eq!(found.len(), 1, "{old} → {new}: {found:#?}");
        assert_eq!(found[0].kind, kind, "{old} → {new}");
    }
}

#[test]
fn circular_and_diamond_references_terminate() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let mut circle = body(reference("A"));
    circle["components"]["schemas"]["A"] = reference("B");
    circle["components"]["schemas"]["B"] = reference("A");
    check_same(&circle, &circle);

    let mut diamond = body(reference("Part0"));
    for at in 0..40 {
        let next = reference(&format!("Part{}", at + 1));
        diamond["components"]["schemas"][format!("Part{at}")] = json!({ "allOf": [next, next] });
    }
    assert!(!between(&diamond, &body(json!({ "type": "object" }))).is_empty());
}

#[test]
fn the_description_of_a_server_is_prose() {
    let server = |text: &str| format!("servers: [{{url: '/v1', description: {text}}}]");
    let found = differences(&server("Here."), &server("There."));
    let subjects: Vec<_> = found.iter().map(|found| found.subject).collect();
    assert_eq!(subjects, [Subject::Prose]);
}

#[test]
fn a_schema_of_request_and_response_differs_on_both_sides() {
    let field = |kind: &str| json!({ "type": "object", "properties": { "a": { "type": kind } } });
    let found = between(&body(field("string")), &body(field("integer")));
    assert_eq!(found.len(), 1, "{found:#?}");
    let positions: Vec<_> = found[0].uses.iter().map(|used| used.position).collect();
    assert_eq!(
        positions,
        [Some(Position::Request), Some(Position::Response)]
    );
}

#[test]
fn equal_forms_of_null_do_not_differ() {
    let union = |variant: Value, nullable: bool| {
        let field = json!({ "oneOf": [variant, { "type": "array" }], "nullable": nullable });
        body(json!({ "type": "object", "properties": { "a": field } }))
    };
    let (plain, null) = (
        json!({ "type": "string" }),
        json!({ "type": "string", "nullable": true }),
    );
    check_same(&union(plain.clone(), true), &union(null.clone(), false));
    let found = between(&union(plain, false), &union(null, false));
    let summary: Vec<_> = found
        .iter()
        .map(|found| (found.subject, found.kind))
        .collect();
    assert_eq!(summary, [(Subject::Nullability, ChangeKind::Widened)]);

    let anything = |nullable: bool| {
        body(json!({ "type": "object", "properties": { "a": { "nullable": nullable } } }))
    };
    check_same(&anything(true), &anything(false));
}

/// Creates a document whose components form rings, ten references each, and whose operations take one component and
/// return another.
fn rings(operations: usize, components: usize, longest: usize) -> Value {
    let reference =
        |at: usize| json!({ "$ref": format!("#/components/schemas/S{}", at % components) });
    let component = |at: usize| {
        let mut properties = json!({ "name": { "type": "string", "maxLength": longest } });
        for step in 1..=10 {
            properties[format!("r{step}")] = reference((at + 1) * step);
        }
        json!({ "type": "object", "required": ["name"], "properties": properties })
    };
    let mut doc = testing::spec("{paths: null, components: null}");
    for at in 0..components {
        doc["components"]["schemas"][format!("S{at}")] = component(at);
    }
    for at in 0..operations {
        let content = |at: usize| json!({ "application/json": { "schema": reference(at) } });
        doc["paths"][format!("/ask/{at}")]["post"] = json!({
            "operationId": format!("ask_{at}"),
            "requestBody": { "content": content(2 * at) },
            "responses": { "200": { "content": content(2 * at + 1) } },
        });
    }
    doc
}

/// The work of a comparison of rings whose every component differs: the number of compared pairs, and the number of
/// lists of starts.
fn work(operations: usize, components: usize) -> (usize, usize) {
    let docs = [9, 10].map(|longest| rings(operations, components, longest));
    let docs = docs.each_ref();
    let mut comparer = comparison::Comparer::new(docs);
    let mut compared = 0;
    let found = walk::differences(docs, |parts| {
        compared += 1;
        comparer.compare(parts)
    });
    assert_eq!(found.len(), components);
    // Every difference affects all operations, in requests and in responses.
    for found in &found {
        assert_eq!(found.operations().len(), operations);
        assert_eq!(found.use_locations(1).1, 2 * operations);
    }
    let reaches = found.iter().flat_map(|found| &found.uses);
    let reaches: HashSet<_> = reaches.map(|used| used.trails.starts().as_ptr()).collect();
    (compared, reaches.len())
}

#[test]
fn the_work_grows_with_the_document_and_not_with_its_paths() {
    let (operations, components) = (40, 80);
    let (compared, reaches) = work(operations, components);
    // A component and its eleven fields are compared for requests and for responses, and its description once. An
    // operation has a body and a response with one media type each.
    assert_eq!(compared, 1 + (2 * 12 + 1) * components + 5 * operations);
    assert_eq!(reaches, 2, "one list for requests and one for responses");
    assert_eq!(work(2 * operations, 2 * components), (2 * compared - 1, 2));
}

#[test]
fn a_path_is_the_shortest_from_the_first_operation_that_reaches_a_part() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let doc = |kind: &str| {
        let mut doc =
            body(json!({ "properties": { "long": reference("A"), "short": reference("C") } }));
        let schemas = &mut doc["components"]["schemas"];
        schemas["A"] = json!({ "properties": { "b": reference("B") } });
        schemas["B"] = json!({ "properties": { "c": reference("C"), "again": reference("A") } });
        schemas["C"] = json!({ "properties": { "b": reference("B"), "d": { "type": kind } } });
        doc
    };
    let found = between(&doc("string"), &doc("integer"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].path(), "request.short.d");
}
