//! Edits of the specifications, as a vendor or a maintainer may make them. Each is either lowered, in which case
//! what comes of it must compile and go to the mock and back, or refused, with an error that says what and where.
//!
//! The tables are in `spec_evolution/`. Those that are lowered are applied together, so that there is one copy of the
//! workspace to compile; it is built in the workspace's own target directory and takes the libraries from there.

mod copy;
mod edit;

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::Value;

use self::copy::Copy;
use self::edit::Edit;
use crate::api::{APIS, Api};
use crate::pipeline;
use crate::testing;

/// The specification of an API, mutated.
fn mutated<'a>(api: &Api, edits: impl IntoIterator<Item = &'a Edit>) -> Value {
    let mut doc = testing::specification(api);
    for edit in edits.into_iter().filter(|edit| edit.api == api.name) {
        edit.apply(&mut doc);
    }
    doc
}

#[test]
fn every_mutation_is_lowered_or_refused_as_expected() {
    let lowered = Edit::all(include_str!("../../spec_evolution/lowered.yaml"));
    let refused = Edit::all(include_str!("../../spec_evolution/refused.yaml"));
    check_names(lowered.iter().chain(&refused));
    check_refused(&refused);
    check_lowered(&lowered);
    let (good, bad) = (lowered.len(), refused.len());
    let all = good + bad;
    // The harness swallows what `println!` prints.
    let said = format!(
        "tried {all} spec_evolution: {good} compile and round-trip, {bad} are refused as expected\n"
    );
    std::io::stderr().write_all(said.as_bytes()).unwrap();
}

/// Each has a name of its own, and changes something.
fn check_names<'a>(edits: impl Iterator<Item = &'a Edit>) {
    let mut names = BTreeSet::new();
    for edit in edits {
        assert!(names.insert(&edit.name), "two are called {}", edit.name);
        let changed = mutated(edit.api(), [edit]) != testing::specification(edit.api());
        assert!(changed, "{} changes nothing", edit.name);
    }
}

/// Each is refused alone, with an error that says what is wrong and where.
fn check_refused(edits: &[Edit]) {
    let said = |edit: &Edit| match pipeline::generate(&mutated(edit.api(), [edit]), edit.api()) {
        Ok(_) => "(nothing)".to_owned(),
        Err(diagnostic) => diagnostic.to_string(),
    };
    let said = edits.iter().map(|edit| (edit, said(edit)));
    let wrong: Vec<_> = said
        .filter(|(edit, said)| !edit.says.iter().all(|text| said.contains(text)))
        .map(|(edit, said)| format!("{} says {said:?}, not all of {:?}", edit.name, edit.says))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// All together compile, and each goes to the mock and back.
fn check_lowered(edits: &[Edit]) {
    let artifacts = APIS.iter().flat_map(|api| {
        let generated = pipeline::generate(&mutated(api, edits), api);
        let generated = generated.unwrap_or_else(|diagnostic| panic!("{diagnostic}"));
        generated.artifacts
    });
    let copy = Copy::make(artifacts, edits);
    assert!(
        copy.run().success(),
        "the copy does not build or run; see above"
    );
}
