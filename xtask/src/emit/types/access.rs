//! Expressions that read fields, through optional ones.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// A field of the request or of the response.
pub(super) struct Access {
    pub(super) expression: TokenStream,
    pub(super) form: Form,
    /// The type without `Option`.
    pub(super) ty: Type,
}

/// The form of an expression.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    Value,
    Option,
    OptionOfReference,
}

/// The use of the value that contains a field: by reference or by value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Borrow {
    Yes,
    No,
}

impl Access {
    pub(super) fn member(self, ident: &Ident, ty: &Type, borrow: Borrow) -> Self {
        let inner = argument(ty, "Option");
        let outer = self.borrowed(borrow);
        let expression = match (self.form, inner.is_some(), borrow) {
            (Form::Value, _, _) => quote!(#outer.#ident),
            (_, true, Borrow::Yes) => quote!(#outer.and_then(|value| value.#ident.as_ref())),
            (_, true, Borrow::No) => quote!(#outer.and_then(|value| value.#ident)),
            (_, false, Borrow::Yes) => quote!(#outer.map(|value| &value.#ident)),
            (_, false, Borrow::No) => quote!(#outer.map(|value| value.#ident)),
        };
        Self {
            expression,
            form: match (self.form, inner) {
                (Form::Value, None) => Form::Value,
                (Form::Value, Some(_)) => Form::Option,
                _ => Form::OptionOfReference,
            },
            ty: inner.unwrap_or(ty).clone(),
        }
    }

    /// Returns the expression, as an `Option` of a reference if it is an `Option` of a value that must not move.
    fn borrowed(&self, borrow: Borrow) -> TokenStream {
        let place = &self.expression;
        match (self.form, borrow) {
            (Form::Option, Borrow::Yes) => quote!(#place.as_ref()),
            _ => quote!(#place),
        }
    }

    pub(super) fn items(&self) -> TokenStream {
        let list = self.borrowed(Borrow::Yes);
        match self.form {
            Form::Value => quote!(&#list),
            _ => quote!(#list.map(Vec::as_slice).unwrap_or_default()),
        }
    }

    pub(super) fn into_items(self) -> TokenStream {
        let list = self.expression;
        match self.form {
            Form::Value => list,
            _ => quote!(#list.unwrap_or_default()),
        }
    }

    /// Returns the field as an `Option<String>`.
    pub(super) fn string(&self) -> Option<TokenStream> {
        let place = &self.expression;
        Some(match (is(&self.ty, "String"), self.form) {
            (true, Form::Value) => quote!(Some(#place.clone())),
            (true, Form::Option) => quote!(#place.clone()),
            (true, Form::OptionOfReference) => quote!(#place.cloned()),
            (false, _) if !is_integer(&self.ty) => return None,
            (false, Form::Value) => quote!(Some(#place.to_string())),
            (false, _) => quote!(#place.map(|value| value.to_string())),
        })
    }

    /// Returns the field as an `Option<bool>`.
    pub(super) fn boolean(&self) -> Option<TokenStream> {
        is(&self.ty, "bool").then(|| self.copied())
    }

    /// Returns the field as an `Option<u64>`.
    pub(super) fn number(&self) -> Option<TokenStream> {
        let copied = self.copied();
        match is(&self.ty, "u64") {
            true => Some(copied),
            false if !is_integer(&self.ty) => None,
            false => Some(quote!(#copied.and_then(|value| u64::try_from(value).ok()))),
        }
    }

    /// Returns the field as a `u64`.
    pub(super) fn number_or(&self, default: TokenStream) -> Option<TokenStream> {
        let place = &self.expression;
        match (self.form, is(&self.ty, "u64")) {
            (Form::Value, true) => Some(quote!(#place)),
            (Form::Value, false) if is_integer(&self.ty) => {
                Some(quote!(u64::try_from(#place).unwrap_or(#default)))
            }
            _ => self
                .number()
                .map(|number| quote!(#number.unwrap_or(#default))),
        }
    }

    fn copied(&self) -> TokenStream {
        let place = &self.expression;
        match self.form {
            Form::Value => quote!(Some(#place)),
            Form::Option => quote!(#place),
            Form::OptionOfReference => quote!(#place.copied()),
        }
    }
}

pub(super) fn is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

fn is_integer(ty: &Type) -> bool {
    ["i32", "i64", "u32", "u64"].iter().any(|name| is(ty, name))
}

/// Returns the `T` of `OUTER<T>`.
pub(super) fn argument<'a>(ty: &'a Type, outer: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
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
