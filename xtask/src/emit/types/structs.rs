//! Structs: derives and attributes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Field, FieldsNamed, ItemStruct, parse_quote};

use super::fields::Fields;
use super::named::Named;
use super::{docs, request};
use crate::apis::Api;
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::model::{Model, TypeUsage};
use crate::openapi::body::Media;
use crate::openapi::json::boolean;

const EXTRA: &str = "extra";

/// Rewrites a struct of typify.
pub(super) fn rewrite(
    model: &Model<'_>,
    raw: &ItemStruct,
    api: &Api,
) -> Result<ItemStruct, Diagnostic> {
    let ident = &raw.ident;
    let (name, location) = (ident.to_string(), Location::schema(&ident.to_string()));
    let schema = model
        .schemas
        .get(&name)
        .ok_or_else(|| location.diagnostic(DiagnosticKind::NoType))?;
    let usage = model.usage(&name);
    let named = Named::of(raw, schema, &location)?;
    let mut attrs = docs::of_type(&name, schema);
    attrs.extend(attributes(&usage));
    if let Some(method) = usage.method {
        if method.deprecated {
            attrs.push(parse_quote!(#[deprecated(note = "the service deprecates this operation")]));
        }
        attrs.push(request::attribute(
            model,
            method,
            &named,
            api,
            is_json(&usage),
        )?);
    }
    let fields = Fields {
        model,
        usage: &usage,
        serialized: is_json(&usage),
        required_in_responses: named
            .iter()
            .filter(|field| boolean(field.property, "x-imagine-required"))
            .count(),
        arguments: match usage.method {
            Some(method) => request::args(method, &named)?,
            None => Vec::new(),
        },
    };
    let rewritten = named.iter().map(|field| fields.rewrite(field));
    let mut rewritten: Vec<Field> = rewritten.collect::<Result<_, _>>()?;
    rewritten.extend(extra(&usage, &named, &location)?);
    let body = FieldsNamed {
        named: rewritten.into_iter().collect(),
        ..parse_quote!({})
    };
    Ok(parse_quote!(#(#attrs)* pub struct #ident #body))
}

/// Returns true if the struct converts to and from JSON. Files do not.
pub(super) fn is_json(usage: &TypeUsage<'_>) -> bool {
    usage.response
        || usage.part
        || usage
            .method
            .is_none_or(|method| !method.media.is_some_and(has_files))
}

fn has_files(media: Media) -> bool {
    media == Media::Form || media.is_whole()
}

fn attributes(usage: &TypeUsage<'_>) -> Vec<Attribute> {
    let setters = usage.sampling || usage.part && !usage.response && usage.method.is_none();
    let derives = [
        (true, quote!(Clone)),
        (true, quote!(Debug)),
        (usage.method.is_none(), quote!(Default)),
        (true, quote!(PartialEq)),
        (is_json(usage), quote!(::serde::Serialize)),
        (is_json(usage), quote!(::imagine_macros::Response)),
        (usage.method.is_some(), quote!(::imagine_macros::Request)),
        (setters, quote!(::imagine_macros::Sampling)),
    ];
    let enabled = derives.into_iter().filter(|(enabled, _)| *enabled);
    let derives: Vec<TokenStream> = enabled.map(|(_, derive)| derive).collect();
    // A new field must not break callers.
    vec![
        parse_quote!(#[derive(#(#derives,)*)]),
        parse_quote!(#[non_exhaustive]),
    ]
}

/// Returns the field for unknown fields of a response.
fn extra(
    usage: &TypeUsage<'_>,
    named: &[Named<'_>],
    location: &Location,
) -> Result<Option<Field>, Diagnostic> {
    if !usage.response {
        return Ok(None);
    }
    if named.iter().any(|field| field.ident == EXTRA) {
        let location = location.key("properties").key(EXTRA);
        return Err(location.diagnostic(DiagnosticKind::NameTaken(EXTRA.to_owned())));
    }
    Ok(Some(parse_quote! {
        /// Fields of the response that are unknown to this version of the SDK.
        #[serde(flatten)]
        #[response(extra)]
        pub extra: crate::json::UnknownFields
    }))
}
