//! Rules for error responses.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::openapi::json::members;
use crate::openapi::shapes::OPERATION;
use crate::validate::spec::Spec;

const DEFAULT: &str = "default";

/// Responses are keyed by status.
pub(super) fn status(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let statuses = spec.each(&OPERATION).flat_map(|node| {
        let statuses = members(node.value, "responses").map(|(status, _)| status);
        statuses.map(|status| (node.location.key("responses").key(status), status))
    });
    let unknown = statuses.filter(|(_, status)| !is_status(status));
    unknown
        .map(|(location, status)| {
            let message = format!("`{status}` is not a status");
            Diagnostic::new(&location, message, "write three digits, `4XX` or `default`")
        })
        .collect()
}

/// Every operation has an error response with a schema.
pub(super) fn typed(spec: &Spec<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for node in spec.each(&OPERATION) {
        let location = node.location.key("responses");
        let failures: Vec<_> = members(node.value, "responses")
            .filter(|(status, _)| status.starts_with(['4', '5']) || *status == DEFAULT)
            .collect();
        if failures.is_empty() {
            let help = "add `default` with the schema of the service's errors";
            found.push(Diagnostic::new(
                &location,
                "the operation has no error response",
                help,
            ));
        }
        let untyped = failures
            .into_iter()
            .filter(|(_, response)| !is_typed(spec, response));
        found.extend(untyped.map(|(status, _)| without_schema(&location.key(status), status)));
    }
    found
}

fn without_schema(location: &Location, status: &str) -> Diagnostic {
    let message = format!("the error response `{status}` has no schema");
    Diagnostic::new(
        location,
        message,
        "add `content` with the schema of the service's errors",
    )
}

fn is_status(status: &str) -> bool {
    let mut chars = status.chars();
    let class = chars
        .next()
        .is_some_and(|class| ('1'..='5').contains(&class));
    let rest = chars.as_str();
    let exact = rest.len() == 2 && rest.chars().all(|digit| digit.is_ascii_digit());
    status == DEFAULT || status.starts_with("x-") || (class && (exact || rest == "XX"))
}

// The rule for references reports dangling ones.
fn is_typed<'a>(spec: &Spec<'a>, response: &'a Value) -> bool {
    spec.resolve(response).is_none_or(|response| {
        let mut content = members(response, "content").peekable();
        content.peek().is_some() && content.all(|(_, media)| media.get("schema").is_some())
    })
}
