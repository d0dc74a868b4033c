//! Emits `ops.rs`: the table of the operations.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, parse_quote};

use crate::error::Fault;
use crate::model::{Authentication, Model};
use crate::post::{doc_attrs, sentence};
use crate::spec::operation::{Media, Operation};

/// The items of `ops.rs`, in the order of the specification.
pub(crate) fn items(model: &Model<'_>) -> Result<Vec<Item>, Fault> {
    let names = model.operations.iter().map(name);
    let mut items: Vec<Item> = vec![
        parse_quote!(
            use crate::request::{Authentication, Operation, Payload, Retry};
        ),
        parse_quote!(
            use http::Method;
        ),
    ];
    for operation in &model.operations {
        items.push(item(operation, model)?);
    }
    items.push(parse_quote! {
        /// Every operation, in the order of the specification.
        pub static ALL: &[&Operation] = &[#(&#names),*];
    });
    Ok(items)
}

fn item(operation: &Operation, model: &Model<'_>) -> Result<Item, Fault> {
    let (name, id, path) = (name(operation), &operation.site.id, &operation.site.path);
    let summary = operation.summary.trim_end_matches('.');
    let docs = doc_attrs(&sentence(&format!(
        "{summary}: `{}`",
        operation.request_line()
    )));
    let method = format_ident!("{}", operation.site.method.to_uppercase());
    let (payload, retry) = (payload(operation), retry(operation));
    let (authentication, exclusive) = (authentication(operation, model)?, operation.exclusive);
    let event = operation.event.is_some();
    let default_model = match model.default_model(id) {
        Some(model) => quote!(Some(#model)),
        None => quote!(None),
    };
    Ok(parse_quote! {
        #(#docs)*
        pub static #name: Operation = Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            payload: #payload,
            event: #event,
            retry: #retry,
            authentication: #authentication,
            exclusive: #exclusive,
            default_model: #default_model,
        };
    })
}

fn authentication(operation: &Operation, model: &Model<'_>) -> Result<TokenStream, Fault> {
    Ok(match model.authentication(operation)? {
        Authentication::Client => quote!(Authentication::Client),
        Authentication::None => quote!(Authentication::None),
        Authentication::Bearer => quote!(Authentication::Bearer),
        Authentication::Header(name) => quote!(Authentication::Header(#name)),
    })
}

fn name(operation: &Operation) -> Ident {
    format_ident!("{}", operation.site.id.to_uppercase())
}

fn payload(operation: &Operation) -> TokenStream {
    match operation.payload.as_ref().map(|payload| payload.media) {
        None => quote!(Payload::None),
        Some(Media::Json) => quote!(Payload::Json),
        Some(Media::Form) => quote!(Payload::Form),
    }
}

fn retry(operation: &Operation) -> TokenStream {
    let retry = format_ident!("{}", crate::spec::names::pascal(&operation.retry));
    quote!(Retry::#retry)
}
