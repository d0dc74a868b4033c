//! Facts that an object implies as a whole: servers and credentials.

use serde_json::{Value, json};

use super::Subject;
use super::part::{Content, Part};
use crate::diagnostic::Location;
use crate::openapi::json::{Object, items, members, string};

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

/// Adds the credentials that an operation requires, or that its document requires. A scheme counts by its contract:
/// neither its name nor the definition of an unused scheme matters.
pub(super) fn add_security(content: &mut Content<'_>, operation: &Part<'_>, doc: &Value) {
    let owners = [
        (operation.value, operation.location.clone()),
        (doc, Location::default()),
    ];
    let required = owners
        .iter()
        .find_map(|(owner, location)| Some((owner.get("security")?.as_array()?, location)));
    let Some((requirements, location)) = required.filter(|(list, _)| !list.is_empty()) else {
        return;
    };
    let schemes = doc.pointer("/components/securitySchemes");
    let contract = |requirement: &Value| {
        let schemes = requirement
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, scopes)| {
                let scheme = schemes.and_then(|schemes| schemes.get(name));
                let key = scheme.map_or_else(|| name.clone(), scheme_contract);
                (key, scopes.clone())
            });
        Value::Object(schemes.collect())
    };
    let requirements: Vec<Value> = requirements.iter().map(contract).collect();
    let location = location.key("security");
    let facts = &mut content.facts;
    facts.imply_alternatives(
        "security",
        Subject::Security,
        requirements.into(),
        &location,
    );
}

/// Describes the credentials of a scheme, for instance `apiKey header X-Key`.
fn scheme_contract(scheme: &Value) -> String {
    let words = ["type", "scheme", "in", "name"].into_iter();
    let words: Vec<&str> = words.filter_map(|key| string(scheme, key)).collect();
    words.join(" ")
}

/// Adds the requests for tokens of the security schemes; their descriptions are prose.
pub(super) fn add_schemes(content: &mut Content<'_>, doc: &Value) {
    let location = Location::default().key("components").key("securitySchemes");
    let components = doc.get("components").unwrap_or(&Value::Null);
    for (name, scheme) in members(components, "securitySchemes") {
        let members = scheme.as_object().into_iter().flatten();
        let part = |is_part: fn(&str) -> bool| -> Object {
            let part = members.clone().filter(|(key, _)| is_part(key));
            part.map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        };
        let flow = part(|key| ["flows", "openIdConnectUrl"].contains(&key));
        let prose = part(|key| key == "description" || key.starts_with("x-"));
        let facts = &mut content.facts;
        let location = location.key(name);
        if !flow.is_empty() {
            let key = format!("security scheme {name}");
            facts.imply(&key, Subject::SecurityFlow, json!(flow), &location);
        }
        if !prose.is_empty() {
            let key = format!("description of security scheme {name}");
            facts.imply(&key, Subject::Prose, json!(prose), &location);
        }
    }
}
