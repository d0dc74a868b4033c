//! What a derive responses: its expansion, or the mistakes in its input.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Ident, ImplItem, Item, ItemImpl, Result, Type, parse_quote};

/// The mistakes found so far. Independent ones are reported together.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Notes a mistake at the tokens that make it.
    pub(crate) fn at(&mut self, place: &impl ToTokens, message: &str) {
        self.push(Error::new_spanned(place, message));
    }

    /// The value, unless reading it failed.
    pub(crate) fn take<T>(&mut self, read: Result<T>) -> Option<T> {
        read.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The expansion, or the mistakes and what of the expansion keeps the users of the type compiling:
    /// without it, every use of a method or a trait would be an error of its own.
    pub(crate) fn finish(self, target: &Target<'_>, expansion: TokenStream) -> TokenStream {
        let Some(error) = self.0 else {
            return expansion;
        };
        let error = error.to_compile_error();
        let stubs = stubs(target, expansion);
        quote!(#error #stubs)
    }
}

/// The type that a derive stands on.
pub(crate) struct Target<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) generics: &'a syn::Generics,
}

/// The expansion with its signatures alone. A body could fail to compile for the very mistake that has
/// been reported already.
fn stubs(target: &Target<'_>, expansion: TokenStream) -> TokenStream {
    let Ok(mut file) = syn::parse2::<syn::File>(expansion) else {
        return TokenStream::new();
    };
    // What is only there to be checked could fail for the same mistake.
    file.items.retain(|item| !matches!(item, Item::Const(_)));
    for item in &mut file.items {
        match item {
            Item::Impl(item) => {
                empty_bodies(item);
                add_parameters(target, item);
            }
            // What only some builds of the SDK keep.
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

/// No derive takes parameters, so the expansion names the type without them.
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
