//! The loader of OpenAPI documents, with documents of its own.

use imagine_mock::contract::{Contract, OperationSpec, ParameterLocation, RequestParts};
use reqwest::Method;
use serde_json::{Value, json};

/// Loads a document with one operation, `POST /ask`, and these keys and schemas.
fn load(operation: &str, schemas: &str) -> Result<Contract, String> {
    let document = format!(
        "
openapi: 3.0.3
security: [{{key: []}}]
paths:
  /ask:
    parameters: [{{$ref: '#/components/parameters/Depth'}}]
    post: {{operationId: ask, x-imagine-retry: unstarted, {operation}}}
components:
  parameters: {{Depth: {{name: depth, in: query, schema: {{type: integer}}}}}}
  securitySchemes:
    key: {{type: http, scheme: bearer}}
    other: {{type: apiKey, in: header, name: X-Key}}
  schemas: {{Null: {{type: string, nullable: true, enum: [null]}}, {schemas}}}
"
    );
    Contract::from_openapi(&document).map_err(|error| error.to_string())
}

fn ask(contract: &Contract) -> &OperationSpec {
    contract.operation("ask").unwrap()
}

/// Returns the locations of the violations of a schema by a response.
fn violations(schema: &str, schemas: &str, value: &Value) -> Vec<String> {
    let content = format!("content: {{application/json: {{schema: {schema}}}}}");
    let responses = format!("responses: {{'200': {{description: A., {content}}}}}");
    let contract = load(&responses, schemas).unwrap();
    let found = contract
        .check_response("ask", value)
        .err()
        .unwrap_or_default();
    found
        .into_iter()
        .map(|violation| violation.location)
        .collect()
}

#[test]
fn an_operation_inherits_parameters_and_authentication() {
    let contract = load("responses: {}", "").unwrap();
    let operation = ask(&contract);
    assert_eq!(
        (operation.method.as_str(), operation.path.as_str()),
        ("POST", "/ask")
    );
    assert_eq!(
        (&*operation.authentication, &*operation.retry),
        ("client", "unstarted")
    );
    assert_eq!(operation.parameters[0].name, "depth");
    assert_eq!(operation.parameters[0].location, ParameterLocation::Query);
    let own = "parameters: [{name: depth, in: query, required: true, schema: {type: string}}, \
               {name: Accept, in: header, schema: {type: string}}]";
    let contract = load(
        &format!("{own}, security: [{{other: []}}], responses: {{}}"),
        "",
    )
    .unwrap();
    let operation = ask(&contract);
    assert_eq!(operation.authentication, "x-key");
    let parameters = operation.parameters.iter();
    let required: Vec<_> = parameters
        .map(|one| (one.name.as_str(), one.required))
        .collect();
    assert_eq!(required, [("depth", true)]);
    let contract = load("security: [], responses: {}", "").unwrap();
    assert_eq!(ask(&contract).authentication, "none");
}

#[test]
fn a_body_and_its_default_model_are_read() {
    let body = "requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Ask'}}}}";
    let schemas = "Ask: {type: object, properties: {model: {type: string, default: a, x-imagine-send-default: true}}}";
    let contract = load(&format!("{body}, responses: {{}}"), schemas).unwrap();
    let operation = ask(&contract);
    assert_eq!(operation.default_model.as_deref(), Some("a"));
    let payload = operation.payload.as_ref().unwrap();
    assert!(payload.required && payload.media_type == "application/json");
    let unsent = schemas.replace(", x-imagine-send-default: true", "");
    let contract = load(&format!("{body}, responses: {{}}"), &unsent).unwrap();
    assert_eq!(ask(&contract).default_model, None);
}

