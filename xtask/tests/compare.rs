//! Runs `cargo xtask spec compare` as a maintainer does, on a document that FastAPI publishes.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare")
}

fn compare(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["spec", "compare", "fastapi.json", "--root", "."]);
    command.args(arguments).current_dir(fixture());
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

const REPORT: &str = "\
openapi/inference.yaml against fastapi.json: 2 shared operations
  stripped `/v2` from published paths
  lowered by fastapi-validation-errors 3, fastapi-titles 23, fastapi-operation-ids 3, version 1, drop-dialect 1, \
drop-info-summary 1, const-is-enum 1, null-variants 4, exclusive-limits 1, examples-is-example 1

unsupported (1):
  fastapi.json:82:40 #/components/schemas/ChatRequest/properties/labels/patternProperties: \
unknown key `patternProperties` of the OpenAPI 3.0 schema object

missing from our specification (6):
  chat request.effort: value `medium`
      openapi/inference.yaml:70:9 #/components/schemas/ChatRequest/properties/effort
      fastapi.json:78:11 #/components/schemas/ChatRequest/properties/effort
  chat request.seed: field `seed`
      openapi/inference.yaml:63:5 #/components/schemas/ChatRequest
      fastapi.json:80:11 #/components/schemas/ChatRequest/properties/seed
  chat request.tools: field `tools`
      openapi/inference.yaml:63:5 #/components/schemas/ChatRequest
      fastapi.json:81:11 #/components/schemas/ChatRequest/properties/tools
  chat request.labels: field `labels`
      openapi/inference.yaml:63:5 #/components/schemas/ChatRequest
      fastapi.json:82:11 #/components/schemas/ChatRequest/properties/labels
  models query owner: parameter `query owner`
      openapi/inference.yaml:32:5 #/paths/~1models~1{kind}/get
      fastapi.json:34:11 #/paths/~1v2~1models~1{model_kind}/get/parameters/2
  moderate: operation `POST /moderations`
      openapi/inference.yaml:2:1 #
      fastapi.json:49:7 #/paths/~1v2~1moderations/post

different, local → upstream (3):
  chat response 200.text: `type`: string → integer
      openapi/inference.yaml:79:9 #/components/schemas/ChatResponse/properties/text
      fastapi.json:91:11 #/components/schemas/ChatResponse/properties/text
  models query limit: `default`: 10 → 20
      openapi/inference.yaml:48:11 #/paths/~1models~1{kind}/get/parameters/1/schema
      fastapi.json:33:63 #/paths/~1v2~1models~1{model_kind}/get/parameters/1/schema
  models query limit: `maximum`: nothing → 100
      openapi/inference.yaml:48:11 #/paths/~1models~1{kind}/get/parameters/1/schema
      fastapi.json:33:63 #/paths/~1v2~1models~1{model_kind}/get/parameters/1/schema
";

#[test]
fn reports_exactly_the_differences_of_a_fastapi_document() {
    let output = compare(&[]);
    assert_eq!(stdout(&output), REPORT);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&compare(&["--api", "inference"])), REPORT);
}

#[test]
fn our_specifications_equal_themselves() {
    for api in ["inference", "media"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../openapi/{api}.yaml"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = command
            .args(["spec", "compare"])
            .arg(path)
            .output()
            .unwrap();
        assert!(
            stdout(&output).ends_with("Nothing differs.\n"),
            "{}",
            stdout(&output)
        );
        assert_eq!(output.status.code(), Some(0));
    }
}

/// Returns the lines that `new` adds to `old`, or `None` if it lacks some of them.
fn additions<'a>(old: &str, new: &'a str) -> Option<Vec<&'a str>> {
    let mut added = Vec::new();
    let mut rest = new.lines();
    for line in old.lines() {
        added.extend(rest.by_ref().take_while(|new| *new != line));
    }
    let all = old.lines().count() + added.len() + rest.clone().count();
    (all == new.lines().count()).then(|| added.into_iter().chain(rest).collect())
}

#[test]
fn a_proposal_keeps_every_line_and_adds_the_published_parts() {
    let old = fs::read_to_string(fixture().join("openapi/inference.yaml")).unwrap();
    let new = stdout(&compare(&["--write"]));
    // The proposal edits only this line.
    let old = old.replace("[low, high]", "[low, high, medium]");
    let added = additions(&old, &new).unwrap_or_else(|| unreachable!("{new}"));
    let added = added.join("\n");
    for expected in [
        "  /moderations:\n    post:\n      operationId: moderate\n      summary: Moderate\n      \
         x-provenance: {grade: published, source: fastapi.json}\n      x-imagine-retry: unstarted\n      \
         x-imagine-args: [input]\n",
        "        - name: owner\n          in: query\n",
        "        seed:\n",
        "    ModerationRequest:\n",
        "    Tool:\n",
        "#   chat response 200.text: `type`: string → integer; decide which is right",
        "#   fastapi.json:82:40 #/components/schemas/ChatRequest/properties/labels/patternProperties: ",
    ] {
        assert!(added.contains(expected), "{expected} is not in\n{added}");
    }
}

#[test]
fn writing_a_proposal_to_a_file_prints_the_report() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("proposal.yaml");
    let output = compare(&[&format!("--write={}", path.display())]);
    let output = stdout(&output);
    let decisions = output.strip_prefix(REPORT).unwrap();
    assert!(
        decisions.starts_with("\nto decide by hand ("),
        "{decisions}"
    );
    let proposal = fs::read_to_string(&path).unwrap();
    assert!(stdout(&compare(&["--write"])).starts_with(&proposal));
}

#[test]
fn misuse_has_another_exit_code_than_differences() {
    for arguments in [&["--api", "video"][..], &["another.json"], &["--write="]] {
        assert_eq!(compare(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let output = compare(&["--api", "media"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("fastapi.json and openapi/media.yaml share no operation"),
        "{stderr}"
    );
    assert_eq!(output.status.code(), Some(2));
}
