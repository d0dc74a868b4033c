//! Invariants of ARCHITECTURE.md that the sources show.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

/// Directories without our sources.
const SKIPPED: [&str; 2] = ["target", "fixtures"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// A file of the repository.
struct File {
    /// The path below the root, with `/` on every system.
    path: String,
    text: String,
}

impl File {
    fn read(path: &Path) -> Self {
        let below = path.strip_prefix(root()).unwrap().to_string_lossy();
        Self {
            path: below.replace('\\', "/"),
            text: fs::read_to_string(path).unwrap(),
        }
    }

    /// Returns the numbered lines of code, without comments and unit tests, which are at the end of a file or in
    /// separate files.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.ends_with("/tests.rs");
        let end = self
            .text
            .find("#[cfg(test)]\nmod ")
            .unwrap_or(self.text.len());
        let code = if is_test { "" } else { &self.text[..end] };
        let lines = code.lines().enumerate();
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Returns all files below a directory with this suffix.
fn files(dir: &str, ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    collect(&root().join(dir), ending, &mut found);
    assert!(!found.is_empty(), "no {ending} in {dir}");
    found
}

fn collect(dir: &Path, ending: &str, found: &mut Vec<File>) {
    let mut entries: Vec<_> = fs::read_dir(dir)
        .unwrap_or_else(|error| panic!("{}: {error}", dir.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&&*name) && !name.starts_with('.') {
                collect(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(File::read(&path));
        }
    }
}

/// Returns the matches of a pattern in the code of some directories, except in files whose paths start with an allowed
/// prefix.
fn violations(dirs: &[&str], pattern: &str, allowed: &[&str]) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let files = dirs.iter().flat_map(|dir| files(dir, ".rs"));
    let files = files.filter(|file| !allowed.iter().any(|start| file.path.starts_with(start)));
    files
        .flat_map(|file| {
            let found = file.code().filter(|(_, line)| pattern.is_match(line));
            let described = |(number, line): (usize, &str)| {
                format!("{}:{}: {}", file.path, number + 1, line.trim())
            };
            found.map(described).collect::<Vec<_>>()
        })
        .collect()
}

/// A call that is restricted to one location, and the pattern that detects it.
struct RestrictedCall {
    what: &'static str,
    pattern: &'static str,
    /// The file, or the common prefix of several paths.
    location: &'static str,
}

const ONLY_PLACES: [RestrictedCall; 5] = [
    RestrictedCall {
        what: "names the HTTP client",
        pattern: r"(^|[^:\w])(::)?(reqwest|hyper)::",
        location: "imagine-sdk/src/transport/reqwest",
    },
    RestrictedCall {
        what: "names the TLS library",
        pattern: r"\b(rustls|rustls_native_certs|webpki_roots|webpki_root_certs|native_tls)::",
        location: "imagine-sdk/src/transport/reqwest/",
    },
    RestrictedCall {
        what: "sleeps",
        pattern: r"\btime::(sleep|sleep_until|timeout|timeout_at|interval)\b|\bthread::sleep\b",
        location: "imagine-sdk/src/clock.rs",
    },
    RestrictedCall {
        what: "reads the environment",
        pattern: r"\benv::(var|vars|var_os|vars_os)\b",
        location: "imagine-sdk/src/client/env.rs",
    },
    RestrictedCall {
        what: "encodes a path",
        pattern: r"\bpath_segments_mut\b|\bset_path\b|\bpercent_encode\b|\bpercent_encoding::utf8",
        location: "imagine-sdk/src/request/path.rs",
    },
];

#[test]
fn restricted_calls_occur_only_in_their_modules() {
    for RestrictedCall {
        what,
        pattern,
        location,
    } in ONLY_PLACES
    {
        let elsewhere = violations(&["imagine-sdk/src"], pattern, &[location]);
        assert!(
            elsewhere.is_empty(),
            "only {location} {what}: {elsewhere:#?}"
        );
        // A pattern that does not match its own location would match nothing.
        let all = violations(&["imagine-sdk/src"], pattern, &[]);
        assert!(
            !all.is_empty(),
            "{location} no longer {what}; fix this test"
        );
    }
}

/// The crate is re-exported, so that callers can create a compatible client. All other imports name it.
#[test]
fn the_http_client_is_imported_only_by_its_transport() {
    let import = r"\buse (::)?(reqwest|hyper)\b";
    let found = violations(
        &["imagine-sdk/src"],
        import,
        &["imagine-sdk/src/transport/reqwest"],
    );
    let [found] = &found[..] else {
        panic!("{found:#?}")
    };
    assert!(found.starts_with("imagine-sdk/src/lib.rs:"), "{found}");
}

/// The exceptions are the thread of a blocking client, the threads that wait on behalf of tasks, and reads of files.
#[test]
fn the_sdk_starts_no_tasks_and_no_threads() {
    let found = violations(
        &["imagine-sdk/src"],
        r"\b(spawn|spawn_blocking|spawn_local|spawn_scoped)\(",
        &[
            "imagine-sdk/src/blocking/runtime.rs",
            "imagine-sdk/src/transport/upload.rs",
        ],
    );
    assert!(found.is_empty(), "{found:#?}");
}

const LIBRARIES: [&str; 4] = [
    "imagine-sdk/src",
    "imagine-macros/src",
    "imagine-mock/src",
    "imagine-cli/src",
];

#[test]
fn libraries_do_not_panic_explicitly() {
    // A macro with a path is generated after an error and never runs.
    let pattern = r"\.unwrap(_err)?\(\)|(^|[^:\w])(todo|unimplemented|panic|unreachable|dbg)!";
    let found = violations(&LIBRARIES, pattern, &[]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_code_is_unsafe() {
    let found = violations(&LIBRARIES, r"\bunsafe\b", &[]);
    assert!(found.is_empty(), "{found:#?}");
}

/// Two spellings in one object would be "duplicate field" with an alias, and two fields without one.
#[test]
fn no_field_has_a_serde_alias() {
    let found = violations(&["imagine-sdk/src"], r"serde\(.*\balias\b", &[]);
    assert!(found.is_empty(), "{found:#?}");
}

/// An untagged enum reports "did not match any variant" without a path.
#[test]
fn no_response_type_is_untagged() {
    let untagged = Regex::new(r"(?s)#\[derive\(([^\]]*)\)\]\s*#\[serde\(untagged\)\]").unwrap();
    let all = files("imagine-sdk/src", ".rs");
    for file in all.iter().filter(|file| !file.path.ends_with("tests.rs")) {
        for found in untagged.captures_iter(&file.text) {
            assert!(
                !found[1].contains("Deserialize"),
                "{}: {}",
                file.path,
                &found[0]
            );
        }
    }
}

/// Returns the files in directories named `generated`.
fn generated() -> Vec<File> {
    let dirs = ["imagine-sdk/src", "imagine-mock/src", "imagine-cli/src"];
    let all = dirs.iter().flat_map(|dir| files(dir, ""));
    all.filter(|file| file.path.contains("/generated/"))
        .collect()
}

#[test]
fn generated_files_have_a_header() {
    for file in generated() {
        let start: String = file.text.chars().take(400).collect();
        assert!(start.contains("@generated"), "{}", file.path);
        assert!(start.contains("cargo xtask codegen"), "{}", file.path);
    }
}

#[test]
fn only_generated_files_have_the_header() {
    let marked = Regex::new("(?m)^// @generated").unwrap();
    for dir in LIBRARIES {
        for file in files(dir, ".rs") {
            let is_generated = file.path.contains("/generated/");
            assert_eq!(marked.is_match(&file.text), is_generated, "{}", file.path);
        }
    }
}

#[test]
fn generated_files_are_excluded_from_merges() {
    let attributes = fs::read_to_string(root().join(".gitattributes")).unwrap();
    let line = attributes.lines().find(|line| line.contains("generated/"));
    let line = line.expect("a line about generated files");
    assert!(
        line.contains("linguist-generated") && line.contains("-merge"),
        "{line}"
    );
}

/// A closed enum would fail on the first value that a service adds.
#[test]
fn generated_enums_are_open() {
    let closed =
        Regex::new(r"(?s)#\[derive\(([^\]]*)\)\]\s*(#\[[^\]]*\]\s*)*pub enum (\w+)").unwrap();
    let mut count = 0;
    // The mock's own enumeration of APIs is no value of a service.
    let is_of_types = |file: &File| file.path.ends_with("/types.rs");
    for file in generated().into_iter().filter(is_of_types) {
        for found in closed.captures_iter(&file.text) {
            assert!(
                found[1].contains("OpenEnum"),
                "{} in {}",
                &found[3],
                file.path
            );
            count += 1;
        }
        let all = file.text.matches("pub enum ").count();
        assert_eq!(
            closed.captures_iter(&file.text).count(),
            all,
            "{}",
            file.path
        );
    }
    assert!(count > 0, "no enum was found; fix this test");
}

/// Returns the directories of the repository, without hidden and build directories.
fn top_level_directories() -> Vec<String> {
    let entries = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let dirs = entries.filter(|path| path.is_dir());
    let names = dirs.map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    names
        .filter(|name| !name.starts_with('.') && !SKIPPED.contains(&name.as_str()))
        .collect()
}

#[test]
fn the_architecture_lists_every_directory() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let dirs = top_level_directories();
    assert!(dirs.len() >= 6, "{dirs:?}");
    for dir in dirs {
        assert!(
            architecture.contains(&format!("{dir}/")),
            "{dir} is missing"
        );
    }
}

/// Uncompiled examples become outdated.
#[test]
fn every_guide_is_compiled() {
    let compiled = fs::read_to_string(root().join("tests/src/lib.rs")).unwrap();
    let guides = root().join("docs");
    let guides = guides.is_dir().then(|| files("docs", ".md"));
    let has_code = |guide: &File| guide.text.contains("```rust");
    for guide in guides.into_iter().flatten().filter(has_code) {
        let included = format!("include_str!(\"../../{}\")", guide.path);
        assert!(
            compiled.contains(&included),
            "{} is not compiled: name it in tests/src/lib.rs",
            guide.path
        );
    }
}

#[test]
fn every_package_inherits_the_workspace_lints() {
    let members = files("", "Cargo.toml");
    assert!(members.len() >= 6, "the workspace has its packages");
    for member in members {
        let is_root = !member.text.contains("[package]");
        let inherits = member.text.contains("[lints]\nworkspace = true");
        assert!(
            is_root || inherits,
            "{} does not inherit the lints",
            member.path
        );
    }
}

/// Published packages have metadata and licenses, and contain nothing that only this repository uses.
#[test]
fn every_published_package_has_metadata_and_readme() {
    let members = files("", "Cargo.toml");
    let published = members.iter().filter(|member| {
        member.text.contains("[package]") && !member.text.contains("publish = false")
    });
    let mut count = 0;
    for member in published {
        let dir = root().join(&member.path).parent().unwrap().to_owned();
        for key in [
            "description",
            "license.workspace",
            "readme",
            "keywords",
            "categories",
            "include",
        ] {
            let given = member.text.contains(&format!("\n{key} = "));
            assert!(given, "{} has no {key}", member.path);
        }
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let copy = fs::read(dir.join(licence)).unwrap_or_default();
            assert!(
                copy == fs::read(root().join(licence)).unwrap(),
                "{}: {licence}",
                member.path
            );
        }
        count += 1;
    }
    assert_eq!(count, 4, "published packages");
}

#[test]
fn the_readme_states_the_origin_of_fixtures() {
    let readme = fs::read_to_string(root().join("tests/fixtures/README.md")).unwrap();
    assert!(readme.contains("Nothing here was recorded from the live service"));
    let attributes = fs::read_to_string(root().join(".gitattributes")).unwrap();
    assert!(
        attributes.contains("tests/fixtures/** -text"),
        "line endings are part of the bytes"
    );
}

/// The sources and documents in which every line uses standard terms: comments, messages and identifiers.
const STANDARD_SOURCES: [&str; 8] = [
    "bench",
    "fuzz/fuzz_targets",
    "imagine-cli/src",
    "imagine-macros/src",
    "imagine-mock/src",
    "imagine-sdk/examples",
    "imagine-sdk/src",
    "xtask/src",
];
const STANDARD_DOCUMENTS: [&str; 3] = ["docs", "openapi", "fuzz"];
const STANDARD_COMMENTS: [&str; 5] = [
    "imagine-cli/tests",
    "imagine-macros/tests",
    "tests/src",
    "tests/tests",
    "xtask/tests",
];

/// Words with a standard equivalent: response, chunk, retry, start, caller, directory, fix, idempotent, default. A
/// refusal of a model and a refused HTTP/2 stream are standard terms.
const NONSTANDARD_WORDS: &str = r"(?i)\b(answer(s|ed)?|pieces?|look(s|ed)? at|(tried|sent) again|begins|began|begun|nobody|somebody|whoever|folders?|mend(ed|s)?|costly|misfits?|signs? of life|unless changed)\b";

/// Openings of comments that are no noun phrase and no verb phrase.
const NONSTANDARD_OPENING: &str = r"^ *//[/!]? (What|Whether|How|Who) ";

/// Words in names, with their standard equivalents in `design` order: response, complete, error, truncated, fix,
/// dribble.
const NONSTANDARD_NAMES: [&str; 7] = [
    "answer",
    "whole",
    "said",
    "mend",
    "drip",
    "mislabelled",
    "judge",
];

#[test]
fn prose_and_messages_use_standard_terms() {
    let words = Regex::new(NONSTANDARD_WORDS).unwrap();
    let opening = Regex::new(NONSTANDARD_OPENING).unwrap();
    assert!(words.is_match("what nobody needs") && opening.is_match("    /// What it needs"));
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let mut found = Vec::new();
    let mut check = |directory: &str, end: &str, is_checked: &dyn Fn(&str) -> bool| {
        for file in files(directory, end) {
            let lines = file.text.lines().enumerate();
            let lines = lines.filter(|(_, line)| is_checked(line));
            let nonstandard =
                lines.filter(|(_, line)| words.is_match(line) || opening.is_match(line));
            found.extend(nonstandard.map(|(at, line)| format!("{}:{}: {line}", file.path, at + 1)));
        }
    };
    for directory in STANDARD_SOURCES {
        check(directory, ".rs", &|_| true);
    }
    for directory in STANDARD_COMMENTS {
        check(directory, ".rs", &is_comment);
    }
    for directory in STANDARD_DOCUMENTS {
        check(directory, ".md", &|_| true);
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn public_names_use_standard_terms() {
    let boundary = Regex::new("([a-z0-9])([A-Z])").unwrap();
    for file in files("api", ".txt") {
        for line in file.text.lines() {
            let words = boundary.replace_all(line, "${1}_${2}").to_lowercase();
            let mut words = words.split(|character: char| !character.is_alphanumeric());
            let nonstandard = words.find(|word| NONSTANDARD_NAMES.contains(word));
            assert_eq!(nonstandard, None, "{}: {line}", file.path);
        }
    }
}
