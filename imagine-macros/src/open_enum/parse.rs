//! Parsing of the variants of `#[derive(OpenEnum)]`.

use syn::{Data, DeriveInput, Error, Fields, LitStr, Variant};

use super::{KnownVariant, OpenEnum};
use crate::attr;
use crate::report::Errors;
use crate::shape;
use crate::types;

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> OpenEnum<'a> {
    shape::reject_generics(input, "OpenEnum", errors);
    attr::read_container(&input.attrs, "open", "an enum", errors);
    let mut model = OpenEnum {
        name: shape::at_call_site(&input.ident),
        vis: &input.vis,
        known: Vec::new(),
    };
    let Data::Enum(data) = &input.data else {
        errors.at(&input.ident, "`OpenEnum` can only be derived for enums");
        return model;
    };
    let (other, named): (Vec<_>, Vec<_>) = data
        .variants
        .iter()
        .partition(|variant| variant.ident == "Other");
    match other.first() {
        Some(other) => check_other(other, errors),
        None => errors.at(
            &input.ident,
            "missing variant `Other(String)`, which keeps unknown values",
        ),
    }
    let known = named
        .into_iter()
        .filter_map(|variant| known(variant, errors));
    model.known = known.collect();
    model
}

fn check_other(other: &Variant, errors: &mut Errors) {
    attr::reject(
        &other.attrs,
        "open",
        "`Other` keeps unknown values and has no name",
        errors,
    );
    let is_string = match &other.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields
            .unnamed
            .iter()
            .all(|field| types::is_string(&field.ty)),
        _ => false,
    };
    if !is_string {
        errors.at(
            other,
            "`Other` must be `Other(String)`, which keeps unknown values",
        );
    }
}

fn known(variant: &Variant, errors: &mut Errors) -> Option<KnownVariant> {
    if !matches!(variant.fields, Fields::Unit) {
        let message = "a variant of an open enum must be a unit variant or `Other(String)`";
        errors.at(&variant.fields, message);
        return None;
    }
    let named = variant
        .attrs
        .iter()
        .any(|attr| attr.path().is_ident("open"));
    if !named {
        let message = "missing name on the wire: `#[open(name = \"..\")]`";
        errors.push(Error::new_spanned(&variant.ident, message));
        return None;
    }
    let wire = wire(variant, errors)?;
    let variant = shape::at_call_site(&variant.ident);
    Some(KnownVariant { variant, wire })
}

/// Returns the name in `#[open(name = "..")]`, or adds an error.
fn wire(variant: &Variant, errors: &mut Errors) -> Option<LitStr> {
    let mut wire = None;
    attr::read(&variant.attrs, "open", errors, |meta| {
        if meta.path.is_ident("name") {
            return attr::set(&mut wire, meta.value()?.parse()?, meta);
        }
        Err(attr::unknown(meta, "`#[open(..)]`", &["name"]))
    });
    if wire.is_none() && errors.is_empty() {
        errors.at(&variant.ident, "`#[open(..)]` requires `name = \"..\"`");
    }
    wire
}
