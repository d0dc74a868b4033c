//! Validation of lists, and of uniqueness.

use std::collections::HashSet;

use syn::Error;

use crate::report::Errors;
use crate::request::model::{Location, Request, Role};

pub(super) fn args(request: &Request<'_>, errors: &mut Errors) {
    if let (Some(span), [_, ..]) = (request.by_value, request.args.as_slice()) {
        let message = "`by_value` and `args` exclude each other: the method accepts one value";
        errors.push(Error::new(span, message));
        return;
    }
    let mut seen = HashSet::new();
    for name in &request.args {
        let mut fields = request.fields.iter();
        let field = fields.find(|field| field.source_ident() == name);
        let message = match field {
            None => "unknown field",
            Some(_) if !seen.insert(name) => "duplicate field",
            Some(field) if field.role() != Role::Caller => {
                "a field with `stream` or `skip` is not an argument; remove it from `args`"
            }
            Some(field) if field.attrs.default.is_some() => {
                "a field with `default` is optional; remove it from `args`, or remove `default`"
            }
            Some(_) => continue,
        };
        errors.at(name, message);
    }
}

pub(super) fn aliases(request: &Request<'_>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for alias in &request.aliases {
        let name = alias.value();
        if name.is_empty() || name.contains(['"', '\'']) || name.trim() != name {
            errors.at(alias, "rustdoc does not accept this alias: it is empty, or contains quotes or outer spaces");
        } else if !seen.insert(name) {
            errors.at(alias, "duplicate alias");
        }
    }
}

/// Reports parameters with the same name in the same part of the request.
pub(super) fn parameter_names(request: &Request<'_>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for field in &request.fields {
        let part = match field.location() {
            Location::Body => "body",
            Location::Query(_) => "query",
            Location::Path(_) => "path",
            Location::Header(_) => "headers",
            Location::Cookie(_) => "cookies",
        };
        let (name, span) = field.key();
        let message = format!("duplicate name `{name}` in the {part}");
        if !seen.insert((part, name)) {
            errors.push(Error::new(span, message));
        }
    }
}
