//! Several successful responses.

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::openapi::body::{JSON, is_success};
use crate::openapi::json::{Object, members_mut};
use crate::openapi::operations;

/// Makes one response of the successful ones with different JSON: the union of their schemas, with the first status.
/// The SDK tells them apart by their JSON.
pub(super) fn unite(doc: &mut Value) -> Result<usize, Diagnostic> {
    operations::change_all(doc, |_, node| {
        let mut operation = Value::Object(std::mem::take(node));
        let united = unite_in(&mut operation);
        if let Value::Object(members) = operation {
            *node = members;
        }
        Ok(united)
    })
}

fn unite_in(operation: &mut Value) -> usize {
    let original = operation.clone();
    let mut contents: Vec<&mut Object> = members_mut(operation, "responses")
        .filter(|(status, _)| is_success(&original, status))
        .filter_map(|(_, response)| response.get_mut("content")?.as_object_mut())
        .filter(|content| content.contains_key(JSON))
        .collect();
    let mut schemas: Vec<Value> = Vec::new();
    for content in &contents {
        let schema = content.get(JSON).and_then(|media| media.get("schema"));
        schemas.extend(schema.filter(|schema| !schemas.contains(schema)).cloned());
    }
    if schemas.len() < 2 {
        return 0;
    }
    let union = json!({ "schema": { "anyOf": schemas } });
    for (at, content) in contents.iter_mut().enumerate() {
        content.remove(JSON);
        if at == 0 {
            content.insert(JSON.to_owned(), union.clone());
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::schema::reference;
    use crate::testing;

    #[test]
    fn different_successes_become_a_union() {
        let mut doc = testing::spec(
            "paths: {/ask: {post: {responses: {
                '202': {description: A., content: {application/json: {schema: {type: string}}}},
                '204': {description: B.},
                '400': {description: C., content: {application/json: {schema: {type: integer}}}}}}}}",
        );
        assert_eq!(unite(&mut doc).unwrap(), 1);
        let responses = &doc["paths"]["/ask"]["post"]["responses"];
        let union = json!({ "anyOf": [reference("Body"), { "type": "string" }] });
        assert_eq!(responses["200"]["content"][JSON]["schema"], union);
        assert_eq!(responses["202"]["content"], json!({}));
        assert_eq!(
            responses["400"]["content"][JSON]["schema"]["type"],
            "integer"
        );
        assert_eq!(unite(&mut doc).unwrap(), 0);
    }
}
