//! What the service answers may grow without breaking callers, so its types are `#[non_exhaustive]`; what a
//! caller sends is written as a literal, so its types are not.
//!
//! Both are found by a walk over the specifications that shares nothing with the generator, and held against the
//! listing, which has the types that are written by hand as well.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::api::APIS;
use crate::cli::workspace;
use crate::testing;

const SCHEMAS: &str = "#/components/schemas/";
const MODULES: [&str; 2] = ["imagine_sdk::inference::", "imagine_sdk::media::"];

/// A public type of the clients' modules.
struct Type<'a> {
    name: &'a str,
    is_enum: bool,
    open: bool,
}

fn types(listing: &str) -> Vec<Type<'_>> {
    listing.lines().filter_map(read).collect()
}

fn read(line: &str) -> Option<Type<'_>> {
    let (open, line) = match line.strip_prefix("#[non_exhaustive] ") {
        Some(line) => (true, line),
        None => (false, line),
    };
    let (is_enum, path) = match line.strip_prefix("pub struct ") {
        Some(path) => (false, path),
        None => (true, line.strip_prefix("pub enum ")?),
    };
    let name = MODULES
        .iter()
        .find_map(|module| path.strip_prefix(module))?;
    // A struct without public fields ends in `(_)`, or is not made by literals either way.
    let plain = name.chars().all(char::is_alphanumeric);
    plain.then_some(Type {
        name,
        is_enum,
        open,
    })
}

/// Whether a struct has public fields.
fn has_fields(listing: &str, name: &str) -> bool {
    MODULES.iter().any(|module| {
        let field = format!("pub {module}{name}::");
        listing.lines().any(|line| line.starts_with(&field))
    })
}

/// The schemas that are part of what is sent, and of what is answered.
#[derive(Default)]
struct Ways {
    sent: BTreeSet<String>,
    answered: BTreeSet<String>,
}

impl Ways {
    fn read(&mut self, doc: &Value) {
        let paths = doc["paths"].as_object().unwrap().values();
        for operation in paths.flat_map(|path| path.as_object().unwrap().values()) {
            reach(doc, &operation["requestBody"], &mut self.sent);
            let responses = operation["responses"].as_object().unwrap();
            let good = responses
                .iter()
                .filter(|(status, _)| status.starts_with('2'));
            good.for_each(|(_, response)| reach(doc, response, &mut self.answered));
        }
    }
}

/// Adds the schemas that a part of a document names, by references or as arguments of Rust types.
fn reach(doc: &Value, from: &Value, reached: &mut BTreeSet<String>) {
    match from {
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(key, value)| match (key.as_str(), value) {
                    ("$ref", Value::String(pointer)) => follow(doc, pointer, reached),
                    ("x-imagine-rust", Value::String(path)) => path
                        .split(|c: char| !c.is_alphanumeric())
                        .for_each(|name| follow(doc, &format!("{SCHEMAS}{name}"), reached)),
                    _ => reach(doc, value, reached),
                })
        }
        Value::Array(items) => items.iter().for_each(|item| reach(doc, item, reached)),
        _ => {}
    }
}

fn follow(doc: &Value, pointer: &str, reached: &mut BTreeSet<String>) {
    let Some(target) = doc.pointer(pointer.trim_start_matches('#')) else {
        return;
    };
    let schema = pointer.strip_prefix(SCHEMAS);
    if schema.is_none_or(|name| reached.insert(name.to_owned())) {
        reach(doc, target, reached);
    }
}

#[test]
fn what_is_answered_is_open_and_what_is_sent_is_literal() {
    let listing = fs::read_to_string(workspace().join("api/imagine-sdk.txt")).unwrap();
    let mut ways = Ways::default();
    APIS.iter()
        .for_each(|api| ways.read(&testing::specification(api)));
    let (mut open, mut literal) = (0, 0);
    for ty in types(&listing) {
        let Type { name, is_enum, .. } = ty;
        // Arguments that are no body have a name of their own.
        let sent = ways.sent.contains(name) || name.ends_with("Params");
        if is_enum || ways.answered.contains(name) && !sent {
            assert!(ty.open, "`{name}` is answered, and not non_exhaustive");
            open += 1;
        } else if has_fields(&listing, name) {
            assert_eq!(ty.open, !sent, "`{name}` is literal if it is sent");
            literal += usize::from(sent);
        }
    }
    assert!(
        open > 30 && literal > 20,
        "{open} open, {literal} literal: the listing is misread"
    );
}
