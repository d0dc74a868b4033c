//! Validation and encoding of the fields.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned;

use super::flag_value;
use crate::request::field_attrs::Style;
use crate::request::model::{BodyEncoding, Location, Request, RequestField, Role};
use crate::types;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let Request { name, response, .. } = request;
    let operation = match &request.operation {
        Some(operation) => quote!(&#operation),
        None => quote!(::core::unreachable!()),
    };
    let allow = request.allow_deprecated();
    let checks = request.fields.iter().filter_map(expand_check);
    let lengths = request.fields.iter().filter_map(expand_length);
    let formats = request.fields.iter().filter_map(expand_formats);
    let values = request.fields.iter().filter_map(expand_value_check);
    let validate = request
        .validate_request
        .as_ref()
        .map(|validate| quote!(#validate(self)?;));
    let prepare = expand_prepare(request);
    let set_model = expand_set_model(request);
    let observe = expand_observe(request);
    let check_response = expand_response_check(request);
    let input_count = expand_input_count(request);
    let fields = request.fields.iter();
    let fields = fields.filter_map(|field| expand_field(request, field));
    let body = (request.body == Some(BodyEncoding::Json)).then(|| expand_json(request));
    quote! {
        #[automatically_derived]
        #allow
        impl ::imagine_sdk::__private::Request for #name {
            type Response = #response;
            const OPERATION: &'static ::imagine_sdk::__private::Operation = #operation;
            #[inline]
            fn check(&self) -> ::core::result::Result<(), ::imagine_sdk::__private::InvalidField> {
                #(#checks)*
                #(#lengths)*
                #(#formats)*
                #(#values)*
                #validate
                ::core::result::Result::Ok(())
            }
            #[inline]
            fn encode(
                &self,
                encoder: &mut ::imagine_sdk::__private::RequestEncoder,
            ) -> ::core::result::Result<(), ::imagine_sdk::__private::InvalidField> {
                #(#fields)*
                #body
                ::core::result::Result::Ok(())
            }
            #prepare
            #set_model
            #observe
            #check_response
            #input_count
        }
    }
}

/// Encodes a JSON body, which contains all fields except path and query parameters.
fn expand_json(request: &Request<'_>) -> TokenStream {
    let fields = request.fields.iter();
    let excluded = fields.filter(|field| !matches!(field.location(), Location::Body));
    let excluded = excluded.map(|field| &field.wire.name);
    quote!(encoder.json(self, &[#(#excluded),*])?;)
}

/// Validates a decoded response.
fn expand_response_check(request: &Request<'_>) -> Option<TokenStream> {
    let validate = request.validate_response.as_ref()?;
    Some(quote! {
        #[inline]
        fn validate_response(
            response: &mut Self::Response,
            context: &::imagine_sdk::__private::ResponseContext,
        ) -> ::core::result::Result<(), ::std::string::String> {
            #validate(response, context)
        }
    })
}

/// Counts the inputs, each of which the response must have an item for.
fn expand_input_count(request: &Request<'_>) -> Option<TokenStream> {
    let mut fields = request.fields.iter();
    let field = fields.find(|field| field.attrs.inputs.is_some())?;
    let ident = &field.named.ident;
    Some(quote! {
        #[inline]
        fn input_count(&self) -> ::core::option::Option<::core::primitive::usize> {
            ::core::option::Option::Some(self.#ident.as_slice().len())
        }
    })
}

/// Checks that a number is in its range and finite. JSON has no infinite numbers.
fn expand_check(field: &RequestField<'_>) -> Option<TokenStream> {
    let (ident, (name, _)) = (&field.named.ident, field.key());
    let float = types::is_float(types::without_option(field.ty()));
    if field.role() != Role::Caller || !(float || field.attrs.range.is_some()) {
        return None;
    }
    let [min, max] = field.attrs.range.clone().unwrap_or_default().limits();
    Some(quote!(::imagine_sdk::__private::check_number(#name, &self.#ident, #min, #max)?;))
}

/// Checks the length of a string or a list.
fn expand_length(field: &RequestField<'_>) -> Option<TokenStream> {
    let (ident, (name, _)) = (&field.named.ident, field.key());
    let [min, max] = field.attrs.length.as_ref()?.lengths();
    Some(quote!(::imagine_sdk::__private::check_length(#name, &self.#ident, #min, #max)?;))
}

/// Checks the extension of a file name.
fn expand_formats(field: &RequestField<'_>) -> Option<TokenStream> {
    let (ident, wire) = (&field.named.ident, &field.wire.name);
    let formats = field.attrs.formats.as_ref()?;
    Some(quote!(::imagine_sdk::__private::check_format(#wire, &self.#ident, &[#(#formats),*])?;))
}

/// Calls `Check` on the value.
fn expand_value_check(field: &RequestField<'_>) -> Option<TokenStream> {
    let (ident, (name, _)) = (&field.named.ident, field.key());
    field.attrs.check?;
    Some(quote!(::imagine_sdk::__private::check_value(#name, &self.#ident)?;))
}

/// Encodes a field that is not part of a JSON body.
fn expand_field(request: &Request<'_>, field: &RequestField<'_>) -> Option<TokenStream> {
    let (ident, wire) = (&field.named.ident, &field.wire.name);
    // Errors about the type are located at the field.
    let value = quote_spanned!(ident.span()=> &self.#ident);
    match (field.location(), request.body) {
        (Location::Path(name), _) => Some(quote!(encoder.path(#name, #value);)),
        (Location::Query(name), _) => Some(expand_query(name, &value, field.attrs.style)),
        (Location::Header(name), _) => Some(quote!(encoder.header(#name, #value);)),
        (Location::Cookie(name), _) => Some(quote!(encoder.cookie(#name, #value);)),
        (Location::Body, Some(BodyEncoding::Multipart | BodyEncoding::UrlEncoded)) => {
            Some(match field.attrs.style {
                Some(_) => quote!(encoder.form_json(#wire, #value);),
                None => quote!(encoder.form(#wire, #value);),
            })
        }
        (Location::Body, Some(BodyEncoding::Text | BodyEncoding::Binary)) => {
            Some(quote!(encoder.body(#value);))
        }
        (Location::Body, _) => None,
    }
}

fn expand_query(name: &LitStr, value: &TokenStream, style: Option<Style>) -> TokenStream {
    let list = |style: TokenStream| {
        let style = quote!(::imagine_sdk::__private::ListStyle::#style);
        quote!(encoder.query_list(#name, #value, #style);)
    };
    match style {
        None => quote!(encoder.query(#name, #value);),
        Some(Style::Comma) => list(quote!(Comma)),
        Some(Style::Space) => list(quote!(Space)),
        Some(Style::Pipe) => list(quote!(Pipe)),
        Some(Style::DeepObject) => quote!(encoder.query_deep_object(#name, #value);),
        Some(Style::Members) => quote!(encoder.query_object(#name, #value);),
        Some(Style::Json) => quote!(encoder.query_json(#name, #value);),
    }
}

/// A compile-time comparison with the `Operation`, which is defined elsewhere.
pub(super) fn expand_declaration_check(request: &Request<'_>) -> Option<TokenStream> {
    let operation = request.operation.as_ref()?;
    let body_encoding = match request.body {
        None => quote!(None),
        Some(BodyEncoding::Json) => quote!(Json),
        Some(BodyEncoding::Multipart) => quote!(Multipart),
        Some(BodyEncoding::UrlEncoded) => quote!(UrlEncoded),
        // The media type is that of the operation.
        Some(BodyEncoding::Text) => quote!(Text("")),
        Some(BodyEncoding::Binary) => quote!(Binary("")),
    };
    let streams = request.chunk.is_some();
    let path_parameters = request
        .fields
        .iter()
        .filter_map(|field| match field.location() {
            Location::Path(name) => Some(name),
            _ => None,
        });
    // The error is located at the key `operation`.
    Some(
        quote_spanned! {operation.span().resolved_at(Span::call_site())=>
            const _: () = ::imagine_sdk::__private::fits(
                &#operation,
                ::imagine_sdk::__private::BodyEncoding::#body_encoding,
                #streams,
                &[#(#path_parameters),*],
            );
        },
    )
}

pub(super) fn expand_streaming(request: &Request<'_>) -> Option<TokenStream> {
    let (name, chunk) = (&request.name, request.chunk.as_ref()?);
    Some(quote! {
        #[automatically_derived]
        impl ::imagine_sdk::__private::StreamRequest for #name {
            type Chunk = #chunk;
        }
    })
}

/// Resets the stream flag and skipped fields. A request that was decoded from a response may contain both.
fn expand_prepare(request: &Request<'_>) -> Option<TokenStream> {
    let fields = request.fields.iter();
    let resets = fields.filter_map(|field| {
        let ident = &field.named.ident;
        match field.role() {
            Role::Caller => None,
            Role::Skip => Some(quote!(self.#ident = ::core::default::Default::default();)),
            Role::Stream => {
                let (on, off) = (flag_value(field, true), flag_value(field, false));
                Some(quote!(self.#ident = if streams { #on } else { #off };))
            }
        }
    });
    let resets: Vec<TokenStream> = resets.collect();
    let has_flag = request.stream_flags().next().is_some();
    let streams = format_ident!("{}", if has_flag { "streams" } else { "_streams" });
    (!resets.is_empty()).then(|| {
        quote! {
            #[inline]
            fn prepare(&mut self, #streams: ::core::primitive::bool) {
                #(#resets)*
            }
        }
    })
}

/// Sets the client's default model.
fn expand_set_model(request: &Request<'_>) -> Option<TokenStream> {
    let mut setters = request.setters();
    let field = setters.find(|field| {
        field.wire.name == "model" && types::is_string(types::without_option(field.ty()))
    })?;
    let ident = &field.named.ident;
    let model = quote!(::core::convert::From::from(model));
    let value = match types::is_option(field.ty()) {
        true => quote!(::core::option::Option::Some(#model)),
        false => model,
    };
    Some(quote! {
        #[inline]
        fn set_model(&mut self, model: &::core::primitive::str) {
            self.#ident = #value;
        }
    })
}

/// Fields that spans record, by their names in OpenTelemetry's conventions for generative AI.
const OBSERVED: [&str; 8] = [
    "frequency_penalty",
    "max_tokens",
    "model",
    "n",
    "presence_penalty",
    "seed",
    "temperature",
    "top_p",
];

fn expand_observe(request: &Request<'_>) -> Option<TokenStream> {
    let observed = request.fields.iter().filter(|field| {
        let ty = types::without_option(field.ty());
        let is_scalar = types::is_number(ty) || types::is_string(ty);
        is_scalar && OBSERVED.contains(&field.wire.name.as_str())
    });
    let fields: Vec<TokenStream> = observed
        .map(|field| {
            let (ident, name) = (&field.named.ident, &field.wire.name);
            quote!(::imagine_sdk::__private::Lenient::observe_as(&self.#ident, #name, observer);)
        })
        .collect();
    (!fields.is_empty()).then(|| {
        quote! {
            #[inline]
            fn observe(&self, observer: &mut dyn ::imagine_sdk::__private::Observer) {
                #(#fields)*
            }
        }
    })
}
