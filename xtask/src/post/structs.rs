//! Structs: what they derive, and which attributes they carry.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Field, FieldsNamed, ItemStruct, parse_quote};

use super::fields::Fields;
use super::named::Named;
use super::{docs, request};
use crate::error::{Fault, Place, Problem};
use crate::model::{Kind, Model};
use crate::spec::json::flag;
use crate::spec::operation::Media;

const EXTRA: &str = "extra";

/// The struct of a component, with typify's fields.
pub(super) fn rewrite(model: &Model<'_>, raw: &ItemStruct, api: &str) -> Result<ItemStruct, Fault> {
    let ident = &raw.ident;
    let (name, place) = (ident.to_string(), Place::schema(&ident.to_string()));
    let schema = model
        .schemas
        .get(&name)
        .ok_or_else(|| place.fault(Problem::NoType))?;
    let kind = model.kind(&name);
    let named = Named::of(raw, schema, &place)?;
    let mut attrs = docs::of_type(&name, schema);
    attrs.extend(attributes(&kind));
    if let Some(root) = kind.root {
        attrs.push(request::attribute(
            model,
            root,
            &named,
            api,
            is_json(&kind),
        )?);
    }
    let fields = Fields {
        model,
        kind: &kind,
        serialised: is_json(&kind),
        discriminating: named
            .iter()
            .filter(|field| flag(field.property, "x-imagine-required"))
            .count(),
        arguments: match kind.root {
            Some(root) => request::args(root, &named)?,
            None => Vec::new(),
        },
    };
    let rewritten = named.iter().map(|field| fields.rewrite(field));
    let mut rewritten: Vec<Field> = rewritten.collect::<Result<_, _>>()?;
    rewritten.extend(extra(&kind, &named, &place)?);
    let body = FieldsNamed {
        named: rewritten.into_iter().collect(),
        ..parse_quote!({})
    };
    Ok(parse_quote!(#(#attrs)* pub struct #ident #body))
}

/// Whether the struct can be written as JSON and read from it. Files cannot.
pub(super) fn is_json(kind: &Kind<'_>) -> bool {
    kind.response || kind.part || kind.root.is_none_or(|root| root.media != Some(Media::Form))
}

fn attributes(kind: &Kind<'_>) -> Vec<Attribute> {
    let setters = kind.sampling || kind.part && !kind.response && kind.root.is_none();
    let derives = [
        (true, quote!(Clone)),
        (true, quote!(Debug)),
        (kind.root.is_none(), quote!(Default)),
        (true, quote!(PartialEq)),
        (is_json(kind), quote!(::serde::Serialize)),
        (is_json(kind), quote!(::imagine_macros::Response)),
        (kind.root.is_some(), quote!(::imagine_macros::Request)),
        (setters, quote!(::imagine_macros::Sampling)),
    ];
    let wanted = derives.into_iter().filter(|(wanted, _)| *wanted);
    let derives: Vec<TokenStream> = wanted.map(|(_, derive)| derive).collect();
    // A new field must not break a caller.
    vec![
        parse_quote!(#[derive(#(#derives,)*)]),
        parse_quote!(#[non_exhaustive]),
    ]
}

/// Answers keep what they do not name.
fn extra(kind: &Kind<'_>, named: &[Named<'_>], place: &Place) -> Result<Option<Field>, Fault> {
    if !kind.response {
        return Ok(None);
    }
    if named.iter().any(|field| field.ident == EXTRA) {
        let place = place.key("properties").key(EXTRA);
        return Err(place.fault(Problem::NameTaken(EXTRA.to_owned())));
    }
    Ok(Some(parse_quote! {
        /// Fields that the service sent and this version of the SDK does not name.
        #[serde(flatten)]
        #[response(extra)]
        pub extra: ::serde_json::Map<String, ::serde_json::Value>
    }))
}
