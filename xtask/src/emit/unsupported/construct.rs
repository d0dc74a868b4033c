//! Constructs of a specification that the generated code does not support.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::model::Model;
use crate::normalize;
use crate::openapi::json::{members, string};
use crate::openapi::lower::null;
use crate::openapi::schema;
use crate::openapi::shapes::{
    BODY, DOCUMENT, HEADER, MEDIA, OPERATION, PARAMETER, PATH, REFERENCE, RESPONSE, SCHEMA, Shape,
};
use crate::openapi::{Node, Walk};

/// An unsupported construct and its locations.
#[derive(Debug, PartialEq)]
pub(crate) struct Unsupported {
    pub(super) description: &'static str,
    pub(super) locations: Vec<Location>,
}

/// A kind of unsupported construct. The description says what the SDK does instead.
struct Construct {
    description: &'static str,
    find: fn(&Context<'_>) -> Vec<Location>,
}

const fn construct(
    description: &'static str,
    find: fn(&Context<'_>) -> Vec<Location>,
) -> Construct {
    Construct { description, find }
}

const CONSTRUCTS: &[Construct] = &[
    construct(
        "Error responses are decoded by hand-written code that accepts every known form",
        errors,
    ),
    construct(
        "Response headers are not typed; the raw headers are available",
        |context| context.with(&RESPONSE, &["headers"]),
    ),
    construct("The type is hand-written", |context| {
        context.with(&SCHEMA, &["x-imagine-rust"])
    }),
    construct(
        "Patterns, and limits of maps, are not checked before sending",
        |context| context.with(&SCHEMA, &UNCHECKED),
    ),
    construct(
        "Limits of numbers, strings and lists are only checked in the fields of a request itself",
        ranges,
    ),
    construct("A format does not select a type", formats),
    construct(
        "Any value of the type is accepted, listed or not",
        constants,
    ),
    construct("Unlisted properties are kept as JSON of any type", rest),
    construct(
        "Read-only and write-only properties are fields of the same type",
        |context| context.with(&SCHEMA, &["readOnly", "writeOnly"]),
    ),
    construct(
        "Titles, links and annotations of other formats are not documented",
        |context| {
            context.with_any(
                &[&DOCUMENT, &OPERATION, &SCHEMA],
                &["externalDocs", "title", "xml"],
            )
        },
    ),
    construct("Examples of bodies are not documented", |context| {
        context.with_any(&[&MEDIA, &PARAMETER], &["example", "examples"])
    }),
    construct(
        "These properties of parameters and forms have no effect",
        |context| context.with_any(&[&MEDIA, &PARAMETER, &HEADER], &ENCODINGS),
    ),
    construct(
        "The description of a body is not documented; that of its schema is",
        |context| context.with(&BODY, &["description"]),
    ),
    construct(
        "The caller sets the endpoint and the key for all operations",
        |context| context.with_any(&[&DOCUMENT, &PATH, &OPERATION], &["security", "servers"]),
    ),
    construct("Callbacks are not supported", |context| {
        context.with(&OPERATION, &["callbacks"])
    }),
    construct("Links of responses are not supported", |context| {
        context.with(&RESPONSE, &["links"])
    }),
];

const UNCHECKED: [&str; 4] = ["maxProperties", "minProperties", "pattern", "uniqueItems"];

const ENCODINGS: [&str; 3] = ["allowEmptyValue", "allowReserved", "encoding"];

/// The written specification with its objects, the model, and the shaped document.
struct Context<'a> {
    walk: Walk<'a>,
    model: &'a Model<'a>,
    shaped: &'a Value,
}

/// Returns the unsupported constructs of a document.
pub(crate) fn of(written: &Value, shaped: &Value) -> Result<Vec<Unsupported>, Diagnostic> {
    let model = &Model::read(shaped)?;
    let mut written = written.clone();
    null::null_variants(&mut written);
    let walk = Walk::over(&written);
    let context = Context {
        walk,
        model,
        shaped,
    };
    let unsupported = CONSTRUCTS.iter().map(|construct| Unsupported {
        description: construct.description,
        locations: (construct.find)(&context),
    });
    Ok(unsupported
        .filter(|construct| !construct.locations.is_empty())
        .collect())
}

impl Context<'_> {
    fn each(&self, shape: &'static Shape) -> impl Iterator<Item = &Node<'_>> {
        self.walk.nodes.iter().filter(move |node| node.is(shape))
    }

    fn with(&self, shape: &'static Shape, keys: &[&str]) -> Vec<Location> {
        let nodes = self.each(shape);
        let found = nodes.flat_map(|node| {
            let here = keys.iter().filter(|key| node.value.get(**key).is_some());
            here.map(|key| node.location.key(key))
        });
        found.collect()
    }

    fn with_any(&self, shapes: &[&'static Shape], keys: &[&str]) -> Vec<Location> {
        let found = shapes.iter().flat_map(|shape| self.with(shape, keys));
        found.collect()
    }
}

/// Finds the responses that no operation returns on success.
fn errors(context: &Context<'_>) -> Vec<Location> {
    let is_good = |pointer: &str| pointer.contains("/responses/2");
    let good = context
        .each(&REFERENCE)
        .filter(|node| is_good(node.location.pointer()));
    let good: BTreeSet<&str> = good.filter_map(|node| string(node.value, "$ref")).collect();
    let responses = context.each(&RESPONSE).map(|node| &node.location);
    responses
        .filter(|location| {
            let pointer = location.pointer();
            !is_good(pointer) && !good.contains(format!("#{pointer}").as_str())
        })
        .cloned()
        .collect()
}

fn ranges(context: &Context<'_>) -> Vec<Location> {
    let checked = checked(context);
    let limits = [
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "multipleOf",
    ];
    let nodes = context
        .each(&SCHEMA)
        .filter(|node| !checked.contains(node.location.pointer()));
    let unchecked = nodes.flat_map(|node| {
        let here = limits.iter().filter(|key| node.value.get(**key).is_some());
        here.map(|key| node.location.key(key))
    });
    unchecked.collect()
}

/// Returns the properties whose limits the request builders check.
fn checked(context: &Context<'_>) -> BTreeSet<String> {
    let mut checked = BTreeSet::new();
    for (name, component) in context.model.schemas {
        let usage = context.model.usage(name);
        if usage.method.is_some() || usage.sampling {
            let location = Location::schema(name).key("properties");
            let properties = members(component, "properties").map(|(key, _)| location.key(key));
            let written = properties.map(|location| normalize::origin(context.shaped, &location));
            checked.extend(written.map(|location| location.pointer().to_owned()));
        }
    }
    checked
}

fn formats(context: &Context<'_>) -> Vec<Location> {
    let is_typed = |format: &str| schema::TYPED_FORMATS.contains(&format);
    let nodes = context.each(&SCHEMA);
    let untyped =
        nodes.filter(|node| string(node.value, "format").is_some_and(|format| !is_typed(format)));
    untyped.map(|node| node.location.key("format")).collect()
}

fn constants(context: &Context<'_>) -> Vec<Location> {
    let nodes = context.each(&SCHEMA);
    let lists =
        nodes.filter(|node| node.value.get("enum").is_some() && !schema::is_enum(node.value));
    lists.map(|node| node.location.key("enum")).collect()
}

fn rest(context: &Context<'_>) -> Vec<Location> {
    let is_explicit = |value: &Value| value.is_object() || *value == Value::Bool(false);
    let nodes = context
        .each(&SCHEMA)
        .filter(|node| node.value.get("properties").is_some());
    let explicit = nodes.filter(|node| {
        node.value
            .get("additionalProperties")
            .is_some_and(is_explicit)
    });
    explicit
        .map(|node| node.location.key("additionalProperties"))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing;

    fn locations(more: &str, description: &str) -> Vec<String> {
        let unsupported = testing::generate(testing::spec(more)).unwrap().unsupported;
        let construct = unsupported
            .into_iter()
            .find(|construct| construct.description.contains(description));
        let locations = construct
            .map(|construct| construct.locations)
            .unwrap_or_default();
        locations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_minimal_specification_is_fully_supported() {
        let unsupported = testing::generate(testing::spec("{}")).unwrap().unsupported;
        assert_eq!(unsupported, []);
    }

    #[test]
    fn error_responses_exclude_successful_ones() {
        let found = locations(
            "{paths: {/ask: {post: {responses: {
                '201': {$ref: '#/components/responses/Good'},
                '404': {description: Not there.},
                default: {$ref: '#/components/responses/Bad'}}}}},
              components: {responses: {Good: {description: Good.}, Bad: {description: Bad.}}}}",
            "Error responses",
        );
        assert_eq!(
            found,
            [
                "#/paths/~1ask/post/responses/404 (operation `ask`)",
                "#/components/responses/Bad"
            ]
        );
    }

    #[test]
    fn unchecked_limits_are_unsupported() {
        let found = locations(
            "components: {schemas: {
                Body: {properties: {a: {type: integer, minimum: 1}, b: {$ref: '#/components/schemas/B'}}},
                B: {type: object, properties: {c: {type: integer, minimum: 2}}}}}",
            "Limits of numbers",
        );
        assert_eq!(found, ["#/components/schemas/B/properties/c/minimum"]);
    }

    #[test]
    fn stripped_keywords_are_unsupported() {
        let body = |property: &str| {
            format!("components: {{schemas: {{Body: {{properties: {{a: {property}}}}}}}}}")
        };
        for (property, description, key) in [
            ("{type: string, pattern: x}", "Patterns", "pattern"),
            ("{type: string, format: date}", "format", "format"),
            ("{type: integer, enum: [1]}", "Any value", "enum"),
            ("{type: string, readOnly: true}", "Read-only", "readOnly"),
            ("{type: string, title: T}", "Titles", "title"),
        ] {
            let expected = [format!("#/components/schemas/Body/properties/a/{key}")];
            assert_eq!(
                locations(&body(property), description),
                expected,
                "{property}"
            );
        }
        let closed = "components: {schemas: {Body: {additionalProperties: false}}}";
        assert_eq!(
            locations(closed, "Unlisted properties"),
            ["#/components/schemas/Body/additionalProperties"]
        );
        let by_hand = "components: {schemas: {Body: {x-imagine-rust: 'crate::Body'}}}";
        assert_eq!(
            locations(
                &by_hand.replace(
                    "Body: {",
                    "Body: {properties: {b: {$ref: '#/components/schemas/B'}}}, B: {"
                ),
                "hand-written"
            ),
            ["#/components/schemas/B/x-imagine-rust"]
        );
    }
}
