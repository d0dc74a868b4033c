use serde_json::json;

use super::Overrides;
use crate::diff::tests::At::{Document, Response};
use crate::diff::tests::version;
use crate::diff::{Format, Pair, Report, Severity, of_pairs};
use crate::outcome::Outcome;
use crate::testing::{self, merge};

const OVERRIDES: &str = r#"
[[override]]
id = "response-field-removed"
operation = "a*"
location = "response 200.a"
severity = "info"
reason = "It never existed."

[[override]]
id = "request-became-required"
path = "/ask"
severity = "ignore"
reason = "Every client sends it."

[[override]]
id = "prose-changed"
api = "other"
severity = "error"
reason = "Unused."
"#;

/// Compares two versions in which a response loses a field and a request requires one, with overrides.
fn overridden(overrides: &str) -> Report {
    let versions = ["[a]", "[]"].map(|required| {
        let mut doc = version(Response, &format!("required: {required}"));
        if required == "[]" {
            merge(
                &mut doc["components"]["schemas"]["Got"],
                json!({ "properties": { "a": null } }),
            );
            doc["components"]["schemas"]["Sent"]["required"] = json!(["a"]);
        }
        doc
    });
    let [old, new] = versions;
    let pair = Pair {
        name: "test".to_owned(),
        old,
        new,
    };
    let mut overrides = Overrides::parse(overrides.to_owned()).unwrap();
    of_pairs(&[pair], &mut overrides)
}

#[test]
fn an_override_replaces_the_severity_for_a_reason() {
    let severities = |report: &Report| -> Vec<_> {
        let changes = report.changes.iter();
        changes
            .map(|change| (change.rule.id, change.severity))
            .collect()
    };
    let report = overridden("");
    let expected = [
        ("request-became-required", Severity::Error),
        ("response-field-removed", Severity::Error),
    ];
    assert_eq!(severities(&report), expected);

    let report = overridden(OVERRIDES);
    assert_eq!(
        severities(&report),
        [("response-field-removed", Severity::Info)]
    );
    assert_eq!(
        report.changes[0].reason.as_deref(),
        Some("It never existed.")
    );
    assert_eq!((report.ignored, report.worst()), (1, Some(Severity::Info)));
    let table = Format::Table.report(&report);
    assert!(table.contains("It never existed."), "{table}");
    assert!(
        table.ends_with("0 errors, 0 warnings, 1 info, 1 ignored by openapi/diff.toml"),
        "{table}"
    );
}

#[test]
fn an_override_that_matches_nothing_is_a_warning_with_its_line() {
    let report = overridden(OVERRIDES);
    let warnings: Vec<String> = report.unused.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].starts_with("warning[unused-override]: no change matches"),
        "{}",
        warnings[0]
    );
    assert!(
        warnings[0].contains("--> openapi/diff.toml:16:6\n"),
        "{}",
        warnings[0]
    );
    for other in ["b*", "response 200.b", "/tell"] {
        let overrides = ["a*", "response 200.a", "/ask"]
            .iter()
            .fold(OVERRIDES.to_owned(), |text, from| {
                text.replace(&format!("\"{from}\""), &format!("\"{other}\""))
            });
        assert_eq!(overridden(&overrides).unused.len(), 3, "{other}");
    }
}

#[test]
fn an_override_of_an_operation_leaves_changes_of_others() {
    let tell = "paths: {/tell: {get: {operationId: tell, responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Got'}}}}}}}}";
    let [old, new] = ["[a]", "[]"].map(|required| {
        let mut doc = version(Document, tell);
        doc["components"]["schemas"]["Got"]["required"] = testing::yaml(required);
        doc
    });
    let pair = [Pair {
        name: "test".to_owned(),
        old,
        new,
    }];
    for (operation, expected) in [("ask", Severity::Error), ("*", Severity::Warning)] {
        let text = format!(
            "[[override]]\nid = 'response-became-optional'\noperation = '{operation}'\nseverity = 'warning'\nreason = 'Known.'"
        );
        let mut overrides = Overrides::parse(text).unwrap();
        assert_eq!(
            of_pairs(&pair, &mut overrides).worst(),
            Some(expected),
            "{operation}"
        );
    }
}

#[test]
fn a_wrong_override_is_an_error_with_its_line() {
    for (text, message, position) in [
        (
            "\n[[override]]\nid = 'operation-remove'\nseverity = 'info'\nreason = 'x'",
            "error[unknown-id]: no change has the id `operation-remove`",
            "3:6",
        ),
        (
            "[[override]]\nid = 'operation-removed'\nseverity = 'info'",
            "missing field `reason`",
            "1:1",
        ),
        (
            "[[override]]\nid = 'operation-removed'\nseverity = 'info'\nreason = ' '",
            "error[reason]: the reason is empty",
            "4:10",
        ),
        (
            "[[override]]\nid = 'operation-removed'\nseverity = 'fatal'\nreason = 'x'",
            "unknown variant `fatal`",
            "3:12",
        ),
        (
            "[[override]]\nid = 'operation-removed'\nseverity = 'info'\nreason = 'x'\nfile = 'y'",
            "unknown field `file`",
            "5:1",
        ),
    ] {
        let error = Overrides::parse(text.to_owned()).err().unwrap();
        assert_eq!(error.outcome(), Outcome::Bad);
        let error = error.to_string();
        assert!(error.contains(message), "{error}");
        assert!(
            error.contains(&format!("--> openapi/diff.toml:{position}\n")),
            "{error}"
        );
    }
    let error = Overrides::parse(
        "[[override]]\nid = 'operation-remove'\nseverity = 'info'\nreason = 'x'".to_owned(),
    );
    assert!(
        error
            .err()
            .unwrap()
            .to_string()
            .contains("`operation-removed`")
    );
}
