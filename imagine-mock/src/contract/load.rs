//! Reads the contract from the text that `cargo xtask codegen` writes.

use axum::http::Method;
use serde_json::{Map, Value};

use super::{Definitions, OperationSpec, ParameterSpec, PayloadSpec, Place, Schema};

/// Why a text is not a contract.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContractError {
    /// It is not JSON.
    #[error("the contract is not JSON")]
    Syntax(#[from] serde_json::Error),
    /// Something is missing from it, or is of another kind.
    #[error("the contract has no proper `{0}`")]
    Missing(&'static str),
    /// One of its schemas cannot be compiled.
    #[error("a schema of the contract cannot be compiled")]
    Schema(#[from] Box<jsonschema::ValidationError<'static>>),
}

type Result<T> = std::result::Result<T, ContractError>;

pub(super) fn load(text: &str) -> Result<(Vec<OperationSpec>, Definitions)> {
    let document: Value = serde_json::from_str(text)?;
    let schemas: &Map<String, Value> = need("$defs", document.get("$defs"), Value::as_object)?;
    let definitions = Definitions::new(schemas.clone());
    let operations = list("operations", &document)?
        .iter()
        .map(|source| operation(source, &definitions))
        .collect::<Result<_>>()?;
    Ok((operations, definitions))
}

fn operation(source: &Value, definitions: &Definitions) -> Result<OperationSpec> {
    let method = text("method", source)?;
    Ok(OperationSpec {
        id: text("id", source)?,
        method: Method::from_bytes(method.as_bytes())
            .map_err(|_| ContractError::Missing("method"))?,
        path: text("path", source)?,
        retry: text("retry", source)?,
        authentication: text("authentication", source)?,
        exclusive: need("exclusive", source.get("exclusive"), Value::as_bool)?,
        parameters: list("parameters", source)?
            .iter()
            .map(|parameter| self::parameter(parameter, definitions))
            .collect::<Result<_>>()?,
        payload: present(source, "payload")
            .map(|payload| self::payload(payload, definitions))
            .transpose()?,
        response: schema("response", source, definitions)?,
        event: schema("event", source, definitions)?,
        default_model: text("default_model", source).ok(),
    })
}

fn parameter(source: &Value, definitions: &Definitions) -> Result<ParameterSpec> {
    let place = match text("in", source)?.as_str() {
        "query" => Place::Query,
        "path" => Place::Path,
        "header" => Place::Header,
        _ => return Err(ContractError::Missing("in")),
    };
    Ok(ParameterSpec {
        name: text("name", source)?,
        place,
        required: need("required", source.get("required"), Value::as_bool)?,
        schema: schema("schema", source, definitions)?.ok_or(ContractError::Missing("schema"))?,
    })
}

fn payload(source: &Value, definitions: &Definitions) -> Result<PayloadSpec> {
    Ok(PayloadSpec {
        media: text("media", source)?,
        required: need("required", source.get("required"), Value::as_bool)?,
        schema: schema("schema", source, definitions)?.ok_or(ContractError::Missing("schema"))?,
    })
}

fn schema(name: &str, source: &Value, definitions: &Definitions) -> Result<Option<Schema>> {
    present(source, name)
        .map(|schema| Ok(Schema::compile(schema, definitions)?))
        .transpose()
}

fn present<'a>(source: &'a Value, name: &str) -> Option<&'a Value> {
    source.get(name).filter(|value| !value.is_null())
}

fn text(name: &'static str, source: &Value) -> Result<String> {
    need(name, source.get(name), Value::as_str).map(str::to_owned)
}

fn list<'a>(name: &'static str, source: &'a Value) -> Result<&'a Vec<Value>> {
    need(name, source.get(name), Value::as_array)
}

fn need<'a, T>(
    name: &'static str,
    value: Option<&'a Value>,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Result<T> {
    value.and_then(read).ok_or(ContractError::Missing(name))
}
