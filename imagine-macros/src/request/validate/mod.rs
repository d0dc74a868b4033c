//! Validation of the parsed input.

mod field;
mod lists;

use super::expand;
use super::model::{BodyEncoding, Location, Request};
use crate::report::Errors;

pub(super) fn validate(request: &Request<'_>, errors: &mut Errors) {
    lists::args(request, errors);
    lists::aliases(request, errors);
    lists::parameter_names(request, errors);
    whole_body(request, errors);
    stream(request, errors);
    clients(request, errors);
    if let [_, second, ..] = request.extra.as_slice() {
        let message = "duplicate field with `extra`; a request has at most one";
        errors.at(second.source_ident, message);
    }
    let reserved = expand::reserved_methods(request);
    for argument in &request.fields {
        errors.take(field::validate(request, argument, &reserved));
    }
}

fn whole_body(request: &Request<'_>, errors: &mut Errors) {
    let is_whole = matches!(
        request.body,
        Some(BodyEncoding::Text | BodyEncoding::Binary)
    );
    let fields = request.fields.iter();
    let in_body = fields.filter(|field| matches!(field.location(), Location::Body));
    for second in in_body.skip(1).filter(|_| is_whole) {
        let message = "a body of `text` or `binary` is one field; mark the others with `query = ..` or `path = ..`";
        errors.at(second.source_ident(), message);
    }
}

fn stream(request: &Request<'_>, errors: &mut Errors) {
    // Without a flag, the header `accept` alone selects the form of the response.
    for second in request.stream_flags().skip(1) {
        errors.at(
            second.source_ident(),
            "duplicate field with `stream`; a request has at most one",
        );
    }
}

fn clients(request: &Request<'_>, errors: &mut Errors) {
    let client_method = request.client_method.as_ref();
    let both = client_method.and_then(|client_method| {
        client_method
            .extension
            .as_ref()
            .and(client_method.blocking.as_ref())
    });
    if let Some(blocking) = both {
        let message = "`extension` includes the blocking client; remove `blocking`";
        errors.at(blocking, message);
    }
}

/// Returns true if the struct, its builder and its extension trait have different names.
pub(super) fn type_names(request: &Request<'_>, errors: &mut Errors) -> bool {
    let client_method = request.client_method.as_ref();
    let extension = client_method.and_then(|client_method| client_method.extension.as_ref());
    let mut seen = vec![&request.name];
    for name in [Some(&request.builder), extension].into_iter().flatten() {
        if seen.contains(&name) {
            errors.at(
                name,
                "duplicate type name: the struct, `builder` and `extension` must differ",
            );
            return false;
        }
        seen.push(name);
    }
    true
}
