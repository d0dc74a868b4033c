//! Fields: their types, and what serde and our derives have to know of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Field, Ident, ItemStruct, LitStr, parse_quote};

use super::{docs, rust_types};
use crate::error::{Fault, Place, Problem};
use crate::model::Kind;
use crate::normalise::{FROM_SAMPLING, LOCATION, WIRE};
use crate::spec::json::{Object, flag, text};
use crate::spec::schema;

/// One of typify's fields, with the property that it was made from.
pub(super) struct Named<'a> {
    pub(super) ident: &'a Ident,
    pub(super) key: String,
    pub(super) property: &'a Value,
    raw: &'a Field,
    required: bool,
    place: Place,
}

impl<'a> Named<'a> {
    /// The fields of a struct.
    pub(super) fn of(
        raw: &'a ItemStruct,
        schema: &'a Value,
        place: &Place,
    ) -> Result<Vec<Self>, Fault> {
        let idents = raw
            .fields
            .iter()
            .filter_map(|field| Some((field, field.ident.as_ref()?)));
        let named = idents.map(|(raw, ident)| {
            let key = renamed(&raw.attrs).unwrap_or_else(|| ident.to_string());
            let place = place.key("properties").key(&key);
            let property = schema
                .get("properties")
                .and_then(|properties| properties.get(&key));
            let property = property.ok_or_else(|| place.fault(Problem::NoProperty(key.clone())))?;
            let required = schema::is_required(schema, &key);
            Ok(Self {
                ident,
                key,
                property,
                raw,
                required,
                place,
            })
        });
        named.collect()
    }

    /// The name in JSON, in a form or in the address.
    pub(super) fn wire(&self) -> &str {
        text(self.property, WIRE).unwrap_or(&self.key)
    }
}

/// The name that serde knows a field or a variant by, where it is not the Rust name.
pub(super) fn renamed(attrs: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // What typify writes parses; other keys of the attribute are passed over.
        let _ = attr.parse_nested_meta(|meta| {
            let value: Option<LitStr> = if meta.input.peek(syn::Token![=]) {
                Some(meta.value()?.parse()?)
            } else {
                None
            };
            if meta.path.is_ident("rename") {
                name = value.map(|value| value.value());
            }
            Ok(())
        });
    }
    name
}

/// The field as the SDK has it.
pub(super) fn rewrite(
    field: &Named<'_>,
    kind: &Kind<'_>,
    serialised: bool,
    schemas: &Object,
) -> Result<Field, Fault> {
    let is_request = kind.root.is_some() || kind.part || kind.sampling;
    let optional = !field.required || schema::is_nullable(field.property, schemas);
    let mut ty = rust_types::shorten(&field.raw.ty);
    // Unset and empty are two things in a request.
    if is_request && optional {
        ty = rust_types::optional(ty);
    }
    let mut attrs = docs::of_property(field.property);
    if serialised {
        attrs.extend(serde(
            field,
            kind,
            optional.then(|| rust_types::emptiness(&ty)).flatten(),
        ));
    }
    if kind.answer && flag(field.property, "x-imagine-discriminating") {
        attrs.push(parse_quote!(#[answer(discriminating)]));
    }
    if kind.root.is_some() {
        attrs.extend(attribute("request", request(field)?));
    }
    if kind.sampling {
        attrs.extend(attribute("sampling", range(field)?.into_iter().collect()));
    }
    let ident = field.ident;
    Ok(parse_quote!(#(#attrs)* pub #ident: #ty))
}

fn serde(field: &Named<'_>, kind: &Kind<'_>, emptiness: Option<String>) -> Option<Attribute> {
    if field.property.get(LOCATION).is_some() {
        return Some(parse_quote!(#[serde(skip)]));
    }
    let wire = field.wire();
    let rename = (field.ident != wire).then(|| quote!(rename = #wire));
    let always = kind.answer && flag(field.property, "x-imagine-discriminating");
    let skip = emptiness
        .filter(|_| !always)
        .map(|path| quote!(skip_serializing_if = #path));
    attribute("serde", rename.into_iter().chain(skip).collect())
}

fn attribute(name: &str, members: Vec<TokenStream>) -> Option<Attribute> {
    let name = format_ident!("{name}");
    (!members.is_empty()).then(|| parse_quote!(#[#name(#(#members),*)]))
}

/// What the builder of a request has to know of a field.
fn request(field: &Named<'_>) -> Result<Vec<TokenStream>, Fault> {
    let (property, wire) = (field.property, field.wire());
    let location = text(property, LOCATION).map(|location| format_ident!("{location}"));
    let mark = |hint: &str, mark: TokenStream| flag(property, hint).then_some(mark);
    let members = [
        location.map(|location| quote!(#location = #wire)),
        mark(FROM_SAMPLING, quote!(sampling)),
        range(field)?,
        default(field)?,
        mark("x-imagine-stream-flag", quote!(stream)),
        mark("x-imagine-answer-only", quote!(skip)),
    ];
    Ok(members.into_iter().flatten().collect())
}

fn range(field: &Named<'_>) -> Result<Option<TokenStream>, Fault> {
    for exclusive in ["exclusiveMinimum", "exclusiveMaximum"] {
        if field.property.get(exclusive).is_some() {
            let why =
                Problem::CannotLower("an exclusive limit", "requests check inclusive limits only");
            return Err(field.place.key(exclusive).fault(why));
        }
    }
    let limits = [("minimum", quote!(min)), ("maximum", quote!(max))];
    let limits = limits
        .into_iter()
        .filter_map(|(key, name)| Some((key, name, field.property.get(key)?)));
    let members: Vec<TokenStream> = limits
        .map(|(key, name, limit)| {
            literal(limit, &field.place.key(key)).map(|limit| quote!(#name = #limit))
        })
        .collect::<Result<_, Fault>>()?;
    Ok((!members.is_empty()).then(|| quote!(range(#(#members),*))))
}

fn default(field: &Named<'_>) -> Result<Option<TokenStream>, Fault> {
    if !flag(field.property, "x-imagine-send-default") {
        return Ok(None);
    }
    let missing = || field.place.fault(Problem::Missing("default"));
    let default = literal(
        field.property.get("default").ok_or_else(missing)?,
        &field.place.key("default"),
    )?;
    Ok(Some(quote!(default = #default)))
}

fn literal(value: &Value, place: &Place) -> Result<TokenStream, Fault> {
    match value {
        Value::String(text) => Ok(quote!(#text)),
        Value::Bool(flag) => Ok(quote!(#flag)),
        Value::Number(number) => number
            .to_string()
            .parse()
            .map_err(|_| not_a_literal(value, place)),
        _ => Err(not_a_literal(value, place)),
    }
}

fn not_a_literal(value: &Value, place: &Place) -> Fault {
    place.fault(Problem::BadValue {
        key: "the value".to_owned(),
        expected: "a text, a number, true or false",
        found: value.to_string(),
    })
}
