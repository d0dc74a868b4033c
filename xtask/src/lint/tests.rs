//! Each rule finds what breaks it and nothing else does.

use std::collections::BTreeSet;

use super::*;
use crate::testing;
use crate::yaml;

/// A specification that no rule finds anything in.
const CLEAN: &str = "
    tags: [{name: talk, description: Talking.}]
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

/// What is put on top of [`CLEAN`], the rule that finds it, and what it says.
const BROKEN: &[(&str, &str, &str)] = &[
    ("openapi: 3.1.0", "version", "OpenAPI 3.1.0 is not understood"),
    ("info: {titel: T}", "structure", "`titel` is no key of an OpenAPI 3.0 info object"),
    ("info: {title: null}", "structure", "the info has no `title`"),
    ("paths: {/ask: {post: {deprecated: 'yes'}}}", "structure", "`\"yes\"` is not true or false"),
    (
        "paths: {ask: {}}",
        "structure",
        "the path `ask` does not begin with a slash",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: text}}}}}",
        "structure",
        "`\"text\"` is not one of array, boolean, integer, number, object, string",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {maxLength: -1}}}}}",
        "structure",
        "`-1` is not a whole number from 0",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {minLength: 3, maxLength: 2}}}}}",
        "limits",
        "`minLength` is above `maxLength`, so that no value fits",
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
    ("paths: {/ask: {post: {operationId: askIt}}}", "operation-id", "`askIt` is no name of a Rust method"),
    (
        "paths: {/tell: {get: {
            operationId: ask, summary: Tells, tags: [talk], x-imagine-retry: unstarted,
            x-provenance: {grade: reported, source: somewhere},
            responses: {default: {$ref: '#/components/responses/Failure'}},
        }}}",
        "operation-id",
        "there is another operation `ask`, at `#/paths/~1ask/post`",
    ),
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
        "provenance is a grade and a source",
    ),
    (
        "paths: {/ask: {post: {parameters: [
            {name: id, in: path, required: true, description: Which., schema: {type: string}}]}}}",
        "path-parameters",
        "`id` is declared for a path that does not contain it",
    ),
    (
        "paths: {'/at/{id}': {get: {
            operationId: at, summary: Is, tags: [talk], x-imagine-retry: unstarted,
            x-provenance: {grade: reported, source: somewhere},
            responses: {default: {$ref: '#/components/responses/Failure'}},
        }}}",
        "path-parameters",
        "the path has `{id}`, which is not declared",
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
        "`id` stands in the path and is not required",
    ),
    (
        "paths: {/ask: {post: {responses: {ok: {$ref: '#/components/responses/Failure'}}}}}",
        "status",
        "`ok` is no status",
    ),
    (
        "{paths: {/ask: {post: {responses: {default: null}}}}, components: {responses: null}}",
        "typed-error",
        "no response tells of a failure",
    ),
    (
        "paths: {/ask: {post: {responses: {'404': {description: Not there.}}}}}",
        "typed-error",
        "the error response `404` has no schema",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: integer, enum: [1, 2]}}}}}",
        "open-enum",
        "an enum in a response is closed unless it is one of texts",
    ),
    (
        "components: {schemas: {Body: {additionalProperties: false}}}",
        "open-response",
        "an object in a response refuses properties that it does not list",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {default: 1}}}}}",
        "default",
        "the default `1` is not of the type `string`",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: number, maximum: 2, default: 3}}}}}",
        "default",
        "the default `3` is not within its limits",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {enum: [x], default: y}}}}}",
        "default",
        "the default `\"y\"` is not among its values",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {x-imagine-send-default: true}}}}}",
        "sent-default",
        "it says that its default is sent, and has none that can be",
    ),
    (
        "components: {schemas: {Body: {required: [a], properties: {a: {default: x}}}}}",
        "unsent-default",
        "`a` must be sent and has a default, and nothing says which is meant",
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
        "`z` is required and is no property",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {type: array}}}}}",
        "array-items",
        "a list does not say of what",
    ),
    (
        "paths: {/ask: {post: {x-imagine-retry: maybe}}}",
        "hint",
        "`x-imagine-retry` must be `idempotent` or `unstarted`, not `maybe`",
    ),
    ("paths: {/ask: {post: {x-imagine-retries: 3}}}", "hint", "no hint is called `x-imagine-retries`"),
    ("paths: {/ask: {post: {x-imagin-whole: true}}}", "hint", "no extension is called `x-imagin-whole`"),
    (
        "components: {schemas: {Body: {x-imagine-send-default: true}}}",
        "hint-location",
        "`x-imagine-send-default` does nothing on this schema",
    ),
    (
        "components: {schemas: {Body: {properties: {a: {description: null}}}}}",
        "description",
        "it has no description",
    ),
    (
        "components: {schemas: {Body: {description: null}}}",
        "description",
        "it has no description",
    ),
    (
        "paths: {/ask: {post: {summary: asks}}}",
        "description",
        "the summary does not begin with a capital",
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

/// The rules that find something, and what they say.
fn found(doc: &Value) -> Vec<(&'static str, String)> {
    let found = diagnostics(doc).into_iter();
    found
        .map(|(rule, diagnostic)| (rule, diagnostic.message))
        .collect()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(found(&clean()), []);
}

#[test]
fn each_mistake_is_found_by_its_rule_alone() {
    for (more, rule, what) in BROKEN {
        assert_eq!(found(&with(more)), [(*rule, (*what).to_owned())], "{more}");
    }
}

#[test]
fn every_rule_has_a_mistake_that_it_finds() {
    let tried: BTreeSet<&str> = BROKEN.iter().map(|(_, rule, _)| *rule).collect();
    let all: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.name).collect();
    assert_eq!(tried, all);
}

#[test]
fn everything_is_told_in_the_order_of_the_lines() {
    let text = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      summary: asks\n      responses: {}\ninfo: {}\n";
    let document = Document::parse("a.yaml", text).unwrap();
    let told: Vec<String> = lint(&document).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 8, "{told:#?}");
    assert!(told.is_sorted_by_key(|line| line.split(':').nth(1).unwrap().parse::<u32>().unwrap()));
    let expected =
        "a.yaml:5:7: description: the summary does not begin with a capital; write a sentence";
    assert!(told.contains(&expected.to_owned()), "{told:#?}");
}

#[test]
fn the_specifications_are_clean() {
    let mut out = Vec::new();
    let outcome = run(&crate::cli::workspace(), &[], &mut out).unwrap();
    let said = String::from_utf8(out).unwrap();
    assert_eq!((outcome, said.as_str()), (Outcome::Good, ""));
}
