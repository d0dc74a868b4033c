//! Turns typify's types into ours: their names, fields and field types stay; documentation, derives and
//! attributes come from the specification.

mod docs;
mod enums;
mod fields;
mod request;
mod rust_types;
mod structs;

use syn::{Item, parse_quote};

pub(crate) use docs::{doc_attrs, sentence};

use crate::error::{Fault, Place, Problem};
use crate::model::Model;
use crate::raw::Raw;
use crate::spec::json::text;

/// The items of `types.rs`, sorted by name.
pub(crate) fn types(model: &Model<'_>, raw: &Raw, api: &str) -> Result<Vec<Item>, Fault> {
    check_names(model, raw)?;
    let mut types = Vec::new();
    for (name, item) in &raw.structs {
        types.push((name, Item::Struct(structs::rewrite(model, item, api)?)));
    }
    for (name, item) in &raw.enums {
        types.push((name, Item::Enum(enums::rewrite(model, item)?)));
    }
    types.sort_by_key(|(name, _)| *name);
    let imports = (!model.roots.is_empty()).then(|| {
        parse_quote!(
            use super::ops;
        )
    });
    Ok(imports
        .into_iter()
        .chain(types.into_iter().map(|(_, item)| item))
        .collect())
}

/// Every component must have come out as one type of its name, and no other type may have.
fn check_names(model: &Model<'_>, raw: &Raw) -> Result<(), Fault> {
    let is_raw = |name: &String| raw.structs.contains_key(name) || raw.enums.contains_key(name);
    let generated = model
        .schemas
        .iter()
        .filter(|(_, schema)| text(schema, "x-imagine-rust").is_none());
    let missing = generated.map(|(name, _)| name).find(|name| !is_raw(name));
    let unknown = raw
        .structs
        .keys()
        .chain(raw.enums.keys())
        .find(|name| !model.schemas.contains_key(*name));
    match missing.or(unknown) {
        Some(name) => Err(Place::schema(name).fault(Problem::NoType)),
        None => Ok(()),
    }
}
