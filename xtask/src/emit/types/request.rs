//! The attribute that declares the builder and the method of a request struct.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Ident, parse_quote};

use super::named::Named;
use crate::apis::Api;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::model::{Method, Model};
use crate::openapi::json::boolean;
use crate::openapi::schema;

/// Returns the `#[request(...)]` of a struct.
pub(super) fn attribute(
    model: &Model<'_>,
    method: &Method,
    fields: &[Named<'_>],
    api: &Api,
    default: bool,
) -> Result<Attribute, Diagnostic> {
    let operation = format_ident!("{}", method.operation.to_uppercase());
    let (name, builder) = (
        format_ident!("{}", method.name),
        format_ident!("{}", method.builder),
    );
    let client = format_ident!("{}", api.client);
    let feature = &api.feature;
    let response = method
        .response
        .as_ref()
        .map_or_else(|| Ok(quote!(())), |response| tokens(response, method))?;
    let chunk = method
        .event
        .as_ref()
        .map(|event| tokens(event, method))
        .transpose()?;
    let body = method
        .media
        .map(|media| format_ident!("{}", media.keyword()));
    let sampling = model
        .sampling(&method.component)
        .map(|name| format_ident!("{name}"));
    let args = args(method, fields)?;
    check_required(model, method, fields, &args)?;
    let [validate_request, validate_response] =
        [&method.validate_request, &method.validate_response]
            .map(|path| path.as_ref().map(|path| tokens(path, method)).transpose());
    let (validate_request, validate_response) = (validate_request?, validate_response?);
    let (aliases, docs) = (&method.aliases, &method.docs);
    let members = [
        Some(quote!(operation = super::operations::#operation)),
        Some(quote!(method = #name)),
        Some(quote!(builder = #builder)),
        Some(quote!(client = crate::client::generated::#client)),
        Some(quote!(blocking = crate::blocking::#client)),
        Some(quote!(response = #response)),
        chunk.map(|chunk| quote!(chunk = #chunk)),
        body.map(|body| quote!(body = #body)),
        method.pagination.as_ref().map(|_| quote!(pages)),
        method.download.then(|| quote!(download)),
        sampling.map(|sampling| quote!(sampling = #sampling)),
        method.by_value.then(|| quote!(by_value)),
        (!args.is_empty()).then(|| quote!(args(#(#args),*))),
        (!aliases.is_empty()).then(|| quote!(alias(#(#aliases),*))),
        default.then(|| quote!(default)),
        Some(quote!(feature = #feature)),
        Some(quote!(docs = #docs)),
        validate_request.map(|path| quote!(validate_request = #path)),
        validate_response.map(|path| quote!(validate_response = #path)),
    ];
    let members = members.into_iter().flatten();
    Ok(parse_quote!(#[request(#(#members,)*)]))
}

fn tokens(path: &str, method: &Method) -> Result<TokenStream, Diagnostic> {
    path.parse().map_err(|_| {
        method.location.diagnostic(DiagnosticKind::BadValue {
            key: "the type of the response".to_owned(),
            expected: "the path of a Rust type",
            found: path.to_owned(),
        })
    })
}

/// Returns the Rust names of the arguments. The extension may use wire names.
pub(super) fn args<'a>(
    method: &Method,
    fields: &[Named<'a>],
) -> Result<Vec<&'a Ident>, Diagnostic> {
    let find = |name: &String| {
        let field = fields
            .iter()
            .find(|field| field.key == *name || field.wire() == name);
        let missing = || {
            method
                .location
                .key("x-imagine-args")
                .diagnostic(DiagnosticKind::NotAField(name.clone()))
        };
        field.map(|field| field.ident).ok_or_else(missing)
    };
    let found: Vec<&Ident> = method.args.iter().map(find).collect::<Result<_, _>>()?;
    match duplicate(&found) {
        Some(name) => Err(method
            .location
            .key("x-imagine-args")
            .diagnostic(DiagnosticKind::NameTaken(name.to_string()))),
        None => Ok(found),
    }
}

fn duplicate<'a>(names: &[&'a Ident]) -> Option<&'a Ident> {
    let mut seen = BTreeSet::new();
    names.iter().copied().find(|name| !seen.insert(*name))
}

/// Checks the required fields: they have no setter, so the method's arguments or the specification must provide
/// their values.
fn check_required(
    model: &Model<'_>,
    method: &Method,
    fields: &[Named<'_>],
    args: &[&Ident],
) -> Result<(), Diagnostic> {
    const PROVIDED: [&str; 3] = [
        "x-imagine-response-only",
        "x-imagine-send-default",
        "x-imagine-stream-flag",
    ];
    let is_provided = |field: &Named<'_>| {
        method.by_value
            || !field.required
            || args.contains(&field.ident)
            || PROVIDED.iter().any(|key| boolean(field.property, key))
            || schema::is_nullable(field.property, model.schemas)
    };
    match fields.iter().find(|field| !is_provided(field)) {
        Some(field) => Err(method
            .location
            .key("x-imagine-args")
            .diagnostic(DiagnosticKind::NotAnArgument(field.wire().to_owned()))),
        None => Ok(()),
    }
}
