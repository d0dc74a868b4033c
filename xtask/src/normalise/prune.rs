//! Drops what no operation needs.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Fault;
use crate::model::Model;
use crate::model::reach::reach;
use crate::spec::json::text;
use crate::spec::schema;

/// Drops every component that neither the arguments nor the good answers of an operation need. Those of
/// error answers are among them: the SDK reads errors by hand.
pub(super) fn drop_unreachable(doc: &mut Value) -> Result<usize, Fault> {
    let needed = needed(&Model::read(doc)?);
    let Some(schemas) = schema::components_mut(doc) else {
        return Ok(0);
    };
    let before = schemas.len();
    schemas.retain(|name, _| needed.contains(name));
    Ok(before - schemas.len())
}

fn needed(model: &Model<'_>) -> BTreeSet<String> {
    let arguments = model.roots.iter().map(|root| root.component.clone());
    let mut needed = reach(model.schemas, arguments.chain(model.response_starts()));
    let samplings = needed
        .iter()
        .filter_map(|name| text(model.schemas.get(name)?, super::SAMPLING));
    let samplings: Vec<String> = samplings.map(str::to_owned).collect();
    needed.extend(reach(model.schemas, samplings));
    needed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{normalise, testing};

    #[test]
    fn only_what_responses_and_arguments_need_is_kept() {
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
        let (before, _) = normalise::SHAPE.split_at(normalise::SHAPE.len() - 2);
        normalise::run(before, &mut doc).unwrap();
        assert_eq!(drop_unreachable(&mut doc).unwrap(), 2);
        let kept: Vec<&String> = schema::components(&doc).unwrap().keys().collect();
        assert_eq!(kept, ["Body", "ByHand", "Argument"]);
    }
}