#[test]
fn several_successful_responses_are_alternatives() {
    let response = |schema: &str| {
        format!("{{description: A., content: {{application/json: {{schema: {schema}}}}}}}")
    };
    let (string, integer) = (response("{type: string}"), response("{type: integer}"));
    let boolean = response("{type: boolean}");
    let responses = format!(
        "responses: {{'200': {string}, '202': {integer}, '204': {{description: B.}}, default: {boolean}}}"
    );
    let contract = load(&responses, "").unwrap();
    for (value, is_valid) in [(json!("a"), true), (json!(1), true), (json!(true), false)] {
        assert_eq!(
            contract.check_response("ask", &value).is_ok(),
            is_valid,
            "{value}"
        );
    }
    let contract = load(&format!("responses: {{default: {boolean}}}"), "").unwrap();
    assert!(contract.check_response("ask", &json!(true)).is_ok());
    let text =
        "responses: {'200': {description: A., content: {text/plain: {schema: {type: string}}}}}";
    assert_eq!(ask(&load(text, "").unwrap()).response_media, "text/plain");
}

#[test]
fn events_have_the_names_of_their_variants() {
    let schemas = "A: {type: object, required: [a]}, B: {type: object}";
    let events = "{oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}], \
                  x-imagine-events: {first: '#/components/schemas/A', second: '#/components/schemas/B'}}";
    let responses = format!(
        "responses: {{'200': {{description: A., content: {{text/event-stream: {{schema: {events}}}}}}}}}"
    );
    let contract = load(&responses, schemas).unwrap();
    assert_eq!(ask(&contract).event_names, ["second", "first"]);
    // An object that fits both variants is valid: the name of its event selects one.
    assert_eq!(contract.check_event("ask", &json!({"a": 1})), Ok(()));
    let error = load(
        &responses.replace("second: '#/components/schemas/B'", ""),
        schemas,
    );
    assert!(error.unwrap_err().contains("a variant has no event"));
}

#[test]
fn null_is_allowed_where_the_document_allows_it() {
    let by_flag = "{type: string, nullable: true, enum: [a]}";
    let by_reference =
        "{anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/Null'}]}";
    let by_parts = "{type: string, nullable: true, allOf: [{$ref: '#/components/schemas/A'}]}";
    for schema in [by_flag, by_reference, by_parts] {
        let found = |value| violations(schema, "A: {type: string, enum: [a]}", &value);
        assert_eq!(
            [found(json!("a")), found(json!(null))],
            [[""; 0]; 2],
            "{schema}"
        );
        assert_eq!(found(json!("b")), ["response"], "{schema}");
    }
    assert_eq!(violations("{type: string}", "", &json!(null)), ["response"]);
}

#[test]
fn exclusive_limits_are_flags_or_numbers() {
    for schema in [
        "{minimum: 0, exclusiveMinimum: true}",
        "{exclusiveMinimum: 0}",
    ] {
        assert_eq!(violations(schema, "", &json!(0)), ["response"], "{schema}");
        assert_eq!(violations(schema, "", &json!(1)), [""; 0], "{schema}");
    }
}

#[test]
fn fields_of_one_direction_and_renamed_fields_are_optional() {
    let schema = "{type: object, required: [id, secret, name, long], properties: \
                  {id: {readOnly: true}, secret: {writeOnly: true}, name: {}, long: {type: integer, x-aliases: [size]}}}";
    assert_eq!(violations(schema, "", &json!({})), ["response/name"]);
    assert_eq!(
        violations(schema, "", &json!({"name": 1, "size": "a"})),
        ["response/size"]
    );
}

#[test]
fn a_discriminator_requires_the_tag_of_a_variant() {
    let schemas = "A: {type: object, properties: {kind: {type: string}, n: {type: integer}}}, \
                   B: {type: object, properties: {kind: {type: string, enum: [bee]}}}, C: {type: object}";
    let union = "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}], \
                 discriminator: {propertyName: kind, mapping: {one: '#/components/schemas/A', two: A}}}";
    for kind in ["one", "two", "bee", "C"] {
        assert_eq!(
            violations(union, schemas, &json!({"kind": kind})),
            [""; 0],
            "{kind}"
        );
    }
    for invalid in [
        json!({"kind": "A"}),
        json!({}),
        json!({"kind": "one", "n": "a"}),
    ] {
        assert_eq!(violations(union, schemas, &invalid).len(), 1, "{invalid}");
    }
}

