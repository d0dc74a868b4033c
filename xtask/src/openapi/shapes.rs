//! The objects of OpenAPI 3.0.3: their keys and the values of each.

/// A kind of object.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [Key],
}

impl Shape {
    /// Compares by identity; each kind exists once.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }

    /// Returns the key with a name.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A key of an object.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: ValueKind,
    pub(crate) required: bool,
    /// True if only OpenAPI 3.1 has it.
    pub(super) newer: bool,
}

/// The value of a key.
pub(crate) enum ValueKind {
    Any,
    Str,
    Bool,
    Number,
    /// An unsigned integer.
    Unsigned,
    OneOf(&'static [&'static str]),
    List(&'static ValueKind),
    Map(&'static ValueKind),
    Object(&'static Shape),
    /// An object or a reference to one.
    Referable(&'static Shape),
    /// A schema, a reference to one, or a boolean.
    BoolOrSchema,
}

impl ValueKind {
    /// Returns the kind of object, if the value is one or refers to one.
    pub(super) fn shape(&self) -> Option<&'static Shape> {
        match self {
            Object(shape) | Referable(shape) => Some(shape),
            BoolOrSchema => Some(&SCHEMA),
            _ => None,
        }
    }
}

use ValueKind::{
    Any, Bool, BoolOrSchema, List, Map, Number, Object, OneOf, Referable, Str, Unsigned,
};

const fn key(name: &'static str, kind: ValueKind, required: bool, newer: bool) -> Key {
    Key {
        name,
        kind,
        required,
        newer,
    }
}

const fn required(name: &'static str, kind: ValueKind) -> Key {
    key(name, kind, true, false)
}

const fn optional(name: &'static str, kind: ValueKind) -> Key {
    key(name, kind, false, false)
}

/// A key of OpenAPI 3.1 that contains schemas.
const fn newer(name: &'static str, kind: ValueKind) -> Key {
    key(name, kind, false, true)
}

pub(crate) static DOCUMENT: Shape = Shape {
    name: "document",
    keys: &[
        required("openapi", Str),
        required("info", Object(&INFO)),
        optional("servers", List(&Object(&SERVER))),
        required("paths", Map(&Object(&PATH))),
        optional("components", Object(&COMPONENTS)),
        optional("security", List(&Map(&List(&Str)))),
        optional("tags", List(&Object(&TAG))),
        optional("externalDocs", Object(&DOCS)),
    ],
};

static INFO: Shape = Shape {
    name: "info",
    keys: &[
        required("title", Str),
        optional("description", Str),
        optional("termsOfService", Str),
        optional("contact", Object(&CONTACT)),
        optional("license", Object(&LICENSE)),
        required("version", Str),
    ],
};

static CONTACT: Shape = Shape {
    name: "contact",
    keys: &[
        optional("name", Str),
        optional("url", Str),
        optional("email", Str),
    ],
};

static LICENSE: Shape = Shape {
    name: "license",
    keys: &[required("name", Str), optional("url", Str)],
};

static SERVER: Shape = Shape {
    name: "server",
    keys: &[
        required("url", Str),
        optional("description", Str),
        optional("variables", Map(&Object(&VARIABLE))),
    ],
};

static VARIABLE: Shape = Shape {
    name: "server variable",
    keys: &[
        optional("enum", List(&Str)),
        required("default", Str),
        optional("description", Str),
    ],
};

pub(crate) static TAG: Shape = Shape {
    name: "tag",
    keys: &[
        required("name", Str),
        optional("description", Str),
        optional("externalDocs", Object(&DOCS)),
    ],
};

static DOCS: Shape = Shape {
    name: "external documentation",
    keys: &[optional("description", Str), required("url", Str)],
};

static COMPONENTS: Shape = Shape {
    name: "components",
    keys: &[
        optional("schemas", Map(&Referable(&SCHEMA))),
        optional("responses", Map(&Referable(&RESPONSE))),
        optional("parameters", Map(&Referable(&PARAMETER))),
        optional("examples", Map(&Referable(&EXAMPLE))),
        optional("requestBodies", Map(&Referable(&BODY))),
        optional("headers", Map(&Referable(&HEADER))),
        optional("securitySchemes", Map(&Referable(&SECURITY))),
        optional("links", Map(&Any)),
        optional("callbacks", Map(&Any)),
    ],
};

pub(crate) static PATH: Shape = Shape {
    name: "path",
    keys: &[
        optional("$ref", Str),
        optional("summary", Str),
        optional("description", Str),
        optional("get", Object(&OPERATION)),
        optional("put", Object(&OPERATION)),
        optional("post", Object(&OPERATION)),
        optional("delete", Object(&OPERATION)),
        optional("options", Object(&OPERATION)),
        optional("head", Object(&OPERATION)),
        optional("patch", Object(&OPERATION)),
        optional("trace", Object(&OPERATION)),
        optional("servers", List(&Object(&SERVER))),
        optional("parameters", List(&Referable(&PARAMETER))),
    ],
};

pub(crate) static OPERATION: Shape = Shape {
    name: "operation",
    keys: &[
        optional("tags", List(&Str)),
        optional("summary", Str),
        optional("description", Str),
        optional("externalDocs", Object(&DOCS)),
        optional("operationId", Str),
        optional("parameters", List(&Referable(&PARAMETER))),
        optional("requestBody", Referable(&BODY)),
        required("responses", Map(&Referable(&RESPONSE))),
        optional("callbacks", Map(&Any)),
        optional("deprecated", Bool),
        optional("security", List(&Map(&List(&Str)))),
        optional("servers", List(&Object(&SERVER))),
    ],
};

pub(crate) static PARAMETER: Shape = Shape {
    name: "parameter",
    keys: &[
        required("name", Str),
        required("in", OneOf(&["path", "query", "header", "cookie"])),
        optional("description", Str),
        optional("required", Bool),
        optional("deprecated", Bool),
        optional("allowEmptyValue", Bool),
        optional("style", Str),
        optional("explode", Bool),
        optional("allowReserved", Bool),
        optional("schema", Referable(&SCHEMA)),
        optional("example", Any),
        optional("examples", Map(&Referable(&EXAMPLE))),
        optional("content", Map(&Object(&MEDIA))),
    ],
};

pub(crate) static HEADER: Shape = Shape {
    name: "header",
    keys: &[
        optional("description", Str),
        optional("required", Bool),
        optional("deprecated", Bool),
        optional("style", Str),
        optional("explode", Bool),
        optional("schema", Referable(&SCHEMA)),
        optional("example", Any),
        optional("examples", Map(&Referable(&EXAMPLE))),
        optional("content", Map(&Object(&MEDIA))),
    ],
};

pub(crate) static BODY: Shape = Shape {
    name: "request body",
    keys: &[
        optional("description", Str),
        required("content", Map(&Object(&MEDIA))),
        optional("required", Bool),
    ],
};

pub(crate) static MEDIA: Shape = Shape {
    name: "media type",
    keys: &[
        optional("schema", Referable(&SCHEMA)),
        optional("example", Any),
        optional("examples", Map(&Referable(&EXAMPLE))),
        optional("encoding", Map(&Object(&ENCODING))),
    ],
};

static ENCODING: Shape = Shape {
    name: "encoding",
    keys: &[
        optional("contentType", Str),
        optional("headers", Map(&Referable(&HEADER))),
        optional("style", Str),
        optional("explode", Bool),
        optional("allowReserved", Bool),
    ],
};

pub(crate) static RESPONSE: Shape = Shape {
    name: "response",
    keys: &[
        required("description", Str),
        optional("headers", Map(&Referable(&HEADER))),
        optional("content", Map(&Object(&MEDIA))),
        optional("links", Map(&Any)),
    ],
};

static EXAMPLE: Shape = Shape {
    name: "example",
    keys: &[
        optional("summary", Str),
        optional("description", Str),
        optional("value", Any),
        optional("externalValue", Str),
    ],
};

static SECURITY: Shape = Shape {
    name: "security scheme",
    keys: &[
        required(
            "type",
            OneOf(&["apiKey", "http", "oauth2", "openIdConnect"]),
        ),
        optional("description", Str),
        optional("name", Str),
        optional("in", OneOf(&["query", "header", "cookie"])),
        optional("scheme", Str),
        optional("bearerFormat", Str),
        optional("flows", Any),
        optional("openIdConnectUrl", Str),
    ],
};

pub(crate) static REFERENCE: Shape = Shape {
    name: "reference",
    keys: &[required("$ref", Str)],
};

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

pub(crate) static SCHEMA: Shape = Shape {
    name: "schema",
    keys: &[
        optional("title", Str),
        optional("multipleOf", Number),
        optional("maximum", Number),
        optional("exclusiveMaximum", Bool),
        optional("minimum", Number),
        optional("exclusiveMinimum", Bool),
        optional("maxLength", Unsigned),
        optional("minLength", Unsigned),
        optional("pattern", Str),
        optional("maxItems", Unsigned),
        optional("minItems", Unsigned),
        optional("uniqueItems", Bool),
        optional("maxProperties", Unsigned),
        optional("minProperties", Unsigned),
        optional("required", List(&Str)),
        optional("enum", List(&Any)),
        optional("type", OneOf(TYPES)),
        optional("allOf", List(&Referable(&SCHEMA))),
        optional("oneOf", List(&Referable(&SCHEMA))),
        optional("anyOf", List(&Referable(&SCHEMA))),
        optional("not", Referable(&SCHEMA)),
        optional("items", Referable(&SCHEMA)),
        optional("properties", Map(&Referable(&SCHEMA))),
        optional("additionalProperties", BoolOrSchema),
        optional("description", Str),
        optional("format", Str),
        optional("default", Any),
        optional("nullable", Bool),
        optional("discriminator", Object(&DISCRIMINATOR)),
        optional("readOnly", Bool),
        optional("writeOnly", Bool),
        optional("xml", Any),
        optional("externalDocs", Object(&DOCS)),
        optional("example", Any),
        optional("deprecated", Bool),
        newer("$defs", Map(&Referable(&SCHEMA))),
        newer("contains", Referable(&SCHEMA)),
        newer("contentSchema", Referable(&SCHEMA)),
        newer("dependentSchemas", Map(&Referable(&SCHEMA))),
        newer("else", Referable(&SCHEMA)),
        newer("if", Referable(&SCHEMA)),
        newer("patternProperties", Map(&Referable(&SCHEMA))),
        newer("prefixItems", List(&Referable(&SCHEMA))),
        newer("propertyNames", Referable(&SCHEMA)),
        newer("then", Referable(&SCHEMA)),
        newer("unevaluatedItems", Referable(&SCHEMA)),
        newer("unevaluatedProperties", Referable(&SCHEMA)),
    ],
};

static DISCRIMINATOR: Shape = Shape {
    name: "discriminator",
    keys: &[
        required("propertyName", Str),
        optional("mapping", Map(&Str)),
    ],
};

/// Lists the kinds of objects with their keys, one per line.
pub(crate) fn listing() -> String {
    let shapes = [
        &DOCUMENT,
        &INFO,
        &CONTACT,
        &LICENSE,
        &SERVER,
        &VARIABLE,
        &TAG,
        &DOCS,
        &COMPONENTS,
        &PATH,
        &OPERATION,
        &PARAMETER,
        &HEADER,
        &BODY,
        &MEDIA,
        &ENCODING,
        &RESPONSE,
        &EXAMPLE,
        &SECURITY,
        &REFERENCE,
        &SCHEMA,
        &DISCRIMINATOR,
    ];
    let line = |shape: &&Shape| {
        let keys = shape.keys.iter().filter(|key| !key.newer);
        let keys: Vec<&str> = keys.map(|key| key.name).collect();
        format!("\n  {}: {}", shape.name, keys.join(", "))
    };
    shapes.iter().map(line).collect()
}
