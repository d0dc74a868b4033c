//! Refuses what was read but makes no sense, at the place where it was written.

mod field;
mod lists;

use super::expand;
use super::model::Request;
use crate::report::Errors;

pub(super) fn validate(request: &Request<'_>, errors: &mut Errors) {
    lists::args(request, errors);
    lists::aliases(request, errors);
    lists::keys(request, errors);
    stream(request, errors);
    clients(request, errors);
    if let [_, second, ..] = request.extra.as_slice() {
        let message = "a request has one field for what it does not name";
        errors.at(second.written, message);
    }
    let reserved = expand::reserved_methods(request);
    for argument in &request.fields {
        errors.take(field::validate(request, argument, &reserved));
    }
}

fn stream(request: &Request<'_>, errors: &mut Errors) {
    let mut flags = request.stream_flags();
    match (&request.chunk, flags.next()) {
        (Some(event), None) => errors.at(
            event,
            "a request that streams needs a field marked `#[request(stream)]`",
        ),
        _ => {
            for second in flags {
                errors.at(second.written(), "a request has one field marked `stream`");
            }
        }
    }
}

fn clients(request: &Request<'_>, errors: &mut Errors) {
    let entry = request.entry.as_ref();
    let both = entry.and_then(|entry| entry.extension.as_ref().and(entry.blocking.as_ref()));
    if let Some(blocking) = both {
        let message = "`extension` gives the blocking client the method too; drop `blocking`";
        errors.at(blocking, message);
    }
}

/// The struct, its builder and the trait of its method are three types. Whether they have three names.
pub(super) fn names(request: &Request<'_>, errors: &mut Errors) -> bool {
    let entry = request.entry.as_ref();
    let extension = entry.and_then(|entry| entry.extension.as_ref());
    let mut seen = vec![&request.name];
    for name in [Some(&request.builder), extension].into_iter().flatten() {
        if seen.contains(&name) {
            errors.at(name, "another type of this request has the same name");
            return false;
        }
        seen.push(name);
    }
    true
}
