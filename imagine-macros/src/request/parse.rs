//! Reads a `#[derive(Request)]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{DeriveInput, Field, Ident, parse_quote};

use super::container::ContainerAttrs;
use super::field_attrs::FieldAttrs;
use super::model::{Argument, Entry, Request};
use crate::attr;
use crate::report::Errors;
use crate::serde_attr;
use crate::shape::{self, Named};

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Request<'a> {
    let keys = keys(input, errors);
    let all = shape::named_fields(input, "Request", errors);
    let (extra, fields) = all.into_iter().partition(|named| is_extra(named.field));
    let fields: Vec<Named<'a>> = fields;
    let fields = fields.into_iter().map(|named| argument(named, errors));
    let fields = fields.collect();
    // What stands in for a missing key is seen in stubs alone.
    Request {
        name: shape::quiet(&input.ident),
        vis: &input.vis,
        deprecation: attr::deprecation(&input.attrs),
        operation: keys.operation,
        entry: keys.client.zip(keys.method).map(|(client, method)| Entry {
            client,
            blocking: keys.blocking,
            extension: keys.extension,
            method,
        }),
        builder: keys
            .builder
            .unwrap_or_else(|| format_ident!("__{}Builder", input.ident)),
        mode: mode(input),
        response: keys.response.unwrap_or_else(|| parse_quote!(())),
        chunk: keys.chunk,
        body: keys.body,
        sampling: keys.sampling,
        args: keys.args.unwrap_or_default(),
        by_value: keys.by_value,
        feature: keys.feature,
        aliases: keys.aliases.unwrap_or_default(),
        docs: keys.docs.map(|about| about.value()).unwrap_or_default(),
        validate_request: keys.validate_request,
        validate_response: keys.validate_response,
        default: keys.default.is_some(),
        fields,
        extra,
    }
}

/// The keys on the struct. One that is missing is a mistake of its own only where all others were read.
fn keys(input: &DeriveInput, errors: &mut Errors) -> ContainerAttrs {
    let mut keys = ContainerAttrs::default();
    attr::read(&input.attrs, "request", errors, |meta| keys.read(meta));
    let missing = keys.missing();
    if errors.is_empty() && !missing.is_empty() {
        let missing = missing.iter().map(|key| format!("`{key} = ..`"));
        let missing = missing.collect::<Vec<_>>().join(", ");
        let message = format!("`#[request(..)]` on the struct lacks {missing}");
        errors.at(&input.ident, &message);
    }
    let rename = ["rename_all", "rename_all_fields", "transparent"];
    let message = "`Request` does not follow this key of serde; use `rename` on the fields";
    serde_attr::reject(&input.attrs, &rename, message, errors);
    keys
}

/// A name for a parameter that no type of the user has: it would stand for the parameter instead.
fn mode(input: &DeriveInput) -> Ident {
    let taken = mentions(input.to_token_stream(), "M");
    format_ident!("{}", if taken { "__M" } else { "M" })
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// The map of unknown fields belongs to `Response`; on a request, extra fields are an option of the call.
fn is_extra(field: &Field) -> bool {
    field.attrs.iter().any(|attr| {
        attr.path().is_ident("response")
            && attr.parse_args::<Ident>().is_ok_and(|mark| mark == "extra")
    })
}

fn argument<'a>(named: Named<'a>, errors: &mut Errors) -> Argument<'a> {
    let attrs = &named.field.attrs;
    Argument {
        carried: attr::carried(attrs),
        wire: serde_attr::wire(named.field, named.written),
        attrs: FieldAttrs::parse(attrs, errors),
        named,
    }
}
