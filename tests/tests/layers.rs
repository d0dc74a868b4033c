//! The modules of `imagine-sdk` form layers. Each module imports only from lower layers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

/// The layers from the lowest to the highest, as ARCHITECTURE.md lists them. Modules of one layer do not import each
/// other. The exception is `types`: generated and handwritten types contain each other.
const LAYERS: &[&[&str]] = &[
    &["auth", "clock", "guides"],
    &["json"],
    &["transport"],
    &["error"],
    &["request"],
    &["response"],
    &["generated", "types"],
    &["trace"],
    &["pipeline"],
    &["stream"],
    &["client"],
    &["chat"],
    &["inference", "media", "operation"],
    &["blocking", "testing"],
];

/// The pair of modules that may import each other.
const MUTUAL: [&str; 2] = ["generated", "types"];

fn sources() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().join("imagine-sdk/src")
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The files of a directory and its subdirectories.
fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Returns the code of a file without comments, unit tests and attributes of derives, which contain paths for the
/// expansion.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let attributes = Regex::new(r"(?s)#\[request\(.*?\n\)\]").unwrap();
    let code = attributes.replace_all(&text[..end], "");
    let lines = code.lines();
    let lines =
        lines.filter(|line| !line.trim_start().starts_with("//") && !line.contains("doc = "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the top-level modules in imports and paths.
fn imports(code: &str) -> BTreeSet<String> {
    let path = Regex::new(r"\bcrate::(\w+)").unwrap();
    let group = Regex::new(r"(?s)\bcrate::\{(.*?)\};").unwrap();
    let word = Regex::new(r"(?:^|[,{]\s*)(\w+)").unwrap();
    let direct = path.captures_iter(code).map(|found| found[1].to_owned());
    let grouped = group.captures_iter(code).flat_map(|found| {
        let words = word.captures_iter(found.get(1).unwrap().as_str());
        words.map(|found| found[1].to_owned()).collect::<Vec<_>>()
    });
    direct.chain(grouped).collect()
}

#[test]
fn modules_import_only_from_lower_layers() {
    let root = sources();
    let mut all = Vec::new();
    files(&root, &mut all);
    let mut wrong = Vec::new();
    for path in &all {
        let below = path.strip_prefix(&root).unwrap();
        let first = below.components().next().unwrap();
        let module = first.as_os_str().to_string_lossy().replace(".rs", "");
        if module == "lib" || path.ends_with("tests.rs") {
            continue;
        }
        let own = layer(&module).unwrap_or_else(|| panic!("`{module}` is in no layer"));
        for imported in imports(&code(path)) {
            let Some(other) = layer(&imported) else {
                continue;
            };
            let is_mutual =
                MUTUAL.contains(&module.as_str()) && MUTUAL.contains(&imported.as_str());
            if imported != module && other >= own && !is_mutual {
                wrong.push(format!("{} imports `{imported}`", below.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(all.len() > 100, "{} files", all.len());
}

#[test]
fn every_module_of_the_crate_is_in_a_layer() {
    let lib = fs::read_to_string(sources().join("lib.rs")).unwrap();
    let declaration = Regex::new(r"(?m)^(?:pub )?mod (\w+);").unwrap();
    let declared: BTreeSet<_> = declaration
        .captures_iter(&lib)
        .map(|found| found[1].to_owned())
        .collect();
    let listed: BTreeSet<_> = LAYERS
        .iter()
        .flat_map(|layer| layer.iter().map(|name| (*name).to_owned()))
        .collect();
    assert_eq!(declared, listed);
}