#[test]
fn schemas_of_openapi_3_1_stay_as_they_are() {
    let document = "
openapi: 3.1.0
paths:
  /ask:
    get:
      operationId: ask
      x-imagine-retry: idempotent
      responses: {'200': {description: A., content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
components:
  schemas:
    A: {type: [object, 'null'], properties: {kind: {const: a}, part: {$ref: '#/components/schemas/A/$defs/Part'}}, $defs: {Part: {exclusiveMinimum: 0}}}
";
    let contract = Contract::from_openapi(document).unwrap();
    for valid in [json!(null), json!({"kind": "a", "part": 1})] {
        assert_eq!(contract.check_response("ask", &valid), Ok(()));
    }
    for invalid in [json!(1), json!({"kind": "b"}), json!({"part": 0})] {
        assert!(
            contract.check_response("ask", &invalid).is_err(),
            "{invalid}"
        );
    }
}

#[test]
fn json_parts_and_lists_of_a_form_are_read() {
    let body = "requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, \
                properties: {tags: {type: array, items: {type: integer}}, name: {type: string}}}}}}";
    let contract = load(&format!("{body}, responses: {{}}"), "").unwrap();
    let check = |body: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let request = RequestParts {
            method: &Method::POST,
            path: "/ask",
            query: &[],
            headers: &headers.into_iter().collect(),
            body: body.as_bytes(),
        };
        let found = contract.check_request(&request).err().unwrap_or_default();
        found
            .into_iter()
            .map(|violation| violation.location)
            .collect::<Vec<_>>()
    };
    assert_eq!(check("tags=1&tags=2&name=a+b"), [""; 0]);
    assert_eq!(check("tags=1&tags=b"), ["body/tags/1"]);
    assert_eq!(check("nam=a"), ["body/nam"]);
}

#[test]
fn unknown_constructs_are_rejected_with_their_location() {
    for (operation, schemas, expected) in [
        (
            "responses: {}, callbacks: {}",
            "",
            "#/paths/~1ask/post: `callbacks` is not supported here",
        ),
        (
            "responses: {}",
            "A: {minimun: 1}",
            "#/components/schemas/A: the keyword `minimun` is not supported",
        ),
        (
            "parameters: [{name: a, in: body, schema: {}}], responses: {}",
            "",
            "#/paths/~1ask/post/parameters/0: `in: body`",
        ),
        (
            "parameters: [{name: a, in: path, style: label, schema: {}}], responses: {}",
            "",
            "the style is not supported here",
        ),
        (
            "requestBody: {content: {application/xml: {schema: {}}}}, responses: {}",
            "",
            "application~1xml: the media type is not supported",
        ),
        (
            "requestBody: {content: {}}, responses: {}",
            "",
            "a body must have one media type",
        ),
        (
            "requestBody: {content: {multipart/form-data: {schema: {}, encoding: {}}}}, responses: {}",
            "",
            "`encoding` is not supported",
        ),
        (
            "security: [{none: []}], responses: {}",
            "",
            "`none` is missing",
        ),
        (
            "responses: {'200': {$ref: '#/components/responses/A'}}",
            "",
            "`#/components/responses/A` is not in the document",
        ),
        (
            "responses: {'200': {description: A., content: {application/json: {}}}}",
            "",
            "`schema` is missing",
        ),
        (
            "responses: {'200': {description: A., content: {application/json: {schema: {pattern: '('}}}}}",
            "",
            "does not compile",
        ),
    ] {
        let message = load(operation, schemas).unwrap_err();
        assert!(message.contains(expected), "{message:?} lacks {expected:?}");
    }
    for (document, expected) in [
        ("openapi: 2.0.0", "OpenAPI 2.0.0 is not supported"),
        ("openapi: 3.0.3", "`paths` is missing"),
        (
            "openapi: 3.0.3\npaths: {/a: {get: {operationId: a}}}",
            "#/paths/~1a/get: `x-imagine-retry` is missing",
        ),
        (
            "openapi: 3.0.3\npaths: {/a: {gte: {}}}",
            "#/paths/~1a: `gte` is not supported here",
        ),
        ("[]", "`openapi` is missing"),
    ] {
        let message = Contract::from_openapi(document).unwrap_err().to_string();
        assert!(message.contains(expected), "{message:?} lacks {expected:?}");
    }
}
