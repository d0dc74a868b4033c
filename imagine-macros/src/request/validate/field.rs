//! Validation of a field. Only the first error is reported.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Error, Lit, Result, Type};

use crate::number::Number;
use crate::request::field_attrs::Style;
use crate::request::model::{BodyEncoding, Location, Request, RequestField, Role};
use crate::types;

pub(super) fn validate(
    request: &Request<'_>,
    field: &RequestField<'_>,
    reserved: &[String],
) -> Result<()> {
    required_has_value(request, field)?;
    name_is_not_reserved(field, request, reserved)?;
    location_fits(request, field)?;
    style_has_location(request, field)?;
    sampling_has_type(request, field)?;
    stream_is_bool(field)?;
    range_is_of_number(field)?;
    length_has_items(field)?;
    also_sets_fields_of_its_type(request, field)?;
    default_has_type(field)?;
    default_is_in_range(field)
}

fn required_has_value(request: &Request<'_>, field: &RequestField<'_>) -> Result<()> {
    let has_value = field.role() != Role::Caller
        || field.attrs.default.is_some()
        || types::is_option(field.ty())
        || request.is_arg(field)
        || request.by_value.is_some();
    let message = "a required field must be listed in `args(..)` or have a `default`";
    check(has_value, field.source_ident(), message)
}

fn name_is_not_reserved(
    field: &RequestField<'_>,
    request: &Request<'_>,
    reserved: &[String],
) -> Result<()> {
    let name = field.source_ident().unraw().to_string();
    let clashes = request.is_optional(field) && reserved.contains(&name);
    let message = format!(
        "`{0}` is a method of the builder; rename the field and set its name on the wire with serde's `rename = \"{0}\"` (in a specification: `x-imagine-name`)",
        field.source_ident().unraw()
    );
    check(!clashes, field.source_ident(), &message)
}

fn location_fits(request: &Request<'_>, field: &RequestField<'_>) -> Result<()> {
    match field.location() {
        Location::Body => check(
            request.body.is_some(),
            field.source_ident(),
            "a field in the body requires `body = ..` on the struct; or set `query = ..` or `path = ..`",
        ),
        Location::Path(_) => check(
            !types::is_option(field.ty()) && !types::is_vec(field.ty()),
            field.ty(),
            "a path parameter cannot be an `Option` or a `Vec`",
        ),
        Location::Query(_) | Location::Header(_) | Location::Cookie(_) => Ok(()),
    }
}

/// A style applies to the query; JSON also applies to the parts of a form.
fn style_has_location(request: &Request<'_>, field: &RequestField<'_>) -> Result<()> {
    let is_form = request.body == Some(BodyEncoding::Multipart);
    let applies = match (field.attrs.style, field.location()) {
        (None, _) | (_, Location::Query(_)) => true,
        (Some(Style::Json), Location::Body) => is_form,
        _ => false,
    };
    let message = "`style` requires `query = ..`; `style = json` also applies to a field of `body = multipart`";
    check(applies, field.source_ident(), message)
}

fn sampling_has_type(request: &Request<'_>, field: &RequestField<'_>) -> Result<()> {
    let Some(span) = field.attrs.sampling else {
        return Ok(());
    };
    let merges = request.sampling.is_some() && request.body == Some(BodyEncoding::Json);
    if merges && types::is_option(field.ty()) {
        return Ok(());
    }
    Err(Error::new(
        span,
        "`sampling` requires an `Option` field, and `body = json` and `sampling = ..` on the struct",
    ))
}

fn stream_is_bool(field: &RequestField<'_>) -> Result<()> {
    let is_bool = types::is_primitive(types::without_option(field.ty()), "bool");
    let message = "`stream` requires a `bool` or an `Option<bool>` field";
    check(field.role() != Role::Stream || is_bool, field.ty(), message)
}

fn range_is_of_number(field: &RequestField<'_>) -> Result<()> {
    let ty = types::without_option(field.ty());
    let message = "`range` requires a numeric field";
    check(
        field.attrs.range.is_none() || types::is_number(ty),
        field.ty(),
        message,
    )
}

fn length_has_items(field: &RequestField<'_>) -> Result<()> {
    let ty = types::without_option(field.ty());
    let message = "`length` requires a string or a list";
    check(
        field.attrs.length.is_none() || types::is_string(ty) || types::is_vec(ty),
        field.ty(),
        message,
    )
}

fn also_sets_fields_of_its_type(request: &Request<'_>, field: &RequestField<'_>) -> Result<()> {
    for name in field.also_sets() {
        let other = request
            .fields
            .iter()
            .find(|other| other.source_ident() == name);
        let message = match other {
            None => "unknown field",
            Some(other) if other.source_ident() == field.source_ident() => {
                "a field cannot set itself"
            }
            Some(other) if !request.is_optional(other) => {
                "`also_sets` requires a field with a setter"
            }
            Some(other) if tokens(other.ty()) != tokens(field.ty()) => {
                "`also_sets` requires a field of the same type"
            }
            Some(_) => continue,
        };
        return Err(Error::new_spanned(name, message));
    }
    Ok(())
}

fn tokens(ty: &Type) -> String {
    ty.to_token_stream().to_string()
}

/// Checks defaults of built-in types. The compiler checks those of other types, such as open enums.
fn default_has_type(field: &RequestField<'_>) -> Result<()> {
    let Some(default) = &field.attrs.default else {
        return Ok(());
    };
    let ty = types::without_option(field.ty());
    let is = |name| types::is_primitive(ty, name);
    let (fits, expected) = if is("bool") {
        (matches!(default, Lit::Bool(_)), "`true` or `false`")
    } else if types::is_integer(ty) {
        (matches!(default, Lit::Int(_)), "an integer")
    } else if types::is_float(ty) {
        (Number::from_lit(default).is_some(), "a number")
    } else if types::is_string(ty) {
        (matches!(default, Lit::Str(_)), "a string")
    } else if types::is_vec(ty) {
        (false, "no default: lists have no literals")
    } else {
        return Ok(());
    };
    let message = format!("the type of this field requires {expected}");
    check(fits, default, &message)
}

fn default_is_in_range(field: &RequestField<'_>) -> Result<()> {
    let (Some(range), Some(default)) = (&field.attrs.range, &field.attrs.default) else {
        return Ok(());
    };
    let contained = Number::from_lit(default).is_none_or(|number| range.contains(&number));
    let message = "the default is out of range";
    check(contained, default, message)
}

fn check(fits: bool, tokens: &impl quote::ToTokens, message: &str) -> Result<()> {
    if fits {
        return Ok(());
    }
    Err(Error::new_spanned(tokens, message))
}
