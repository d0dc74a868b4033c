//! The constructor of a request, and its defaults.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Lit;

use super::{flag_value, parameters_of_new};
use crate::number::{self, Number};
use crate::request::model::{Request, RequestField, Role};
use crate::types;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let Request { name, vis, .. } = request;
    let (parameters, value) = (parameters_of_new(request), expand_value(request));
    let allow = request.allow_deprecated();
    let default = request.default.then(|| expand_default(request));
    quote! {
        #[automatically_derived]
        #allow
        impl #name {
            /// Creates a request. Optional fields have their documented defaults.
            #[must_use]
            #[inline]
            #vis fn new(#(#parameters),*) -> Self {
                #value
            }
        }
        #default
    }
}

fn expand_default(request: &Request<'_>) -> TokenStream {
    let (name, allow) = (&request.name, request.allow_deprecated());
    let fields = request.fields.iter().map(|field| {
        let (ident, value) = (&field.named.ident, default_value(field));
        quote!(#ident: #value)
    });
    let extra = expand_extra(request);
    quote! {
        /// Returns a request with the documented defaults. Required fields are empty.
        #[automatically_derived]
        #allow
        impl ::core::default::Default for #name {
            #[inline]
            fn default() -> Self {
                Self { #(#fields,)* #extra }
            }
        }
    }
}

fn expand_value(request: &Request<'_>) -> TokenStream {
    let variables = request
        .required()
        .filter(|field| !field.also_sets().is_empty());
    let variables = variables.map(|field| {
        let (ident, ty) = (&field.named.ident, field.ty());
        let value = types::SetterParameter::new(ty, ident).convert;
        quote!(let #ident: #ty = #value;)
    });
    let variables: Vec<TokenStream> = variables.collect();
    let fields = request.fields.iter().map(|field| {
        let (ident, value) = (&field.named.ident, initial_value(request, field));
        quote!(#ident: #value)
    });
    let extra = expand_extra(request);
    quote!(#(#variables)* Self { #(#fields,)* #extra })
}

fn expand_extra(request: &Request<'_>) -> Option<TokenStream> {
    let ident = &request.extra.first()?.ident;
    Some(quote!(#ident: ::core::default::Default::default()))
}

fn initial_value(request: &Request<'_>, field: &RequestField<'_>) -> TokenStream {
    if request.is_required(field) {
        return match field.also_sets() {
            [] => types::SetterParameter::new(field.ty(), &field.named.ident).convert,
            _ => field.named.ident.to_token_stream(),
        };
    }
    if let Some(source) = source_of(request, field) {
        let source = &source.named.ident;
        return quote!(::core::clone::Clone::clone(&#source));
    }
    default_value(field)
}

/// The required field that also sets this field.
fn source_of<'a>(
    request: &'a Request<'_>,
    field: &RequestField<'_>,
) -> Option<&'a RequestField<'a>> {
    let mut required = request.required();
    required.find(|source| source.also_sets().contains(field.source_ident()))
}

fn default_value(field: &RequestField<'_>) -> TokenStream {
    match (field.role(), &field.attrs.default) {
        (Role::Stream, _) => flag_value(field, false),
        (_, Some(default)) => documented_default(field, default),
        _ => quote!(::core::default::Default::default()),
    }
}

fn documented_default(field: &RequestField<'_>, default: &Lit) -> TokenStream {
    let ty = types::without_option(field.ty());
    let number = Number::from_lit(default).filter(|_| types::is_float(ty));
    let value = match (default, number) {
        (Lit::Str(text), _) => quote!(::core::convert::From::from(#text)),
        (_, Some(number)) => number::float(number.value, ty),
        (other, None) => quote!(#other),
    };
    if types::is_option(field.ty()) {
        quote!(::core::option::Option::Some(#value))
    } else {
        value
    }
}
