//! Prints the code of a request: its encoding, its builder and the client's method.

mod builder;
mod encoding;
mod method;
mod options;
mod sending;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::model::{Argument, Request};
use crate::types;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let encoding = encoding::expand(request);
    let fits = encoding::expand_fits(request);
    let streaming = encoding::expand_streaming(request);
    let builder = builder::expand(request);
    let sending = sending::expand(request);
    let future = sending::expand_future(request);
    let method = method::expand(request);
    quote!(#fits #encoding #streaming #builder #sending #future #method)
}

/// What is there only with the SDK's feature `blocking`.
fn in_blocking(items: &TokenStream) -> TokenStream {
    quote!(::imagine_sdk::__blocking! { #items })
}

/// The parameters of the client's method, as it declares them.
fn parameters(request: &Request<'_>) -> Vec<TokenStream> {
    let name = &request.name;
    if request.by_value.is_some() {
        return vec![quote!(request: impl ::core::convert::Into<#name>)];
    }
    let parameters = request.required().map(|field| {
        let ident = &field.named.ident;
        let accepts = types::Argument::of(field.ty(), ident).accepts;
        quote!(#ident: #accepts)
    });
    parameters.collect()
}

/// The same parameters, as a call passes them on.
fn arguments(request: &Request<'_>) -> Vec<TokenStream> {
    if request.by_value.is_some() {
        return vec![quote!(request)];
    }
    let idents = request.required().map(|field| &field.named.ident);
    idents.map(|ident| quote!(#ident)).collect()
}

/// An optional flag is left out for a whole response, because nothing unset is sent.
fn flag_value(flag: &Argument<'_>, on: bool) -> TokenStream {
    match (types::is_option(flag.ty()), on) {
        (true, true) => quote!(::core::option::Option::Some(true)),
        (true, false) => quote!(::core::option::Option::None),
        (false, on) => quote!(#on),
    }
}

/// The names under which people will look for a method, its own left out. Where there is a stream, the
/// names that ask for one lead to it.
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
