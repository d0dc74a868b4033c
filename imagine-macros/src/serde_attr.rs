//! What serde's attributes say about names. Mistakes in them are serde's to report.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Field, Ident, LitStr, Result};

use crate::report::Errors;

/// A key in JSON, and where it is decided.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// The key of a field: serde's `rename`, else the field's own name.
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

/// Refuses keys that change how serde writes or reads, and that a derive would not follow.
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

/// Goes to the end of a key that was looked at, or only at its beginning.
fn skip_value(meta: &ParseNestedMeta<'_>) -> Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(syn::Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
