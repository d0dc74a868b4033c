//! Refuses what was read but makes no sense, at the place where it was written.

use syn::{Error, Result};

use super::model::{Argument, Payload, Place, Request, Role};
use crate::shape;

/// What a builder calls its own methods; a field of that name could have no setter.
const TAKEN: &[&str] = &[
    "new",
    "extra",
    "extra_query",
    "without",
    "with_header",
    "with_timeout",
    "with_max_retries",
    "send",
    "send_with_meta",
    "send_raw",
    "into_future",
    "sampling",
];

pub(super) fn validate(request: &Request<'_>) -> Result<()> {
    positional_are_fields(request)?;
    stream_has_flag(request)?;
    for field in &request.fields {
        required_has_value(request, field)?;
        name_is_free(request, field)?;
        range_is_of_number(field)?;
        body_has_payload(request, field)?;
        sampling_has_type(request, field)?;
    }
    Ok(())
}

fn positional_are_fields(request: &Request<'_>) -> Result<()> {
    match request
        .positional
        .iter()
        .find(|name| !request.fields.iter().any(|field| field.ident == *name))
    {
        Some(name) => Err(Error::new_spanned(name, "no field has this name")),
        None => Ok(()),
    }
}

fn stream_has_flag(request: &Request<'_>) -> Result<()> {
    match &request.event {
        Some(event) if request.stream_flag().is_none() => Err(Error::new_spanned(
            event,
            "a request that streams needs a field marked `#[request(stream)]`",
        )),
        _ => Ok(()),
    }
}

fn required_has_value(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    let given = field.role != Role::Argument
        || field.default.is_some()
        || shape::is_option(field.ty)
        || request.positional.contains(field.ident);
    if given {
        return Ok(());
    }
    Err(Error::new_spanned(
        field.ident,
        "a required field must be listed in `positional(..)` or have a `default`",
    ))
}

fn name_is_free(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    let name = field.ident.to_string();
    let streams = request.event.is_some() && name == "stream";
    let taken = TAKEN.contains(&name.as_str()) || streams;
    if taken && field.role == Role::Argument && !request.positional.contains(field.ident) {
        return Err(Error::new_spanned(
            field.ident,
            format!(
                "the builder has a method `{name}` of its own; rename the field with `x-imagine-name`"
            ),
        ));
    }
    Ok(())
}

fn range_is_of_number(field: &Argument<'_>) -> Result<()> {
    let number = ["f64", "i64", "u64"]
        .iter()
        .any(|name| shape::is_number(field.ty, name));
    if field.range.is_some() && !number {
        return Err(Error::new_spanned(
            field.ty,
            "only a number can have a range",
        ));
    }
    Ok(())
}

fn body_has_payload(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    if field.place == Place::Body && request.payload.is_none() {
        return Err(Error::new_spanned(
            field.ident,
            "a field of the body needs `payload = json` or `payload = form` on the struct; else mark it `query` or `path`",
        ));
    }
    if matches!(field.place, Place::Path(_)) && shape::is_option(field.ty) {
        return Err(Error::new_spanned(
            field.ty,
            "a part of the path cannot be optional",
        ));
    }
    Ok(())
}

fn sampling_has_type(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    let merges = request.sampling.is_some() && request.payload == Some(Payload::Json);
    if field.sampling && !(merges && shape::is_option(field.ty)) {
        return Err(Error::new_spanned(
            field.ident,
            "a sampling parameter is an `Option` in a JSON request with `sampling = ..` on the struct",
        ));
    }
    Ok(())
}
