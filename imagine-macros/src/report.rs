//! Error reporting of the derives.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Ident, ImplItem, Item, ItemImpl, Result, Type, parse_quote};

/// Collected errors, which are reported together.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds an error at the location of the tokens.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: &str) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// Returns the value, or adds the error.
    pub(crate) fn take<T>(&mut self, read: Result<T>) -> Option<T> {
        read.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the expansion; after errors, the errors and stubs of the expansion.
    ///
    /// Without the stubs, every use of a generated method or trait would cause a further error.
    pub(crate) fn finish(self, target: &Target<'_>, expansion: TokenStream) -> TokenStream {
        let Some(error) = self.0 else {
            return expansion;
        };
        let error = error.to_compile_error();
        let stubs = stubs(target, expansion);
        quote!(#error #stubs)
    }
}

/// The input type of a derive.
pub(crate) struct Target<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) generics: &'a syn::Generics,
}

/// Reduces the expansion to signatures. A body might fail to compile because of the reported error.
fn stubs(target: &Target<'_>, expansion: TokenStream) -> TokenStream {
    let Ok(mut file) = syn::parse2::<syn::File>(expansion) else {
        return TokenStream::new();
    };
    // Constants contain compile-time checks, which might fail because of the reported error.
    file.items.retain(|item| !matches!(item, Item::Const(_)));
    for item in &mut file.items {
        match item {
            Item::Impl(item) => {
                empty_bodies(item);
                add_parameters(target, item);
            }
            // `__client!` and `__blocking!` wrap items that depend on features.
            Item::Macro(item) => {
                item.mac.tokens = stubs(target, std::mem::take(&mut item.mac.tokens));
            }
            _ => {}
        }
    }
    file.into_token_stream()
}

fn empty_bodies(item: &mut ItemImpl) {
    item.attrs.push(parse_quote!(#[allow(unused)]));
    for item in &mut item.items {
        if let ImplItem::Fn(function) = item {
            function.block = parse_quote!({ ::core::unreachable!() });
        }
    }
}

/// Adds the generics of the input type, which the expansion omits because every derive rejects them.
fn add_parameters(target: &Target<'_>, item: &mut ItemImpl) {
    let name = target.name;
    let is_target = matches!(&*item.self_ty, Type::Path(path) if path.path.is_ident(name));
    if !is_target || target.generics.params.is_empty() {
        return;
    }
    let (parameters, arguments, conditions) = target.generics.split_for_impl();
    let parameters: syn::Generics = parse_quote!(#parameters);
    item.generics.params.extend(parameters.params);
    item.generics.where_clause = conditions.cloned();
    *item.self_ty = parse_quote!(#name #arguments);
}
