//! Inlines the parameters, bodies and responses that operations refer to.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, members_mut, string};
use crate::openapi::operations::{self, Site};
use crate::openapi::{reference, schema};

/// Resolves the references of every operation and copies the parameters of its path.
pub(super) fn resolve(doc: &mut Value) -> Result<usize, Diagnostic> {
    let root = doc.clone();
    operations::change_all(doc, |site, node| {
        let mut shared = shared_parameters(&root, site);
        let inherited = in_list(&mut shared, &site.location.key("parameters"), &root)?;
        let own = in_member(node, "parameters", &site.location, &root)?;
        inherit(node, shared);
        let responses = in_member(node, "responses", &site.location, &root)?;
        inline_aliases(node, &root);
        let body = match node.get_mut("requestBody") {
            Some(body) => in_value(body, &site.location.key("requestBody"), &root)?,
            None => 0,
        };
        Ok(inherited + own + responses + body)
    })
}

/// Replaces references from responses to lists, maps and scalars, which have no type of their own.
fn inline_aliases(node: &mut Object, root: &Value) {
    let responses = node.get_mut("responses").and_then(Value::as_object_mut);
    for response in responses
        .into_iter()
        .flat_map(|responses| responses.values_mut())
    {
        for (_, media) in members_mut(response, "content") {
            let Some(schema) = media.get_mut("schema") else {
                continue;
            };
            let target = string(schema, "$ref").and_then(|_| reference::resolve(root, schema));
            let alias = target.filter(|target| {
                let kinds = ["array", "boolean", "integer", "number", "string"];
                let is_plain = string(target, "type").is_some_and(|kind| kinds.contains(&kind));
                let is_map = target
                    .get("additionalProperties")
                    .is_some_and(Value::is_object);
                !schema::is_by_hand(target)
                    && !schema::is_enum(target)
                    && (is_plain || is_map && !schema::is_struct(target))
            });
            if let Some(alias) = alias.cloned() {
                *schema = alias;
            }
        }
    }
}

fn shared_parameters(root: &Value, site: &Site) -> Vec<Value> {
    let item = root.get("paths").and_then(|paths| paths.get(&site.path));
    let shared = item.and_then(|item| item.get("parameters")?.as_array());
    shared.cloned().unwrap_or_default()
}

/// Inserts the parameters of the path before the operation's own, which override them.
fn inherit(node: &mut Object, mut shared: Vec<Value>) {
    let own = node
        .entry("parameters")
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(own) = own {
        shared.retain(|shared| !own.iter().any(|own| identity(own) == identity(shared)));
        own.splice(0..0, shared);
    }
}

fn identity(parameter: &Value) -> (Option<&str>, Option<&str>) {
    (string(parameter, "in"), string(parameter, "name"))
}

fn in_member(
    node: &mut Object,
    key: &str,
    location: &Location,
    root: &Value,
) -> Result<usize, Diagnostic> {
    let location = location.key(key);
    match node.get_mut(key) {
        Some(Value::Array(list)) => in_list(list, &location, root),
        Some(Value::Object(map)) => map
            .iter_mut()
            .map(|(key, item)| in_value(item, &location.key(key), root))
            .sum(),
        _ => Ok(0),
    }
}

fn in_list(list: &mut [Value], location: &Location, root: &Value) -> Result<usize, Diagnostic> {
    list.iter_mut()
        .enumerate()
        .map(|(at, item)| in_value(item, &location.key(at), root))
        .sum()
}

fn in_value(node: &mut Value, location: &Location, root: &Value) -> Result<usize, Diagnostic> {
    let Some(target) = string(node, "$ref") else {
        return Ok(0);
    };
    let found = target
        .strip_prefix('#')
        .and_then(|pointer| root.pointer(pointer));
    *node = found
        .cloned()
        .ok_or_else(|| location.diagnostic(DiagnosticKind::DanglingReference(target.to_owned())))?;
    Ok(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing;

    #[test]
    fn resolves_references_of_an_operation_and_its_path() {
        let mut doc = testing::spec(
            "{paths: {/ask: {
                parameters: [{$ref: '#/components/parameters/Max'}, {name: own, in: query, description: Shared.}],
                post: {parameters: [{name: own, in: query}], responses: {'429': {$ref: '#/components/responses/Busy'}}},
             }},
             components: {parameters: {Max: {name: max, in: query}}, responses: {Busy: {description: Busy.}}}}",
        );
        assert_eq!(resolve(&mut doc).unwrap(), 2);
        let operation = &doc["paths"]["/ask"]["post"];
        let expected = json!([{ "name": "max", "in": "query" }, { "name": "own", "in": "query" }]);
        assert_eq!(operation["parameters"], expected);
        assert_eq!(
            operation["responses"]["429"],
            json!({ "description": "Busy." })
        );
    }

    #[test]
    fn rejects_a_dangling_reference() {
        let mut doc = testing::spec(
            "paths: {/ask: {post: {parameters: [{$ref: '#/components/parameters/Max'}]}}}",
        );
        let message = resolve(&mut doc).unwrap_err().to_string();
        let expected = "#/paths/~1ask/post/parameters/0 (operation `ask`): \
                        `#/components/parameters/Max` points to nothing in this document";
        assert_eq!(message, expected);
    }
}
