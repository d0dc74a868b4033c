//! Fields: types, and attributes for serde and our derives.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Field, Ident, parse_quote};

use super::named::Named;
use super::{docs, rust_types};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::model::{Model, TypeUsage};
use crate::openapi::json::{boolean, string, strings};
use crate::openapi::lowered::{FROM_SAMPLING, LOCATION, STYLE};
use crate::openapi::schema;

/// The context of a struct's fields.
pub(super) struct Fields<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) usage: &'a TypeUsage<'a>,
    /// True if the struct implements `Serialize`.
    pub(super) serialized: bool,
    /// The number of fields that are marked as required in responses.
    pub(super) required_in_responses: usize,
    /// The arguments of the constructor.
    pub(super) arguments: Vec<&'a Ident>,
}

impl Fields<'_> {
    /// Rewrites a field.
    pub(super) fn rewrite(&self, field: &Named<'_>) -> Result<Field, Diagnostic> {
        let (usage, schemas) = (self.usage, self.model.schemas);
        self.check(field)?;
        let optional = !field.required || schema::is_nullable(field.property, schemas);
        let mut ty = rust_types::sized(rust_types::shorten(field.ty), field.property);
        // In a request, unset and empty differ, except for lists that are also in responses: services reject an empty
        // list that they have sent themselves.
        let is_list = string(field.property, "type") == Some("array");
        let part = usage.part && !(usage.response && is_list);
        if optional && (usage.method.is_some() || part || usage.sampling) {
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
        let aliases = strings(field.property.get("x-aliases"));
        if self.serialized && !aliases.is_empty() {
            attrs.push(parse_quote!(#[response(alias(#(#aliases),*))]));
        }
        if boolean(field.property, "x-imagine-json-text") {
            attrs.push(parse_quote!(#[response(json_text)]));
        }
        if usage.method.is_some() {
            attrs.extend(attribute("request", request(field)?));
        }
        if usage.sampling {
            attrs.extend(attribute("sampling", range(field)?.into_iter().collect()));
        }
        let ident = field.ident;
        Ok(parse_quote!(#(#attrs)* pub #ident: #ty))
    }

    /// Rejects extensions that have no effect on this field.
    fn check(&self, field: &Named<'_>) -> Result<(), Diagnostic> {
        let property = field.property;
        let is_plain = string(property, "type")
            .is_some_and(|kind| ["boolean", "integer", "number", "string"].contains(&kind));
        let is_argument = self.usage.method.is_some() || self.usage.sampling;
        let reject = |key: &str, construct: &str, help: &str| {
            Err(field.location.key(key).unsupported(construct, help))
        };
        let has = |key: &str| boolean(property, key);
        if has("x-imagine-send-default") && !is_argument && !self.usage.response {
            let help = "remove the extension, or move the field to the request itself";
            return reject(
                "x-imagine-send-default",
                "a default inside of a field",
                help,
            );
        }
        if has("x-imagine-check") && is_plain {
            let help = "refer to a component with `x-imagine-rust`";
            return reject("x-imagine-check", "a check of a generated type", help);
        }
        if has("x-imagine-stream-flag") && string(property, "type") != Some("boolean") {
            return reject(
                "x-imagine-stream-flag",
                "a flag that is no boolean",
                "write `type: boolean`",
            );
        }
        if has("x-imagine-response-only") && field.required && is_argument {
            return reject(
                "x-imagine-response-only",
                "a required field that is not sent",
                "make it optional",
            );
        }
        Ok(())
    }

    fn serde(&self, field: &Named<'_>, emptiness: Option<String>) -> Option<Attribute> {
        // Names are unique within a location. In JSON, a path or query parameter is named by its key.
        let wire = match field.property.get(LOCATION) {
            Some(_) if !self.serialized => return None,
            Some(_) => &field.key,
            None => field.wire(),
        };
        let rename = (field.ident != wire).then(|| quote!(rename = #wire));
        // A null list is serialized, so that a decoded response survives encoding and decoding.
        let is_argument = self.usage.method.is_some() || self.usage.part && !self.usage.response;
        let is_always_present =
            field.required && (is_argument || self.is_required_in_responses(field));
        let skips = self.serialized && !is_always_present;
        let skip = emptiness
            .filter(|_| skips)
            .map(|path| quote!(skip_serializing_if = #path));
        attribute("serde", rename.into_iter().chain(skip).collect())
    }

    /// Marks the required keys of a response; if there are several, one suffices. In a request, the constructor's
    /// arguments are required.
    fn required(&self, field: &Named<'_>) -> Option<Attribute> {
        if self.usage.response {
            return self.is_required_in_responses(field).then(|| {
                match self.required_in_responses {
                    1 => parse_quote!(#[response(required)]),
                    _ => parse_quote!(#[response(required_any)]),
                }
            });
        }
        let is_argument = self.serialized && self.arguments.contains(&field.ident);
        is_argument.then(|| parse_quote!(#[response(required)]))
    }

    fn is_required_in_responses(&self, field: &Named<'_>) -> bool {
        self.usage.response && boolean(field.property, "x-imagine-required")
    }
}

/// Returns the deprecation of a request's field, for its setter. Fields of responses only mention it in their
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

/// Returns the request attributes of a field.
fn request(field: &Named<'_>) -> Result<Vec<TokenStream>, Diagnostic> {
    let (property, wire) = (field.property, field.wire());
    let location = string(property, LOCATION).map(|location| format_ident!("{location}"));
    let style = string(property, STYLE).map(|style| format_ident!("{style}"));
    let flag = |key: &str, flag: TokenStream| boolean(property, key).then_some(flag);
    let members = [
        location.map(|location| quote!(#location = #wire)),
        style.map(|style| quote!(style = #style)),
        flag(FROM_SAMPLING, quote!(sampling)),
        range(field)?,
        length(field)?,
        default(field)?,
        formats(field),
        also_sets(field)?,
        flag("x-imagine-check", quote!(check)),
        flag("x-imagine-stream-flag", quote!(stream)),
        flag("x-imagine-response-only", quote!(skip)),
        flag("x-imagine-inputs", quote!(inputs)),
    ];
    Ok(members.into_iter().flatten().collect())
}

/// Returns the Rust names of the fields that the setter also sets.
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

/// Returns the file extensions that the service accepts.
fn formats(field: &Named<'_>) -> Option<TokenStream> {
    let formats = strings(field.property.get("x-imagine-formats"));
    (!formats.is_empty()).then(|| quote!(formats(#(#formats),*)))
}

/// Returns the range of a number. An exclusive limit of a fractional number is checked as an inclusive one.
fn range(field: &Named<'_>) -> Result<Option<TokenStream>, Diagnostic> {
    // An unsigned integer implies a minimum of 0.
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

/// Returns the limits of the length of a string or a list.
fn length(field: &Named<'_>) -> Result<Option<TokenStream>, Diagnostic> {
    let keys = match string(field.property, "type") {
        Some("string") => ["minLength", "maxLength"],
        Some("array") => ["minItems", "maxItems"],
        _ => return Ok(None),
    };
    let [min, max] = keys.map(|key| field.literal(key));
    let members = [
        min?.map(|min| quote!(min = #min)),
        max?.map(|max| quote!(max = #max)),
    ];
    let members: Vec<TokenStream> = members.into_iter().flatten().collect();
    Ok((!members.is_empty()).then(|| quote!(length(#(#members),*))))
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
