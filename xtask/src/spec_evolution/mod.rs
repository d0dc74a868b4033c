//! Tests with edits of the specifications, as a vendor or a maintainer may make them. An edit is either lowered, and
//! the generated code must compile and round-trip, or rejected with a message and a location.
//!
//! The tables are in `spec_evolution/`. Lowered edits are applied together, so that only one copy of the workspace is
//! compiled. It is built in the workspace's target directory and reuses its dependencies.

mod copy;
mod edit;

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::Value;

use self::copy::Copy;
use self::edit::Edit;
use crate::apis::Api;
use crate::codegen::pipeline;
use crate::testing;
use crate::testing::apis;

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

/// Checks that all edits together compile and that each round-trips.
fn check_lowered(edits: &[Edit]) {
    let artifacts = apis().iter().flat_map(|api| {
        let generated = pipeline::generate(&edited(api, edits), api);
        let generated = generated.unwrap_or_else(|diagnostic| panic!("{diagnostic}"));
        generated.artifacts
    });
    let copy = Copy::make(artifacts, edits);
    assert!(
        copy.run().success(),
        "the copy does not build or run; see above"
    );
}
