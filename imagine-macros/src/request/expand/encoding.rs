//! Where the fields go, and what is rejected before they do.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::flag_value;
use crate::request::model::{Argument, BodyEncoding, Location, Request, Role};
use crate::types;

pub(super) fn expand(request: &Request<'_>) -> TokenStream {
    let Request { name, response, .. } = request;
    let operation = match &request.operation {
        Some(operation) => quote!(&#operation),
        None => quote!(::core::unreachable!()),
    };
    let (gate, allow) = (request.gate(), request.allow_deprecated());
    let checks = request.fields.iter().filter_map(expand_check);
    let formats = request.fields.iter().filter_map(expand_formats);
    let values = request.fields.iter().filter_map(expand_value_check);
    let whole = request
        .validate_request
        .as_ref()
        .map(|validate| quote!(#validate(self)?;));
    let prepare = expand_prepare(request);
    let set_model = expand_set_model(request);
    let observe = expand_observe(request);
    let check_response = expand_response_check(request);
    let parts = request.fields.iter();
    let parts = parts.filter_map(|field| expand_part(request, field));
    let body = (request.body == Some(BodyEncoding::Json)).then(|| expand_json(request));
    quote! {
        #gate
        #[automatically_derived]
        #allow
        impl ::imagine_sdk::__private::Request for #name {
            type Response = #response;
            const OPERATION: &'static ::imagine_sdk::__private::Operation = #operation;
            fn check(&self) -> ::core::result::Result<(), ::imagine_sdk::__private::InvalidField> {
                #(#checks)*
                #(#formats)*
                #(#values)*
                #whole
                ::core::result::Result::Ok(())
            }
            fn encode(
                &self,
                parts: &mut ::imagine_sdk::__private::RequestEncoder,
            ) -> ::core::result::Result<(), ::imagine_sdk::__private::InvalidField> {
                #(#parts)*
                #body
                ::core::result::Result::Ok(())
            }
            #prepare
            #set_model
            #observe
            #check_response
        }
    }
}

/// A JSON body consists of all fields but those in the path and the query.
fn expand_json(request: &Request<'_>) -> TokenStream {
    let fields = request.fields.iter();
    let elsewhere = fields.filter(|field| !matches!(field.location(), Location::Body));
    let elsewhere = elsewhere.map(|field| &field.wire.name);
    quote!(parts.json(self, &[#(#elsewhere),*])?;)
}

/// A response may decode and still lack what the operation promises.
fn expand_response_check(request: &Request<'_>) -> Option<TokenStream> {
    let validate = request.validate_response.as_ref()?;
    Some(quote! {
        fn validate_response(
            response: &Self::Response,
        ) -> ::core::result::Result<(), ::std::string::String> {
            #validate(response)
        }
    })
}

/// A number must be finite, because JSON has no other, and keep to its range.
fn expand_check(field: &Argument<'_>) -> Option<TokenStream> {
    let (ident, (name, _)) = (&field.named.ident, field.key());
    let float = types::is_float(types::core(field.ty()));
    if field.role() != Role::Argument || !(float || field.attrs.range.is_some()) {
        return None;
    }
    let [min, max] = field.attrs.range.clone().unwrap_or_default().limits();
    Some(quote!(::imagine_sdk::__private::check_number(#name, &self.#ident, #min, #max)?;))
}

/// A file must have a name that says that the service can read it.
fn expand_formats(field: &Argument<'_>) -> Option<TokenStream> {
    let (ident, wire) = (&field.named.ident, &field.wire.name);
    let formats = field.attrs.formats.as_ref()?;
    Some(quote!(::imagine_sdk::__private::check_format(#wire, &self.#ident, &[#(#formats),*])?;))
}

/// A value whose type has rules of its own must keep to them.
fn expand_value_check(field: &Argument<'_>) -> Option<TokenStream> {
    let (ident, (name, _)) = (&field.named.ident, field.key());
    field.attrs.check?;
    Some(quote!(::imagine_sdk::__private::check_value(#name, &self.#ident)?;))
}

/// Where a field goes that is not part of a JSON body.
fn expand_part(request: &Request<'_>, field: &Argument<'_>) -> Option<TokenStream> {
    let (ident, wire) = (&field.named.ident, &field.wire.name);
    match (field.location(), request.body) {
        (Location::Path(name), _) => Some(quote!(parts.path(#name, &self.#ident);)),
        (Location::Query(name), _) => Some(quote!(parts.query(#name, &self.#ident);)),
        (Location::Body, Some(BodyEncoding::Multipart)) => {
            Some(quote!(parts.form(#wire, &self.#ident);))
        }
        (Location::Body, _) => None,
    }
}

/// The operation is another crate's word or another file's, so the compiler compares them.
pub(super) fn expand_fits(request: &Request<'_>) -> Option<TokenStream> {
    let (gate, operation) = (request.gate(), request.operation.as_ref()?);
    let payload = match request.body {
        None => quote!(None),
        Some(BodyEncoding::Json) => quote!(Json),
        Some(BodyEncoding::Multipart) => quote!(Multipart),
    };
    let streams = request.chunk.is_some();
    let parts = request
        .fields
        .iter()
        .filter_map(|field| match field.location() {
            Location::Path(name) => Some(name),
            _ => None,
        });
    // A mismatch is shown where the operation is named.
    Some(
        quote_spanned! {operation.span().resolved_at(Span::call_site())=>
            #gate
            const _: () = ::imagine_sdk::__private::fits(
                &#operation,
                ::imagine_sdk::__private::BodyEncoding::#payload,
                #streams,
                &[#(#parts),*],
            );
        },
    )
}

pub(super) fn expand_streaming(request: &Request<'_>) -> Option<TokenStream> {
    let (name, chunk) = (&request.name, request.chunk.as_ref()?);
    let gate = request.gate();
    Some(quote! {
        #gate
        #[automatically_derived]
        impl ::imagine_sdk::__private::StreamRequest for #name {
            type Chunk = #chunk;
        }
    })
}

/// A request from a history may contain the choice of a stream and values of the service.
fn expand_prepare(request: &Request<'_>) -> Option<TokenStream> {
    let fields = request.fields.iter();
    let resets = fields.filter_map(|field| {
        let ident = &field.named.ident;
        match field.role() {
            Role::Argument => None,
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
            fn prepare(&mut self, #streams: ::core::primitive::bool) {
                #(#resets)*
            }
        }
    })
}

/// The model that a client sets by default.
fn expand_set_model(request: &Request<'_>) -> Option<TokenStream> {
    let mut setters = request.setters();
    let field = setters
        .find(|field| field.wire.name == "model" && types::is_string(types::core(field.ty())))?;
    let ident = &field.named.ident;
    let model = quote!(::core::convert::From::from(model));
    let value = match types::is_option(field.ty()) {
        true => quote!(::core::option::Option::Some(#model)),
        false => model,
    };
    Some(quote! {
        fn set_model(&mut self, model: &::core::primitive::str) {
            self.#ident = #value;
        }
    })
}

/// The fields that spans record, by their names in OpenTelemetry's conventions for generative AI.
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
        let ty = types::core(field.ty());
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
            fn observe(&self, observer: &mut dyn ::imagine_sdk::__private::Observer) {
                #(#fields)*
            }
        }
    })
}
