//! Parsing of the input of `#[derive(Response)]`.

use syn::{DeriveInput, Error, Field, LitStr};

use super::model::{Decoding, KnownField, Required, Response, ResponseFieldAttrs};
use crate::attr;
use crate::report::Errors;
use crate::serde_attr;
use crate::shape::{self, NamedField};

const KNOWN: &[&str] = &[
    "required",
    "required_any",
    "json_text",
    "serde",
    "extra",
    "alias",
];

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Response<'a> {
    shape::reject_generics(input, "Response", errors);
    attr::read_container(&input.attrs, "response", "a struct", errors);
    let keys = ["rename_all", "rename_all_fields", "transparent", "untagged"];
    let message = "`Response` does not support this serde attribute; use `rename` on the fields";
    serde_attr::reject(&input.attrs, &keys, message, errors);
    let mut response = Response {
        name: shape::at_call_site(&input.ident),
        known: Vec::new(),
        extra: Vec::new(),
    };
    for named in shape::named_fields(input, "Response", errors) {
        let attrs = field_attrs(named.field, errors);
        reject_serde(named.field, &attrs, errors);
        if attrs.extra.is_some() {
            response.extra.push(named);
        } else {
            response.known.push(known(named, &attrs));
        }
    }
    response
}

fn field_attrs(field: &Field, errors: &mut Errors) -> ResponseFieldAttrs {
    let mut attrs = ResponseFieldAttrs::default();
    attr::read(&field.attrs, "response", errors, |meta| {
        let slot = match meta.path.require_ident()?.to_string().as_str() {
            "required" => &mut attrs.required,
            "required_any" => &mut attrs.required_any,
            "json_text" => &mut attrs.json_text,
            "serde" => &mut attrs.serde,
            "extra" => &mut attrs.extra,
            "alias" => return attr::set(&mut attrs.alias, attr::list(meta)?, meta),
            _ => return Err(attr::unknown(meta, "`#[response(..)]`", KNOWN)),
        };
        attr::flag(slot, meta)
    });
    let ResponseFieldAttrs {
        required,
        required_any,
        json_text,
        serde,
        extra,
        ref alias,
    } = attrs;
    let alias = alias.as_ref().and_then(|names| names.first());
    let alias = alias.map(LitStr::span);
    if extra.is_some()
        && let Some(span) = required.or(required_any).or(json_text).or(serde).or(alias)
    {
        let message = "`extra` excludes all other keys";
        errors.push(Error::new(span, message));
    } else if let (Some(_), Some(span)) = (required, required_any) {
        let message = "`required` and `required_any` exclude each other";
        errors.push(Error::new(span, message));
    } else if let (Some(_), Some(span)) = (json_text, serde) {
        let message = "`json_text` and `serde` exclude each other";
        errors.push(Error::new(span, message));
    }
    attrs
}

/// Rejects serde attributes that the derive does not support: encoding and decoding would differ.
fn reject_serde(field: &Field, field_attrs: &ResponseFieldAttrs, errors: &mut Errors) {
    let attrs = &field.attrs;
    let keys = ["alias", "with", "deserialize_with"];
    let message = "`Response` does not support this serde attribute";
    serde_attr::reject(attrs, &keys, message, errors);
    if field_attrs.extra.is_none() {
        let message = "`Response` supports `flatten` only on the field with `#[response(extra)]`";
        serde_attr::reject(attrs, &["flatten"], message, errors);
    }
}

fn known<'a>(named: NamedField<'a>, attrs: &ResponseFieldAttrs) -> KnownField<'a> {
    let always = attrs.required.map(|_| Required::Always);
    KnownField {
        wire: serde_attr::wire(named.field, named.source_ident),
        required: always.or(attrs.required_any.map(|_| Required::Any)),
        decoding: match attrs {
            ResponseFieldAttrs { serde: Some(_), .. } => Decoding::Serde,
            ResponseFieldAttrs {
                json_text: Some(_), ..
            } => Decoding::JsonText,
            _ => Decoding::Lenient,
        },
        aliases: attrs.alias.clone().unwrap_or_default(),
        named,
    }
}
