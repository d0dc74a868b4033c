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
        let aliases = known.aliases.iter();
        let aliases = aliases.map(|alias| (alias.value(), alias.span()));
        let own = (known.wire.name.clone(), known.wire.span);
        for (key, span) in std::iter::once(own).chain(aliases) {
            if !keys.insert(key.clone()) {
                errors.push(Error::new(span, format!("duplicate key `{key}`")));
            }
        }
    }
}
