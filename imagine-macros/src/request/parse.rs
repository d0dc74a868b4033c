//! Parsing of the input of `#[derive(Request)]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{DeriveInput, Field, Ident, parse_quote};

use super::container::ContainerAttrs;
use super::field_attrs::RequestFieldAttrs;
use super::model::{ClientMethod, Request, RequestField};
use crate::attr;
use crate::report::Errors;
use crate::serde_attr;
use crate::shape::{self, NamedField};

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Request<'a> {
    let attrs = container_attrs(input, errors);
    let all_fields = shape::named_fields(input, "Request", errors);
    let (extra, fields) = all_fields
        .into_iter()
        .partition(|named| is_extra(named.field));
    let fields: Vec<NamedField<'a>> = fields;
    let fields = fields.into_iter().map(|named| request_field(named, errors));
    let fields = fields.collect();
    // Placeholders for missing keys occur only in stubs.
    Request {
        name: shape::at_call_site(&input.ident),
        vis: &input.vis,
        deprecation: attr::deprecation(&input.attrs),
        operation: attrs.operation,
        client_method: attrs
            .client
            .zip(attrs.method)
            .map(|(client, method)| ClientMethod {
                client,
                blocking: attrs.blocking,
                extension: attrs.extension,
                method,
            }),
        builder: attrs
            .builder
            .unwrap_or_else(|| format_ident!("__{}Builder", input.ident)),
        mode: mode(input),
        response: attrs.response.unwrap_or_else(|| parse_quote!(())),
        chunk: attrs.chunk,
        body: attrs.body,
        pages: attrs.pages.is_some(),
        download: attrs.download.is_some(),
        sampling: attrs.sampling,
        args: attrs.args.unwrap_or_default(),
        by_value: attrs.by_value,
        feature: attrs.feature,
        aliases: attrs.aliases.unwrap_or_default(),
        docs: attrs.docs.map(|docs| docs.value()).unwrap_or_default(),
        validate_request: attrs.validate_request,
        validate_response: attrs.validate_response,
        default: attrs.default.is_some(),
        fields,
        extra,
    }
}

/// Reads the keys on the struct. Missing keys are reported only if there are no other errors.
fn container_attrs(input: &DeriveInput, errors: &mut Errors) -> ContainerAttrs {
    let mut attrs = ContainerAttrs::default();
    attr::read(&input.attrs, "request", errors, |meta| attrs.read(meta));
    let missing = attrs.missing();
    if errors.is_empty() && !missing.is_empty() {
        let missing = missing.iter().map(|key| format!("`{key} = ..`"));
        let missing = missing.collect::<Vec<_>>().join(", ");
        let message = format!("`#[request(..)]` on the struct requires {missing}");
        errors.at(&input.ident, &message);
    }
    let rename = ["rename_all", "rename_all_fields", "transparent"];
    let message = "`Request` does not support this serde attribute; use `rename` on the fields";
    serde_attr::reject(&input.attrs, &rename, message, errors);
    attrs
}

/// A name for the type parameter that does not shadow a type of the user.
fn mode(input: &DeriveInput) -> Ident {
    let is_used = mentions(input.to_token_stream(), "M");
    format_ident!("{}", if is_used { "__M" } else { "M" })
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// Detects the `extra` field of `#[derive(Response)]`. In a request, extra fields are an option of the call.
fn is_extra(field: &Field) -> bool {
    field.attrs.iter().any(|attr| {
        attr.path().is_ident("response")
            && attr.parse_args::<Ident>().is_ok_and(|key| key == "extra")
    })
}

fn request_field<'a>(named: NamedField<'a>, errors: &mut Errors) -> RequestField<'a> {
    let attrs = &named.field.attrs;
    RequestField {
        forwarded: attr::forwarded(attrs),
        wire: serde_attr::wire(named.field, named.source_ident),
        attrs: RequestFieldAttrs::parse(attrs, errors),
        named,
    }
}
