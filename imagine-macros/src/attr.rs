//! What the attributes of all derives have in common.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, Field, Ident, LitStr, Result};

/// The limits of a number, as literals.
#[derive(Clone, Default)]
pub(crate) struct Range {
    pub(crate) min: Option<Expr>,
    pub(crate) max: Option<Expr>,
}

impl Range {
    /// Reads `range(min = .., max = ..)`.
    pub(crate) fn parse(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let mut range = Self::default();
        meta.parse_nested_meta(|limit| {
            if limit.path.is_ident("min") {
                set(&mut range.min, limit.value()?.parse()?, &limit)
            } else if limit.path.is_ident("max") {
                set(&mut range.max, limit.value()?.parse()?, &limit)
            } else {
                Err(limit.error("expected `min = ..` or `max = ..`"))
            }
        })?;
        if range.min.is_none() && range.max.is_none() {
            return Err(meta.error("a range needs `min = ..`, `max = ..` or both"));
        }
        Ok(range)
    }

    /// The limits as two `Option<f64>` expressions.
    pub(crate) fn limits(&self) -> [TokenStream; 2] {
        [&self.min, &self.max].map(|limit| match limit {
            Some(limit) => quote!(::core::option::Option::Some((#limit) as f64)),
            None => quote!(::core::option::Option::None),
        })
    }
}

/// Stores a value that may be given once.
pub(crate) fn set<T>(slot: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>) -> Result<()> {
    if slot.replace(value).is_some() {
        return Err(meta.error("this key is given twice"));
    }
    Ok(())
}

/// The documentation of an item, its search aliases included.
pub(crate) fn docs(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("doc"))
}

/// The name of a field in JSON: serde's `rename`, else the field's own.
pub(crate) fn wire_name(field: &Field, ident: &Ident) -> Result<String> {
    let mut name = None;
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
    {
        attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        })?;
    }
    Ok(name.unwrap_or_else(|| {
        let name = ident.to_string();
        name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
    }))
}

/// A list of `#[doc(alias = "..")]` attributes.
pub(crate) fn doc_aliases<'a>(aliases: impl IntoIterator<Item = &'a LitStr>) -> TokenStream {
    let attrs = aliases
        .into_iter()
        .map(|alias| quote!(#[doc(alias = #alias)]));
    attrs.into_iter().map(ToTokens::into_token_stream).collect()
}
