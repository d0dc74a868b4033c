//! The builder, with a setter for each optional field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::{options, reserved_methods};
use crate::maybe;
use crate::request::model::{Request, RequestField};
use crate::types;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let Request {
        name,
        vis,
        builder,
        mode,
        docs,
        ..
    } = request;
    let (cfg_feature, allow) = (request.cfg_feature(), request.allow_deprecated());
    let (from, access) = (expand_from(request), expand_request(request));
    let reserved = reserved_methods(request);
    let is_available =
        |field: &&RequestField<'_>| !reserved.contains(&field.source_ident().unraw().to_string());
    let setters = request.setters().filter(is_available);
    let setters = setters.map(|field| expand_setter(request, field));
    let sampling = expand_sampling(request);
    let options = options::expand(vis);
    quote! {
        #cfg_feature
        #[doc = #docs]
        #[must_use = "a request is not sent until it is awaited, or `send` or `stream` is called"]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #vis struct #builder<#mode = ::imagine_sdk::__private::Async>(
            pub(crate) ::imagine_sdk::__private::RequestBuilder<#name, #mode>,
        );

        #cfg_feature
        #[automatically_derived]
        #allow
        impl<#mode> #builder<#mode> {
            #(#setters)*
            #sampling
            #access
            #options
        }
        #from
    }
}

/// Access to the request.
pub(super) fn expand_request(request: &Request<'_>) -> TokenStream {
    let Request { name, vis, .. } = request;
    quote! {
        /// Returns the request, without the options of the call.
        #[must_use]
        #[inline]
        #vis fn request(&self) -> &#name {
            &self.0.request
        }
        /// Converts the builder into the request, without the options of the call.
        ///
        /// The client's method `call` converts it back into a builder.
        #[must_use]
        #[inline]
        #vis fn into_request(self) -> #name {
            self.0.request
        }
    }
}

fn expand_from(request: &Request<'_>) -> TokenStream {
    let Request {
        name,
        builder,
        mode,
        ..
    } = request;
    let cfg_feature = request.cfg_feature();
    quote! {
        #cfg_feature
        #[automatically_derived]
        impl<#mode> ::core::convert::From<::imagine_sdk::__private::RequestBuilder<#name, #mode>>
            for #builder<#mode>
        {
            #[inline]
            fn from(builder: ::imagine_sdk::__private::RequestBuilder<#name, #mode>) -> Self {
                Self(builder)
            }
        }
    }
}

fn expand_setter(Request { vis, .. }: &Request<'_>, field: &RequestField<'_>) -> TokenStream {
    let (ident, forwarded) = (&field.named.ident, &field.forwarded);
    let argument = types::SetterParameter::new(field.ty(), ident);
    let others = field.also_sets().iter().map(|other| {
        quote!(self.0.request.#other = ::core::clone::Clone::clone(&self.0.request.#ident);)
    });
    let maybe = maybe::expand(vis, ident, &argument, field.deprecation());
    let types::SetterParameter { accepts, convert } = &argument;
    quote! {
        #(#forwarded)*
        #[inline]
        #vis fn #ident(mut self, #ident: #accepts) -> Self {
            self.0.request.#ident = #convert;
            #(#others)*
            self
        }
        #maybe
    }
}

pub(super) fn expand_sampling(request: &Request<'_>) -> Option<TokenStream> {
    let (vis, sampling) = (request.vis, request.sampling.as_ref()?);
    let fields = request.fields.iter();
    let fields = fields.filter(|field| field.attrs.sampling.is_some());
    let copies = fields.map(|field| {
        let ident = &field.named.ident;
        quote! {
            if let ::core::option::Option::Some(value) = &sampling.#ident {
                self.0.request.#ident =
                    ::core::option::Option::Some(::core::clone::Clone::clone(value));
            }
        }
    });
    Some(quote! {
        /// Sets all parameters that are set in `sampling`. Other parameters keep their values.
        #[inline]
        #vis fn sampling(mut self, sampling: &#sampling) -> Self {
            #(#copies)*
            self
        }
    })
}
