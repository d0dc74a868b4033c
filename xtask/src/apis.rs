//! The table of APIs, `openapi/apis.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;

/// The path of the table.
pub(crate) const FILE: &str = "openapi/apis.toml";

/// The base paths of the mock that the table cannot assign: OpenAI's API and the admin API.
const RESERVED_PATHS: [&str; 2] = ["/v1", "/__mock"];

/// The modules, features and methods that the table cannot assign.
const RESERVED_NAMES: &[&str] = &[
    "accepted",
    "address",
    "all",
    "api",
    "assert_contract",
    "auth",
    "blocking",
    "builder",
    "certificate",
    "clear_expectations",
    "clear_faults",
    "connections",
    "contract",
    "credits",
    "data",
    "default",
    "definitions",
    "endpoint",
    "expect",
    "expect_request",
    "expectations",
    "fault",
    "fault_of",
    "find",
    "guides",
    "http",
    "httpmock",
    "methods",
    "native-tls",
    "openai",
    "operation",
    "operations",
    "parse",
    "requests",
    "reqwest",
    "reset",
    "rustls",
    "schema",
    "schemars",
    "shutdown",
    "sse",
    "start",
    "structured",
    "testing",
    "tools",
    "tower",
    "transport",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    api: Vec<Api>,
}

/// An API with a specification. The table documents the fields.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Api {
    pub(crate) name: String,
    /// The path of the specification, relative to the workspace.
    pub(crate) document: String,
    pub(crate) base_paths: Vec<String>,
    pub(crate) endpoint_variable: String,
    pub(crate) key_variable: String,
    pub(crate) key_header: String,
    pub(crate) feature: String,
    pub(crate) client: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    #[serde(default)]
    pub(crate) hand_written: bool,
    #[serde(default)]
    pub(crate) shared: bool,
    #[serde(default)]
    pub(crate) shortcuts: bool,
}

impl Api {
    /// Returns the name in prose.
    pub(crate) fn title(&self) -> String {
        format!("{} API", self.name.replace('_', " "))
    }
}

/// Loads the table below `root`.
pub(crate) fn load(root: &Path) -> Result<Vec<Api>, Error> {
    let path = root.join(FILE);
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    parse(&text).map_err(|problem| Error::Apis(FILE, problem))
}

/// Parses the text of a table.
pub(crate) fn parse(text: &str) -> Result<Vec<Api>, String> {
    let Table { api: apis } = toml::from_str(text).map_err(|error| error.to_string())?;
    for api in &apis {
        api.check()
            .map_err(|problem| format!("`{}`: {problem}", api.name))?;
    }
    check_unique("name", apis.iter().map(|api| &api.name))?;
    check_unique("feature", apis.iter().map(|api| &api.feature))?;
    check_unique("client", apis.iter().map(|api| &api.client))?;
    check_unique("document", apis.iter().map(|api| &api.document))?;
    check_unique("base path", apis.iter().flat_map(|api| &api.base_paths))?;
    let variables = |api: &'_ Api| [api.endpoint_variable.clone(), api.key_variable.clone()];
    let variables: Vec<String> = apis.iter().flat_map(variables).collect();
    check_unique("environment variable", variables.iter())?;
    Ok(apis)
}

fn check_unique<'a>(
    kind: &str,
    mut values: impl Iterator<Item = &'a String>,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    match values.find(|value| !seen.insert(*value)) {
        Some(value) => Err(format!("two APIs have the {kind} `{value}`")),
        None => Ok(()),
    }
}

impl Api {
    fn check(&self) -> Result<(), String> {
        let is_snake = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                && syn::parse_str::<syn::Ident>(name).is_ok()
        };
        let is_variable = |name: &String| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        };
        let is_header = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        let is_type = self.client.starts_with(|c: char| c.is_ascii_uppercase())
            && syn::parse_str::<syn::Ident>(&self.client).is_ok();
        let rules = [
            (
                is_snake(&self.name),
                "the name must be a Rust identifier in snake_case",
            ),
            (
                is_snake(&self.feature.replace('-', "_")),
                "the feature must consist of small letters, digits, `_` and `-`",
            ),
            (
                ![&self.name, &self.feature]
                    .iter()
                    .any(|name| RESERVED_NAMES.contains(&name.as_str())),
                "imagine-sdk has a module or a feature with this name",
            ),
            (
                is_type && self.client != "Client",
                "the client must be a Rust type in PascalCase other than `Client`",
            ),
            (
                is_variable(&self.endpoint_variable) && is_variable(&self.key_variable),
                "environment variables must consist of capitals, digits and `_`",
            ),
            (
                is_header(&self.key_header),
                "the key header must be in lower case",
            ),
            (
                !self.base_paths.is_empty()
                    && self.base_paths.iter().all(|path| is_base_path(path)),
                "base paths must start with `/`, must not end with it, and must be neither `/v1` nor `/__mock`",
            ),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, problem)) => Err((*problem).to_owned()),
            None => Ok(()),
        }
    }
}

fn is_base_path(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    path.starts_with('/')
        && !path.ends_with('/')
        && path.chars().all(is_plain)
        && !RESERVED_PATHS.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(change: (&str, &str)) -> String {
        let row = r#"
[[api]]
name = "books"
document = "openapi/books.yaml"
base_paths = ["/books"]
endpoint_variable = "BOOKS_ENDPOINT"
key_variable = "BOOKS_KEY"
key_header = "x-books-key"
feature = "books"
client = "BooksClient"
"#;
        assert!(row.contains(change.0), "{change:?}");
        row.replacen(change.0, change.1, 1)
    }

    #[test]
    fn optional_fields_have_defaults() {
        let apis = parse(&row(("", ""))).unwrap();
        assert_eq!(apis.len(), 1);
        assert!(!apis[0].hand_written && !apis[0].shared && !apis[0].shortcuts);
        assert_eq!(apis[0].title(), "books API");
    }

    #[test]
    fn invalid_rows_are_rejected_with_the_reason() {
        for (change, expected) in [
            (("\"books\"", "\"Books\""), "snake_case"),
            (("\"books\"", "\"blocking\""), "has a module or a feature"),
            (
                ("feature = \"books\"", "feature = \"rustls\""),
                "has a module or a feature",
            ),
            (("\"BooksClient\"", "\"Client\""), "PascalCase"),
            (("BOOKS_KEY", "books_key"), "capitals"),
            (("x-books-key", "X-Books-Key"), "lower case"),
            (("[\"/books\"]", "[\"books\"]"), "start with `/`"),
            (("[\"/books\"]", "[\"/v1\"]"), "`/v1`"),
            (("[\"/books\"]", "[]"), "start with `/`"),
            (("feature", "features"), "unknown field `features`"),
            (("client = \"BooksClient\"\n", ""), "missing field `client`"),
            (
                ("BOOKS_KEY", "BOOKS_ENDPOINT"),
                "two APIs have the environment variable `BOOKS_ENDPOINT`",
            ),
        ] {
            let problem = parse(&row(change)).unwrap_err();
            assert!(problem.contains(expected), "{change:?}: {problem}");
        }
        let twice = row(("", "")) + &row(("", ""));
        assert!(
            parse(&twice)
                .unwrap_err()
                .contains("two APIs have the name `books`")
        );
    }
}
