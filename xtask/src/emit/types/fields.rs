//! Fields: their types, and what serde and our derives have to know of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Field, Ident, parse_quote};

use super::named::Named;
use super::{docs, rust_types};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::document::json::{boolean, string, strings};
use crate::document::schema;
use crate::model::{Model, TypeUsage};
use crate::normalize::{FROM_SAMPLING, LOCATION};

/// What the fields of one struct have in common.
pub(super) struct Fields<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) usage: &'a TypeUsage<'a>,
    /// Whether the struct can be written as JSON.
    pub(super) serialized: bool,
    /// The number of fields that are marked as required in responses.
    pub(super) discriminating: usize,
    /// The arguments of the constructor.
    pub(super) arguments: Vec<&'a Ident>,
}

impl Fields<'_> {
    /// The field as the SDK has it.
    pub(super) fn rewrite(&self, field: &Named<'_>) -> Result<Field, Diagnostic> {
        let (usage, schemas) = (self.usage, self.model.schemas);
        let optional = !field.required || schema::is_nullable(field.property, schemas);
        let mut ty = rust_types::unsigned(rust_types::shorten(field.ty), field.property);
        // Unset and empty are two things in a request.
        if optional && (usage.method.is_some() || usage.part || usage.sampling) {
            ty = rust_types::optional(ty);
        }
        let emptiness = if optional {
            rust_types::emptiness(&ty)
        } else {
            None
        };
        let mut attrs = docs::of_property(&field.key, field.property, schemas);
        if usage.method.is_some() {
            attrs.extend(deprecation(field));
        }
        attrs.extend(self.serde(field, emptiness));
        attrs.extend(self.required(field));
        if usage.method.is_some() {
            attrs.extend(attribute("request", request(field)?));
        }
        if usage.sampling {
            attrs.extend(attribute("sampling", range(field)?.into_iter().collect()));
        }
        let ident = field.ident;
        Ok(parse_quote!(#(#attrs)* pub #ident: #ty))
    }

    fn serde(&self, field: &Named<'_>, emptiness: Option<String>) -> Option<Attribute> {
        // Names are unique within a location. As JSON, a field in the path or the query goes by its key.
        let wire = match field.property.get(LOCATION) {
            Some(_) if !self.serialized => return None,
            Some(_) => &field.key,
            None => field.wire(),
        };
        let rename = (field.ident != wire).then(|| quote!(rename = #wire));
        // A list that is null is written again, so that what was read as a response is one when it is read again.
        let must_be_there = field.required && self.is_discriminating(field);
        let skips = self.serialized && !must_be_there;
        let skip = emptiness
            .filter(|_| skips)
            .map(|path| quote!(skip_serializing_if = #path));
        attribute("serde", rename.into_iter().chain(skip).collect())
    }

    /// A response lacks its meaning without its required keys, of which one is enough where there are several. A request
    /// needs the arguments of its constructor.
    fn required(&self, field: &Named<'_>) -> Option<Attribute> {
        if self.usage.response {
            return self
                .is_discriminating(field)
                .then(|| match self.discriminating {
                    1 => parse_quote!(#[response(required)]),
                    _ => parse_quote!(#[response(required_any)]),
                });
        }
        let is_argument = self.serialized && self.arguments.contains(&field.ident);
        is_argument.then(|| parse_quote!(#[response(required)]))
    }

    fn is_discriminating(&self, field: &Named<'_>) -> bool {
        self.usage.response && boolean(field.property, "x-imagine-required")
    }
}

/// The deprecation of a request's field, which its setter carries. Responses are only read, so upstream is in the
/// documentation.
fn deprecation(field: &Named<'_>) -> Option<Attribute> {
    if !boolean(field.property, "deprecated") {
        return None;
    }
    Some(match string(field.property, "x-imagine-replacement") {
        Some(name) => {
            let note = format!("use `{name}`");
            parse_quote!(#[deprecated(note = #note)])
        }
        None => parse_quote!(#[deprecated]),
    })
}

fn attribute(name: &str, members: Vec<TokenStream>) -> Option<Attribute> {
    let name = format_ident!("{name}");
    (!members.is_empty()).then(|| parse_quote!(#[#name(#(#members),*)]))
}

/// What the builder of a request has to know of a field.
fn request(field: &Named<'_>) -> Result<Vec<TokenStream>, Diagnostic> {
    let (property, wire) = (field.property, field.wire());
    let location = string(property, LOCATION).map(|location| format_ident!("{location}"));
    let mark = |hint: &str, mark: TokenStream| boolean(property, hint).then_some(mark);
    let members = [
        location.map(|location| quote!(#location = #wire)),
        mark(FROM_SAMPLING, quote!(sampling)),
        range(field)?,
        default(field)?,
        formats(field),
        also_sets(field)?,
        mark("x-imagine-check", quote!(check)),
        mark("x-imagine-stream-flag", quote!(stream)),
        mark("x-imagine-response-only", quote!(skip)),
    ];
    Ok(members.into_iter().flatten().collect())
}

/// The fields that the setter sets as well, by their names in Rust.
fn also_sets(field: &Named<'_>) -> Result<Option<TokenStream>, Diagnostic> {
    let names = strings(field.property.get("x-imagine-also-sets"));
    let idents: Vec<syn::Ident> = names
        .into_iter()
        .map(|name| {
            let unknown = || {
                field
                    .location
                    .diagnostic(DiagnosticKind::NotAField(name.to_owned()))
            };
            field.sibling(name).cloned().ok_or_else(unknown)
        })
        .collect::<Result<_, _>>()?;
    Ok((!idents.is_empty()).then(|| quote!(also_sets(#(#idents),*))))
}

/// The file name extensions that the service takes.
fn formats(field: &Named<'_>) -> Option<TokenStream> {
    let formats = strings(field.property.get("x-imagine-formats"));
    (!formats.is_empty()).then(|| quote!(formats(#(#formats),*)))
}

fn range(field: &Named<'_>) -> Result<Option<TokenStream>, Diagnostic> {
    for exclusive in ["exclusiveMinimum", "exclusiveMaximum"] {
        if boolean(field.property, exclusive) {
            let way = "requests check inclusive limits only";
            return Err(field
                .location
                .key(exclusive)
                .cannot_lower("an exclusive limit", way));
        }
    }
    // An unsigned integer has this minimum by itself.
    let is_implied = string(field.property, "type") == Some("integer")
        && field.property.get("minimum").and_then(Value::as_u64) == Some(0);
    let minimum = match is_implied {
        true => None,
        false => field.literal("minimum")?,
    };
    let limits = [minimum, field.literal("maximum")?];
    let members = match limits {
        [None, None] => return Ok(None),
        [Some(min), None] => quote!(min = #min),
        [None, Some(max)] => quote!(max = #max),
        [Some(min), Some(max)] => quote!(min = #min, max = #max),
    };
    Ok(Some(quote!(range(#members))))
}

fn default(field: &Named<'_>) -> Result<Option<TokenStream>, Diagnostic> {
    if !boolean(field.property, "x-imagine-send-default") {
        return Ok(None);
    }
    match field.literal("default")? {
        Some(default) => Ok(Some(quote!(default = #default))),
        None => Err(field
            .location
            .diagnostic(DiagnosticKind::Missing("default"))),
    }
}
