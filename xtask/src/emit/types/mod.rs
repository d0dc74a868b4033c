//! Turns typify's types into local: their names, fields and field types stay; documentation, derives and
//! attributes come from the specification.

mod docs;
mod enums;
mod fields;
mod named;
mod prose;
mod request;
mod rust_types;
mod structs;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use syn::Item;

pub(crate) use docs::{doc_attrs, sentence};

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::document::schema;
use crate::emit::typify::TypifyOutput;
use crate::model::Model;

/// The items of `types.rs`, sorted by name.
pub(crate) fn types(
    model: &Model<'_>,
    raw: &TypifyOutput,
    api: &str,
) -> Result<Vec<Item>, Diagnostic> {
    check_names(model)?;
    check_types(model, raw)?;
    check_methods(model)?;
    let mut types = Vec::new();
    for (name, item) in &raw.structs {
        types.push((name, Item::Struct(structs::rewrite(model, item, api)?)));
    }
    for (name, item) in &raw.enums {
        types.push((name, Item::Enum(enums::rewrite(model, item)?)));
    }
    types.sort_by_key(|(name, _)| *name);
    Ok(types.into_iter().map(|(_, item)| item).collect())
}

/// What generated code finds in scope everywhere, and a type of that name would hide.
const IN_SCOPE: [&str; 6] = ["Box", "Option", "Self", "String", "Vec", "Client"];

/// No type may hide what the others are made of, or the client beside it.
fn check_names(model: &Model<'_>) -> Result<(), Diagnostic> {
    let mut names = generated(model).into_iter();
    match names.find(|name| IN_SCOPE.contains(&name.as_str())) {
        Some(name) => Err(Location::schema(name).diagnostic(DiagnosticKind::Shadows(name.clone()))),
        None => Ok(()),
    }
}

/// Every component must have come out as one type of its name, and no other type may have.
fn check_types(model: &Model<'_>, raw: &TypifyOutput) -> Result<(), Diagnostic> {
    let made: BTreeSet<&String> = raw.structs.keys().chain(raw.enums.keys()).collect();
    let wanted = generated(model);
    let (mut lacking, mut unknown) = (wanted.difference(&made), made.difference(&wanted));
    match lacking.next().or_else(|| unknown.next()) {
        Some(name) => Err(Location::schema(name).diagnostic(DiagnosticKind::NoType)),
        None => Ok(()),
    }
}

/// No two methods may have one name, and no builder the name of a type beside it.
fn check_methods(model: &Model<'_>) -> Result<(), Diagnostic> {
    let mut taken = generated(model);
    for method in &model.methods {
        if !taken.insert(&method.builder) {
            return Err(method
                .location
                .diagnostic(DiagnosticKind::NameTaken(method.builder.clone())));
        }
    }
    Ok(())
}

/// The names of the components that no type is written by hand for.
fn generated<'a>(model: &Model<'a>) -> BTreeSet<&'a String> {
    let generated = model
        .schemas
        .iter()
        .filter(|(_, schema)| !schema::is_by_hand(schema));
    generated.map(|(name, _)| name).collect()
}
