//! Prints the code of a request: its constructor, encoding and builder, and the client's method.

mod builder;
mod construct;
mod encoding;
mod method;
mod options;
mod sending;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;

use super::model::{Argument, Request};
use crate::maybe;
use crate::types;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let construct = construct::expand(request);
    let encoding = encoding::expand(request);
    let fits = encoding::expand_fits(request);
    let streaming = encoding::expand_streaming(request);
    let builder = builder::expand(request);
    let sending = sending::expand(request);
    let future = sending::expand_future(request);
    let method = method::expand(request);
    let api_request = method::expand_api_request(request);
    quote!(#construct #fits #encoding #streaming #builder #sending #future #method #api_request)
}

/// Items that exist with the SDK's feature `blocking` only.
fn in_blocking(items: &TokenStream) -> TokenStream {
    quote!(::imagine_sdk::__blocking! { #items })
}

/// The parameters of the client's method.
fn parameters(request: &Request<'_>) -> Vec<TokenStream> {
    let name = &request.name;
    if request.by_value.is_some() {
        return vec![quote!(request: impl ::core::convert::Into<#name>)];
    }
    parameters_of_new(request)
}

/// The parameters of the request's constructor.
fn parameters_of_new(request: &Request<'_>) -> Vec<TokenStream> {
    let parameters = request.required().map(|field| {
        let ident = &field.named.ident;
        let accepts = types::Argument::of(field.ty(), ident).accepts;
        quote!(#ident: #accepts)
    });
    parameters.collect()
}

/// The request that the client's method makes of its parameters.
fn argument(request: &Request<'_>) -> TokenStream {
    if request.by_value.is_some() {
        return quote!(::core::convert::Into::into(request));
    }
    let name = &request.name;
    let idents = request.required().map(|field| &field.named.ident);
    quote!(#name::new(#(#idents),*))
}

/// An unset optional flag is not sent, so a buffered response leaves it unset.
fn flag_value(flag: &Argument<'_>, on: bool) -> TokenStream {
    match (types::is_option(flag.ty()), on) {
        (true, true) => quote!(::core::option::Option::Some(true)),
        (true, false) => quote!(::core::option::Option::None),
        (false, on) => quote!(#on),
    }
}

/// Search aliases of a method. Aliases that end in `_stream` are on `stream`, if the operation streams.
fn aliases(request: &Request<'_>, of_stream: bool) -> TokenStream {
    let own = request.entry.as_ref();
    let own = own.map(|entry| entry.method.unraw().to_string());
    let aliases = request.aliases.iter().filter(|alias| {
        let name = alias.value();
        let streams = request.chunk.is_some() && name.ends_with("_stream");
        streams == of_stream && own.as_ref() != Some(&name)
    });
    quote!(#(#[doc(alias = #aliases)])*)
}

/// The names of the builder's own methods, which no setter may have. They are read off the code that is printed.
pub(super) fn reserved_methods(request: &Request<'_>) -> Vec<String> {
    let printed = [
        options::expand(request.vis),
        builder::expand_request(request),
        sending::expand(request),
        sending::expand_future(request),
    ];
    let mut names = Vec::new();
    printed
        .into_iter()
        .for_each(|code| functions(code, &mut names));
    if request.sampling.is_some() {
        names.push("sampling".to_owned());
    }
    let setters = request.setters();
    names.extend(setters.map(|field| maybe::name(field.written()).to_string()));
    names
}

/// The names of the functions in some code.
fn functions(code: TokenStream, names: &mut Vec<String>) {
    let mut follows_fn = false;
    for token in code {
        match token {
            TokenTree::Ident(ident) => {
                if follows_fn {
                    names.push(ident.unraw().to_string());
                }
                follows_fn = ident == "fn";
            }
            TokenTree::Group(group) => functions(group.stream(), names),
            _ => follows_fn = false,
        }
    }
}
