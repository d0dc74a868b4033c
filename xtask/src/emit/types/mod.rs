//! Rewrites the types of typify: names, fields and field types stay; documentation, derives and attributes come from
//! the specification.

mod access;
mod docs;
mod enums;
mod events;
mod fields;
mod named;
mod pages;
mod prose;
mod request;
mod rust_types;
mod structs;
#[cfg(test)]
mod tests;
mod unions;

use std::collections::BTreeSet;

use syn::Item;

pub(crate) use docs::{doc_attrs, sentence};

use crate::apis::Api;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::emit::typify::TypifyOutput;
use crate::model::Model;
use crate::openapi::schema;

/// Returns the items of `types.rs`, sorted by name.
pub(crate) fn types(
    model: &Model<'_>,
    raw: &TypifyOutput,
    api: &Api,
) -> Result<Vec<Item>, Diagnostic> {
    check_names(model)?;
    check_types(model, raw)?;
    check_methods(model)?;
    let mut types = Vec::new();
    for (name, item) in &raw.structs {
        let schema = model.schemas.get(name);
        let item = match schema.is_some_and(schema::is_union) {
            true => unions::rewrite(model, item)?,
            false => {
                let item = named::with_reserved(item, schema);
                Item::Struct(structs::rewrite(model, &item, api)?)
            }
        };
        types.push((name, item));
    }
    let pages = pages::implementations(model, raw, &types)?;
    types.extend(pages);
    types.extend(events::implementations(model));
    for (name, item) in &raw.enums {
        types.push((name, Item::Enum(enums::rewrite(model, item)?)));
    }
    types.sort_by_key(|(name, _)| *name);
    Ok(types.into_iter().map(|(_, item)| item).collect())
}

/// Names in scope in the generated module, which a type must not shadow.
const IN_SCOPE: [&str; 6] = ["Box", "Option", "Self", "String", "Vec", "Client"];

/// Rejects types that would shadow names in scope.
fn check_names(model: &Model<'_>) -> Result<(), Diagnostic> {
    let mut names = components(model).into_iter();
    match names.find(|name| IN_SCOPE.contains(&name.as_str())) {
        Some(name) => Err(Location::schema(name).diagnostic(DiagnosticKind::Shadows(name.clone()))),
        None => Ok(()),
    }
}

/// Checks that the components and the generated types correspond.
fn check_types(model: &Model<'_>, raw: &TypifyOutput) -> Result<(), Diagnostic> {
    let generated: BTreeSet<&String> = raw.structs.keys().chain(raw.enums.keys()).collect();
    let expected = components(model);
    let (mut missing, mut unknown) = (
        expected.difference(&generated),
        generated.difference(&expected),
    );
    match missing.next().or_else(|| unknown.next()) {
        Some(name) => Err(Location::schema(name).diagnostic(DiagnosticKind::NoType)),
        None => Ok(()),
    }
}

/// Checks that the names of methods and builders are unique.
fn check_methods(model: &Model<'_>) -> Result<(), Diagnostic> {
    let mut taken = components(model);
    for method in &model.methods {
        if !taken.insert(&method.builder) {
            return Err(method
                .location
                .diagnostic(DiagnosticKind::NameTaken(method.builder.clone())));
        }
    }
    Ok(())
}

/// Returns the names of the components without hand-written types.
fn components<'a>(model: &Model<'a>) -> BTreeSet<&'a String> {
    let generated = model
        .schemas
        .iter()
        .filter(|(_, schema)| !schema::is_by_hand(schema));
    generated.map(|(name, _)| name).collect()
}
