//! Fields of typify, paired with their properties.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Attribute, Fields, Ident, ItemStruct, LitStr, Token, Type, parse_quote};

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{members, string};
use crate::openapi::lowered::{IDENT, WIRE};
use crate::openapi::schema;

/// A field of typify.
pub(super) struct Named<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a Type,
    /// The key of the property.
    pub(super) key: String,
    pub(super) property: &'a Value,
    pub(super) required: bool,
    pub(super) location: Location,
    /// The names of all fields of the struct, by property key.
    siblings: Rc<BTreeMap<String, Ident>>,
}

impl<'a> Named<'a> {
    /// Returns the fields of a struct. Their names must be unique.
    pub(super) fn of(
        raw: &'a ItemStruct,
        schema: &'a Value,
        location: &Location,
    ) -> Result<Vec<Self>, Diagnostic> {
        let Fields::Named(fields) = &raw.fields else {
            return Err(location.diagnostic(DiagnosticKind::NoType));
        };
        let idents = fields
            .named
            .iter()
            .filter_map(|field| Some((field, field.ident.as_ref()?)));
        let siblings = idents.clone().map(|(field, ident)| {
            let key = renamed(&field.attrs).unwrap_or_else(|| ident.to_string());
            (key, ident.clone())
        });
        let siblings = Rc::new(siblings.collect());
        let mut named = Vec::new();
        let mut taken = BTreeSet::new();
        for (field, ident) in idents {
            let key = renamed(&field.attrs).unwrap_or_else(|| ident.to_string());
            let location = location.key("properties").key(&key);
            if !taken.insert(ident) {
                return Err(location.diagnostic(DiagnosticKind::NameTaken(ident.to_string())));
            }
            let property = schema
                .get("properties")
                .and_then(|properties| properties.get(&key));
            let property = property
                .ok_or_else(|| location.diagnostic(DiagnosticKind::NoProperty(key.clone())))?;
            let required = schema::is_required(schema, &key);
            named.push(Self {
                ident,
                ty: &field.ty,
                key,
                property,
                required,
                location,
                siblings: Rc::clone(&siblings),
            });
        }
        Ok(named)
    }

    /// Returns the name in JSON, in a form or in the URL.
    pub(super) fn wire(&self) -> &str {
        string(self.property, WIRE).unwrap_or(&self.key)
    }

    /// Returns the Rust name of another field by its property key.
    pub(super) fn sibling(&self, key: &str) -> Option<&Ident> {
        self.siblings.get(key)
    }

    /// Returns a member of the property as a Rust literal.
    pub(super) fn literal(&self, key: &str) -> Result<Option<TokenStream>, Diagnostic> {
        let Some(value) = self.property.get(key) else {
            return Ok(None);
        };
        let literal = match value {
            Value::String(text) => Some(quote!(#text)),
            Value::Bool(flag) => Some(quote!(#flag)),
            Value::Number(number) => number.to_string().parse().ok(),
            _ => None,
        };
        let kind = || DiagnosticKind::BadValue {
            key: key.to_owned(),
            expected: "a string, a number, true or false",
            found: value.to_string(),
        };
        literal
            .map(Some)
            .ok_or_else(|| self.location.diagnostic(kind()))
    }
}

/// Returns the property with a wire name.
pub(super) fn property<'a>(schema: &'a Value, wire: &str) -> Option<&'a Value> {
    let mut properties = members(schema, "properties");
    let property = properties.find(|(key, property)| string(property, WIRE).unwrap_or(key) == wire);
    property.map(|(_, property)| property)
}

/// Renames the fields whose names are reserved, which typify does not know.
pub(super) fn with_reserved(raw: &ItemStruct, schema: Option<&Value>) -> ItemStruct {
    let mut item = raw.clone();
    let properties = schema.and_then(|schema| schema.get("properties"));
    for field in &mut item.fields {
        let Some(ident) = &field.ident else {
            continue;
        };
        let key = renamed(&field.attrs).unwrap_or_else(|| ident.to_string());
        let property = properties.and_then(|properties| properties.get(&key));
        if let Some(name) = property.and_then(|property| string(property, IDENT)) {
            field.ident = Some(Ident::new(name, ident.span()));
            field.attrs.push(parse_quote!(#[serde(rename = #key)]));
        }
    }
    item
}

/// Returns the serde name of a field or a variant, if it differs from the Rust name.
pub(super) fn renamed(attrs: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // Only the name matters; attributes in other forms have none.
        let _: syn::Result<()> = attr.parse_nested_meta(|meta| {
            if meta.input.peek(Token![=]) {
                let value: LitStr = meta.value()?.parse()?;
                name = meta
                    .path
                    .is_ident("rename")
                    .then(|| value.value())
                    .or(name.take());
            }
            Ok(())
        });
    }
    name
}
