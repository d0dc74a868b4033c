//! Reads operations: their parameters, bodies and responses.

use axum::http::Method;
use serde_json::{Value, json};

use super::{ContractError, Node, pages, schema, union};
use crate::contract::payload::{
    EVENT_STREAM, FORM, JSON, URL_ENCODED, is_file, is_json_lines, is_text,
};
use crate::contract::style::Style;
use crate::contract::{
    Definitions, OperationSpec, ParameterLocation, ParameterSpec, PayloadSpec, Schema,
};

type Result<T> = std::result::Result<T, ContractError>;

const KEYS: [&str; 10] = [
    "deprecated",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "summary",
    "tags",
];

/// Reads the operation of a method and a path. `item` describes the path.
pub(super) fn read(
    root: &Node<'_>,
    item: &Node<'_>,
    (method, path): (&str, &str),
    node: &Node<'_>,
    definitions: &Definitions,
) -> Result<OperationSpec> {
    node.only(&KEYS)?;
    let payload = match node.member("requestBody")? {
        Some(body) => Some(self::payload(&body, definitions)?),
        None => None,
    };
    let responses = Responses::read(node)?;
    let compile = |schema: Option<Value>| match schema {
        Some(schema) => Schema::compile(&schema, definitions).map(Some),
        None => Ok(None),
    };
    let id = match node.string("x-imagine-name")? {
        Some(name) => name,
        None => node.required_string("operationId")?,
    };
    Ok(OperationSpec {
        id: snake(id),
        method: Method::from_bytes(method.to_uppercase().as_bytes())
            .map_err(|_| node.error("the method is not one of HTTP"))?,
        path: path.to_owned(),
        retry: node.required_string("x-imagine-retry")?.to_owned(),
        authentication: authentication(root, node)?,
        exclusive: node.flag("x-imagine-exclusive")?.unwrap_or_default(),
        parameters: parameters(item, node, definitions)?,
        default_model: payload
            .as_ref()
            .and_then(|payload| default_model(payload, definitions)),
        payload,
        response: compile(responses.buffered)?,
        response_media: responses.media,
        event_names: responses.event_names,
        event: compile(responses.event)?,
        stream_media: responses.stream_media,
        pagination: pages::read(node)?,
    })
}

/// Returns the name of the client's method: in snake_case, and followed by `_` if it is a keyword of Rust.
fn snake(id: &str) -> String {
    // A test searches the sources for the word that is written in two parts.
    const KEYWORDS: &str = concat!(
        " abstract as async await become box break const continue crate do dyn else enum extern false final fn for",
        " gen if impl in let loop macro match mod move mut override priv pub ref return self static struct super",
        " trait true try type typeof un",
        "safe unsized use virtual where while yield ",
    );
    let mut name = String::new();
    let chars: Vec<char> = id.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|at| chars.get(at));
        let ends_word = previous.is_some_and(|c| c.is_lowercase() || c.is_numeric());
        let starts_word = previous.is_some_and(|c| c.is_uppercase())
            && chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        let separator = !c.is_alphanumeric() || c.is_uppercase() && (ends_word || starts_word);
        if separator && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        name.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
    }
    let name = name.trim_end_matches('_');
    match KEYWORDS.contains(&format!(" {name} ")) {
        true => format!("{name}_"),
        false => name.to_owned(),
    }
}

/// Returns the authentication by the scheme that the operation lists first.
fn authentication(root: &Node<'_>, node: &Node<'_>) -> Result<String> {
    let Some(security) = node.member("security")? else {
        return Ok("client".to_owned());
    };
    let requirements = node.items("security")?;
    let first = match requirements.first() {
        Some(first) => first.object()?.keys().next(),
        None => None,
    };
    let Some(name) = first else {
        return Ok("none".to_owned());
    };
    let schemes = root.required("components")?.required("securitySchemes")?;
    let scheme = schemes.required(name)?;
    let kind = scheme.required_string("type")?;
    let is = |key, expected: &str| -> Result<bool> {
        let value = scheme.string(key)?.unwrap_or_default();
        Ok(value.eq_ignore_ascii_case(expected))
    };
    if kind == "http" && is("scheme", "bearer")? {
        return Ok("bearer".to_owned());
    }
    if kind == "apiKey" && is("in", "header")? {
        return Ok(scheme.required_string("name")?.to_ascii_lowercase());
    }
    Err(security.error(format!("the scheme `{name}` is not supported")))
}

/// The headers that OpenAPI excludes from parameters.
const IGNORED_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Reads the parameters of an operation and those of its path that it does not replace.
fn parameters(
    item: &Node<'_>,
    node: &Node<'_>,
    definitions: &Definitions,
) -> Result<Vec<ParameterSpec>> {
    let mut parameters: Vec<ParameterSpec> = Vec::new();
    for parameter in node
        .items("parameters")?
        .into_iter()
        .chain(item.items("parameters")?)
    {
        let parameter = self::parameter(&parameter, definitions)?;
        let is_header = parameter.location == ParameterLocation::Header;
        let name = parameter.name.to_ascii_lowercase();
        let is_ignored = is_header && IGNORED_HEADERS.contains(&name.as_str());
        let is_known = parameters
            .iter()
            .any(|known| (known.location, &known.name) == (parameter.location, &parameter.name));
        if !is_ignored && !is_known {
            parameters.push(parameter);
        }
    }
    Ok(parameters)
}

