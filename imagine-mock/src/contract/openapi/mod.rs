//! Loads a contract from an OpenAPI document, 3.0 or 3.1, in YAML or JSON.
//!
//! The generator of the SDK reads the same documents with code of its own, so that neither can hide an error of the
//! other. The loader supports the constructs that the documents use, and rejects all others.

mod node;
mod operation;
mod pages;
mod schema;
mod union;
mod yaml;

use serde_json::Value;

use self::node::Node;
use super::{Definitions, OperationSpec};

/// An error in an OpenAPI document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The text is not YAML, or uses a construct of YAML that JSON does not express.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// The cause.
        message: String,
    },
    /// A part is missing, malformed or not supported.
    #[error("{location}: {message}")]
    Document {
        /// The location: a JSON pointer, as in `#/paths/~1chat/post`.
        location: String,
        /// The cause.
        message: String,
    },
    /// A schema does not compile.
    #[error("a schema of the document does not compile")]
    Schema(#[from] Box<jsonschema::ValidationError<'static>>),
}

/// The methods of operations, as the keys of a path, in the order of the contract.
const METHODS: [&str; 8] = [
    "post", "get", "put", "patch", "delete", "head", "options", "trace",
];

/// The keys of a path that describe no operation.
const PATH_KEYS: [&str; 4] = ["description", "parameters", "servers", "summary"];

/// Reads the operations of a document in the order of their paths and methods, and its schemas.
pub(super) fn load(text: &str) -> Result<(Vec<OperationSpec>, Definitions), ContractError> {
    let document = yaml::read(text)?;
    let root = Node::root(&document);
    let version = root.required_string("openapi")?;
    if !["3.0.", "3.1."]
        .iter()
        .any(|known| version.starts_with(known))
    {
        return Err(root.error(format!("OpenAPI {version} is not supported")));
    }
    let definitions = definitions(&root)?;
    let mut operations = Vec::new();
    for (path, item) in root.required("paths")?.entries()? {
        item.only(&[&METHODS[..], &PATH_KEYS].concat())?;
        for method in METHODS {
            if let Some(node) = item.member(method)? {
                operations.push(operation::read(
                    &root,
                    &item,
                    (method, path),
                    &node,
                    &definitions,
                )?);
            }
        }
    }
    operations.sort_by(|one, other| one.path.cmp(&other.path));
    Ok((operations, definitions))
}

/// Lowers the named schemas. They keep their place in the document, so that references to them stay valid.
fn definitions(root: &Node<'_>) -> Result<Definitions, ContractError> {
    let mut schemas = serde_json::Map::new();
    if let Some(components) = root.member("components")?
        && let Some(named) = components.schema("schemas")
    {
        for (name, schema) in named.object()? {
            let lowered = schema::lower(&named.child(name, schema))?;
            schemas.insert(name.clone(), lowered);
        }
    }
    Ok(Definitions::new(Value::Object(schemas)))
}
