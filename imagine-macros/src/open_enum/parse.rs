//! Reads the variants of `#[derive(OpenEnum)]`.

use syn::{Data, DeriveInput, Error, Fields, LitStr, Variant};

use super::{Known, OpenEnum};
use crate::attr;
use crate::report::Errors;
use crate::shape;
use crate::types;

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> OpenEnum<'a> {
    shape::no_parameters(input, "OpenEnum", errors);
    attr::read_container(&input.attrs, "open", "an enum", errors);
    let mut model = OpenEnum {
        name: shape::quiet(&input.ident),
        vis: &input.vis,
        known: Vec::new(),
    };
    let Data::Enum(data) = &input.data else {
        errors.at(&input.ident, "`OpenEnum` can be derived for an enum only");
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
            "an open enum needs a variant `Other(String)` for values it does not name",
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
        "`Other` stands for every name",
        errors,
    );
    let text = match &other.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields
            .unnamed
            .iter()
            .all(|field| types::is_string(&field.ty)),
        _ => false,
    };
    if !text {
        errors.at(other, "`Other` keeps the value that came: `Other(String)`");
    }
}

fn known(variant: &Variant, errors: &mut Errors) -> Option<Known> {
    if !matches!(variant.fields, Fields::Unit) {
        let message = "a variant of an open enum is a unit, or `Other(String)`";
        errors.at(&variant.fields, message);
        return None;
    }
    let named = variant
        .attrs
        .iter()
        .any(|attr| attr.path().is_ident("open"));
    if !named {
        let message =
            "a variant of an open enum needs its name on the wire: `#[open(name = \"..\")]`";
        errors.push(Error::new_spanned(&variant.ident, message));
        return None;
    }
    let wire = wire(variant, errors)?;
    let variant = shape::quiet(&variant.ident);
    Some(Known { variant, wire })
}

/// The name in `#[open(name = "..")]`. Where there is none, that has been reported.
fn wire(variant: &Variant, errors: &mut Errors) -> Option<LitStr> {
    let mut wire = None;
    attr::read(&variant.attrs, "open", errors, |meta| {
        if meta.path.is_ident("name") {
            return attr::set(&mut wire, meta.value()?.parse()?, meta);
        }
        Err(attr::unknown(meta, "`#[open(..)]`", &["name"]))
    });
    if wire.is_none() && errors.is_empty() {
        errors.at(&variant.ident, "`#[open(..)]` needs `name = \"..\"`");
    }
    wire
}
