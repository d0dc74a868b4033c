//! Tests with edits of the specifications, as a vendor or a maintainer may make them. An edit is either lowered, and
//! the generated code must compile and round-trip, or rejected with a message and a location.
//!
//! The tables are in `spec_evolution/`. Lowered edits are applied together, so that only one copy of the workspace is
//! compiled. It is built in the workspace's target directory and reuses its dependencies.

mod copy;
mod edit;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};

use serde_json::Value;

use self::copy::Copy;
use self::edit::Edit;
use crate::apis::{self, Api};
use crate::artifact::Artifact;
use crate::codegen;
use crate::codegen::pipeline::{self, Generated, HAND_WRITTEN};
use crate::emit::features;
use crate::outcome::Mode;
use crate::testing::{self, TempDir};
use crate::workspace;

/// Returns the specification of an API with edits applied.
fn edited<'a>(api: &Api, edits: impl IntoIterator<Item = &'a Edit>) -> Value {
    let mut doc = testing::specification(api);
    for edit in edits.into_iter().filter(|edit| edit.api == api.name) {
        edit.apply(&mut doc);
    }
    doc
}

#[test]
fn every_edit_is_lowered_or_rejected_as_expected() {
    let lowered = Edit::all(include_str!("../../spec_evolution/lowered.yaml"));
    let rejected = Edit::all(include_str!("../../spec_evolution/rejected.yaml"));
    check_names(lowered.iter().chain(&rejected));
    check_rejected(&rejected);
    check_lowered(&lowered);
    let (good, bad) = (lowered.len(), rejected.len());
    let all = good + bad;
    // The harness captures the output of `println!`.
    let summary = format!(
        "tested {all} edits: {good} compile and round-trip, {bad} are rejected as expected\n"
    );
    std::io::stderr().write_all(summary.as_bytes()).unwrap();
}

/// Checks that names are unique and that every edit changes something.
fn check_names<'a>(edits: impl Iterator<Item = &'a Edit>) {
    let mut names = BTreeSet::new();
    for edit in edits {
        assert!(names.insert(&edit.name), "duplicate name {}", edit.name);
        let changed = edited(edit.api(), [edit]) != testing::specification(edit.api());
        assert!(changed, "{} changes nothing", edit.name);
    }
}

/// Checks that each edit alone is rejected with the expected message.
fn check_rejected(edits: &[Edit]) {
    let message = |edit: &Edit| match pipeline::generate(&edited(edit.api(), [edit]), edit.api()) {
        Ok(_) => "(nothing)".to_owned(),
        Err(diagnostic) => diagnostic.to_string(),
    };
    let messages = edits.iter().map(|edit| (edit, message(edit)));
    let wrong: Vec<_> = messages
        .filter(|(edit, message)| !edit.messages.iter().all(|part| message.contains(part)))
        .map(|(edit, message)| {
            format!(
                "{}: {message:?} lacks some of {:?}",
                edit.name, edit.messages
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns the APIs of the workspace with those of `spec_evolution/apis.toml`: an unrelated one, and another version of
/// the inference API beside the first.
fn further_apis() -> Vec<Api> {
    apis::parse(&further_table()).unwrap()
}

fn further_table() -> String {
    let table = include_str!("../../../openapi/apis.toml");
    format!(
        "{table}\n{}",
        include_str!("../../spec_evolution/apis.toml")
    )
}

/// Returns the specification of one of the further APIs, or that of the workspace with edits applied.
fn document(api: &Api, edits: &[Edit]) -> Value {
    match api.name.as_str() {
        "bookshop" => testing::yaml(BOOKSHOP),
        "inference_v3" => testing::yaml(&without_hand_written(INFERENCE)),
        _ => edited(api, edits),
    }
}

/// Returns a specification for an API without hand-written code.
fn without_hand_written(text: &str) -> String {
    let names_code = |line: &&str| !HAND_WRITTEN.iter().any(|key| line.contains(key));
    let lines = text.lines().filter(names_code);
    lines.map(|line| format!("{line}\n")).collect()
}

const INFERENCE: &str = include_str!("../../../openapi/inference.yaml");

const BOOKSHOP: &str = include_str!("../../spec_evolution/bookshop.yaml");

/// An API is a row and a document: codegen writes everything else, and only into generated files.
#[test]
fn a_row_and_a_document_suffice_for_another_api() {
    let directory = TempDir::new();
    let copied = testing::apis().iter().map(|api| api.document.as_str());
    for file in copied.chain([features::FILE]) {
        let text = fs::read_to_string(workspace::root().join(file)).unwrap();
        directory.write(file, &text);
    }
    let run = |mode| codegen::run(directory.path(), mode, &mut io::sink()).unwrap();
    directory.write(apis::FILE, include_str!("../../../openapi/apis.toml"));
    run(Mode::Write);
    directory.write(apis::FILE, &further_table());
    directory.write("openapi/bookshop.yaml", BOOKSHOP);
    directory.write(
        "openapi/inference_v3.yaml",
        &without_hand_written(INFERENCE),
    );
    run(Mode::Write);
    run(Mode::Check);
    for file in [
        "imagine-sdk/src/generated/bookshop/types.rs",
        "imagine-sdk/src/client/generated/inference_v3.rs",
        "imagine-sdk/src/blocking/generated/bookshop.rs",
        "imagine-mock/src/generated/inference_v3.rs",
    ] {
        assert!(directory.path().join(file).exists(), "{file}");
    }
    let manifest = directory.read(features::FILE);
    for feature in [
        "bookshop = [\"__client\", \"__bookshop_types\"]",
        "types = [\"__media_types\", \"__bookshop_types\", \"__inference_v3_types\"]",
    ] {
        assert!(manifest.contains(feature), "{feature}: {manifest}");
    }
    directory.write(apis::FILE, include_str!("../../../openapi/apis.toml"));
    run(Mode::Write);
    let orphan = directory
        .path()
        .join("imagine-sdk/src/client/generated/bookshop.rs");
    assert!(!orphan.exists());
}

/// Checks that all edits together compile with the further APIs, and that each round-trips.
fn check_lowered(edits: &[Edit]) {
    let apis = further_apis();
    let generated: Vec<Generated> = apis
        .iter()
        .map(|api| {
            let document = document(api, edits);
            let generated = pipeline::generate(&document, api);
            generated.unwrap_or_else(|diagnostic| panic!("{}: {diagnostic}", api.name))
        })
        .collect();
    let files = codegen::files(&workspace::root(), &apis, &generated).unwrap();
    let of_crates =
        |file: &Artifact| !file.path.starts_with("docs") && !file.path.starts_with("openapi");
    let documents = apis.iter().map(|api| Artifact {
        path: format!("imagine-mock/{}", api.document).into(),
        contents: document(api, edits).to_string(),
    });
    let files = files.into_iter().filter(of_crates).chain(documents);
    let copy = Copy::make(files, edits);
    assert!(
        copy.run().success(),
        "the copy does not build or run; see above"
    );
}
