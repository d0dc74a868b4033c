//! Each rule reports its own errors and no other rule does.

use std::collections::BTreeSet;

use super::*;
use crate::testing;
use crate::yaml;

/// A specification without errors.
const CLEAN: &str = "
    tags: [{name: talk, description: Operations of a conversation.}]
    paths: {/ask: {post: {
        tags: [talk],
        x-provenance: {grade: documented, source: somewhere},
        responses: {default: {$ref: '#/components/responses/Failure'}},
    }}}
    components:
      schemas:
        Body: {description: A body., properties: {a: {type: string, description: A field.}}}
      responses:
        Failure: {description: Any failure., content: {application/json: {schema: {type: object}}}}
";

/// Edits of [`CLEAN`], the rule that reports each, and the message.
const BROKEN: &[(&str, &str, &str)] = &[
    ("openapi: 3.1.0", "version", "OpenAPI 3.1.0 is not supported"),
    ("info: {titel: T}", "structure", "unknown key `titel` of the OpenAPI 3.0 info object"),
    ("info: {title: null}", "structure", "the info has no `title`"),
    ("paths: {/ask: {post: {deprecated: 'yes'}}}", "structure", "`\"yes\"` is not true or false"),
    (
        "paths: {ask: {}}",
        "structure",
        "the path `ask` does not start with a slash",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: text}}}}}",
        "structure",
        "`\"text\"` is not one of array, boolean, integer, number, object, string",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {maxLength: -1}}}}}",
        "structure",
        "`-1` is not an unsigned integer",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {minLength: 3, maxLength: 2}}}}}",
        "limits",
        "`minLength` is greater than `maxLength`",
    ),
    (
        "components: {schemas: {Body: {properties: {b: {$ref: '#/components/schemas/B'}}}}}",
        "reference",
        "`#/components/schemas/B` points to nothing in this document",
    ),
    (
        "components: {schemas: {Lone: {type: string, description: Alone.}}}",
        "unused-component",
        "nothing refers to `Lone`",
    ),
    ("paths: {/ask: {post: {operationId: null}}}", "operation-id", "this operation has no `operationId`"),
    ("paths: {/ask: {post: {operationId: askIt}}}", "operation-case", "`askIt` is not a valid Rust method name"),
    (
        "paths: {/tell: {get: {
            operationId: ask, summary: Returns something, tags: [talk], x-imagine-retry: unstarted,
            x-provenance: {grade: reported, source: somewhere},
            responses: {default: {$ref: '#/components/responses/Failure'}},
        }}}",
        "operation-id",
        "the operation `ask` is already defined at `#/paths/~1ask/post`",
    ),
    ("paths: {/ask?x=1: {}}", "path", "the path contains a query or a fragment"),
    ("paths: {'/ask/{id': {}}", "path", "the braces of the path are not balanced"),
    ("paths: {'/a/{b}': {}, '/a/{c}': {}}", "path", "the path equals `/a/{b}` except for names of parameters"),
    ("paths: {/b: {$ref: '#/paths/~1ask'}}", "path", "the path item is a reference"),
    (
        "paths: {/ask: {post: {x-imagine-by-value: true, x-imagine-args: []}}}",
        "arguments",
        "the method takes one value and also arguments",
    ),
    (
        "{paths: {/ask: {post: {x-pagination: {style: cursor, parameter: b, items: list, next: a}}}},
         components: {schemas: {Body: {properties: {list: {type: array, description: All., items: {type: string}}}}}}}",
        "pagination",
        "`b` is neither a parameter of the operation nor a property of its body",
    ),
    (
        "paths: {/ask: {post: {x-pagination: {style: cursor, parameter: a, items: a.list, next: a}}}}",
        "pagination",
        "`a.list` is not a list in the response",
    ),
    (
        "{paths: {/ask: {post: {x-pagination: {style: page, parameter: a, items: list}}}},
         components: {schemas: {Body: {properties: {list: {type: array, description: All., items: {type: string}}}}}}}",
        "pagination",
        "the parameter `a` is not of the type integer",
    ),
    (
        "{paths: {/ask: {post: {x-pagination: {style: cursor, parameter: a, items: list}}}},
         components: {schemas: {Body: {properties: {list: {type: array, description: All., items: {type: string}}}}}}}",
        "pagination",
        "the style `cursor` needs `next`",
    ),
    (
        "{paths: {/ask: {post: {x-pagination: {style: cursor, parameter: a, items: list, next: a, has_more: list}}}},
         components: {schemas: {Body: {properties: {list: {type: array, description: All., items: {type: string}}}}}}}",
        "pagination",
        "`list` is not a property of the response of the type boolean",
    ),
    (
        "paths: {/ask: {post: {x-pagination: {style: pages, parameter: a}}}}",
        "extension",
        "`x-pagination` must be a map of `style` (cursor, page or offset), `parameter`, and optionally `size`, `first`, \
         `items`, `next`, `has_more`, `total`, `pages` and `item_ids`, \
         not `{\"style\":\"pages\",\"parameter\":\"a\"}`",
    ),
    (
        "components: {schemas: {Body: {required: [a, a]}}}",
        "schema",
        "`required` lists a property twice",
    ),
    ("components: {schemas: {Body: {properties: {a: {allOf: []}}}}}", "schema", "the list is empty"),
    ("components: {schemas: {Body: {properties: {a: {multipleOf: 0}}}}}", "schema", "`multipleOf` is not positive"),
    ("components: {schemas: {Body: {type: string}}}", "schema", "only an object has properties"),
    (
        "components: {schemas: {Body: {properties: {a: {minimum: 1}}}}}",
        "limits",
        "`minimum` does not apply to the type `string`",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: integer, maximum: 0.5}}}}}",
        "limits",
        "the limit `0.5` of an integer is a fraction",
    ),
    ("paths: {/ask: {post: {operationId: wait}}}", "operation-id", "every client already has a method `wait`"),
    ("paths: {/ask: {post: {tags: []}}}", "operation-tag", "the operation `ask` has no tag"),
    ("paths: {/ask: {post: {tags: [walk]}}}", "operation-tag", "the document does not list the tag `walk`"),
    ("paths: {/ask: {post: {summary: null}}}", "operation-summary", "the operation `ask` has no `summary`"),
    (
        "paths: {/ask: {post: {x-provenance: null}}}",
        "operation-provenance",
        "the operation `ask` has no `x-provenance`",
    ),
    (
        "paths: {/ask: {post: {x-imagine-retry: null}}}",
        "operation-retry",
        "the operation `ask` has no `x-imagine-retry`",
    ),
    (
        "paths: {/ask: {post: {x-provenance: {grade: guessed}}}}",
        "provenance",
        "a provenance needs a grade and a source",
    ),
    (
        "paths: {/ask: {post: {parameters: [
            {name: id, in: path, required: true, description: Which., schema: {type: string}}]}}}",
        "path-parameters",
        "the path does not contain the declared parameter `id`",
    ),
    (
        "paths: {'/at/{id}': {get: {
            operationId: at, summary: Is, tags: [talk], x-imagine-retry: unstarted,
            x-provenance: {grade: reported, source: somewhere},
            responses: {default: {$ref: '#/components/responses/Failure'}},
        }}}",
        "path-parameters",
        "the path parameter `{id}` is not declared",
    ),
    (
        "paths: {/ask: null, '/at/{id}': {
            parameters: [{name: id, in: path, description: Which., schema: {type: string}}],
            post: {
                operationId: at, summary: Is, tags: [talk], x-imagine-retry: unstarted,
                x-provenance: {grade: reported, source: somewhere},
                responses: {default: {$ref: '#/components/responses/Failure'}},
                requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Body'}}}},
            },
        }}",
        "path-parameters",
        "the path parameter `id` is not required",
    ),
    (
        "paths: {/ask: {post: {responses: {ok: {$ref: '#/components/responses/Failure'}}}}}",
        "status",
        "`ok` is not a status",
    ),
    (
        "{paths: {/ask: {post: {responses: {default: null}}}}, components: {responses: null}}",
        "typed-error",
        "the operation has no error response",
    ),
    (
        "paths: {/ask: {post: {responses: {'404': {description: Not there.}}}}}",
        "typed-error",
        "the error response `404` has no schema",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: integer, enum: [1, 2]}}}}}",
        "open-enum",
        "an enum in a response must be a string enum, to keep unknown values",
    ),
    (
        "components: {schemas: {Body: {additionalProperties: false}}}",
        "open-response",
        "an object in a response rejects unknown properties",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {default: 1}}}}}",
        "default",
        "the default `1` is not of type `string`",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: number, maximum: 2, default: 3}}}}}",
        "default",
        "the default `3` is not within its limits",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {enum: [x], default: y}}}}}",
        "default",
        "the default `\"y\"` is not one of its values",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {x-imagine-send-default: true}}}}}",
        "sent-default",
        "the default is sent but is missing or not a string, a number or a boolean",
    ),
    (
        "components: {schemas: {Body: {required: [a], properties: {a: {default: x}}}}}",
        "unsent-default",
        "`a` is required and has a default that is not sent",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: null, nullable: true}}}}}",
        "nullable",
        "`nullable` has no effect without a `type`",
    ),
    (
        "components: {schemas: {Body: {properties: {b: {
            description: B., type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Body'}]}}}}}",
        "nullable",
        "`nullable` does not allow null beside a reference or a union",
    ),
    (
        "components: {schemas: {Body: {properties: {b: {
            description: B., type: string, nullable: true, enum: [a]}}}}}",
        "nullable",
        "`nullable` does not allow null beside an `enum` without null",
    ),
    (
        "components: {schemas: {Body: {required: [z]}}}",
        "required-property",
        "the required property `z` is not defined",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: array}}}}}",
        "array-items",
        "the list has no `items`",
    ),
    (
        "paths: {/ask: {post: {x-imagine-retry: maybe}}}",
        "extension",
        "`x-imagine-retry` must be `idempotent` or `unstarted`, not `maybe`",
    ),
    ("paths: {/ask: {post: {x-imagine-retries: 3}}}", "extension", "unknown extension `x-imagine-retries`"),
    ("paths: {/ask: {post: {x-imagin-whole: true}}}", "foreign-extension", "unknown extension `x-imagin-whole`"),
    (
        "components: {schemas: {Body: {x-imagine-send-default: true}}}",
        "extension-target",
        "`x-imagine-send-default` has no effect on this schema",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {description: null}}}}}",
        "description",
        "the description is missing",
    ),
    (
        "components: {schemas: {Body: {description: null}}}",
        "description",
        "the description is missing",
    ),
    (
        "paths: {/ask: {post: {summary: asks}}}",
        "description",
        "the summary does not start with a capital",
    ),
];

