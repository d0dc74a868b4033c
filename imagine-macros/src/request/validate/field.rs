//! What can be wrong with a field. The first mistake found is the one reported.

use syn::ext::IdentExt;
use syn::{Error, Lit, Result};

use crate::number::Number;
use crate::request::model::{Argument, BodyEncoding, Location, Request, Role};
use crate::types;

pub(super) fn validate(
    request: &Request<'_>,
    field: &Argument<'_>,
    reserved: &[String],
) -> Result<()> {
    required_has_value(request, field)?;
    name_is_free(field, request, reserved)?;
    place_fits(request, field)?;
    sampling_has_type(request, field)?;
    stream_is_bool(field)?;
    range_is_of_number(field)?;
    also_sets_fields_of_its_type(request, field)?;
    default_has_type(field)?;
    default_is_in_range(field)
}

fn required_has_value(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    let given = field.role() != Role::Argument
        || field.attrs.default.is_some()
        || types::is_option(field.ty())
        || request.is_arg(field)
        || request.by_value.is_some();
    let message = "a required field must be listed in `args(..)` or have a `default`";
    check(given, field.written(), message)
}

fn name_is_free(field: &Argument<'_>, request: &Request<'_>, reserved: &[String]) -> Result<()> {
    let name = field.written().unraw().to_string();
    let clashes = request.is_optional(field) && reserved.contains(&name);
    let message = format!(
        "the builder has a method `{0}` of its own; name the field otherwise and keep `{0}` on the wire with serde's `rename` (in a specification, `x-imagine-name` does)",
        field.written().unraw()
    );
    check(!clashes, field.written(), &message)
}

fn place_fits(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    match field.location() {
        Location::Body => check(
            request.body.is_some(),
            field.written(),
            "a field of the body needs `body = json` or `body = multipart` on the struct; else mark it `query` or `path`",
        ),
        Location::Path(_) => check(
            !types::is_option(field.ty()) && !types::is_list(field.ty()),
            field.ty(),
            "a part of the path is one value and cannot be optional",
        ),
        Location::Query(_) => Ok(()),
    }
}

fn sampling_has_type(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    let Some(place) = field.attrs.sampling else {
        return Ok(());
    };
    let merges = request.sampling.is_some() && request.body == Some(BodyEncoding::Json);
    if merges && types::is_option(field.ty()) {
        return Ok(());
    }
    Err(Error::new(
        place,
        "a sampling parameter is an `Option` in a JSON request with `sampling = ..` on the struct",
    ))
}

fn stream_is_bool(field: &Argument<'_>) -> Result<()> {
    let flag = types::is_primitive(types::core(field.ty()), "bool");
    let message = "the choice of a stream is a `bool` or an `Option<bool>`";
    check(field.role() != Role::Stream || flag, field.ty(), message)
}

fn range_is_of_number(field: &Argument<'_>) -> Result<()> {
    let ty = types::core(field.ty());
    let message = "only a number can have a range";
    check(
        field.attrs.range.is_none() || types::is_number(ty),
        field.ty(),
        message,
    )
}

fn also_sets_fields_of_its_type(request: &Request<'_>, field: &Argument<'_>) -> Result<()> {
    for name in field.also_sets() {
        let other = request.fields.iter().find(|other| other.written() == name);
        let problem = match other {
            None => "no field has this name",
            Some(other) if other.written() == field.written() => "a field cannot set itself",
            Some(other) if !request.is_optional(other) => {
                "only a field with a setter can be set by another"
            }
            Some(other) if other.ty() != field.ty() => "this field has another type",
            Some(_) => continue,
        };
        return Err(Error::new_spanned(name, problem));
    }
    Ok(())
}

/// Types that are not built in, such as open enums, decide themselves what they are made from.
fn default_has_type(field: &Argument<'_>) -> Result<()> {
    let Some(default) = &field.attrs.default else {
        return Ok(());
    };
    let ty = types::core(field.ty());
    let is = |name| types::is_primitive(ty, name);
    let (fits, expected) = if is("bool") {
        (matches!(default, Lit::Bool(_)), "`true` or `false`")
    } else if types::is_integer(ty) {
        (matches!(default, Lit::Int(_)), "an integer")
    } else if types::is_float(ty) {
        (Number::of(default).is_some(), "a number")
    } else if types::is_string(ty) {
        (matches!(default, Lit::Str(_)), "a text")
    } else if types::is_list(ty) {
        (false, "no default, because a list has no literal")
    } else {
        return Ok(());
    };
    let message = format!("the type of this field takes {expected}");
    check(fits, default, &message)
}

fn default_is_in_range(field: &Argument<'_>) -> Result<()> {
    let (Some(range), Some(default)) = (&field.attrs.range, &field.attrs.default) else {
        return Ok(());
    };
    let contained = Number::of(default).is_none_or(|number| range.contains(&number));
    let message = "the default is out of the range of the field";
    check(contained, default, message)
}

fn check(fits: bool, place: &impl quote::ToTokens, message: &str) -> Result<()> {
    if fits {
        return Ok(());
    }
    Err(Error::new_spanned(place, message))
}
