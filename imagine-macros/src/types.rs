//! The Rust types that a field may have, and how a setter takes its value.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// How a setter takes the value of a field and turns it into what the field holds.
pub(crate) struct Argument {
    /// The type of the setter's parameter.
    pub(crate) accepts: TokenStream,
    /// The expression that converts the parameter.
    pub(crate) convert: TokenStream,
}

impl Argument {
    /// Numbers and booleans are taken as they are, lists from anything that yields the right items,
    /// everything else through `Into`.
    pub(crate) fn of(field: &Type, value: &Ident) -> Self {
        let (accepts, convert) = plain(core(field), value);
        let convert = if is_option(field) {
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

/// The type, or what its `Option` holds.
pub(crate) fn core(ty: &Type) -> &Type {
    inner(ty, "Option").unwrap_or(ty)
}

/// Whether the type is an `Option`.
pub(crate) fn is_option(ty: &Type) -> bool {
    inner(ty, "Option").is_some()
}

/// Whether the type is a `Vec`.
pub(crate) fn is_list(ty: &Type) -> bool {
    inner(ty, "Vec").is_some()
}

/// Whether the type is the primitive `name`.
pub(crate) fn is_primitive(ty: &Type, name: &str) -> bool {
    matches!(bare(ty), Type::Path(path) if path.path.is_ident(name))
}

/// Whether the type is a `String`, however the path to it is written.
pub(crate) fn is_string(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "String" && last.arguments.is_none())
}

fn is_scalar(ty: &Type) -> bool {
    is_primitive(ty, "bool") || is_number(ty)
}

/// Whether the type is a number.
pub(crate) fn is_number(ty: &Type) -> bool {
    is_integer(ty) || is_float(ty)
}

/// Whether the type is an integer that requests and responses can have.
pub(crate) fn is_integer(ty: &Type) -> bool {
    let names = [
        "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize",
    ];
    names.iter().any(|name| is_primitive(ty, name))
}

/// Whether the type is a floating-point number.
pub(crate) fn is_float(ty: &Type) -> bool {
    ["f32", "f64"].iter().any(|name| is_primitive(ty, name))
}

/// The `T` of `Option<T>` or `Vec<T>`, however the path to it is written.
fn inner<'a>(ty: &'a Type, outer: &str) -> Option<&'a Type> {
    let Type::Path(path) = bare(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if last.ident == outer => Some(ty),
        _ => None,
    }
}

/// The type without the invisible delimiters that a `macro_rules!` fragment has around it.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}
