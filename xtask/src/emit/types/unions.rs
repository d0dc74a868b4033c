//! Open unions: enums with a variant per type, which keep unknown values.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Ident, Item, ItemStruct, Type, Variant, parse_quote};

use super::{docs, rust_types};
use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::model::Model;
use crate::normalize::variant_field;
use crate::openapi::json::{boolean, members, string, strings};
use crate::openapi::lowered::{VARIANT, WIRE};
use crate::openapi::schema;
use crate::openapi::unions::{EVENTS, OTHER};

/// Rewrites the struct that stands for a union.
pub(super) fn rewrite(model: &Model<'_>, raw: &ItemStruct) -> Result<Item, Diagnostic> {
    let (ident, name) = (&raw.ident, raw.ident.to_string());
    let location = Location::schema(&name);
    let missing = || location.diagnostic(DiagnosticKind::NoType);
    let schema = model.schemas.get(&name).ok_or_else(missing)?;
    let (key, variants) = schema::variants(schema).ok_or_else(missing)?;
    let docs = docs::of_type(&name, schema);
    let mut rewritten = Vec::new();
    for (at, variant) in variants.iter().enumerate() {
        let field = field(raw, at)
            .ok_or_else(|| location.key(key).key(at).diagnostic(DiagnosticKind::NoType));
        rewritten.push(rewrite_variant(model, variant, field?));
    }
    let mut marks = variants.iter().filter_map(|variant| variant.get(VARIANT));
    let tag = marks.find_map(|mark| string(mark, "tag"));
    let tag: Option<Attribute> = match schema.get(EVENTS) {
        Some(_) => Some(parse_quote!(#[union(events)])),
        None => tag.map(|tag| parse_quote!(#[union(tag = #tag)])),
    };
    let other = format_ident!("{OTHER}");
    Ok(parse_quote! {
        #(#docs)*
        #[derive(Clone, Debug, PartialEq, ::imagine_macros::OpenUnion)]
        #tag
        #[non_exhaustive]
        pub enum #ident {
            #(#rewritten,)*
            /// A value that fits no variant, kept unchanged.
            #other(::serde_json::Value),
        }
    })
}

fn field(raw: &ItemStruct, at: usize) -> Option<Type> {
    let name = variant_field(at);
    let field = raw
        .fields
        .iter()
        .find(|field| field.ident.as_ref().is_some_and(|ident| *ident == name));
    field.map(|field| field.ty.clone())
}

fn rewrite_variant(model: &Model<'_>, variant: &Value, ty: Type) -> Variant {
    let mark = variant.get(VARIANT).unwrap_or(&Value::Null);
    let ident = format_ident!("{}", string(mark, "name").unwrap_or(OTHER));
    let ty = rust_types::without_option(rust_types::sized(rust_types::shorten(&ty), variant));
    let docs = docs::of_variant(variant, model.schemas);
    let attribute = attribute(model, variant, mark);
    parse_quote! {
        #(#docs)*
        #attribute
        #ident(#ty)
    }
}

fn attribute(model: &Model<'_>, variant: &Value, mark: &Value) -> Option<Attribute> {
    let resolved = resolved(model, variant);
    let list = |key: &str, names: Vec<&str>| {
        let key = format_ident!("{key}");
        (!names.is_empty()).then(|| quote!(#key(#(#names),*)))
    };
    let kinds: Vec<Ident> = kinds(model, variant)
        .into_iter()
        .map(|kind| format_ident!("{kind}"))
        .collect();
    let (mut fields, mut required) = (Vec::new(), Vec::new());
    for (key, property) in members(resolved, "properties") {
        let wire = string(property, WIRE).unwrap_or(key);
        fields.push(wire);
        if schema::is_required(resolved, key) && !boolean(property, "writeOnly") {
            required.push(wire);
        }
    }
    let has_kind = !kinds.is_empty();
    let members: Vec<TokenStream> = [
        has_kind.then(|| quote!(kinds(#(#kinds),*))),
        list("tags", strings(mark.get("tags"))),
        list("fields", fields),
        list("required", required),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!members.is_empty()).then(|| parse_quote!(#[union(#(#members),*)]))
}

fn resolved<'a>(model: &Model<'a>, schema: &'a Value) -> &'a Value {
    let named = schema::component(schema).and_then(|name| model.schemas.get(name));
    named.unwrap_or(schema)
}

/// Returns the kind of the JSON value, and behind a list the kind of its items; nothing for any value.
fn kinds(model: &Model<'_>, schema: &Value) -> Vec<&'static str> {
    let schema = resolved(model, schema);
    match string(schema, "type") {
        Some("array") => {
            let items = schema.get("items").map(|items| kinds(model, items));
            let items = items.unwrap_or_default();
            std::iter::once("list").chain(items).collect()
        }
        Some("boolean") => vec!["boolean"],
        Some("integer") => vec!["integer"],
        Some("number") => vec!["number"],
        Some("string") => vec!["string"],
        Some("object") => vec!["object"],
        _ if schema.get("properties").is_some() => vec!["object"],
        _ => Vec::new(),
    }
}
