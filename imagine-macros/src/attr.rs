//! Parsing of helper attributes, shared by all derives.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Result};

use crate::crate_path;
use crate::report::Errors;

/// Reads the keys of every `#[name(..)]`. After an error, reading continues with the next attribute.
pub(crate) fn read(
    attrs: &[Attribute],
    name: &str,
    errors: &mut Errors,
    mut key: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        errors.take(attr.parse_nested_meta(|meta| key(&meta)));
    }
}

/// Rejects `#[name(..)]` with an error message.
pub(crate) fn reject(attrs: &[Attribute], name: &str, message: &str, errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        errors.at(attr, message);
    }
}

/// Reads `#[name(..)]` on a type, whose only key is `crate`.
pub(crate) fn read_container(attrs: &[Attribute], name: &str, on: &str, errors: &mut Errors) {
    let location = format!("`#[{name}(..)]` on {on}");
    let mut path = None;
    read(attrs, name, errors, |meta| {
        if meta.path.is_ident("crate") {
            return set(&mut path, crate_path::read(meta)?, meta);
        }
        Err(unknown(meta, &location, &["crate"]))
    });
}

/// Stores the value of a key that may occur once.
pub(crate) fn set<T>(slot: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>) -> Result<()> {
    if slot.replace(value).is_some() {
        return Err(Error::new_spanned(&meta.path, "duplicate key"));
    }
    Ok(())
}

/// Stores the location of a flag, which is a key without a value.
pub(crate) fn flag(slot: &mut Option<Span>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    set(slot, meta.path.span(), meta)
}

/// Creates the error for an unknown key.
pub(crate) fn unknown(meta: &ParseNestedMeta<'_>, location: &str, known: &[&str]) -> Error {
    let expected = match known {
        [key] => format!("`{key}`"),
        keys => format!("one of `{}`", keys.join("`, `")),
    };
    let message = format!("unknown key in {location}; expected {expected}");
    Error::new_spanned(&meta.path, message)
}

/// The attributes of a field that its setter also gets: documentation, search aliases, deprecation.
pub(crate) fn forwarded(attrs: &[Attribute]) -> Vec<&Attribute> {
    let forwarded = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc") || attr.path().is_ident("deprecated"));
    forwarded.collect()
}

/// The `#[deprecated]` attribute of an item.
pub(crate) fn deprecation(attrs: &[Attribute]) -> Option<&Attribute> {
    attrs.iter().find(|attr| attr.path().is_ident("deprecated"))
}

/// Reads the items of `key(a, b)`.
pub(crate) fn list<T: syn::parse::Parse>(meta: &ParseNestedMeta<'_>) -> Result<Vec<T>> {
    let content;
    syn::parenthesized!(content in meta.input);
    let items = content.parse_terminated(T::parse, syn::Token![,])?;
    Ok(items.into_iter().collect())
}
