//! The client's method.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Ident, Path};

use super::{aliases, argument, in_blocking, parameters};
use crate::request::model::{Entry, Request};

pub(super) fn expand(request: &Request<'_>) -> Option<TokenStream> {
    let entry = request.entry.as_ref()?;
    Some(match &entry.extension {
        Some(extension) => expand_extension(request, entry, extension),
        None => expand_inherent(request, entry),
    })
}

/// A method of clients that are of the same crate.
fn expand_inherent(request: &Request<'_>, entry: &Entry) -> TokenStream {
    let builder = &request.builder;
    let asynchronous = expand_impl(request, &entry.client, &quote!(#builder));
    let blocking = entry.blocking.as_ref().map(|client| {
        let mode = quote!(::imagine_sdk::__private::blocking::Blocking);
        in_blocking(&expand_impl(request, client, &quote!(#builder<#mode>)))
    });
    quote!(#asynchronous #blocking)
}

fn expand_impl(request: &Request<'_>, client: &Path, returned: &TokenStream) -> TokenStream {
    let (vis, gate, docs) = (request.vis, request.gate(), expand_docs(request));
    let (signature, body) = (expand_signature(request, returned), expand_body(request));
    quote! {
        #gate
        #[automatically_derived]
        impl #client {
            #docs
            #vis #signature #body
        }
    }
}

/// A method of another crate's clients, however these send.
fn expand_extension(request: &Request<'_>, entry: &Entry, extension: &Ident) -> TokenStream {
    let Request { vis, builder, .. } = request;
    let Entry { client, method, .. } = entry;
    let (gate, docs, body) = (request.gate(), expand_docs(request), expand_body(request));
    let trait_docs = format!(
        "Gives the clients of the service the method `{}`.",
        method.unraw()
    );
    let service = quote!(::imagine_sdk::__private::ApiClient);
    let returned = quote!(#builder<<Self as #service>::Mode>);
    let signature = expand_signature(request, &returned);
    quote! {
        #gate
        #[doc = #trait_docs]
        #vis trait #extension: #service<Api = <#client as #service>::Api> {
            #docs
            #signature;
        }
        #gate
        #[automatically_derived]
        impl<__C: #service<Api = <#client as #service>::Api>> #extension for __C {
            #signature #body
        }
    }
}

fn expand_docs(request: &Request<'_>) -> TokenStream {
    let Request {
        deprecation, docs, ..
    } = request;
    let aliases = aliases(request, false);
    quote!(#[doc = #docs] #aliases #deprecation)
}

fn expand_signature(request: &Request<'_>, returned: &TokenStream) -> TokenStream {
    let method = request.entry.as_ref().map(|entry| &entry.method);
    let parameters = parameters(request);
    quote!(fn #method(&self, #(#parameters),*) -> #returned)
}

fn expand_body(request: &Request<'_>) -> TokenStream {
    let (builder, argument) = (&request.builder, argument(request));
    let new = match request.by_value.is_some() {
        true => quote!(new),
        false => quote!(with_defaults),
    };
    quote!({
        #builder(::imagine_sdk::__private::RequestBuilder::#new(self.connection(), #argument))
    })
}

/// The trait that leads from the request to its builder.
pub(super) fn expand_api_request(request: &Request<'_>) -> Option<TokenStream> {
    let Request { name, builder, .. } = request;
    let client = &request.entry.as_ref()?.client;
    let gate = request.gate();
    Some(quote! {
        #gate
        #[automatically_derived]
        impl ::imagine_sdk::__private::ApiRequest for #name {
            type Api = #client;
            type Builder<__M> = #builder<__M>;
        }
    })
}
