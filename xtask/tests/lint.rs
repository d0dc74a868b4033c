//! `cargo xtask spec lint` and `cargo xtask codegen` as a maintainer runs them.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SPECS: [&str; 2] = ["openapi/inference.yaml", "openapi/media.yaml"];

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).output().unwrap()
}

/// A copy of the specifications, in which the first `from` of the inference API's is `to`; and the line
/// that it stands in.
fn copy(name: &str, from: &str, to: &str) -> (PathBuf, usize) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(root.join("openapi")).unwrap();
    for spec in SPECS {
        fs::copy(workspace.join(spec), root.join(spec)).unwrap();
    }
    let whole = fs::read_to_string(root.join(SPECS[0])).unwrap();
    let at = whole.find(from).unwrap();
    fs::write(root.join(SPECS[0]), whole.replacen(from, to, 1)).unwrap();
    (root, whole[..at].matches('\n').count() + 1)
}

fn lint(root: &Path) -> (Option<i32>, String) {
    let output = xtask(&["spec", "lint", "--root", root.to_str().unwrap()]);
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn the_specifications_are_clean() {
    let output = xtask(&["spec", "lint"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn an_operation_without_a_name_is_found_with_its_line() {
    let (root, line) = copy("nameless", "      operationId: chat\n", "");
    let (code, said) = lint(&root);
    assert_eq!(code, Some(1));
    // What is missing is told of the key `post` before it.
    let expected = format!(
        "openapi/inference.yaml:{}:5: operation-id: this operation has no `operationId`; ",
        line - 1
    );
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.ends_with("1 found\n"), "{said}");
}

#[test]
fn a_corrupted_retry_class_is_named_with_its_line_by_lint_and_by_codegen() {
    let hint = "x-imagine-retry: idempotent";
    let (root, line) = copy("retry", hint, "x-imagine-retry: maybe");
    let location = format!("openapi/inference.yaml:{line}:7: ");
    let problem = "`x-imagine-retry` must be `idempotent` or `unstarted`, not `maybe`";

    let (code, said) = lint(&root);
    assert_eq!(code, Some(1));
    assert!(
        said.starts_with(&format!("{location}hint: {problem}; ")),
        "{said}"
    );

    for arguments in [&["codegen"][..], &["codegen", "--check"]] {
        let output = xtask(&[arguments, &["--root", root.to_str().unwrap()]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said.starts_with(&format!("xtask: {location}#/paths/")),
            "{said}"
        );
        assert!(said.contains("(operation `chat`)"), "{said}");
        assert!(said.contains(problem), "{said}");
    }
}

#[test]
fn files_are_checked_alone_and_all_of_their_faults_are_told() {
    let (root, line) = copy("two", "openapi: 3.0.3", "openapi: 3.0.3\nopenapi: 3.0.3");
    let media = fs::read_to_string(root.join(SPECS[1])).unwrap();
    fs::write(
        root.join(SPECS[1]),
        media.replacen("description: ", "description: and ", 2),
    )
    .unwrap();
    let files = SPECS.map(|spec| root.join(spec).to_str().unwrap().to_owned());

    let output = xtask(&["spec", "lint", &files[0], &files[1]]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let twice = format!(
        "{}:{}:1: the key `openapi` is written twice",
        files[0],
        line + 1
    );
    assert!(said.starts_with(&twice), "{said}");
    let capital = "description: the description does not begin with a capital";
    assert_eq!(said.matches(capital).count(), 2, "{said}");
    assert!(said.ends_with("3 found\n"), "{said}");

    let alone = xtask(&["spec", "lint", &files[1]]);
    assert!(
        String::from_utf8(alone.stdout)
            .unwrap()
            .ends_with("2 found\n")
    );
}

#[test]
fn what_cannot_be_looked_at_is_misuse() {
    for arguments in [
        &["spec", "lint", "nowhere.yaml"][..],
        &["spec", "lnit"],
        &["spec", "lint", "--fix"],
        &["codegen", "--root", "nowhere"],
    ] {
        let output = xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}
