//! Facts that an object implies as a whole: servers and credentials.

use serde_json::Value;

use super::Subject;
use super::part::Content;
use crate::diagnostic::Location;
use crate::openapi::json::{Object, items};

/// Adds the servers of a document, a path or an operation.
pub(super) fn add_servers(content: &mut Content<'_>, owner: &Value, location: &Location) {
    for (at, server) in items(owner, "servers").enumerate() {
        let location = location.key("servers").key(at);
        let key = format!("server {}", at + 1);
        add_contract(content, &key, Subject::Server, server, &location);
    }
}

/// Adds a fact that is a contract; its descriptions are prose.
pub(super) fn add_contract(
    content: &mut Content<'_>,
    key: &str,
    subject: Subject,
    value: &Value,
    location: &Location,
) {
    let is_prose = |key: &str| ["description", "variables"].contains(&key) || key.starts_with("x-");
    let members = value.as_object().cloned().unwrap_or_default();
    let (prose, contract): (Object, Object) =
        members.into_iter().partition(|(key, _)| is_prose(key));
    let facts = &mut content.facts;
    facts.imply(key, subject, contract.into(), location);
    if !prose.is_empty() {
        let key = format!("description of {key}");
        facts.imply(&key, Subject::Prose, prose.into(), location);
    }
}
