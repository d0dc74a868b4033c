//! Drops unused components.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::openapi::json::string;
use crate::openapi::lowered::SAMPLING;
use crate::openapi::reach::reach;
use crate::openapi::schema;

/// Drops the components that neither the arguments nor the successful responses of an operation need. Components of
/// error responses are among them: the SDK decodes errors with hand-written code.
pub(super) fn drop_unreachable(doc: &mut Value) -> Result<usize, Diagnostic> {
    let needed = needed(&Model::read(doc)?);
    let Some(schemas) = schema::components_mut(doc) else {
        return Ok(0);
    };
    let before = schemas.len();
    schemas.retain(|name, _| needed.contains(name));
    Ok(before - schemas.len())
}

fn needed(model: &Model<'_>) -> BTreeSet<String> {
    let arguments = model.methods.iter().map(|method| method.component.clone());
    let mut needed = reach(model.schemas, arguments.chain(model.response_starts()));
    let samplings = needed
        .iter()
        .filter_map(|name| string(model.schemas.get(name)?, SAMPLING));
    let samplings: Vec<String> = samplings.map(str::to_owned).collect();
    needed.extend(reach(model.schemas, samplings));
    needed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{normalize, testing};

    #[test]
    fn keeps_components_of_responses_and_arguments() {
        let mut doc = testing::spec(
            "{paths: {/ask: {post: {responses: {default: {content: {application/json: {schema: {$ref: '#/components/schemas/Failure'}}}}}}}},
             components: {schemas: {
                Body: {properties: {a: {$ref: '#/components/schemas/ByHand'}}},
                ByHand: {type: string, x-imagine-rust: 'crate::List<Argument>'},
                Argument: {type: object, properties: {}},
                Failure: {type: object, properties: {}},
                Unused: {type: object, properties: {}},
             }}}",
        );
        let (before, _) = normalize::SHAPE.split_at(normalize::SHAPE.len() - 2);
        normalize::run(before, &mut doc).unwrap();
        assert_eq!(drop_unreachable(&mut doc).unwrap(), 2);
        let kept: Vec<&String> = schema::components(&doc).unwrap().keys().collect();
        assert_eq!(kept, ["Body", "ByHand", "Argument"]);
    }
}
