//! The modules of each crate form layers. Each module imports only from lower layers.

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

/// A crate with layers.
struct Crate {
    /// The directory of its sources.
    sources: &'static str,
    /// The file that declares the modules.
    root: &'static str,
    /// The layers from the lowest to the highest, as ARCHITECTURE.md lists them. Modules of one layer do not import
    /// each other.
    layers: &'static [&'static [&'static str]],
    /// The pair of modules that may import each other.
    mutual: &'static [&'static str],
}

const CRATES: [Crate; 4] = [
    Crate {
        sources: "imagine-sdk/src",
        root: "lib.rs",
        layers: SDK,
        // Generated and handwritten types contain each other.
        mutual: &["generated", "types"],
    },
    Crate {
        sources: "xtask/src",
        root: "main.rs",
        layers: XTASK,
        mutual: &[],
    },
    Crate {
        sources: "imagine-mock/src",
        root: "lib.rs",
        layers: MOCK,
        // The generated markers of operations implement traits of expectations, and the reverse.
        mutual: &["expect", "generated"],
    },
    Crate {
        sources: "imagine-cli/src",
        root: "main.rs",
        layers: CLI,
        mutual: &[],
    },
];

const CLI: &[&[&str]] = &[
    &["environment", "failure", "globals", "markdown"],
    &["output", "picture", "state", "terminal"],
    &["config", "operation"],
    &["generated", "session"],
    &["journal", "models"],
    &["commands"],
    &["cli"],
];

const MOCK: &[&[&str]] = &[
    &["clock", "connection", "contract", "hash", "latest"],
    &["api", "media_file", "profile"],
    &["response", "rule"],
    &["fault", "service"],
    &["request_log"],
    &["expect", "generated"],
    &["server"],
];

const XTASK: &[&[&str]] = &[
    &[
        "artifact",
        "diagnostic",
        "outcome",
        "pattern",
        "workspace",
        "yaml",
    ],
    &["error"],
    &["apis", "openapi"],
    &["budget", "diff", "model", "public_api", "validate"],
    &["compare", "lint", "normalize"],
    &["emit"],
    &["cli", "codegen"],
    &["testing"],
    &["spec_evolution"],
];

const SDK: &[&[&str]] = &[
    &["auth", "clock", "guides", "sse"],
    &["json"],
    &["error"],
    &["request"],
    &["response"],
    &["generated", "types"],
    &["transport"],
    &["trace"],
    &["pipeline"],
    &["stream"],
    &["client"],
    &["chat"],
    &["apis", "inference", "media", "operation"],
    &["bulk"],
    &["blocking", "testing"],
];

impl Crate {
    fn directory(&self) -> PathBuf {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        tests.parent().unwrap().join(self.sources)
    }

    fn layer(&self, module: &str) -> Option<usize> {
        let mut layers = self.layers.iter();
        layers.position(|layer| layer.contains(&module))
    }

    fn is_mutual(&self, module: &str, imported: &str) -> bool {
        self.mutual.contains(&module) && self.mutual.contains(&imported)
    }

    /// Returns the imports that point up, and the number of files.
    fn wrong_imports(&self) -> (Vec<String>, usize) {
        let root = self.directory();
        let mut all = Vec::new();
        files(&root, &mut all);
        let mut wrong = Vec::new();
        for path in &all {
            let below = path.strip_prefix(&root).unwrap();
            let first = below.components().next().unwrap();
            let module = first.as_os_str().to_string_lossy().replace(".rs", "");
            // A program of its own uses the public API.
            let is_program = module == "bin";
            if self.root.starts_with(&module) || is_program || path.ends_with("tests.rs") {
                continue;
            }
            let own = self.layer(&module);
            let own = own.unwrap_or_else(|| panic!("`{module}` is in no layer"));
            for imported in imports(&code(path)) {
                let Some(other) = self.layer(&imported) else {
                    continue;
                };
                if imported != module && other >= own && !self.is_mutual(&module, &imported) {
                    wrong.push(format!("{} imports `{imported}`", below.display()));
                }
            }
        }
        (wrong, all.len())
    }
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
    for one in CRATES {
        let (wrong, files) = one.wrong_imports();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", one.sources);
        assert!(files > 50, "{}: {files} files", one.sources);
    }
}

#[test]
fn every_module_of_the_crate_is_in_a_layer() {
    let declaration = Regex::new(r"(?m)^(?:pub )?mod (\w+);").unwrap();
    for one in CRATES {
        let root = fs::read_to_string(one.directory().join(one.root)).unwrap();
        let declared: BTreeSet<_> = declaration
            .captures_iter(&root)
            .map(|found| found[1].to_owned())
            .collect();
        let listed: BTreeSet<_> = one
            .layers
            .iter()
            .flat_map(|layer| layer.iter().map(|name| (*name).to_owned()))
            .collect();
        assert_eq!(declared, listed, "{}", one.sources);
    }
}
