//! The Rust types that a field may have, and how a setter takes its value.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Field, Fields, GenericArgument, Ident, PathArguments, Result, Type};

/// The named fields of a struct, with their names.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
) -> Result<Vec<(&'a Ident, &'a Field)>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(
            &input.ident,
            format!("`{derive}` can be derived for a struct only"),
        ));
    };
    match &data.fields {
        Fields::Named(fields) => Ok(fields
            .named
            .iter()
            .filter_map(|field| Some((field.ident.as_ref()?, field)))
            .collect()),
        Fields::Unit => Ok(Vec::new()),
        Fields::Unnamed(fields) => Err(syn::Error::new_spanned(
            fields,
            format!("`{derive}` needs named fields"),
        )),
    }
}

/// How a setter takes the value of a field and turns it into what the field holds.
pub(crate) struct Argument {
    /// The type of the setter's parameter.
    pub(crate) accepts: TokenStream,
    /// The expression that converts the parameter `value`.
    pub(crate) convert: TokenStream,
}

impl Argument {
    /// Numbers and booleans are taken as they are, lists from anything that yields the right items,
    /// everything else through `Into`.
    pub(crate) fn of(field: &Type, value: &Ident) -> Self {
        let (optional, ty) = match inner(field, "Option") {
            Some(ty) => (true, ty),
            None => (false, field),
        };
        let (accepts, convert) = plain(ty, value);
        let convert = if optional {
            quote!(::core::option::Option::Some(#convert))
        } else {
            convert
        };
        Self { accepts, convert }
    }
}

fn plain(ty: &Type, value: &Ident) -> (TokenStream, TokenStream) {
    if is_scalar(ty) {
        return (quote!(#ty), quote!(#value));
    }
    if let Some(item) = inner(ty, "Vec") {
        return (
            quote!(impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<#item>>),
            quote!(::core::iter::Iterator::collect(::core::iter::Iterator::map(
                ::core::iter::IntoIterator::into_iter(#value),
                ::core::convert::Into::into,
            ))),
        );
    }
    (
        quote!(impl ::core::convert::Into<#ty>),
        quote!(::core::convert::Into::into(#value)),
    )
}

/// Whether the type, or what its `Option` holds, is the number type `name`.
pub(crate) fn is_number(ty: &Type, name: &str) -> bool {
    is_named(inner(ty, "Option").unwrap_or(ty), name)
}

/// Whether the type is an `Option`.
pub(crate) fn is_option(ty: &Type) -> bool {
    inner(ty, "Option").is_some()
}

fn is_scalar(ty: &Type) -> bool {
    ["bool", "i64", "u64", "f64"]
        .iter()
        .any(|name| is_named(ty, name))
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// The `T` of `Option<T>` or `Vec<T>`, however the path to it is written.
fn inner<'a>(ty: &'a Type, outer: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == outer)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