fn clean() -> Value {
    testing::spec(CLEAN)
}

fn with(more: &str) -> Value {
    let mut doc = clean();
    testing::merge(&mut doc, yaml::parse(more).unwrap().value);
    doc
}

/// Returns the rules that report errors, with their messages.
fn found(doc: &Value) -> Vec<(&'static str, String)> {
    let found = diagnostics(doc).into_iter();
    found
        .map(|diagnostic| (diagnostic.code, diagnostic.message))
        .collect()
}

#[test]
fn no_rule_reports_an_error_in_a_valid_specification() {
    assert_eq!(found(&clean()), []);
}

#[test]
fn each_error_is_reported_by_its_rule_alone() {
    for (more, rule, message) in BROKEN {
        assert_eq!(
            found(&with(more)),
            [(*rule, (*message).to_owned())],
            "{more}"
        );
    }
}

#[test]
fn every_rule_has_a_case() {
    let tested: BTreeSet<&str> = BROKEN.iter().map(|(_, rule, _)| *rule).collect();
    let all: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.code).collect();
    assert_eq!(tested, all);
}

#[test]
fn every_rule_is_explained() {
    for rule in rules::ALL {
        assert!(explanation(rule.code).is_some(), "{}", rule.code);
    }
}

#[test]
fn codegen_depends_on_no_rule_of_style() {
    let mut doc = clean();
    assert_eq!(check(&doc), Ok(()));
    doc["tags"][0]["description"] = Value::Null;
    doc["paths"]["/ask"]["post"]["x-provenance"] = Value::Null;
    testing::merge(&mut doc, yaml::parse("{info: {x-logo: a}}").unwrap().value);
    doc["tags"][0]
        .as_object_mut()
        .unwrap()
        .remove("description");
    assert_eq!(check(&doc), Ok(()));
    doc["info"]["titel"] = "A".into();
    assert_eq!(check(&doc).unwrap_err().code, "structure");
}
