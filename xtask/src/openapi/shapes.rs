//! The objects of OpenAPI 3.0.3: which keys each may have, and what they hold.

/// An object of the specification.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [Key],
}

impl Shape {
    /// Whether it is another. There is one of each.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// A key that an object may have.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
}

/// What a key may hold.
pub(crate) enum Kind {
    Any,
    Text,
    Flag,
    Number,
    /// A whole number from 0.
    Count,
    OneOf(&'static [&'static str]),
    List(&'static Kind),
    Map(&'static Kind),
    Object(&'static Shape),
    /// An object, or a reference to one.
    Referable(&'static Shape),
    /// A schema, a reference to one, or a flag.
    FlagOrSchema,
}

use Kind::{Any, Count, Flag, FlagOrSchema, List, Map, Number, Object, OneOf, Referable, Text};

const fn must(name: &'static str, kind: Kind) -> Key {
    let required = true;
    Key {
        name,
        kind,
        required,
    }
}

const fn may(name: &'static str, kind: Kind) -> Key {
    let required = false;
    Key {
        name,
        kind,
        required,
    }
}

pub(crate) static DOCUMENT: Shape = Shape {
    name: "document",
    keys: &[
        must("openapi", Text),
        must("info", Object(&INFO)),
        may("servers", List(&Object(&SERVER))),
        must("paths", Map(&Object(&PATH))),
        may("components", Object(&COMPONENTS)),
        may("security", List(&Map(&List(&Text)))),
        may("tags", List(&Object(&TAG))),
        may("externalDocs", Object(&DOCS)),
    ],
};

static INFO: Shape = Shape {
    name: "info",
    keys: &[
        must("title", Text),
        may("description", Text),
        may("termsOfService", Text),
        may("contact", Object(&CONTACT)),
        may("license", Object(&LICENCE)),
        must("version", Text),
    ],
};

static CONTACT: Shape = Shape {
    name: "contact",
    keys: &[may("name", Text), may("url", Text), may("email", Text)],
};

static LICENCE: Shape = Shape {
    name: "licence",
    keys: &[must("name", Text), may("url", Text)],
};

static SERVER: Shape = Shape {
    name: "server",
    keys: &[
        must("url", Text),
        may("description", Text),
        may("variables", Map(&Object(&VARIABLE))),
    ],
};

static VARIABLE: Shape = Shape {
    name: "server variable",
    keys: &[
        may("enum", List(&Text)),
        must("default", Text),
        may("description", Text),
    ],
};

pub(crate) static TAG: Shape = Shape {
    name: "tag",
    keys: &[
        must("name", Text),
        may("description", Text),
        may("externalDocs", Object(&DOCS)),
    ],
};

static DOCS: Shape = Shape {
    name: "external documentation",
    keys: &[may("description", Text), must("url", Text)],
};

static COMPONENTS: Shape = Shape {
    name: "components",
    keys: &[
        may("schemas", Map(&Referable(&SCHEMA))),
        may("responses", Map(&Referable(&RESPONSE))),
        may("parameters", Map(&Referable(&PARAMETER))),
        may("examples", Map(&Referable(&EXAMPLE))),
        may("requestBodies", Map(&Referable(&BODY))),
        may("headers", Map(&Referable(&HEADER))),
        may("securitySchemes", Map(&Referable(&SECURITY))),
        may("links", Map(&Any)),
        may("callbacks", Map(&Any)),
    ],
};

pub(crate) static PATH: Shape = Shape {
    name: "path",
    keys: &[
        may("$ref", Text),
        may("summary", Text),
        may("description", Text),
        may("get", Object(&OPERATION)),
        may("put", Object(&OPERATION)),
        may("post", Object(&OPERATION)),
        may("delete", Object(&OPERATION)),
        may("options", Object(&OPERATION)),
        may("head", Object(&OPERATION)),
        may("patch", Object(&OPERATION)),
        may("trace", Object(&OPERATION)),
        may("servers", List(&Object(&SERVER))),
        may("parameters", List(&Referable(&PARAMETER))),
    ],
};

pub(crate) static OPERATION: Shape = Shape {
    name: "operation",
    keys: &[
        may("tags", List(&Text)),
        may("summary", Text),
        may("description", Text),
        may("externalDocs", Object(&DOCS)),
        may("operationId", Text),
        may("parameters", List(&Referable(&PARAMETER))),
        may("requestBody", Referable(&BODY)),
        must("responses", Map(&Referable(&RESPONSE))),
        may("callbacks", Map(&Any)),
        may("deprecated", Flag),
        may("security", List(&Map(&List(&Text)))),
        may("servers", List(&Object(&SERVER))),
    ],
};

pub(crate) static PARAMETER: Shape = Shape {
    name: "parameter",
    keys: &[
        must("name", Text),
        must("in", OneOf(&["path", "query", "header", "cookie"])),
        may("description", Text),
        may("required", Flag),
        may("deprecated", Flag),
        may("allowEmptyValue", Flag),
        may("style", Text),
        may("explode", Flag),
        may("allowReserved", Flag),
        may("schema", Referable(&SCHEMA)),
        may("example", Any),
        may("examples", Map(&Referable(&EXAMPLE))),
        may("content", Map(&Object(&MEDIA))),
    ],
};

pub(crate) static HEADER: Shape = Shape {
    name: "header",
    keys: &[
        may("description", Text),
        may("required", Flag),
        may("deprecated", Flag),
        may("style", Text),
        may("explode", Flag),
        may("schema", Referable(&SCHEMA)),
        may("example", Any),
        may("examples", Map(&Referable(&EXAMPLE))),
        may("content", Map(&Object(&MEDIA))),
    ],
};

pub(crate) static BODY: Shape = Shape {
    name: "request body",
    keys: &[
        may("description", Text),
        must("content", Map(&Object(&MEDIA))),
        may("required", Flag),
    ],
};

pub(crate) static MEDIA: Shape = Shape {
    name: "media type",
    keys: &[
        may("schema", Referable(&SCHEMA)),
        may("example", Any),
        may("examples", Map(&Referable(&EXAMPLE))),
        may("encoding", Map(&Object(&ENCODING))),
    ],
};

static ENCODING: Shape = Shape {
    name: "encoding",
    keys: &[
        may("contentType", Text),
        may("headers", Map(&Referable(&HEADER))),
        may("style", Text),
        may("explode", Flag),
        may("allowReserved", Flag),
    ],
};

pub(crate) static RESPONSE: Shape = Shape {
    name: "response",
    keys: &[
        must("description", Text),
        may("headers", Map(&Referable(&HEADER))),
        may("content", Map(&Object(&MEDIA))),
        may("links", Map(&Any)),
    ],
};

static EXAMPLE: Shape = Shape {
    name: "example",
    keys: &[
        may("summary", Text),
        may("description", Text),
        may("value", Any),
        may("externalValue", Text),
    ],
};

static SECURITY: Shape = Shape {
    name: "security scheme",
    keys: &[
        must(
            "type",
            OneOf(&["apiKey", "http", "oauth2", "openIdConnect"]),
        ),
        may("description", Text),
        may("name", Text),
        may("in", OneOf(&["query", "header", "cookie"])),
        may("scheme", Text),
        may("bearerFormat", Text),
        may("flows", Any),
        may("openIdConnectUrl", Text),
    ],
};

pub(crate) static REFERENCE: Shape = Shape {
    name: "reference",
    keys: &[must("$ref", Text)],
};

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

pub(crate) static SCHEMA: Shape = Shape {
    name: "schema",
    keys: &[
        may("title", Text),
        may("multipleOf", Number),
        may("maximum", Number),
        may("exclusiveMaximum", Flag),
        may("minimum", Number),
        may("exclusiveMinimum", Flag),
        may("maxLength", Count),
        may("minLength", Count),
        may("pattern", Text),
        may("maxItems", Count),
        may("minItems", Count),
        may("uniqueItems", Flag),
        may("maxProperties", Count),
        may("minProperties", Count),
        may("required", List(&Text)),
        may("enum", List(&Any)),
        may("type", OneOf(TYPES)),
        may("allOf", List(&Referable(&SCHEMA))),
        may("oneOf", List(&Referable(&SCHEMA))),
        may("anyOf", List(&Referable(&SCHEMA))),
        may("not", Referable(&SCHEMA)),
        may("items", Referable(&SCHEMA)),
        may("properties", Map(&Referable(&SCHEMA))),
        may("additionalProperties", FlagOrSchema),
        may("description", Text),
        may("format", Text),
        may("default", Any),
        may("nullable", Flag),
        may("discriminator", Object(&DISCRIMINATOR)),
        may("readOnly", Flag),
        may("writeOnly", Flag),
        may("xml", Any),
        may("externalDocs", Object(&DOCS)),
        may("example", Any),
        may("deprecated", Flag),
    ],
};

static DISCRIMINATOR: Shape = Shape {
    name: "discriminator",
    keys: &[must("propertyName", Text), may("mapping", Map(&Text))],
};
