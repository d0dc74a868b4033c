//! Tests of the generated types, as formatted in `types.rs`.

use crate::testing::{file, generate, spec};

/// Returns the struct or enum with this name, with documentation and attributes.
#[track_caller]
fn item(more: &str, name: &str) -> String {
    let file = file(more, "types.rs");
    let item = file
        .split("\n\n")
        .find(|item| item.contains(&format!(" {name} {{")));
    item.unwrap_or_else(|| panic!("no {name} in {file}"))
        .to_owned()
}

fn body(properties: &str) -> String {
    format!(
        "components: {{schemas: {{Body: {{description: A body., properties: {{{properties}}}}}}}}}"
    )
}

#[track_caller]
fn contains(item: &str, lines: &[&str]) {
    let text = lines
        .iter()
        .map(|line| format!("    {line}\n"))
        .collect::<String>();
    assert!(item.contains(&text), "{text}is not in\n{item}");
}

#[test]
fn a_type_of_request_and_response() {
    let expected = "/// A body.
#[derive(
    Clone,
    Debug,
    PartialEq,
    ::serde::Serialize,
    ::imagine_macros::Response,
    ::imagine_macros::Request,
)]
#[non_exhaustive]
#[request(
    operation = super::operations::ASK,
    method = ask,
    builder = Ask,
    client = crate::client::generated::TestClient,
    blocking = crate::blocking::TestClient,
    response = Body,
    body = json,
    default,
    feature = \"test\",
    docs = \"Asks.\\n\\n`POST /ask`.\",
)]
pub struct Body {
    /// A list.
    #[serde(skip_serializing_if = \"Option::is_none\")]
    pub list: Option<Vec<i32>>,
    /// Fields of the response that are unknown to this version of the SDK.
    #[serde(flatten)]
    #[response(extra)]
    pub extra: crate::json::UnknownFields,
}
";
    let list = "list: {type: array, items: {type: integer, format: int32}, description: A list.}";
    assert_eq!(item(&body(list), "Body"), expected);
}

#[test]
fn lists_and_maps_of_responses_are_not_optional() {
    let more = "
        paths: {/ask: {post: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Reply'}}}}}}}}
        components: {schemas: {Reply: {type: object, required: [told], properties: {
            list: {type: array, items: {type: string}, description: L.},
            map: {type: object, additionalProperties: {type: number}, description: M.},
            open: {type: object, additionalProperties: true, description: O.},
            told: {type: string, nullable: true, description: T., x-imagine-required: true},
            used: {type: string, description: U., x-imagine-required: true},
        }}}}";
    let reply = item(more, "Reply");
    assert!(reply.contains("#[non_exhaustive]"), "{reply}");
    contains(
        &reply,
        &[
            "#[serde(skip_serializing_if = \"Vec::is_empty\")]",
            "pub list: Vec<String>,",
        ],
    );
    contains(
        &reply,
        &[
            "#[serde(skip_serializing_if = \"::std::collections::BTreeMap::is_empty\")]",
            "pub map: ::std::collections::BTreeMap<String, f64>,",
        ],
    );
    contains(
        &reply,
        &[
            "#[serde(skip_serializing_if = \"::serde_json::Map::is_empty\")]",
            "pub open: ::serde_json::Map<String, ::serde_json::Value>,",
        ],
    );
    contains(
        &reply,
        &[
            "/// T.",
            "#[response(required_any)]",
            "pub told: Option<String>,",
        ],
    );
    contains(
        &reply,
        &[
            "/// U.",
            "#[serde(skip_serializing_if = \"Option::is_none\")]",
            "#[response(required_any)]",
            "pub used: Option<String>,",
        ],
    );
}

#[test]
fn path_and_query_parameters_are_not_serialized_in_the_body() {
    let more = "
        paths: {/ask: null, '/ask/{from}': {patch: {
            operationId: change, summary: Changes it, x-imagine-retry: idempotent, x-imagine-args: [from],
            parameters: [
                {name: from, in: path, required: true, x-imagine-name: id, description: Which., schema: {type: string}},
                {name: max, in: query, description: Most., schema: {type: integer, default: 3, minimum: 1}},
            ],
            requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Body'}}}},
            responses: {'204': {description: Done.}},
        }}}
        components: {schemas: {Body: {properties: {type: {type: string, description: Kind.}}}}}";
    let arguments = item(more, "ChangeParams");
    contains(&arguments, &["response = (),", "body = json,", "args(id),"]);
    contains(
        &arguments,
        &[
            "/// Which.",
            "#[response(required)]",
            "#[request(path = \"from\")]",
            "pub id: String,",
        ],
    );
    contains(
        &arguments,
        &[
            "/// Most.",
            "///",
            "/// At least 1.",
            "/// Documented default: `3`.",
            "#[serde(skip_serializing_if = \"Option::is_none\")]",
            "#[request(query = \"max\", range(min = 1))]",
            "pub max: Option<u64>,",
        ],
    );
    contains(
        &arguments,
        &[
            "#[serde(rename = \"type\", skip_serializing_if = \"Option::is_none\")]",
            "pub type_: Option<String>,",
        ],
    );
}

#[test]
fn a_form_does_not_implement_serialize() {
    let more = "
        paths: {/ask: {post: {
            x-imagine-args: [file],
            requestBody: {content: {application/json: null, multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}}},
        }}}
        components: {schemas: {
            File: {type: string, format: binary, x-imagine-rust: 'crate::body::FilePart'},
            Form: {type: object, description: A form., required: [file], properties: {
                file: {allOf: [{$ref: '#/components/schemas/File'}], description: A file.},
                type: {type: string, description: Kind.},
            }},
        }}";
    let form = item(more, "Form");
    contains(&form, &["body = multipart,"]);
    contains(&form, &["/// A file.", "pub file: crate::body::FilePart,"]);
    contains(
        &form,
        &[
            "/// Kind.",
            "#[serde(rename = \"type\")]",
            "pub type_: Option<String>,",
        ],
    );
    assert!(
        form.contains("#[derive(Clone, Debug, PartialEq, ::imagine_macros::Request)]"),
        "{form}"
    );
}

#[test]
fn sampling_parameters_exist_in_both_structs() {
    let more = "components: {schemas: {
        Body: {type: null, properties: null, allOf: [{$ref: '#/components/schemas/Style'}, {properties: {n: {type: integer, description: N.}}}]},
        Style: {type: object, x-imagine-sampling: true, x-imagine-python: [Style, Old], properties: {
            top: {type: number, description: Top., default: 0.5, x-imagine-send-default: true, maximum: 1},
        }}}}";
    contains(&item(more, "Body"), &["sampling = Style,"]);
    contains(
        &item(more, "Body"),
        &[
            "#[request(sampling, range(max = 1), default = 0.5)]",
            "pub top: Option<f64>,",
        ],
    );
    let style = item(more, "Style");
    contains(
        &style,
        &["#[sampling(range(max = 1))]", "pub top: Option<f64>,"],
    );
    assert!(
        style.contains("#[doc(alias = \"Old\")]\n#[derive("),
        "{style}"
    );
    assert!(!style.contains("extra"), "{style}");
}

