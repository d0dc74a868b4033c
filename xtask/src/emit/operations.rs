//! Emits `operations.rs`: the table of operations.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, parse_quote};

use crate::diagnostic::Diagnostic;
use crate::emit::types::{doc_attrs, sentence};
use crate::model::{Authentication, Model};
use crate::openapi::body::Media;
use crate::openapi::operation::Operation;

/// Returns the items of `operations.rs`, in the order of the specification.
pub(crate) fn items(model: &Model<'_>) -> Result<Vec<Item>, Diagnostic> {
    let names = model.operations.iter().map(name);
    let mut items: Vec<Item> = vec![
        parse_quote!(
            use crate::request::{Authentication, BodyEncoding, Operation, RetrySafety};
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

fn item(operation: &Operation, model: &Model<'_>) -> Result<Item, Diagnostic> {
    let (name, id, path) = (name(operation), &operation.site.id, &operation.site.path);
    let summary = operation.summary.trim_end_matches('.');
    let docs = doc_attrs(&sentence(&format!(
        "{summary}: `{}`",
        operation.request_line()
    )));
    let method = format_ident!("{}", operation.site.method.to_uppercase());
    let (body_encoding, retry_safety) = (body_encoding(operation), retry_safety(operation));
    let (authentication, exclusive) = (authentication(operation, model)?, operation.exclusive);
    let (streams, media) = (operation.event.is_some(), &operation.response_media);
    let stream_media = &operation.stream_media;
    Ok(parse_quote! {
        #(#docs)*
        pub static #name: Operation = Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            body_encoding: #body_encoding,
            response_media: #media,
            streams: #streams,
            stream_media: #stream_media,
            retry_safety: #retry_safety,
            authentication: #authentication,
            exclusive: #exclusive,
        };
    })
}

fn authentication(operation: &Operation, model: &Model<'_>) -> Result<TokenStream, Diagnostic> {
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

fn body_encoding(operation: &Operation) -> TokenStream {
    let payload = operation.payload.as_ref();
    let media_type = payload.map(|payload| &payload.media_type);
    match payload.map(|payload| payload.media) {
        None => quote!(BodyEncoding::None),
        Some(Media::Json) => quote!(BodyEncoding::Json),
        Some(Media::Form) => quote!(BodyEncoding::Multipart),
        Some(Media::UrlEncoded) => quote!(BodyEncoding::UrlEncoded),
        Some(Media::Text) => quote!(BodyEncoding::Text(#media_type)),
        Some(Media::Binary) => quote!(BodyEncoding::Binary(#media_type)),
    }
}

fn retry_safety(operation: &Operation) -> TokenStream {
    match operation.retry.as_str() {
        "idempotent" => quote!(RetrySafety::Idempotent),
        _ => quote!(RetrySafety::OnlyIfNotStarted),
    }
}