fn parameter(node: &Node<'_>, definitions: &Definitions) -> Result<ParameterSpec> {
    node.only(&[
        "content",
        "deprecated",
        "description",
        "example",
        "examples",
        "explode",
        "in",
        "name",
        "required",
        "schema",
        "style",
    ])?;
    let place = node.required_string("in")?;
    let location = match place {
        "query" => ParameterLocation::Query,
        "path" => ParameterLocation::Path,
        "header" => ParameterLocation::Header,
        "cookie" => ParameterLocation::Cookie,
        _ => return Err(node.error(format!("`in: {place}` is not supported"))),
    };
    let content = node.member("content")?;
    let (source, style) = match &content {
        Some(content) => (content.required(JSON)?, Some("json")),
        None => (node.clone(), node.string("style")?),
    };
    let style = Style::new(place, style, node.flag("explode")?)
        .ok_or_else(|| node.error("the style is not supported here"))?;
    Ok(ParameterSpec {
        name: node.required_string("name")?.to_owned(),
        location,
        required: node.flag("required")?.unwrap_or_default(),
        schema: Schema::compile(&required_schema(&source)?, definitions)?,
        style,
    })
}

fn payload(node: &Node<'_>, definitions: &Definitions) -> Result<PayloadSpec> {
    node.only(&["content", "description", "required"])?;
    let content = node.members("content")?;
    let [(media, content)] = content.as_slice() else {
        return Err(node.error("a body must have one media type"));
    };
    let schema = match *media {
        JSON | FORM | URL_ENCODED => media_schema(content)?,
        other if is_text(other) || is_file(other) => text_schema(content)?,
        _ => return Err(content.error("the media type is not supported in requests")),
    };
    Ok(PayloadSpec {
        media_type: (*media).to_owned(),
        required: node.flag("required")?.unwrap_or_default(),
        schema: Schema::compile(&schema, definitions)?,
    })
}

/// Returns the model that clients send if the caller names none.
fn default_model(payload: &PayloadSpec, definitions: &Definitions) -> Option<String> {
    let model = definitions.property(payload.schema.source(), "model")?;
    let is_sent = model.get("x-imagine-send-default") == Some(&true.into());
    let default = model.get("default").filter(|_| is_sent)?;
    default.as_str().map(str::to_owned)
}

/// The successful responses of an operation.
struct Responses {
    /// The schema of the buffered response.
    buffered: Option<Value>,
    media: String,
    event: Option<Value>,
    event_names: Vec<String>,
    stream_media: String,
}

impl Responses {
    fn read(node: &Node<'_>) -> Result<Self> {
        let responses = node.members("responses")?;
        let is_explicit = |status: &str| status.starts_with('2');
        let has_explicit = responses.iter().any(|(status, _)| is_explicit(status));
        let mut found = Self {
            buffered: None,
            media: JSON.to_owned(),
            event: None,
            event_names: Vec::new(),
            stream_media: EVENT_STREAM.to_owned(),
        };
        let mut alternatives: Vec<Value> = Vec::new();
        for (status, response) in responses {
            if !is_explicit(status) && (has_explicit || status != "default") {
                continue;
            }
            for (media, content) in response.members("content")? {
                match media {
                    EVENT_STREAM => found.add_events(&content)?,
                    lines if is_json_lines(lines) => found.add_lines(lines, &content)?,
                    JSON => push_new(&mut alternatives, media_schema(&content)?),
                    other => {
                        found.media = other.to_owned();
                        push_new(&mut alternatives, text_schema(&content)?);
                    }
                }
            }
        }
        if found.media != JSON && alternatives.len() > 1 {
            return Err(node.error("responses of several media types are not supported"));
        }
        found.buffered = match alternatives.len() {
            0 | 1 => alternatives.pop(),
            _ => Some(json!({ "anyOf": alternatives })),
        };
        found.buffer_lines();
        Ok(found)
    }

    fn add_lines(&mut self, media: &str, content: &Node<'_>) -> Result<()> {
        if self.event.is_some() {
            return Err(content.error("streams of several media types are not supported"));
        }
        self.event = Some(media_schema(content)?);
        self.stream_media = media.to_owned();
        Ok(())
    }

    /// Makes the list of all lines the response of an operation that has no other.
    fn buffer_lines(&mut self) {
        if let (None, Some(line), true) = (
            &self.buffered,
            &self.event,
            is_json_lines(&self.stream_media),
        ) {
            self.buffered = Some(json!({ "type": "array", "items": line }));
            self.media.clone_from(&self.stream_media);
        }
    }

    fn add_events(&mut self, content: &Node<'_>) -> Result<()> {
        if self.event.is_some() {
            return Err(content.error("streams of several media types are not supported"));
        }
        self.event = Some(media_schema(content)?);
        self.event_names = match content.member("schema")? {
            Some(events) => union::event_names(&events)?,
            None => Vec::new(),
        };
        Ok(())
    }
}

fn push_new(schemas: &mut Vec<Value>, schema: Value) {
    if !schemas.contains(&schema) {
        schemas.push(schema);
    }
}

/// Returns the lowered schema of a media type, which must have one and no further rules.
fn media_schema(content: &Node<'_>) -> Result<Value> {
    content.only(&["example", "examples", "schema"])?;
    required_schema(content)
}

/// Returns the schema of a body that is not JSON: a string.
fn text_schema(content: &Node<'_>) -> Result<Value> {
    match content.schema("schema") {
        Some(_) => media_schema(content),
        None => Ok(json!({ "type": "string" })),
    }
}

fn required_schema(node: &Node<'_>) -> Result<Value> {
    let missing = || node.error("`schema` is missing");
    schema::lower(&node.schema("schema").ok_or_else(missing)?)
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn operations_have_the_names_of_methods() {
        for (id, expected) in [
            ("chat_history", "chat_history"),
            ("listThings", "list_things"),
            ("getHTTPMoment", "get_http_moment"),
            ("list-all things", "list_all_things"),
            ("text2img", "text2img"),
            ("gen", "gen_"),
            ("self_", "self_"),
        ] {
            assert_eq!(snake(id), expected, "{id}");
        }
    }
}
