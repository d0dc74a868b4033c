//! Coverage of the migration guide from the Python SDK: a counterpart for each public method, parameter, type and
//! exception.
//!
//! `python_sdk.json` lists the names with their source.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "migration/guide.rs"]
mod guide;
#[path = "migration/sdk.rs"]
mod sdk;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::guide::{Row, rows};
use crate::sdk::{Method, Sdk};

/// Names without a counterpart. The guide states the reasons.
const WITHOUT_COUNTERPART: [(&str, &str); 3] = [
    ("ImagineAsyncClient", "debug"),
    ("ImagineClient", "ctx"),
    ("ImagineClient", "debug"),
];

/// The public names of the Python SDK.
#[derive(Deserialize)]
struct Python {
    clients: BTreeMap<String, Class>,
    types: BTreeMap<String, Class>,
}

#[derive(Deserialize)]
struct Class {
    #[serde(default)]
    parameters: Vec<String>,
    #[serde(default)]
    properties: Vec<String>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    methods: BTreeMap<String, Vec<String>>,
}

fn python() -> Python {
    serde_json::from_str(include_str!("../python_sdk.json")).unwrap()
}

/// Returns all names that need a counterpart, with each parameter.
fn subjects(python: &Python) -> BTreeSet<(String, String)> {
    let mut subjects = BTreeSet::new();
    let mut add = |name: &str, parameters: &[String]| {
        let pairs = parameters
            .iter()
            .map(|parameter| (name.to_owned(), parameter.clone()));
        subjects.extend(pairs);
    };
    for (name, class) in python.clients.iter().chain(&python.types) {
        add(name, &class.parameters);
        add(name, &class.properties);
        add(name, &class.values);
        for (method, parameters) in &class.methods {
            add(method, parameters);
        }
    }
    let methods = python
        .clients
        .values()
        .flat_map(|client| client.methods.keys());
    let exceptions = python
        .types
        .keys()
        .filter(|name| name.ends_with("Exception"));
    let alone = python.clients.keys().chain(methods).chain(exceptions);
    subjects.extend(alone.map(|name| (name.clone(), String::new())));
    subjects
}

#[test]
fn the_guide_lists_every_item_exactly_once() {
    let named: Vec<_> = rows().iter().flat_map(Row::subjects).collect();
    let distinct: BTreeSet<_> = named.iter().cloned().collect();
    let expected = subjects(&python());
    let missing: Vec<_> = expected.difference(&distinct).collect();
    let unknown: Vec<_> = distinct.difference(&expected).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "missing {missing:?}, unknown {unknown:?}"
    );
    assert_eq!(named.len(), distinct.len(), "duplicate names");
}

/// Returns the mapping from Python methods to methods of the SDK.
fn methods<'a>(rows: &[Row], sdk: &'a Sdk) -> BTreeMap<String, &'a Method> {
    let named = rows.iter().filter(|row| row.parameters.is_empty());
    named
        .filter_map(|row| {
            let method = row.code()?.strip_prefix("Client::")?.to_owned();
            let found = sdk.methods.get(&method);
            Some((
                row.names[0].clone(),
                found.unwrap_or_else(|| panic!("{method} does not exist")),
            ))
        })
        .collect()
}

#[test]
fn every_method_exists_with_its_old_name_as_an_alias() {
    let (rows, sdk) = (rows(), Sdk::read());
    let methods = methods(&rows, &sdk);
    for name in python()
        .clients
        .values()
        .flat_map(|client| client.methods.keys())
    {
        let method = methods
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not a method of the SDK"));
        assert!(method.aliases.contains(name), "{name} is no search alias");
        let row = rows.iter().find(|row| row.names[0] == *name).unwrap();
        assert_eq!(
            row.here.contains("`.stream()`"),
            name.ends_with("_stream"),
            "{name}"
        );
        assert!(
            method.streams || !name.ends_with("_stream"),
            "{name} does not stream"
        );
    }
}

/// Converts `TEXT_TO_IMAGE` into the name of a variant.
fn to_variant_name(name: &str) -> String {
    let words = name
        .split('_')
        .map(|word| word[..1].to_owned() + &word[1..].to_lowercase());
    words.collect()
}

/// Returns true if the counterpart of a parameter exists.
fn exists(
    row: &Row,
    name: &str,
    parameter: &str,
    sdk: &Sdk,
    methods: &BTreeMap<String, &Method>,
) -> bool {
    let method = || {
        methods
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not a method"))
    };
    let members = || sdk.types.get(&row.code().unwrap());
    let is_call = row.is("argument") || row.is("setter");
    let same = row
        .code()
        .filter(|code| is_call && code.chars().all(|letter| letter.is_lowercase()));
    let here = same.as_deref().unwrap_or(parameter);
    if row.is("argument") {
        method().arguments.contains(here)
    } else if row.is("setter") {
        method().setters.contains(here)
    } else if row.is("fields of") {
        members().is_some_and(|fields| fields.contains(parameter))
    } else if row.is("values of") {
        members().is_some_and(|values| values.contains(&to_variant_name(parameter)))
    } else if row.is("not here, because ") {
        WITHOUT_COUNTERPART.contains(&(name, parameter))
    } else {
        let code = row.code().unwrap();
        sdk.functions.contains(&code) || sdk.types.contains_key(&code)
    }
}

#[test]
fn every_counterpart_exists() {
    let (rows, sdk) = (rows(), Sdk::read());
    let methods = methods(&rows, &sdk);
    for row in &rows {
        let of_method = row.parameters.is_empty() && methods.contains_key(&row.names[0]);
        for (name, parameter) in row.subjects() {
            let found = of_method || exists(row, &name, &parameter, &sdk, &methods);
            assert!(found, "{name} {parameter}: there is no such {}", row.here);
        }
    }
}
