//! Small specifications and helpers for tests.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::apis::{self, Api};
use crate::codegen::pipeline::{self, Generated};
use crate::diagnostic::Diagnostic;
use crate::openapi::Document;
use crate::workspace;
use crate::yaml;

/// An API for tests.
pub(crate) static API: LazyLock<Api> = LazyLock::new(|| Api {
    name: "test".to_owned(),
    document: "openapi/test.yaml".to_owned(),
    base_paths: vec!["/test".to_owned()],
    endpoint_variable: "TEST_ENDPOINT".to_owned(),
    endpoint_aliases: Vec::new(),
    endpoint_end: None,
    key_variable: "TEST_KEY".to_owned(),
    key_header: "bearer".to_owned(),
    feature: "test".to_owned(),
    client: "TestClient".to_owned(),
    aliases: Vec::new(),
    hand_written: true,
    shared: true,
    shortcuts: true,
});

/// Returns the APIs of the workspace.
pub(crate) fn apis() -> &'static [Api] {
    static APIS: LazyLock<Vec<Api>> = LazyLock::new(|| apis::load(&workspace::root()).unwrap());
    &APIS
}

/// Writes the table of APIs to a directory, with one document for all of them.
pub(crate) fn write_apis(directory: &TempDir, document: &str) {
    directory.write(apis::FILE, include_str!("../../openapi/apis.toml"));
    for api in apis() {
        directory.write(&api.document, document);
    }
}

/// Creates a document with one operation, `ask`, whose request and response are the component `Body`, and merges in
/// `more`.
pub(crate) fn spec(more: &str) -> Value {
    let content =
        json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Body" } } });
    let mut doc = json!({
        "openapi": "3.0.3",
        "info": { "title": "Test", "version": "1" },
        "paths": { "/ask": { "post": {
            "operationId": "ask",
            "summary": "Asks",
            "x-imagine-retry": "idempotent",
            "requestBody": { "content": content },
            "responses": { "200": { "description": "Good.", "content": content } },
        } } },
        "components": { "schemas": { "Body": { "type": "object", "properties": {} } } },
    });
    merge(&mut doc, yaml(more));
    doc
}

/// Parses YAML.
pub(crate) fn yaml(text: &str) -> Value {
    yaml::parse(text).unwrap().value
}

/// Returns the specification of an API.
pub(crate) fn specification(api: &Api) -> Value {
    static LOADED: LazyLock<BTreeMap<&str, Value>> = LazyLock::new(|| {
        let load = |api: &'static Api| {
            let document = Document::load(&workspace::root().join(&api.document), &api.document);
            (api.document.as_str(), document.unwrap().value)
        };
        apis().iter().map(load).collect()
    });
    LOADED[api.document.as_str()].clone()
}

/// Creates a document with one component, `A`.
pub(crate) fn component(schema: Value) -> Value {
    json!({ "components": { "schemas": { "A": schema } } })
}

/// Checks the result of a rule for a component, and its count.
#[track_caller]
pub(crate) fn check_rule(
    rule: fn(&mut Value) -> Result<usize, Diagnostic>,
    schema: Value,
    count: usize,
    expected: Value,
) {
    let mut doc = component(schema);
    assert_eq!(rule(&mut doc).unwrap(), count);
    assert_eq!(doc["components"]["schemas"]["A"], expected);
}

/// Generates everything from a document.
pub(crate) fn generate(doc: Value) -> Result<Generated, Diagnostic> {
    pipeline::generate(&doc, &API)
}

/// Returns the diagnostic for [`spec`] with `more`.
pub(crate) fn diagnostic(more: &str) -> String {
    match generate(spec(more)) {
        Ok(_) => panic!("no diagnostic for {more}"),
        Err(diagnostic) => diagnostic.to_string(),
    }
}

/// Returns the generated file with this name, for [`spec`] with `more`.
pub(crate) fn file(more: &str, name: &str) -> String {
    let generated = generate(spec(more)).unwrap();
    let artifact = generated
        .artifacts
        .into_iter()
        .find(|artifact| artifact.path.ends_with(name));
    artifact.unwrap().contents
}

/// A temporary directory, removed on drop.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("imagine-xtask-{}-{count}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, contents: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // A leftover in the temporary directory does no harm.
        let _: io::Result<()> = fs::remove_dir_all(&self.0);
    }
}

/// Merges into a document: maps are merged, other values replaced, and null removes a member.
pub(crate) fn merge(doc: &mut Value, more: Value) {
    match (doc, more) {
        (Value::Object(doc), Value::Object(more)) => {
            for (key, value) in more {
                if value.is_null() {
                    doc.remove(&key);
                } else {
                    merge(doc.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (doc, more) => *doc = more,
    }
}
