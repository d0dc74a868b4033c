//! `cargo xtask spec compare` as a maintainer runs it, on a document as FastAPI publishes one.

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

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

const REPORT: &str = "\
openapi/inference.yaml against fastapi.json: 2 operations in both
  published paths are taken without `/v2`
  lowered by version 1, drop-dialect 1, drop-info-summary 1, const-is-enum 1, null-variants 4, \
exclusive-limits 1, examples-is-example 1, fastapi-validation-errors 3, fastapi-titles 23, fastapi-operation-ids 3

not understood (1):
  fastapi.json:82:40 #/components/schemas/ChatRequest/properties/labels/patternProperties: \
`patternProperties` is no key of an OpenAPI 3.0 schema object

our specification lacks (6):
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
fn a_document_of_fastapi_lists_exactly_the_differences() {
    let output = compare(&[]);
    assert_eq!(said(&output), REPORT);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&compare(&["--api", "inference"])), REPORT);
}

#[test]
fn ours_do_not_differ_from_themselves() {
    for api in ["inference", "media"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../openapi/{api}.yaml"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = command
            .args(["spec", "compare"])
            .arg(path)
            .output()
            .unwrap();
        assert!(
            said(&output).ends_with("Nothing differs.\n"),
            "{}",
            said(&output)
        );
        assert_eq!(output.status.code(), Some(0));
    }
}

/// Where the lines of a text stand in another, in their order; and what the other has besides.
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
fn a_proposal_keeps_every_line_and_adds_what_is_published() {
    let old = fs::read_to_string(fixture().join("openapi/inference.yaml")).unwrap();
    let new = said(&compare(&["--write"]));
    // The one line that is edited in location.
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
fn a_proposal_written_to_a_file_leaves_the_report_on_the_output() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("proposal.yaml");
    let output = compare(&[&format!("--write={}", path.display())]);
    assert_eq!(said(&output), REPORT);
    let proposal = fs::read_to_string(&path).unwrap();
    assert!(said(&compare(&["--write"])).starts_with(&proposal));
}

#[test]
fn misuse_is_told_from_differences() {
    for arguments in [&["--api", "video"][..], &["another.json"], &["--write="]] {
        assert_eq!(compare(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let output = compare(&["--api", "media"]);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(
        complaint.contains("no operation of fastapi.json is one of openapi/media.yaml"),
        "{complaint}"
    );
    assert_eq!(output.status.code(), Some(2));
}
