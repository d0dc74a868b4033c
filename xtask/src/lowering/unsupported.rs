//! What a specification says and the generated code does not.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::document::json::{members, string};
use crate::document::{null, schema};
use crate::model::Model;
use crate::normalize;
use crate::openapi::shapes::{
    BODY, DOCUMENT, HEADER, MEDIA, OPERATION, PARAMETER, PATH, REFERENCE, RESPONSE, SCHEMA, Shape,
};
use crate::openapi::{Node, Walk};

/// Something that is left out, and everywhere it stands.
#[derive(Debug, PartialEq)]
pub(crate) struct Unsupported {
    pub(super) what: &'static str,
    pub(super) locations: Vec<Location>,
}

/// A kind of loss. What says how the SDK does without.
struct Kind {
    what: &'static str,
    find: fn(&Look<'_>) -> Vec<Location>,
}

const fn kind(what: &'static str, find: fn(&Look<'_>) -> Vec<Location>) -> Kind {
    Kind { what, find }
}

const KINDS: &[Kind] = &[
    kind(
        "Errors are read by hand, in every form that the services are known to give them",
        errors,
    ),
    kind(
        "Headers of responses are not typed; the response has them as they came",
        |look| look.with(&RESPONSE, &["headers"]),
    ),
    kind("The type is written by hand", |look| {
        look.with(&SCHEMA, &["x-imagine-rust"])
    }),
    kind(
        "Limits of texts, lists and maps are not checked before a request is sent",
        |look| look.with(&SCHEMA, &LENGTHS),
    ),
    kind(
        "Limits of numbers are not checked but in the fields of a request itself",
        ranges,
    ),
    kind("A format chooses no type", |look| {
        look.with(&SCHEMA, &["format"])
    }),
    kind(
        "Any value of the type is taken, not only those listed",
        constants,
    ),
    kind(
        "Properties that are not listed are kept as JSON, whatever they are",
        rest,
    ),
    kind(
        "Unions have no type of their own: another, written by hand, is used, or JSON",
        |look| look.with(&SCHEMA, &["anyOf", "not", "oneOf"]),
    ),
    kind(
        "Nothing is marked as deprecated, read-only or write-only",
        |look| {
            look.with_any(
                &[&OPERATION, &PARAMETER, &SCHEMA],
                &["deprecated", "readOnly", "writeOnly"],
            )
        },
    ),
    kind(
        "Titles, links and notes for other formats are not told",
        |look| {
            look.with_any(
                &[&DOCUMENT, &OPERATION, &SCHEMA],
                &["discriminator", "externalDocs", "title", "xml"],
            )
        },
    ),
    kind("Examples of whole bodies are not shown", |look| {
        look.with_any(&[&MEDIA, &PARAMETER], &["example", "examples"])
    }),
    kind(
        "Parameters and forms are written in the one way that the SDK has",
        |look| look.with_any(&[&MEDIA, &PARAMETER, &HEADER], &STYLES),
    ),
    kind(
        "The description of the body is not told; that of its schema is",
        |look| look.with(&BODY, &["description"]),
    ),
    kind(
        "The caller says where the service is, and gives the key, for all operations",
        |look| look.with_any(&[&DOCUMENT, &PATH, &OPERATION], &["security", "servers"]),
    ),
    kind("Nothing is called back", |look| {
        look.with(&OPERATION, &["callbacks"])
    }),
    kind("Answers do not link to further operations", |look| {
        look.with(&RESPONSE, &["links"])
    }),
];

const LENGTHS: [&str; 8] = [
    "maxItems",
    "maxLength",
    "maxProperties",
    "minItems",
    "minLength",
    "minProperties",
    "pattern",
    "uniqueItems",
];

const STYLES: [&str; 5] = [
    "allowEmptyValue",
    "allowReserved",
    "encoding",
    "explode",
    "style",
];

/// A specification as it is written, and as it was shaped.
struct Look<'a> {
    walk: Walk<'a>,
    model: &'a Model<'a>,
    shaped: &'a Value,
}

/// Everything that the code generated from a document does not say.
pub(crate) fn of(written: &Value, shaped: &Value) -> Result<Vec<Unsupported>, Diagnostic> {
    let model = &Model::read(shaped)?;
    let mut written = written.clone();
    null::null_variants(&mut written);
    let walk = Walk::over(&written);
    let look = Look {
        walk,
        model,
        shaped,
    };
    let unsupported = KINDS.iter().map(|kind| Unsupported {
        what: kind.what,
        locations: (kind.find)(&look),
    });
    Ok(unsupported
        .filter(|loss| !loss.locations.is_empty())
        .collect())
}

impl Look<'_> {
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

