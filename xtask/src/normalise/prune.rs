//! Drops what no operation needs.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Fault;
use crate::model::Model;
use crate::model::reach::reach;
use crate::spec::schema::{self, text};

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
    let mut needed = reach(model.schemas, arguments.chain(model.answer_starts()));
    let samplings = needed.iter().filter_map(|name| text(model.schemas.get(name)?, super::SAMPLING));
    let samplings: Vec<String> = samplings.map(str::to_owned).collect();
    needed.extend(reach(model.schemas, samplings));
    needed
}
