//! Generates the code of a request: constructor, encoding, builder, and the client's method.

mod builder;
mod construct;
mod encoding;
mod method;
mod options;
mod sending;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;

use super::model::{Request, RequestField};
use crate::maybe;
use crate::types;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let construct = construct::expand(request);
    let encoding = encoding::expand(request);
    let declaration_check = encoding::expand_declaration_check(request);
    let streaming = encoding::expand_streaming(request);
    let builder = builder::expand(request);
    let sending = sending::expand(request);
    let future = sending::expand_future(request);
    let method = method::expand(request);
    let api_request = method::expand_api_request(request);
    let client = in_client(&quote!(#builder #sending #future #method #api_request));
    quote!(#construct #declaration_check #encoding #streaming #client)
}

/// Wraps items that require a client.
fn in_client(items: &TokenStream) -> TokenStream {
    quote!(::imagine_sdk::__client! { #items })
}

/// Wraps items that require the SDK's feature `blocking`.
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
        let accepts = types::SetterParameter::new(field.ty(), ident).accepts;
        quote!(#ident: #accepts)
    });
    parameters.collect()
}

/// The request that the client's method creates from its parameters.
fn argument(request: &Request<'_>) -> TokenStream {
    if request.by_value.is_some() {
        return quote!(::core::convert::Into::into(request));
    }
    let name = &request.name;
    let idents = request.required().map(|field| &field.named.ident);
    quote!(#name::new(#(#idents),*))
}

/// The value of the stream flag. `send` leaves an optional flag unset, so it is not sent.
fn flag_value(flag: &RequestField<'_>, on: bool) -> TokenStream {
    match (types::is_option(flag.ty()), on) {
        (true, true) => quote!(::core::option::Option::Some(true)),
        (true, false) => quote!(::core::option::Option::None),
        (false, on) => quote!(#on),
    }
}

/// Search aliases of a method. Aliases that end in `_stream` belong to `stream`, if the operation streams.
fn aliases(request: &Request<'_>, of_stream: bool) -> TokenStream {
    let own = request.client_method.as_ref();
    let own = own.map(|client_method| client_method.method.unraw().to_string());
    let aliases = request.aliases.iter().filter(|alias| {
        let name = alias.value();
        let streams = request.chunk.is_some() && name.ends_with("_stream");
        streams == of_stream && own.as_ref() != Some(&name)
    });
    quote!(#(#[doc(alias = #aliases)])*)
}

/// The names of the builder's own methods, taken from the generated code. Setters cannot have these names.
pub(super) fn reserved_methods(request: &Request<'_>) -> Vec<String> {
    let generated = [
        options::expand(request.vis),
        builder::expand_request(request),
        sending::expand(request),
        sending::expand_future(request),
    ];
    let mut names = Vec::new();
    generated
        .into_iter()
        .for_each(|code| function_names(code, &mut names));
    if request.sampling.is_some() {
        names.push("sampling".to_owned());
    }
    let setters = request.setters();
    names.extend(setters.map(|field| maybe::name(field.source_ident()).to_string()));
    names
}

/// Collects the names of all functions in the code.
fn function_names(code: TokenStream, names: &mut Vec<String>) {
    let mut follows_fn = false;
    for token in code {
        match token {
            TokenTree::Ident(ident) => {
                if follows_fn {
                    names.push(ident.unraw().to_string());
                }
                follows_fn = ident == "fn";
            }
            TokenTree::Group(group) => function_names(group.stream(), names),
            _ => follows_fn = false,
        }
    }
}