/// The responses that no operation gives where all went well.
fn errors(look: &Look<'_>) -> Vec<Location> {
    let is_good = |pointer: &str| pointer.contains("/responses/2");
    let good = look
        .each(&REFERENCE)
        .filter(|node| is_good(node.location.pointer()));
    let good: BTreeSet<&str> = good.filter_map(|node| string(node.value, "$ref")).collect();
    let responses = look.each(&RESPONSE).map(|node| &node.location);
    responses
        .filter(|location| {
            let pointer = location.pointer();
            !is_good(pointer) && !good.contains(format!("#{pointer}").as_str())
        })
        .cloned()
        .collect()
}

fn ranges(look: &Look<'_>) -> Vec<Location> {
    let checked = checked(look);
    let limits = [
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maximum",
        "minimum",
        "multipleOf",
    ];
    let nodes = look
        .each(&SCHEMA)
        .filter(|node| !checked.contains(node.location.pointer()));
    let unchecked = nodes.flat_map(|node| {
        let here = limits.iter().filter(|key| node.value.get(**key).is_some());
        here.map(|key| node.location.key(key))
    });
    unchecked.collect()
}

/// The properties whose limits the builders of requests check.
fn checked(look: &Look<'_>) -> BTreeSet<String> {
    let mut checked = BTreeSet::new();
    for (name, component) in look.model.schemas {
        let usage = look.model.usage(name);
        if usage.method.is_some() || usage.sampling {
            let location = Location::schema(name).key("properties");
            let properties = members(component, "properties").map(|(key, _)| location.key(key));
            let written = properties.map(|location| normalize::origin(look.shaped, &location));
            checked.extend(written.map(|location| location.pointer().to_owned()));
        }
    }
    checked
}

fn constants(look: &Look<'_>) -> Vec<Location> {
    let nodes = look.each(&SCHEMA);
    let lists =
        nodes.filter(|node| node.value.get("enum").is_some() && !schema::is_enum(node.value));
    lists.map(|node| node.location.key("enum")).collect()
}

fn rest(look: &Look<'_>) -> Vec<Location> {
    let is_said = |value: &Value| value.is_object() || *value == Value::Bool(false);
    let nodes = look
        .each(&SCHEMA)
        .filter(|node| node.value.get("properties").is_some());
    let said = nodes.filter(|node| node.value.get("additionalProperties").is_some_and(is_said));
    said.map(|node| node.location.key("additionalProperties"))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing;

    fn locations(more: &str, what: &str) -> Vec<String> {
        let unsupported = testing::generate(testing::spec(more)).unwrap().unsupported;
        let loss = unsupported
            .into_iter()
            .find(|loss| loss.what.contains(what));
        let locations = loss.map(|loss| loss.locations).unwrap_or_default();
        locations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_plain_specification_loses_nothing() {
        let unsupported = testing::generate(testing::spec("{}")).unwrap().unsupported;
        assert_eq!(unsupported, []);
    }

    #[test]
    fn errors_are_those_that_no_good_response_is() {
        let found = locations(
            "{paths: {/ask: {post: {responses: {
                '201': {$ref: '#/components/responses/Good'},
                '404': {description: Not there.},
                default: {$ref: '#/components/responses/Bad'}}}}},
              components: {responses: {Good: {description: Good.}, Bad: {description: Bad.}}}}",
            "Errors",
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
    fn a_limit_is_lost_where_nothing_checks_it() {
        let found = locations(
            "components: {schemas: {
                Body: {properties: {a: {type: integer, minimum: 1}, b: {$ref: '#/components/schemas/B'}}},
                B: {type: object, properties: {c: {type: integer, minimum: 2}}}}}",
            "Limits of numbers",
        );
        assert_eq!(found, ["#/components/schemas/B/properties/c/minimum"]);
    }

    #[test]
    fn what_typify_is_not_given_is_listed() {
        let body = |property: &str| {
            format!("components: {{schemas: {{Body: {{properties: {{a: {property}}}}}}}}}")
        };
        for (property, what, key) in [
            ("{type: string, pattern: x}", "Limits of texts", "pattern"),
            ("{type: string, format: date}", "format", "format"),
            ("{type: integer, enum: [1]}", "Any value", "enum"),
            (
                "{type: string, deprecated: true}",
                "deprecated",
                "deprecated",
            ),
            ("{type: string, title: T}", "Titles", "title"),
        ] {
            let expected = [format!("#/components/schemas/Body/properties/a/{key}")];
            assert_eq!(locations(&body(property), what), expected, "{property}");
        }
        let closed = "components: {schemas: {Body: {additionalProperties: false}}}";
        assert_eq!(
            locations(closed, "Properties that are not listed"),
            ["#/components/schemas/Body/additionalProperties"]
        );
        let by_hand = "components: {schemas: {Body: {x-imagine-rust: 'crate::Body'}}}";
        assert_eq!(
            locations(
                &by_hand.replace(
                    "Body: {",
                    "Body: {properties: {b: {$ref: '#/components/schemas/B'}}}, B: {"
                ),
                "by hand"
            ),
            ["#/components/schemas/B/x-imagine-rust"]
        );
    }
}
