//! Lists in which an entry stands once.

use std::collections::HashSet;

use syn::Error;

use crate::report::Errors;
use crate::request::model::{Location, Request, Role};

pub(super) fn args(request: &Request<'_>, errors: &mut Errors) {
    if let (Some(place), [_, ..]) = (request.by_value, request.args.as_slice()) {
        let message = "`by_value` and `args` exclude each other: the method takes one value";
        errors.push(Error::new(place, message));
        return;
    }
    let mut seen = HashSet::new();
    for name in &request.args {
        let mut fields = request.fields.iter();
        let field = fields.find(|field| field.written() == name);
        let problem = match field {
            None => "no field has this name",
            Some(_) if !seen.insert(name) => "this field is listed twice",
            Some(field) if field.role() != Role::Argument => {
                "the field is marked `stream` or `skip`, so the caller does not give it"
            }
            Some(field) if field.attrs.default.is_some() => {
                "the field has a `default`, so the caller need not give it"
            }
            Some(_) => continue,
        };
        errors.at(name, problem);
    }
}

pub(super) fn aliases(request: &Request<'_>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for alias in &request.aliases {
        let name = alias.value();
        if name.is_empty() || name.contains(['"', '\'']) || name.trim() != name {
            errors.at(alias, "rustdoc takes no such alias");
        } else if !seen.insert(name) {
            errors.at(alias, "this alias is listed twice");
        }
    }
}

/// No two fields may go by one name to one place.
pub(super) fn keys(request: &Request<'_>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for field in &request.fields {
        let place = match field.location() {
            Location::Body => "body",
            Location::Query(_) => "query",
            Location::Path(_) => "path",
        };
        let (name, span) = field.key();
        let message = format!("two fields have the name `{name}` in the {place}");
        if !seen.insert((place, name)) {
            errors.push(Error::new(span, message));
        }
    }
}