#[test]
fn an_enum_is_open() {
    let expected = "/// A kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::imagine_macros::OpenEnum)]
#[non_exhaustive]
pub enum BodyKind {
    /// `a-b`
    #[open(name = \"a-b\")]
    AB,
    /// `C`
    #[open(name = \"C\")]
    C,
    /// A value that is unknown to this version of the SDK, kept unchanged.
    Other(String),
}
";
    let kind = "kind: {type: string, enum: [a-b, C], description: A kind.}";
    assert_eq!(
        item(&body(kind), "BodyKind").trim_end(),
        expected.trim_end()
    );
}

#[test]
fn hand_written_types_keep_their_arguments() {
    let more = "components: {schemas: {
        Body: {properties: {pairs: {$ref: '#/components/schemas/Pairs'}}},
        Pairs: {description: Pairs., oneOf: [{type: string}], x-imagine-rust: 'crate::test::Pairs<Left, String>'},
        Left: {type: object, description: Left., properties: {}},
    }}";
    contains(
        &item(more, "Body"),
        &[
            "/// Pairs.",
            "#[serde(skip_serializing_if = \"Option::is_none\")]",
            "pub pairs: Option<crate::test::Pairs<Left, String>>,",
        ],
    );
    assert!(item(more, "Left").starts_with("/// Left."));
}

#[test]
fn a_type_may_contain_itself() {
    let node = "components: {schemas: {Body: {properties: {next: {$ref: '#/components/schemas/Body'}, all: {type: array, items: {$ref: '#/components/schemas/Body'}}}}}}";
    contains(&item(node, "Body"), &["pub next: Option<Box<Body>>,"]);
    contains(&item(node, "Body"), &["pub all: Option<Vec<Body>>,"]);
}

#[test]
fn everything_is_documented() {
    let more = body("a: {type: string}, b: {type: object, properties: {c: {type: integer}}}");
    let generated = generate(spec(&more)).unwrap();
    let types = generated
        .artifacts
        .into_iter()
        .find(|artifact| artifact.path.ends_with("types.rs"))
        .unwrap();
    let file = syn::parse_file(&types.contents).unwrap();
    for item in file.items {
        let syn::Item::Struct(item) = item else {
            continue;
        };
        let fields = item.fields.iter().map(|field| &field.attrs);
        for attrs in fields.chain([&item.attrs]) {
            assert!(
                attrs.iter().any(|attr| attr.path().is_ident("doc")),
                "{}",
                item.ident
            );
        }
    }
}
