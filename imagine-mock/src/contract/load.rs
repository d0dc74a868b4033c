//! Parses the contract that `cargo xtask codegen` writes.

use axum::http::Method;
use serde_json::{Map, Value};

use super::operation::{PageStyle, Pagination};
use super::style::Style;
use super::{Definitions, OperationSpec, ParameterLocation, ParameterSpec, PayloadSpec, Schema};

/// An error in the text of a contract.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The text is not JSON.
    #[error("the contract is not JSON")]
    Syntax(#[from] serde_json::Error),
    /// A field is missing or has a wrong type.
    #[error("`{0}` is missing from the contract or has the wrong type")]
    Missing(&'static str),
    /// A schema does not compile.
    #[error("a schema of the contract does not compile")]
    Schema(#[from] Box<jsonschema::ValidationError<'static>>),
}

type Result<T> = std::result::Result<T, ContractError>;

pub(super) fn load(text: &str) -> Result<(Vec<OperationSpec>, Definitions)> {
    let document: Value = serde_json::from_str(text)?;
    let schemas: &Map<String, Value> = require("$defs", document.get("$defs"), Value::as_object)?;
    let definitions = Definitions::new(schemas.clone());
    let operations = array("operations", &document)?
        .iter()
        .map(|source| operation(source, &definitions))
        .collect::<Result<_>>()?;
    Ok((operations, definitions))
}

/// The media type of a response without another.
pub(crate) const JSON: &str = "application/json";

/// The media type of a stream without another.
const EVENT_STREAM: &str = "text/event-stream";

fn operation(source: &Value, definitions: &Definitions) -> Result<OperationSpec> {
    let method = string("method", source)?;
    Ok(OperationSpec {
        id: string("id", source)?,
        method: Method::from_bytes(method.as_bytes())
            .map_err(|_| ContractError::Missing("method"))?,
        path: string("path", source)?,
        retry: string("retry", source)?,
        authentication: string("authentication", source)?,
        exclusive: boolean("exclusive", source)?,
        parameters: array("parameters", source)?
            .iter()
            .map(|parameter| self::parameter(parameter, definitions))
            .collect::<Result<_>>()?,
        payload: optional("payload", source)
            .map(|payload| self::payload(payload, definitions))
            .transpose()?,
        response: schema("response", source, definitions)?,
        response_media: string("response_media", source).unwrap_or_else(|_| JSON.to_owned()),
        event: schema("event", source, definitions)?,
        stream_media: string("stream_media", source).unwrap_or_else(|_| EVENT_STREAM.to_owned()),
        event_names: names(source.get("event_names")),
        default_model: string("default_model", source).ok(),
        pagination: optional("pagination", source).map(pagination).transpose()?,
    })
}

fn pagination(source: &Value) -> Result<Pagination> {
    let path = |key: &str| optional(key, source).map(|list| names(Some(list)));
    Ok(Pagination {
        style: match string("style", source)?.as_str() {
            "cursor" => PageStyle::Cursor,
            "page" => PageStyle::Page,
            "offset" => PageStyle::Offset,
            _ => return Err(ContractError::Missing("style")),
        },
        parameter: string("parameter", source)?,
        first: require("first", source.get("first"), Value::as_u64)?,
        items: names(source.get("items")),
        next: path("next"),
        has_more: path("has_more"),
        total: path("total"),
        pages: path("pages"),
    })
}

fn names(list: Option<&Value>) -> Vec<String> {
    let names = list.and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn parameter(source: &Value, definitions: &Definitions) -> Result<ParameterSpec> {
    let location = match string("in", source)?.as_str() {
        "query" => ParameterLocation::Query,
        "path" => ParameterLocation::Path,
        "header" => ParameterLocation::Header,
        "cookie" => ParameterLocation::Cookie,
        _ => return Err(ContractError::Missing("in")),
    };
    let keyword = |key: &str| source.get(key);
    Ok(ParameterSpec {
        style: Style::new(
            &string("in", source)?,
            keyword("style").and_then(Value::as_str),
            keyword("explode").and_then(Value::as_bool),
        ),
        name: string("name", source)?,
        location,
        required: boolean("required", source)?,
        schema: schema("schema", source, definitions)?.ok_or(ContractError::Missing("schema"))?,
    })
}

fn payload(source: &Value, definitions: &Definitions) -> Result<PayloadSpec> {
    Ok(PayloadSpec {
        media_type: string("media", source)?,
        required: boolean("required", source)?,
        schema: schema("schema", source, definitions)?.ok_or(ContractError::Missing("schema"))?,
    })
}

fn schema(name: &str, source: &Value, definitions: &Definitions) -> Result<Option<Schema>> {
    optional(name, source)
        .map(|schema| Ok(Schema::compile(schema, definitions)?))
        .transpose()
}

fn optional<'a>(name: &str, source: &'a Value) -> Option<&'a Value> {
    source.get(name).filter(|value| !value.is_null())
}

fn string(name: &'static str, source: &Value) -> Result<String> {
    require(name, source.get(name), Value::as_str).map(str::to_owned)
}

fn boolean(name: &'static str, source: &Value) -> Result<bool> {
    require(name, source.get(name), Value::as_bool)
}

fn array<'a>(name: &'static str, source: &'a Value) -> Result<&'a Vec<Value>> {
    require(name, source.get(name), Value::as_array)
}

fn require<'a, T>(
    name: &'static str,
    value: Option<&'a Value>,
    convert: impl Fn(&'a Value) -> Option<T>,
) -> Result<T> {
    value.and_then(convert).ok_or(ContractError::Missing(name))
}
