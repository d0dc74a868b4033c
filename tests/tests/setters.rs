//! The documentation of generated setters, checked against the specification.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::path::Path;

use imagine_mock::contract::Contract;
use imagine_tests::Api;
use regex_lite::Regex;
use serde_json::Value;

/// A field of a request. The derive copies its documentation to the setter or the argument.
struct Field {
    operation: String,
    /// The name on the wire.
    name: String,
    docs: String,
}

/// Returns the fields of all requests of an API.
fn fields(api: &str) -> Vec<Field> {
    let types = read(&format!("imagine-sdk/src/generated/{api}/types.rs"));
    let requests = types.split("    operation = super::operations::").skip(1);
    requests.flat_map(of_request).collect()
}

/// Returns the fields of a request whose source starts with the operation's name.
fn of_request(text: &str) -> Vec<Field> {
    let field = Regex::new(r"(?m)((?:^    (?:///|#\[).*\n)+)    pub (?:r#)?(\w+):").unwrap();
    let renamed = Regex::new(r#"(?:serde\(rename|query|path) = "([^"]+)""#).unwrap();
    let (operation, rest) = text.split_once(',').unwrap();
    let (_, item) = rest.split_once("\npub struct ").unwrap();
    // A struct without fields ends on its first line.
    let (first, body) = item.split_once('\n').unwrap();
    let is_empty = !first.ends_with('{');
    let (body, _) = body.split_once("\n}").unwrap_or((body, ""));
    let item = if is_empty { "" } else { body };
    let fields = field.captures_iter(item);
    let fields = fields.filter(|part| !part[1].contains("#[response(extra)]"));
    let fields = fields.map(|part| {
        let renamed = renamed.captures(&part[1]).map(|name| name[1].to_owned());
        Field {
            operation: operation.to_lowercase(),
            name: renamed.unwrap_or_else(|| part[2].to_owned()),
            docs: documentation(&part[1]),
        }
    });
    fields.collect()
}

/// Returns the documentation among the attributes.
fn documentation(attributes: &str) -> String {
    let lines = attributes
        .lines()
        .filter_map(|line| line.trim().strip_prefix("///"));
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap()
}

/// Finds the specification of a field by operation and name.
fn property<'a>(contract: &'a Contract, field: &Field) -> &'a Value {
    let operation = contract.operation(&field.operation).unwrap();
    let mut parameters = operation.parameters.iter();
    let found = match parameters.find(|parameter| parameter.name == field.name) {
        Some(parameter) => Some(parameter.schema.source()),
        None => operation.payload.as_ref().and_then(|payload| {
            let properties = contract.definitions().properties(payload.schema.source());
            // A later part specializes an earlier one.
            let mut latest = properties.into_iter().rev();
            latest.find_map(|(name, schema)| (name == field.name).then_some(schema))
        }),
    };
    found.unwrap_or_else(|| panic!("{}: {}", field.operation, field.name))
}

#[test]
fn setters_document_description_range_and_default() {
    let [mut described, mut ranges, mut defaults] = [0; 3];
    for (name, api) in [("inference", Api::Inference), ("media", Api::Media)] {
        for field in fields(name) {
            let property = property(api.contract(), &field);
            let assert_contains = |text: &str| {
                let (operation, name) = (&field.operation, &field.name);
                assert!(
                    field.docs.contains(text),
                    "{operation}.{name}: {text:?} is not in {:?}",
                    field.docs
                );
            };
            assert!(!field.docs.is_empty(), "{}.{}", field.operation, field.name);
            if let Some(description) = property["description"].as_str() {
                assert_contains(description.trim());
                described += 1;
            }
            for limit in ["minimum", "maximum"] {
                // The type of a count excludes negative values.
                let is_integer = property["type"].to_string().contains("integer");
                let is_count = is_integer && property[limit] == 0;
                if let Some(limit) = property[limit].as_number().filter(|_| !is_count) {
                    assert_contains(&limit.to_string());
                    ranges += 1;
                }
            }
            if let Some(default) = property.get("default") {
                let text = default.as_str().filter(|text| !text.is_empty());
                assert_contains(&format!(
                    "`{}`",
                    text.map_or_else(|| default.to_string(), str::to_owned)
                ));
                defaults += 1;
            }
        }
    }
    // A pattern without matches would hide errors.
    assert!(
        described > 100 && ranges > 10 && defaults > 20,
        "{described} {ranges} {defaults}"
    );
}
