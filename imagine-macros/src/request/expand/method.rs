//! The client's method.

use proc_macro2::TokenStream;
use quote::quote;

use super::{aliases, arguments, parameters};
use crate::request::model::{Entry, Request};

pub(super) fn expand(request: &Request<'_>) -> Option<TokenStream> {
    let Entry { client, method } = request.entry.as_ref()?;
    let Request {
        vis,
        deprecation,
        builder,
        about,
        ..
    } = request;
    let aliases = aliases(request, false);
    let parameters = parameters(request);
    let (gate, arguments) = (request.gate(), arguments(request));
    Some(quote! {
        #gate
        #[automatically_derived]
        impl #client {
            #[doc = #about]
            #aliases
            #deprecation
            #vis fn #method(&self, #(#parameters),*) -> #builder {
                #builder::new(self.caller(), #(#arguments),*)
            }
        }
    })
}
