//! The attribute from which a request struct gets its builder and its method.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Ident, parse_quote};

use super::named::Named;
use crate::error::{Fault, Problem};
use crate::model::{Model, Root};
use crate::spec::json::flag;
use crate::spec::{names, schema};

/// The `#[request(...)]` of a struct.
pub(super) fn attribute(
    model: &Model<'_>,
    root: &Root,
    fields: &[Named<'_>],
    api: &str,
    default: bool,
) -> Result<Attribute, Fault> {
    let operation = format_ident!("{}", root.operation.to_uppercase());
    let (method, builder) = (
        format_ident!("{}", root.method),
        format_ident!("{}", root.builder),
    );
    let client = format_ident!("{}Client", names::pascal(api));
    let (feature, api) = (api, format_ident!("{api}"));
    let response = root
        .response
        .as_ref()
        .map_or_else(|| Ok(quote!(())), |response| tokens(response, root))?;
    let chunk = root
        .event
        .as_ref()
        .map(|event| tokens(event, root))
        .transpose()?;
    let body = root.media.map(|media| format_ident!("{}", media.word()));
    let sampling = model
        .sampling(&root.component)
        .map(|name| format_ident!("{name}"));
    let args = args(root, fields)?;
    check_required(model, root, fields, &args)?;
    let [validate_request, validate_response] = [&root.validate_request, &root.validate_response]
        .map(|path| path.as_ref().map(|path| tokens(path, root)).transpose());
    let (validate_request, validate_response) = (validate_request?, validate_response?);
    let (aliases, about) = (&root.aliases, &root.about);
    let members = [
        Some(quote!(operation = super::operations::#operation)),
        Some(quote!(method = #method)),
        Some(quote!(builder = #builder)),
        Some(quote!(client = crate::#api::#client)),
        Some(quote!(blocking = crate::blocking::#client)),
        Some(quote!(response = #response)),
        chunk.map(|chunk| quote!(chunk = #chunk)),
        body.map(|body| quote!(body = #body)),
        sampling.map(|sampling| quote!(sampling = #sampling)),
        root.whole.then(|| quote!(by_value)),
        (!args.is_empty()).then(|| quote!(args(#(#args),*))),
        (!aliases.is_empty()).then(|| quote!(alias(#(#aliases),*))),
        default.then(|| quote!(default)),
        Some(quote!(feature = #feature)),
        Some(quote!(docs = #about)),
        validate_request.map(|path| quote!(validate_request = #path)),
        validate_response.map(|path| quote!(validate_response = #path)),
    ];
    let members = members.into_iter().flatten();
    Ok(parse_quote!(#[request(#(#members,)*)]))
}

fn tokens(path: &str, root: &Root) -> Result<TokenStream, Fault> {
    path.parse().map_err(|_| {
        root.place.fault(Problem::BadValue {
            key: "the type of the response".to_owned(),
            expected: "the path of a Rust type",
            found: path.to_owned(),
        })
    })
}

/// The Rust names of the positional fields, which the hint may call as the wire does.
pub(super) fn args<'a>(root: &Root, fields: &[Named<'a>]) -> Result<Vec<&'a Ident>, Fault> {
    let find = |name: &String| {
        let field = fields
            .iter()
            .find(|field| field.key == *name || field.wire() == name);
        let missing = || {
            root.place
                .key("x-imagine-args")
                .fault(Problem::NotAField(name.clone()))
        };
        field.map(|field| field.ident).ok_or_else(missing)
    };
    let found: Vec<&Ident> = root.positional.iter().map(find).collect::<Result<_, _>>()?;
    match twice(&found) {
        Some(name) => Err(root
            .place
            .key("x-imagine-args")
            .fault(Problem::NameTaken(name.to_string()))),
        None => Ok(found),
    }
}

fn twice<'a>(names: &[&'a Ident]) -> Option<&'a Ident> {
    let mut seen = BTreeSet::new();
    names.iter().copied().find(|name| !seen.insert(*name))
}

/// What is required has no setter, so its value comes from the method's arguments or from the specification.
fn check_required(
    model: &Model<'_>,
    root: &Root,
    fields: &[Named<'_>],
    positional: &[&Ident],
) -> Result<(), Fault> {
    const GIVEN: [&str; 3] = [
        "x-imagine-response-only",
        "x-imagine-send-default",
        "x-imagine-stream-flag",
    ];
    let given = |field: &Named<'_>| {
        root.whole
            || !field.required
            || positional.contains(&field.ident)
            || GIVEN.iter().any(|hint| flag(field.property, hint))
            || schema::is_nullable(field.property, model.schemas)
    };
    match fields.iter().find(|field| !given(field)) {
        Some(field) => Err(root
            .place
            .key("x-imagine-args")
            .fault(Problem::NotPositional(field.wire().to_owned()))),
        None => Ok(()),
    }
}
