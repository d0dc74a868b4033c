//! Rust types of fields, and the parameters of their setters.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// The parameter of a setter, and its conversion into the value of the field.
pub(crate) struct SetterParameter {
    /// The type of the parameter.
    pub(crate) accepts: TokenStream,
    /// The expression that converts the parameter.
    pub(crate) convert: TokenStream,
}

impl SetterParameter {
    /// Accepts numbers and booleans unconverted, lists as any iterator of convertible items, and all other types
    /// through `Into`.
    pub(crate) fn new(field: &Type, value: &Ident) -> Self {
        let (accepts, convert) = convert(without_option(field), value);
        let convert = if is_option(field) {
            quote!(::core::option::Option::Some(#convert))
        } else {
            convert
        };
        Self { accepts, convert }
    }
}

fn convert(ty: &Type, value: &Ident) -> (TokenStream, TokenStream) {
    if is_scalar(ty) {
        return (quote!(#ty), quote!(#value));
    }
    if let Some(item) = type_argument(ty, "Vec") {
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

/// Returns `T` for `Option<T>`, and any other type unchanged.
pub(crate) fn without_option(ty: &Type) -> &Type {
    type_argument(ty, "Option").unwrap_or(ty)
}

/// Returns `T` for `Box<T>`, and any other type unchanged.
pub(crate) fn without_box(ty: &Type) -> &Type {
    type_argument(ty, "Box").unwrap_or(ty)
}

/// Returns true if the type is an `Option`.
pub(crate) fn is_option(ty: &Type) -> bool {
    type_argument(ty, "Option").is_some()
}

/// Returns true if the type is a `Vec`.
pub(crate) fn is_vec(ty: &Type) -> bool {
    type_argument(ty, "Vec").is_some()
}

/// Returns true if the type is the primitive `name`.
pub(crate) fn is_primitive(ty: &Type, name: &str) -> bool {
    matches!(ungroup(ty), Type::Path(path) if path.path.is_ident(name))
}

/// Returns true if the type is a `String`, under any path.
pub(crate) fn is_string(ty: &Type) -> bool {
    let Type::Path(path) = ungroup(ty) else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "String" && last.arguments.is_none())
}

fn is_scalar(ty: &Type) -> bool {
    is_primitive(ty, "bool") || is_number(ty)
}

/// Returns true if the type is a number.
pub(crate) fn is_number(ty: &Type) -> bool {
    is_integer(ty) || is_float(ty)
}

/// Returns true if the type is an integer of up to 64 bits.
pub(crate) fn is_integer(ty: &Type) -> bool {
    let names = [
        "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize",
    ];
    names.iter().any(|name| is_primitive(ty, name))
}

/// Returns true if the type is a floating-point number.
pub(crate) fn is_float(ty: &Type) -> bool {
    ["f32", "f64"].iter().any(|name| is_primitive(ty, name))
}

/// Returns the `T` of `OUTER<T>`, under any path.
fn type_argument<'a>(ty: &'a Type, outer: &str) -> Option<&'a Type> {
    let Type::Path(path) = ungroup(ty) else {
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

/// Removes the invisible delimiters around a type from a `macro_rules!` fragment.
fn ungroup(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungroup(&group.elem),
        Type::Paren(paren) => ungroup(&paren.elem),
        _ => ty,
    }
}
