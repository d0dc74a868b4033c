//! Structs: what they derive, and which attributes they carry.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Attribute, Field, FieldsNamed, ItemStruct, parse_quote};

use super::fields::{self, Named};
use super::{docs, request};
use crate::error::{Fault, Place, Problem};
use crate::model::{Kind, Model};
use crate::spec::operation::Media;

const EXTRA: &str = "extra";

/// The struct of a component, with typify's fields.
pub(super) fn rewrite(model: &Model<'_>, raw: &ItemStruct, api: &str) -> Result<ItemStruct, Fault> {
    let (name, place) = (&raw.ident, Place::schema(&raw.ident.to_string()));
    let schema = model
        .schemas
        .get(&name.to_string())
        .ok_or_else(|| place.fault(Problem::NoType))?;
    let kind = model.kind(&name.to_string());
    let named = Named::of(raw, schema, &place)?;
    let mut rewritten = Vec::new();
    for field in &named {
        rewritten.push(fields::rewrite(
            field,
            &kind,
            is_serialised(&kind),
            model.schemas,
        )?);
    }
    rewritten.extend(extra(&kind, &named, &place)?);
    let attrs = attributes(model, schema, &kind, &named, api)?;
    let body = FieldsNamed {
        named: rewritten.into_iter().collect(),
        ..parse_quote!({})
    };
    Ok(parse_quote!(#(#attrs)* pub struct #name #body))
}

/// Arguments that do not travel as JSON need no `Serialize`.
fn is_serialised(kind: &Kind<'_>) -> bool {
    kind.answer || kind.part || kind.root.is_none_or(|root| root.media == Some(Media::Json))
}

fn attributes(
    model: &Model<'_>,
    schema: &Value,
    kind: &Kind<'_>,
    named: &[Named<'_>],
    api: &str,
) -> Result<Vec<Attribute>, Fault> {
    let mut attrs = docs::of_type(schema);
    let derives = derives(kind);
    attrs.push(parse_quote!(#[derive(#(#derives,)*)]));
    if kind.answer && !kind.part && kind.root.is_none() {
        attrs.push(parse_quote!(#[non_exhaustive]));
    }
    if let Some(root) = kind.root {
        attrs.push(request::attribute(model, root, named, api)?);
    }
    Ok(attrs)
}

fn derives(kind: &Kind<'_>) -> Vec<TokenStream> {
    let is_default = kind.answer || kind.root.is_none();
    let derives = [
        (true, quote!(Clone)),
        (true, quote!(Debug)),
        (is_default, quote!(Default)),
        (true, quote!(PartialEq)),
        (is_serialised(kind), quote!(::serde::Serialize)),
        (kind.answer, quote!(::imagine_macros::Answer)),
        (kind.root.is_some(), quote!(::imagine_macros::Request)),
        (kind.sampling, quote!(::imagine_macros::Sampling)),
    ];
    derives
        .into_iter()
        .filter_map(|(wanted, derive)| wanted.then_some(derive))
        .collect()
}

/// Answers keep what they do not name.
fn extra(kind: &Kind<'_>, named: &[Named<'_>], place: &Place) -> Result<Option<Field>, Fault> {
    if !kind.answer {
        return Ok(None);
    }
    if named.iter().any(|field| field.ident == EXTRA) {
        return Err(place
            .key("properties")
            .key(EXTRA)
            .fault(Problem::NameTaken(EXTRA.to_owned())));
    }
    Ok(Some(parse_quote! {
        /// Fields that the service sent and this version of the SDK does not name.
        #[serde(flatten)]
        #[answer(extra)]
        pub extra: ::serde_json::Map<String, ::serde_json::Value>
    }))
}
