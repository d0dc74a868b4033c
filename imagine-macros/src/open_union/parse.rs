//! Parsing of the variants of `#[derive(OpenUnion)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Result, Type, Variant};

use super::{OpenUnion, TypedVariant};
use crate::attr;
use crate::crate_path;
use crate::report::Errors;
use crate::shape;

/// The kinds of JSON values, by their names in the attribute and in the SDK.
const KINDS: [(&str, &str); 7] = [
    ("any", "Any"),
    ("boolean", "Boolean"),
    ("integer", "Integer"),
    ("number", "Number"),
    ("string", "String"),
    ("list", "List"),
    ("object", "Object"),
];

const KEYS: [&str; 4] = ["kinds", "tags", "fields", "required"];

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> OpenUnion<'a> {
    shape::reject_generics(input, "OpenUnion", errors);
    let (tag, events) = container(input, errors);
    let mut model = OpenUnion {
        name: shape::at_call_site(&input.ident),
        tag,
        events: events.is_some(),
        variants: Vec::new(),
    };
    let Data::Enum(data) = &input.data else {
        errors.at(&input.ident, "`OpenUnion` can only be derived for enums");
        return model;
    };
    let (other, typed): (Vec<_>, Vec<_>) = data
        .variants
        .iter()
        .partition(|variant| variant.ident == "Other");
    if other.first().and_then(|other| only(other)).is_none() {
        let message = "missing variant `Other(Value)`, which keeps unknown values";
        errors.at(&input.ident, message);
    }
    let typed = typed.into_iter();
    model.variants = typed.filter_map(|variant| read(variant, errors)).collect();
    model
}

/// Returns the tag in `#[union(tag = "..")]`, and the location of `events`, which excludes it.
fn container(input: &DeriveInput, errors: &mut Errors) -> (Option<LitStr>, Option<Span>) {
    let (mut tag, mut events, mut path) = (None, None, None);
    attr::read(&input.attrs, "union", errors, |meta| {
        if meta.path.is_ident("tag") {
            return attr::set(&mut tag, meta.value()?.parse()?, meta);
        }
        if meta.path.is_ident("events") {
            return attr::flag(&mut events, meta);
        }
        if meta.path.is_ident("crate") {
            return attr::set(&mut path, crate_path::read(meta)?, meta);
        }
        let location = "`#[union(..)]` on an enum";
        Err(attr::unknown(meta, location, &["tag", "events", "crate"]))
    });
    if let (Some(_), Some(span)) = (&tag, events) {
        errors.push(Error::new(span, "`tag` and `events` exclude each other"));
    }
    (tag, events)
}

/// Returns the type of a variant with one value.
fn only(variant: &Variant) -> Option<&Type> {
    match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|field| &field.ty)
        }
        _ => None,
    }
}

fn read<'a>(variant: &'a Variant, errors: &mut Errors) -> Option<TypedVariant<'a>> {
    let Some(ty) = only(variant) else {
        errors.at(variant, "a variant of an open union must have one value");
        return None;
    };
    let (mut kinds, mut tags, mut fields, mut required) = (None, None, None, None);
    attr::read(&variant.attrs, "union", errors, |meta| {
        match meta.path.get_ident().map(ToString::to_string).as_deref() {
            Some("kinds") => attr::set(&mut kinds, read_kinds(meta)?, meta),
            Some("tags") => attr::set(&mut tags, attr::list(meta)?, meta),
            Some("fields") => attr::set(&mut fields, attr::list(meta)?, meta),
            Some("required") => attr::set(&mut required, attr::list(meta)?, meta),
            _ => Err(attr::unknown(meta, "`#[union(..)]`", &KEYS)),
        }
    });
    Some(TypedVariant {
        variant: shape::at_call_site(&variant.ident),
        ty,
        kinds: kinds.unwrap_or_default(),
        tags: tags.unwrap_or_default(),
        fields: fields.unwrap_or_default(),
        required: required.unwrap_or_default(),
    })
}

fn read_kinds(meta: &ParseNestedMeta<'_>) -> Result<Vec<Ident>> {
    let names: Vec<Ident> = attr::list(meta)?;
    let kind = |name: &Ident| match KINDS.iter().find(|(known, _)| name == known) {
        Some((_, kind)) => Ok(Ident::new(kind, name.span())),
        None => {
            let known = KINDS.map(|(known, _)| known).join("`, `");
            let message = format!("unknown kind; expected one of `{known}`");
            Err(Error::new_spanned(name, message))
        }
    };
    names.iter().map(kind).collect()
}
