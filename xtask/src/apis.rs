//! The table of APIs, `openapi/apis.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::de::DeTable;

use crate::diagnostic::{Diagnostic, Excerpt, Location, Report};
use crate::error::Error;

/// The path of the table.
pub(crate) const FILE: &str = "openapi/apis.toml";

/// The base paths of the mock that the table cannot assign: OpenAI's API and the admin API.
const RESERVED_PATHS: [&str; 2] = ["/v1", "/__mock"];

/// The modules, features and methods that the table cannot assign.
#[rustfmt::skip]
const RESERVED_NAMES: &[&str] = &[
    "accepted", "address", "api", "apis", "assert_contract", "auth", "blocking", "builder", "built_in", "bulk", "certificate", "chat",
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
    parse(&text).map_err(Error::Spec)
}

/// Parses the text of a table.
pub(crate) fn parse(text: &str) -> Result<Vec<Api>, Box<Report>> {
    let Table { api: apis } = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        report(text, start, &Location::default(), error.message())
    })?;
    let mut problems = apis.iter().enumerate().filter_map(|(row, api)| {
        let (key, message) = api.problem()?;
        Some(Problem {
            row,
            key,
            message: message.to_owned(),
        })
    });
    match problems.next().or_else(|| duplicate(&apis)) {
        Some(problem) => Err(problem.locate(text)),
        None => Ok(apis),
    }
}

/// An error in a row of the table.
struct Problem {
    row: usize,
    key: &'static str,
    message: String,
}

impl Problem {
    fn locate(&self, text: &str) -> Box<Report> {
        let location = Location::default().key("api").key(self.row).key(self.key);
        report(text, self.start(text), &location, &self.message)
    }

    /// Returns the position of the value.
    fn start(&self, text: &str) -> usize {
        let table = DeTable::parse(text).ok();
        let value = table.as_ref().and_then(|table| {
            let rows = table.get_ref().get("api")?.get_ref().as_array()?;
            let row = rows.get(self.row)?.get_ref().as_table()?;
            row.get(self.key)
        });
        value.map_or(0, |value| value.span().start)
    }
}

fn report(text: &str, start: usize, location: &Location, message: &str) -> Box<Report> {
    let help = "the comments of the table describe its keys";
    Box::new(Report {
        file: FILE.to_owned(),
        excerpt: Excerpt::at_byte(text, start),
        diagnostic: Diagnostic::new(location, message.trim_end(), help).with_code("apis"),
    })
}

/// Returns the second of two rows that share what identifies one of them.
fn duplicate(apis: &[Api]) -> Option<Problem> {
    let single = |noun: &'static str, key, value: fn(&Api) -> &String| {
        let values = apis.iter().enumerate();
        let values = values.map(move |(row, api)| (noun, key, row, value(api)));
        values.collect::<Vec<_>>()
    };
    let rows = apis.iter().enumerate();
    let paths = rows.flat_map(|(row, api)| {
        let paths = api.base_paths.iter();
        paths.map(move |path| ("base path", "base_paths", row, path))
    });
    let variable = "environment variable";
    let all = [
        single("name", "name", |api| &api.name),
        single("feature", "feature", |api| &api.feature),
        single("client", "client", |api| &api.client),
        single("document", "document", |api| &api.document),
        single(variable, "endpoint_variable", |api| &api.endpoint_variable),
        single(variable, "key_variable", |api| &api.key_variable),
        paths.collect(),
    ];
    let mut seen = BTreeSet::new();
    let mut all = all.into_iter().flatten();
    let second = all.find(|(noun, _, _, value)| !seen.insert((*noun, value.as_str())));
    second.map(|(noun, key, row, value)| Problem {
        row,
        key,
        message: format!("two APIs have the {noun} `{value}`"),
    })
}

impl Api {
    /// Returns the first invalid value: its key and the rule that it violates.
    fn problem(&self) -> Option<(&'static str, &'static str)> {
        let is_reserved = |name: &String| RESERVED_NAMES.contains(&name.as_str());
        let taken = "a module, a method or a feature has this name";
        let variable = "environment variables must consist of capitals, digits and `_`";
        let is_header = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let rules = [
            (
                "name",
                is_snake(&self.name)
                    && is_identifier(&self.name)
                    && !self.name.ends_with("_endpoint"),
                "the name must be a Rust identifier in snake_case that does not end in `_endpoint`",
            ),
            (
                "feature",
                is_snake(&self.feature.replace('-', "_")),
                "the feature must consist of small letters, digits, `_` and `-`",
            ),
            ("name", !is_reserved(&self.name), taken),
            ("feature", !is_reserved(&self.feature), taken),
            (
                "client",
                is_client(&self.client),
                "the client must be a Rust name in PascalCase that ends in `Client`, such as `BooksClient`",
            ),
            (
                "endpoint_variable",
                is_variable(&self.endpoint_variable),
                variable,
            ),
            ("key_variable", is_variable(&self.key_variable), variable),
            (
                "endpoint_aliases",
                self.endpoint_aliases.iter().all(|name| is_variable(name)),
                variable,
            ),
            (
                "key_header",
                consists_of(&self.key_header, is_header),
                "the key header must be in lower case",
            ),
            (
                "base_paths",
                !self.base_paths.is_empty()
                    && self.base_paths.iter().all(|path| is_base_path(path)),
                "base paths must start with `/`, must not end with it, and must be neither `/v1` nor `/__mock`",
            ),
            (
                "endpoint_end",
                self.endpoint_end.as_deref().is_none_or(is_path),
                "the end of endpoints must start with `/` and must not end with it",
            ),
        ];
        let broken = rules.into_iter().find(|(_, holds, _)| !holds);
        broken.map(|(key, _, message)| (key, message))
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
            let problem = parse(&row(change)).unwrap_err().to_string();
            assert!(problem.contains(expected), "{change:?}: {problem}");
        }
        let twice = row(("", "")) + &row(("", ""));
        assert!(
            parse(&twice)
                .unwrap_err()
                .to_string()
                .contains("two APIs have the name `books`")
        );
    }

    #[test]
    fn an_error_shows_the_line_of_the_value() {
        let message = |change| parse(&row(change)).unwrap_err().to_string();
        let expected = "\
error[apis]: the key header must be in lower case
 --> openapi/apis.toml:8:14
  |
8 | key_header = \"X-Books-Key\"
  |              ^^^^^^^^^^^^^
  |
  = note: #/api/0/key_header
  = help: the comments of the table describe its keys";
        assert_eq!(message(("x-books-key", "X-Books-Key")), expected);
        let unknown = message(("feature", "features"));
        assert!(unknown.contains("--> openapi/apis.toml:9:1\n"), "{unknown}");
        let syntax = message(("\"/books\"]", "\"/books\""));
        assert!(syntax.contains("--> openapi/apis.toml:"), "{syntax}");
    }
}
