//! Rejects input that is read but makes no sense.

use std::collections::HashSet;

use syn::Error;

use super::model::Response;
use crate::report::Errors;

pub(super) fn validate(response: &Response<'_>, errors: &mut Errors) {
    if let [_, second, ..] = response.extra.as_slice() {
        let message = "a response has one field marked `extra`";
        errors.at(second.written, message);
    }
    let mut keys = HashSet::new();
    for known in &response.known {
        if !keys.insert(&known.wire.name) {
            let message = format!("two fields have the key `{}`", known.wire.name);
            errors.push(Error::new(known.wire.span, message));
        }
    }
}
