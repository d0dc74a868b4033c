//! Runs `cargo xtask spec diff` and `cargo xtask release-note` as a maintainer does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const SPECS: [&str; 2] = ["openapi/inference.yaml", "openapi/media.yaml"];

const APIS: &str = "openapi/apis.toml";

fn xtask(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(directory);
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Creates a directory with the specifications, and a copy of the first with an optional response field removed, a
/// required parameter added, and a description reworded.
fn directory(name: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _absent: std::io::Result<()> = fs::remove_dir_all(&directory);
    fs::create_dir_all(directory.join("openapi")).unwrap();
    for spec in SPECS.into_iter().chain([APIS]) {
        fs::copy(workspace.join(spec), directory.join(spec)).unwrap();
    }
    let old = fs::read_to_string(directory.join(SPECS[0])).unwrap();
    let edits = [
        (
            "        failure: {type: string, nullable: true, description: The error message.}\n",
            "",
        ),
        (
            "        - name: aggregation_duration\n",
            "        - {name: tenant, in: query, required: true, schema: {type: string}}\n        \
             - name: aggregation_duration\n",
        ),
        ("Only the usage of this model.", "Usage of one model only."),
    ];
    let new = edits.iter().fold(old, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    fs::write(directory.join("new.yaml"), new).unwrap();
    directory
}

fn git(directory: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    let mut command = Command::new("git");
    command
        .args(identity)
        .args(arguments)
        .current_dir(directory);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// Creates the directory with the old version committed and the new one in its place.
fn repository(name: &str) -> PathBuf {
    let directory = directory(name);
    git(&directory, &["init", "--quiet"]);
    git(&directory, &["add", "openapi"]);
    git(
        &directory,
        &["commit", "--quiet", "--no-verify", "-m", "Old"],
    );
    fs::rename(directory.join("new.yaml"), directory.join(SPECS[0])).unwrap();
    directory
}

#[test]
fn three_changes_are_three_rows_with_classes() {
    let directory = directory("diff-table");
    let diff = |more: &[&str]| {
        xtask(
            &directory,
            &[&["spec", "diff", SPECS[0], "new.yaml"], more].concat(),
        )
    };
    let output = diff(&["--fail-on", "error"]);
    let table = stdout(&output);
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|row| row.split_whitespace().collect())
        .collect();
    assert_eq!(
        rows[0],
        ["SEVERITY", "ID", "WIRE", "RUST", "LOCATION", "CHANGE"]
    );
    assert_eq!(
        rows[1][..6],
        [
            "error",
            "response-optional-field-removed",
            "compatible",
            "breaking",
            "new:",
            "reranker"
        ]
    );
    assert!(table.contains("field `failure` is gone"), "{table}");
    assert_eq!(
        rows[2][..8],
        [
            "error",
            "required-argument-added",
            "breaking",
            "breaking",
            "new:",
            "usage",
            "query",
            "tenant"
        ]
    );
    assert_eq!(
        rows[3][..8],
        [
            "info",
            "prose-changed",
            "documentation",
            "documentation",
            "new:",
            "usage",
            "query",
            "model"
        ]
    );
    assert_eq!(rows[4], [""; 0]);
    assert!(
        table.ends_with("\n3 changes: 2 errors, 0 warnings, 1 info\n"),
        "{table}"
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(diff(&[]).status.code(), Some(0));
}

#[test]
fn fail_on_includes_worse_severities() {
    let directory = directory("diff-fail-on");
    let text = fs::read_to_string(directory.join(SPECS[0])).unwrap();
    let reworded = text.replace("Only the usage of this model.", "Usage of one model only.");
    fs::write(directory.join("reworded.yaml"), reworded).unwrap();
    let code = |new: &str, class: &str| {
        let arguments = ["spec", "diff", SPECS[0], new, "--fail-on", class];
        xtask(&directory, &arguments).status.code()
    };
    assert_eq!(code("reworded.yaml", "error"), Some(0));
    assert_eq!(code("reworded.yaml", "warning"), Some(0));
    assert_eq!(code("reworded.yaml", "info"), Some(1));
    assert_eq!(code("new.yaml", "info"), Some(1));
    assert_eq!(code(SPECS[0], "info"), Some(0));
}

#[test]
fn accepts_revisions_directories_and_files_at_revisions() {
    let directory = repository("diff-git");
    let diff = |old: &str, new: &str| {
        stdout(&xtask(
            &directory,
            &["spec", "diff", old, new, "--root", "."],
        ))
    };
    let counts = "3 changes: 2 errors, 0 warnings, 1 info\n";
    for (old, new) in [("HEAD", "."), ("HEAD:openapi/inference.yaml", SPECS[0])] {
        let table = diff(old, new);
        assert!(table.contains("inference: usage query tenant"), "{table}");
        assert!(table.ends_with(counts), "{table}");
    }
    assert_eq!(diff("HEAD", "HEAD"), "Nothing changed.\n");
}

#[test]
fn a_release_note_has_sections_and_classes() {
    let directory = repository("diff-note");
    let note = stdout(&xtask(&directory, &["release-note", "HEAD", "--root", "."]));
    let expected = "\
## Unreleased

### Breaking

- inference, `reranker response 200.failure` (and 1 more operation): field `failure` is gone (wire compatible, Rust breaking; it could be missing before)
- inference, `usage query tenant`: parameter `query tenant` is new and required (breaking; every call must pass it)

### Documentation

- inference, `usage query model`: `description` is reworded (documentation)
";
    assert_eq!(note, expected);
}

#[test]
fn json_contains_locations_and_classes() {
    let directory = directory("diff-json");
    let output = xtask(
        &directory,
        &["spec", "diff", SPECS[0], "new.yaml", "--format", "json"],
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["worst"], "error");
    let removed = &report["changes"][0];
    assert_eq!(removed["id"], "response-optional-field-removed");
    assert_eq!(
        removed["operations"],
        serde_json::json!(["reranker", "reranker_history"])
    );
    assert_eq!(
        removed["old"]["pointer"],
        "#/components/schemas/RerankerResponse/properties/failure"
    );
    assert_eq!(
        removed["new"]["pointer"],
        "#/components/schemas/RerankerResponse"
    );
    assert_eq!(
        [&removed["wire"], &removed["rust"]],
        ["compatible", "breaking"]
    );
}

#[test]
fn overrides_come_from_the_root() {
    let directory = directory("diff-overrides");
    let overrides = "\
[[override]]
id = \"response-optional-field-removed\"
severity = \"ignore\"
reason = \"The service never sent it.\"

[[override]]
id = \"required-argument-added\"
operation = \"chat\"
severity = \"info\"
reason = \"Not in this document.\"
";
    fs::write(directory.join("openapi/diff.toml"), overrides).unwrap();
    let diff = |more: &[&str]| {
        let arguments = ["spec", "diff", SPECS[0], "new.yaml", "--root", "."];
        xtask(&directory, &[&arguments, more].concat())
    };
    let output = diff(&["--fail-on", "error"]);
    assert_eq!(output.status.code(), Some(1));
    let table = stdout(&output);
    let counts = "\n2 changes: 1 error, 0 warnings, 1 info, 1 ignored by openapi/diff.toml\n";
    assert!(table.ends_with(counts), "{table}");
    let warning = String::from_utf8(output.stderr).unwrap();
    assert!(warning.contains("warning[unused-override]"), "{warning}");
    assert!(warning.contains("--> openapi/diff.toml:7:6\n"), "{warning}");

    let output = diff(&["--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["ignored"], 1);
    assert_eq!(report["diagnostics"][0]["line"], 7);

    let misspelled = overrides.replace("required-argument-added", "required-argument-aded");
    fs::write(directory.join("openapi/diff.toml"), misspelled).unwrap();
    let output = diff(&[]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("error[unknown-id]"), "{error}");
}

#[test]
fn explains_an_id() {
    let output = xtask(
        Path::new("."),
        &["spec", "diff", "--explain", "operation-removed"],
    );
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(
        text.starts_with("error[operation-removed]: An operation is gone."),
        "{text}"
    );
    assert!(text.contains("id = \"operation-removed\""), "{text}");
    let unknown = xtask(
        Path::new("."),
        &["spec", "diff", "--explain", "operation-gone"],
    );
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn misuse_has_another_exit_code_than_changes() {
    let directory = repository("diff-misuse");
    fs::write(directory.join("none.yaml"), "a: 1\n").unwrap();
    for arguments in [
        &["spec", "diff", SPECS[0]][..],
        &["spec", "diff", SPECS[0], SPECS[1], SPECS[0]],
        &["spec", "diff", "HEAD", SPECS[0], "--root", "."],
        &["spec", "diff", "no-such-revision", ".", "--root", "."],
        &["spec", "diff", "none.yaml", SPECS[0]],
        &["spec", "diff", "HEAD", ".", "--fail-on", "ignore"],
        &["spec", "diff", "HEAD", ".", "--explain", "operation-added"],
        &["spec", "diff", "HEAD", ".", "--format", "html"],
        &["release-note"],
    ] {
        let output = xtask(&directory, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

/// Writes a document whose schemas refer to ten others each, with operations that take and return one.
fn ring(schemas: usize, operations: usize, longest: usize) -> String {
    let reference = |at: usize| format!("{{$ref: '#/components/schemas/S{}'}}", at % schemas);
    let mut text = "openapi: 3.0.3\ninfo: {title: Ring, version: '1'}\npaths:\n".to_owned();
    for at in 0..operations {
        let content = |at| {
            format!(
                "content: {{application/json: {{schema: {}}}}}",
                reference(at)
            )
        };
        text += &format!("  /ask/{at}:\n    post:\n      operationId: ask_{at}\n");
        text += &format!("      requestBody:\n        {}\n", content(2 * at));
        text += "      responses:\n        '200':\n          description: Good.\n";
        text += &format!("          {}\n", content(2 * at + 1));
    }
    text += "components:\n  schemas:\n";
    for at in 0..schemas {
        text +=
            &format!("    S{at}:\n      type: object\n      required: [name]\n      properties:\n");
        text += &format!("        name:\n          type: string\n          maxLength: {longest}\n");
        for step in 1..=10 {
            text += &format!(
                "        r{step}:\n          {}\n",
                reference((at + 1) * step)
            );
        }
    }
    text
}

#[test]
#[ignore = "it shows the time of a large comparison; a unit test counts the work"]
fn compares_a_ring_of_1600_schemas_and_800_operations() {
    let directory = directory("diff-ring");
    for (file, longest) in [("old.yaml", 9), ("new.yaml", 10)] {
        fs::write(directory.join(file), ring(1600, 800, longest)).unwrap();
    }
    let table = stdout(&xtask(
        &directory,
        &["spec", "diff", "old.yaml", "new.yaml"],
    ));
    let counts = "\n1600 changes: 1600 errors, 0 warnings, 0 info\n";
    assert!(table.ends_with(counts), "{}", table.len());
}
