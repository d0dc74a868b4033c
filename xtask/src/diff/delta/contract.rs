//! Facts that an object implies as a whole: servers and credentials.

use serde_json::Value;

use super::Subject;
use super::part::Content;
use crate::diagnostic::Location;
use crate::openapi::json::{Object, items};

/// Adds the servers of a document, a path or an operation, whose order does not matter.
pub(super) fn add_servers(content: &mut Content<'_>, owner: &Value, location: &Location) {
    let servers: Vec<&Value> = items(owner, "servers").collect();
    if servers.is_empty() {
        return;
    }
    let location = location.key("servers");
    let urls: Vec<Value> = servers
        .iter()
        .map(|server| server.get("url").cloned().unwrap_or_default())
        .collect();
    let without_url = |server: &Value| {
        let mut server = server.clone();
        server.as_object_mut().map(|server| server.remove("url"));
        server
    };
    let prose: Vec<Value> = servers.into_iter().map(without_url).collect();
    let facts = &mut content.facts;
    facts.imply_alternatives("servers", Subject::Server, urls.into(), &location);
    facts.imply_alternatives(
        "description of servers",
        Subject::Prose,
        prose.into(),
        &location,
    );
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
