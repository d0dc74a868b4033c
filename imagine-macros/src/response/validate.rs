//! Validation of the parsed input.

use std::collections::HashSet;

use syn::Error;

use super::model::Response;
use crate::report::Errors;

pub(super) fn validate(response: &Response<'_>, errors: &mut Errors) {
    if let [_, second, ..] = response.extra.as_slice() {
        let message = "duplicate field with `extra`; a response has at most one";
        errors.at(second.source_ident, message);
    }
    let mut keys = HashSet::new();
    for known in &response.known {
        if !keys.insert(&known.wire.name) {
            let message = format!("duplicate key `{}`", known.wire.name);
            errors.push(Error::new(known.wire.span, message));
        }
    }
}
