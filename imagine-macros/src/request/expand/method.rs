//! The client's method.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Ident, Path};

use super::{aliases, argument, in_blocking, parameters};
use crate::request::model::{ClientMethod, Request};

pub(super) fn expand(request: &Request<'_>) -> Option<TokenStream> {
    let client_method = request.client_method.as_ref()?;
    Some(match &client_method.extension {
        Some(extension) => expand_extension(request, client_method, extension),
        None => expand_inherent(request, client_method),
    })
}

/// A method of clients that belong to the same crate.
fn expand_inherent(request: &Request<'_>, client_method: &ClientMethod) -> TokenStream {
    let builder = &request.builder;
    let asynchronous = expand_impl(request, &client_method.client, &quote!(#builder));
    let blocking = client_method.blocking.as_ref().map(|client| {
        let mode = quote!(::imagine_sdk::__private::blocking::Blocking);
        in_blocking(&expand_impl(request, client, &quote!(#builder<#mode>)))
    });
    quote!(#asynchronous #blocking)
}

fn expand_impl(request: &Request<'_>, client: &Path, returned: &TokenStream) -> TokenStream {
    let (vis, cfg_feature, docs) = (request.vis, request.cfg_feature(), expand_docs(request));
    let (signature, body) = (expand_signature(request, returned), expand_body(request));
    quote! {
        #cfg_feature
        #[automatically_derived]
        impl #client {
            #docs
            #vis #signature #body
        }
    }
}

/// An extension trait for asynchronous and blocking clients of another crate.
fn expand_extension(
    request: &Request<'_>,
    client_method: &ClientMethod,
    extension: &Ident,
) -> TokenStream {
    let Request { vis, builder, .. } = request;
    let ClientMethod { client, method, .. } = client_method;
    let (cfg_feature, docs, body) = (
        request.cfg_feature(),
        expand_docs(request),
        expand_body(request),
    );
    let trait_docs = format!(
        "Adds the method `{}` to the clients of the service.",
        method.unraw()
    );
    let service = quote!(::imagine_sdk::__private::ApiClient);
    let returned = quote!(#builder<<Self as #service>::Mode>);
    let signature = expand_signature(request, &returned);
    quote! {
        #cfg_feature
        #[doc = #trait_docs]
        #vis trait #extension: #service<Api = <#client as #service>::Api> {
            #docs
            #signature;
        }
        #cfg_feature
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
    let method = request
        .client_method
        .as_ref()
        .map(|client_method| &client_method.method);
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

/// The association of the request with its API and its builder.
pub(super) fn expand_api_request(request: &Request<'_>) -> Option<TokenStream> {
    let Request { name, builder, .. } = request;
    let client = &request.client_method.as_ref()?.client;
    let cfg_feature = request.cfg_feature();
    Some(quote! {
        #cfg_feature
        #[automatically_derived]
        impl ::imagine_sdk::__private::ApiRequest for #name {
            type Api = #client;
            type Builder<__M> = #builder<__M>;
        }
    })
}
