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
#[rustfmt::skip]
const RESERVED_NAMES: &[&str] = &[
    "accepted", "address", "api", "assert_contract", "auth", "blocking", "builder", "built_in", "certificate", "chat",
    "check", "check_event", "check_response", "clear_expectations", "clear_faults", "client", "clock", "connection",
    "connections", "contract", "credits", "default", "definitions", "endpoint", "error", "expect", "expect_request",
    "expectations", "extra_fields", "fault", "fault_of", "find", "from_openapi", "generated", "guides", "hash", "http",
    "httpmock", "json", "latest", "media_file", "methods", "native-tls", "open_ai", "openai", "openai_endpoint",
    "operation", "operations", "pipeline", "profile", "request", "request_log", "requests", "reqwest", "reset",
    "response", "rule", "rustls", "schema", "schemars", "server", "service", "shutdown", "sse", "start",
    "start_blocking", "stream", "structured", "testing", "tools", "tower", "trace", "transport", "types",
    "verify_contract", "verify_expectations", "violations",
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
    #[serde(default)]
    pub(crate) endpoint_aliases: Vec<String>,
    #[serde(default)]
    pub(crate) endpoint_end: Option<String>,
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
        let is_reserved = |name: &String| RESERVED_NAMES.contains(&name.as_str());
        let rules = [
            (
                is_snake(&self.name)
                    && is_identifier(&self.name)
                    && !self.name.ends_with("_endpoint"),
                "the name must be a Rust identifier in snake_case that does not end in `_endpoint`",
            ),
            (
                is_snake(&self.feature.replace('-', "_")),
                "the feature must consist of small letters, digits, `_` and `-`",
            ),
            (
                ![&self.name, &self.feature].into_iter().any(is_reserved),
                "a module, a method or a feature has this name",
            ),
            (
                is_client(&self.client),
                "the client must be a Rust name in PascalCase that ends in `Client`, such as `BooksClient`",
            ),
            (
                [&self.endpoint_variable, &self.key_variable]
                    .into_iter()
                    .chain(&self.endpoint_aliases)
                    .all(|name| is_variable(name)),
                "environment variables must consist of capitals, digits and `_`",
            ),
            (
                consists_of(&self.key_header, |c| {
                    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
                }),
                "the key header must be in lower case",
            ),
            (
                !self.base_paths.is_empty()
                    && self.base_paths.iter().all(|path| is_base_path(path)),
                "base paths must start with `/`, must not end with it, and must be neither `/v1` nor `/__mock`",
            ),
            (
                self.endpoint_end.as_deref().is_none_or(is_path),
                "the end of endpoints must start with `/` and must not end with it",
            ),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, problem)) => Err((*problem).to_owned()),
            None => Ok(()),
        }
    }
}

fn consists_of(text: &str, is_allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is_allowed)
}

fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}

fn is_snake(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    consists_of(name, is_allowed) && name.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_client(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.ends_with("Client")
        && !["ApiClient", "Client"].contains(&name)
        && is_identifier(name)
}

fn is_variable(name: &str) -> bool {
    consists_of(name, |c| {
        c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
    })
}

fn is_base_path(path: &str) -> bool {
    is_path(path) && !RESERVED_PATHS.contains(&path)
}

fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.ends_with('/')
        && consists_of(path, |c| c.is_ascii_alphanumeric() || "/-_.".contains(c))
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

    /// Returns the public functions of a type's inherent implementations in a file.
    fn functions(source: &str, of: &str) -> Vec<String> {
        let of_type = |item| match item {
            syn::Item::Impl(item) if item.trait_.is_none() => {
                let syn::Type::Path(ty) = &*item.self_ty else {
                    return Vec::new();
                };
                if ty.path.is_ident(of) {
                    item.items
                } else {
                    Vec::new()
                }
            }
            _ => Vec::new(),
        };
        let items = syn::parse_file(source).unwrap().items.into_iter();
        let functions = items.flat_map(of_type).filter_map(|item| match item {
            syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        });
        functions.collect()
    }

    /// Returns the public modules of a crate.
    fn modules(source: &str) -> Vec<String> {
        let items = syn::parse_file(source).unwrap().items.into_iter();
        let modules = items.filter_map(|item| match item {
            syn::Item::Mod(module) => Some(module.ident.to_string()),
            _ => None,
        });
        modules.collect()
    }

    /// The generated accessors are methods of these types, and the generated modules are at the roots of the crates.
    #[test]
    fn names_of_the_crates_are_reserved() {
        let server = [
            include_str!("../../imagine-mock/src/server/mod.rs"),
            include_str!("../../imagine-mock/src/server/expectations.rs"),
            include_str!("../../imagine-mock/src/server/verify.rs"),
        ];
        let names = [
            server
                .iter()
                .flat_map(|source| functions(source, "MockServer"))
                .collect(),
            functions(
                include_str!("../../imagine-mock/src/contract/mod.rs"),
                "Contract",
            ),
            modules(include_str!("../../imagine-sdk/src/lib.rs")),
            modules(include_str!("../../imagine-mock/src/lib.rs")),
        ];
        assert!(names.iter().all(|names| names.len() > 5), "{names:?}");
        let is_free = |name: &String| {
            let is_api = ["__private", "inference", "media"].contains(&name.as_str());
            !is_api && !RESERVED_NAMES.contains(&name.as_str())
        };
        let free: Vec<_> = names
            .iter()
            .flatten()
            .filter(|name| is_free(name))
            .collect();
        assert!(free.is_empty(), "{free:?}");
    }

    #[test]
    fn invalid_rows_are_rejected_with_the_reason() {
        for (change, expected) in [
            (("\"books\"", "\"Books\""), "snake_case"),
            (("\"books\"", "\"blocking\""), "has this name"),
            (
                ("feature = \"books\"", "feature = \"rustls\""),
                "has this name",
            ),
            (("\"BooksClient\"", "\"Client\""), "PascalCase"),
            (("\"BooksClient\"", "\"Books\""), "ends in `Client`"),
            (("\"books\"", "\"books_endpoint\""), "`_endpoint`"),
            (("BOOKS_KEY", "books_key"), "capitals"),
            (("x-books-key", "X-Books-Key"), "lower case"),
            (("[\"/books\"]", "[\"books\"]"), "start with `/`"),
            (
                ("key_header", "endpoint_end = \"v2/\"\nkey_header"),
                "the end of endpoints must start with `/`",
            ),
            (
                ("key_header", "endpoint_aliases = [\"a b\"]\nkey_header"),
                "capitals",
            ),
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
