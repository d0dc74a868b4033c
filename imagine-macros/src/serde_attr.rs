//! Keys of serde's attributes. serde's own derives report errors in them.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Field, Ident, LitStr, Result};

use crate::report::Errors;

/// A key in JSON, and the location that determines it.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// The key of a field: serde's `rename`, or the name of the field.
pub(crate) fn wire(field: &Field, ident: &Ident) -> Wire {
    let mut renamed = None;
    each_key(&field.attrs, |meta| {
        if meta.path.is_ident("rename") && meta.input.peek(syn::Token![=]) {
            renamed = Some(meta.value()?.parse::<LitStr>()?);
        }
        Ok(())
    });
    match renamed {
        Some(name) => Wire {
            name: name.value(),
            span: name.span(),
        },
        None => Wire {
            name: ident.unraw().to_string(),
            span: ident.span(),
        },
    }
}

/// Rejects keys that change serde's encoding or decoding and that the derive does not support.
pub(crate) fn reject(attrs: &[Attribute], keys: &[&str], message: &str, errors: &mut Errors) {
    each_key(attrs, |meta| {
        if keys.iter().any(|key| meta.path.is_ident(key)) {
            errors.at(&meta.path, message);
        }
        Ok(())
    });
}

fn each_key(attrs: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let _ = attr.parse_nested_meta(|meta| {
            read(&meta)?;
            skip_value(&meta)
        });
    }
}

/// Skips the rest of a key up to the next comma.
fn skip_value(meta: &ParseNestedMeta<'_>) -> Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(syn::Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
