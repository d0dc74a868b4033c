//! Reads the pages of a list, `x-pagination`.

use super::{ContractError, Node};
use crate::contract::{PageStyle, Pagination};

type Result<T> = std::result::Result<T, ContractError>;

/// Reads the extension of an operation, if it has one.
pub(super) fn read(operation: &Node<'_>) -> Result<Option<Pagination>> {
    let Some(node) = operation.member("x-pagination")? else {
        return Ok(None);
    };
    let path = |key| -> Result<Option<Vec<String>>> {
        let names = node.string(key)?;
        Ok(names.map(|names| names.split('.').map(str::to_owned).collect()))
    };
    let style = match node.required_string("style")? {
        "cursor" => PageStyle::Cursor,
        "page" => PageStyle::Page,
        "offset" => PageStyle::Offset,
        other => return Err(node.error(format!("the style `{other}` is not supported"))),
    };
    let first = node.member("first")?.and_then(|first| first.value.as_u64());
    Ok(Some(Pagination {
        style,
        parameter: node.required_string("parameter")?.to_owned(),
        first: first.unwrap_or(1),
        items: path("items")?.unwrap_or_default(),
        next: path("next")?,
        has_more: path("has_more")?,
        total: path("total")?,
        pages: path("pages")?,
    }))
}
