//! Operations whose response is a page of a list.

use serde_json::Value;

use super::json::{owned_strings, string};

/// The extension of a paginated operation.
pub(crate) const PAGINATION: &str = "x-pagination";

/// The pages of an operation. Paths are the names of nested properties of the response.
#[derive(Clone)]
pub(crate) struct Pagination {
    pub(crate) style: PageStyle,
    /// The parameter, or the property of the body, that selects the page.
    pub(crate) parameter: String,
    /// The parameter with the number of items per page.
    pub(crate) size: Option<String>,
    /// The number of the first page.
    pub(crate) first: u64,
    /// The list of items. Empty if the response itself is the list.
    pub(crate) items: Vec<String>,
    pub(crate) facts: Facts,
    /// The properties that identify an item; the first one that is set.
    pub(crate) item_ids: Vec<String>,
}

/// The paths of the facts about the list.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) next: Option<Vec<String>>,
    pub(crate) has_more: Option<Vec<String>>,
    pub(crate) total: Option<Vec<String>>,
    pub(crate) pages: Option<Vec<String>>,
}

/// The ways to select a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PageStyle {
    Cursor,
    Page,
    Offset,
}

impl PageStyle {
    const ALL: [Self; 3] = [Self::Cursor, Self::Page, Self::Offset];

    /// Returns the name in the extension.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Page => "page",
            Self::Offset => "offset",
        }
    }
}

/// The keys whose values are strings.
const STRINGS: [&str; 8] = [
    "style",
    "parameter",
    "size",
    "items",
    "next",
    "has_more",
    "total",
    "pages",
];

impl Pagination {
    /// Reads the extension: `None` if it is malformed.
    pub(crate) fn read(node: &Value) -> Option<Self> {
        let style = string(node, "style")?;
        let style = PageStyle::ALL.into_iter().find(|one| one.name() == style)?;
        let path = |key: &str| string(node, key).map(path);
        let mut members = node.as_object()?.iter();
        let is_known = |(key, value): (&String, &Value)| match key.as_str() {
            "first" => value.is_u64(),
            "item_ids" => value.is_array(),
            key => STRINGS.contains(&key) && value.is_string(),
        };
        members.all(is_known).then_some(())?;
        Some(Self {
            style,
            parameter: string(node, "parameter")?.to_owned(),
            size: string(node, "size").map(str::to_owned),
            first: node.get("first").and_then(Value::as_u64).unwrap_or(1),
            items: path("items").unwrap_or_default(),
            facts: Facts {
                next: path("next"),
                has_more: path("has_more"),
                total: path("total"),
                pages: path("pages"),
            },
            item_ids: owned_strings(node.get("item_ids")),
        })
    }
}

fn path(names: &str) -> Vec<String> {
    names.split('.').map(str::to_owned).collect()
}
