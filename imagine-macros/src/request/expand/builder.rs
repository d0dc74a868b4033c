//! The builder: its beginning, and a setter for each field that may be left out.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Lit;

use super::{flag_value, options, parameters};
use crate::number::{self, Number};
use crate::request::model::{Argument, Request, Role};
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
    let (gate, allow) = (request.gate(), request.allow_deprecated());
    let new = expand_new(request);
    let setters = request.setters().map(|field| expand_setter(request, field));
    let sampling = expand_sampling(request);
    let options = options::expand(vis);
    quote! {
        #gate
        #[doc = #docs]
        #[must_use = "a request is not sent until it is awaited, or `send` or `stream` is called"]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #vis struct #builder<#mode = ::imagine_sdk::__private::Async>(
            pub(crate) ::imagine_sdk::__private::RequestBuilder<#name, #mode>,
        );

        #gate
        #[automatically_derived]
        #allow
        impl<#mode> #builder<#mode> {
            #new
            #(#setters)*
            #sampling
            #options
        }
    }
}

fn expand_new(request: &Request<'_>) -> TokenStream {
    let Request { vis, mode, .. } = request;
    let (parameters, value) = (parameters(request), expand_initial(request));
    quote! {
        #[doc(hidden)]
        #vis fn new(
            __connection: ::imagine_sdk::__private::Connection<#mode>,
            #(#parameters),*
        ) -> Self {
            Self(::imagine_sdk::__private::RequestBuilder::new(__connection, #value))
        }
    }
}

/// The request as it is before any setter.
fn expand_initial(request: &Request<'_>) -> TokenStream {
    let name = &request.name;
    if request.by_value.is_some() {
        return quote!(::core::convert::Into::into(request));
    }
    let values = request.fields.iter().map(|field| {
        let (ident, value) = (&field.named.ident, initial_value(request, field));
        quote!(#ident: #value)
    });
    let rest = request.extra.first().map(|extra| {
        let ident = &extra.ident;
        quote!(#ident: ::core::default::Default::default())
    });
    let shared = request
        .required()
        .filter(|field| !field.also_sets().is_empty());
    let shared = shared.map(|field| {
        let (ident, ty) = (&field.named.ident, field.ty());
        let value = types::Argument::of(ty, ident).convert;
        quote!(let #ident: #ty = #value;)
    });
    let shared: Vec<TokenStream> = shared.collect();
    let value = quote!(#name { #(#values,)* #rest });
    if shared.is_empty() {
        value
    } else {
        quote!({ #(#shared)* #value })
    }
}

/// The argument of the method that sets a field as well as its own.
fn set_by<'a>(request: &'a Request<'_>, field: &Argument<'_>) -> Option<&'a Argument<'a>> {
    let mut arguments = request.required();
    arguments.find(|argument| argument.also_sets().contains(field.written()))
}

fn initial_value(request: &Request<'_>, field: &Argument<'_>) -> TokenStream {
    if request.is_arg(field) {
        return match field.also_sets() {
            [] => types::Argument::of(field.ty(), &field.named.ident).convert,
            _ => field.named.ident.to_token_stream(),
        };
    }
    if let Some(source) = set_by(request, field) {
        let source = &source.named.ident;
        return quote!(::core::clone::Clone::clone(&#source));
    }
    match (field.role(), &field.marks.default) {
        (Role::Stream, _) => flag_value(field, false),
        (_, Some(default)) => default_value(field, default),
        _ => quote!(::core::default::Default::default()),
    }
}

fn default_value(field: &Argument<'_>, default: &Lit) -> TokenStream {
    let float = types::is_primitive(types::core(field.ty()), "f64");
    let number = Number::of(default).filter(|_| float);
    let value = match (default, number) {
        (Lit::Str(text), _) => quote!(::core::convert::From::from(#text)),
        (_, Some(number)) => number::float(number.value),
        (other, None) => quote!(#other),
    };
    if types::is_option(field.ty()) {
        quote!(::core::option::Option::Some(#value))
    } else {
        value
    }
}

fn expand_setter(Request { vis, .. }: &Request<'_>, field: &Argument<'_>) -> TokenStream {
    let (ident, carried) = (&field.named.ident, &field.carried);
    let types::Argument { accepts, convert } = types::Argument::of(field.ty(), ident);
    let others = field.also_sets().iter().map(|other| {
        quote!(self.0.request.#other = ::core::clone::Clone::clone(&self.0.request.#ident);)
    });
    quote! {
        #(#carried)*
        #vis fn #ident(mut self, #ident: #accepts) -> Self {
            self.0.request.#ident = #convert;
            #(#others)*
            self
        }
    }
}

fn expand_sampling(request: &Request<'_>) -> Option<TokenStream> {
    let (vis, sampling) = (request.vis, request.sampling.as_ref()?);
    let marked = request.fields.iter();
    let marked = marked.filter(|field| field.marks.sampling.is_some());
    let copies = marked.map(|field| {
        let ident = &field.named.ident;
        quote! {
            if let ::core::option::Option::Some(value) = &sampling.#ident {
                self.0.request.#ident =
                    ::core::option::Option::Some(::core::clone::Clone::clone(value));
            }
        }
    });
    Some(quote! {
        /// Puts on every sampling parameter that is set in `sampling`, and leaves the others as they are.
        #vis fn sampling(mut self, sampling: &#sampling) -> Self {
            #(#copies)*
            self
        }
    })
}
