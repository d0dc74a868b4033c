//! Runs `cargo xtask spec lint` and `cargo xtask codegen` as a maintainer does.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SPECS: [&str; 2] = ["openapi/inference.yaml", "openapi/media.yaml"];

const APIS: &str = "openapi/apis.toml";

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).output().unwrap()
}

/// Copies the specifications, replaces the first `from` of the inference API by `to`, and returns the line of the
/// edit.
fn copy(name: &str, from: &str, to: &str) -> (PathBuf, usize) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(root.join("openapi")).unwrap();
    for spec in SPECS.into_iter().chain([APIS]) {
        fs::copy(workspace.join(spec), root.join(spec)).unwrap();
    }
    let source = fs::read_to_string(root.join(SPECS[0])).unwrap();
    let at = source.find(from).unwrap();
    fs::write(root.join(SPECS[0]), source.replacen(from, to, 1)).unwrap();
    (root, source[..at].matches('\n').count() + 1)
}

fn lint(root: &Path) -> (Option<i32>, String) {
    let output = xtask(&["spec", "lint", "--root", root.to_str().unwrap()]);
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn the_specifications_have_no_errors() {
    let output = xtask(&["spec", "lint"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn reports_the_line_of_an_operation_without_a_name() {
    let (root, line) = copy("nameless", "      operationId: chat\n", "");
    let (code, stdout) = lint(&root);
    assert_eq!(code, Some(1));
    // The error is reported for the key `post` before it.
    let position = format!("--> openapi/inference.yaml:{}:5\n", line - 1);
    let expected = "error[operation-id]: this operation has no `operationId`\n";
    assert!(
        stdout.starts_with(expected) && stdout.contains(&position),
        "{stdout}"
    );
    assert!(stdout.ends_with("1 error\n"), "{stdout}");
}

#[test]
fn lint_and_codegen_report_the_line_of_an_unknown_retry_class() {
    let retry = "x-imagine-retry: idempotent";
    let (root, line) = copy("retry", retry, "x-imagine-retry: maybe");
    let position = format!("--> openapi/inference.yaml:{line}:7\n");
    let message =
        "error[extension]: `x-imagine-retry` must be `idempotent` or `unstarted`, not `maybe`\n";

    let (code, stdout) = lint(&root);
    assert_eq!(code, Some(1));
    assert!(
        stdout.starts_with(message) && stdout.contains(&position),
        "{stdout}"
    );

    for arguments in [&["codegen"][..], &["codegen", "--check"]] {
        let output = xtask(&[arguments, &["--root", root.to_str().unwrap()]].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr.starts_with(message) && stderr.contains(&position),
            "{stderr}"
        );
        assert!(stderr.contains("(operation `chat`)"), "{stderr}");
    }
}

#[test]
fn lints_files_alone_and_reports_all_errors() {
    let (root, line) = copy("two", "openapi: 3.0.3", "openapi: 3.0.3\nopenapi: 3.0.3");
    let media = fs::read_to_string(root.join(SPECS[1])).unwrap();
    fs::write(
        root.join(SPECS[1]),
        media.replacen("description: ", "description: and ", 2),
    )
    .unwrap();
    let files = SPECS.map(|spec| root.join(spec).to_str().unwrap().to_owned());

    let output = xtask(&["spec", "lint", &files[0], &files[1]]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let twice = format!("--> {}:{}:1\n", files[0], line + 1);
    assert!(
        stdout.starts_with("error[syntax]: duplicate key `openapi`"),
        "{stdout}"
    );
    assert!(stdout.contains(&twice), "{stdout}");
    let capital = "warning[description]: the description does not start with a capital";
    assert_eq!(stdout.matches(capital).count(), 2, "{stdout}");
    assert!(stdout.ends_with("1 error, 2 warnings\n"), "{stdout}");

    let alone = xtask(&["spec", "lint", &files[1]]);
    assert!(
        String::from_utf8(alone.stdout)
            .unwrap()
            .ends_with("2 warnings\n")
    );
}

#[test]
fn json_diagnostics_have_positions_for_editors() {
    let (root, line) = copy("json", "      operationId: chat\n", "");
    let root = root.to_str().unwrap();
    let output = xtask(&["spec", "lint", "--format", "json", "--root", root]);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["file"], "openapi/inference.yaml");
    assert_eq!(json["line"], line - 1);
    assert_eq!(json["code"], "operation-id");
}

#[test]
fn explains_a_code() {
    let output = xtask(&["spec", "lint", "--explain", "structure"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\n  operation: tags, summary, "), "{text}");
    let unknown = xtask(&["spec", "lint", "--explain", "strcture"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn unreadable_input_is_misuse() {
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
