//! Reads the attributes of `#[derive(Response)]`.

use syn::{DeriveInput, Error, Field};

use super::model::{FieldAttrs, Known, Response};
use crate::attr;
use crate::report::Errors;
use crate::serde_attr;
use crate::shape::{self, Named};

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Response<'a> {
    shape::no_parameters(input, "Response", errors);
    let misplaced = "`#[response(..)]` belongs on a field";
    attr::reject(&input.attrs, "response", misplaced, errors);
    let containers = ["rename_all", "rename_all_fields", "transparent", "untagged"];
    let ignored = "`Response` does not follow this key of serde; use `rename` on the fields";
    serde_attr::reject(&input.attrs, &containers, ignored, errors);
    let mut response = Response {
        name: shape::quiet(&input.ident),
        known: Vec::new(),
        extra: Vec::new(),
    };
    for named in shape::named_fields(input, "Response", errors) {
        let marks = marks(named.field, errors);
        refuse_serde(named.field, &marks, errors);
        if marks.extra.is_some() {
            response.extra.push(named);
        } else {
            response.known.push(known(named, &marks));
        }
    }
    response
}

fn marks(field: &Field, errors: &mut Errors) -> FieldAttrs {
    let mut marks = FieldAttrs::default();
    attr::read(&field.attrs, "response", errors, |meta| {
        if meta.path.is_ident("required") {
            attr::flag(&mut marks.required, meta)
        } else if meta.path.is_ident("extra") {
            attr::flag(&mut marks.extra, meta)
        } else {
            let known = ["required", "extra"];
            Err(attr::unknown(meta, "`#[response(..)]`", &known))
        }
    });
    if let (Some(place), Some(_)) = (marks.required, marks.extra) {
        let message = "what has no field cannot make an response what it is; drop one of the marks";
        errors.push(Error::new(place, message));
    }
    marks
}

/// serde writes the type as its attributes say. What the derive does not read the same way would be
/// lost on the way back.
fn refuse_serde(field: &Field, marks: &FieldAttrs, errors: &mut Errors) {
    let attrs = &field.attrs;
    let keys = ["alias", "with", "deserialize_with"];
    let message = "`Response` does not follow this key of serde";
    serde_attr::reject(attrs, &keys, message, errors);
    if marks.extra.is_none() {
        let message = "`Response` flattens the field marked `#[response(extra)]` alone";
        serde_attr::reject(attrs, &["flatten"], message, errors);
    }
}

fn known<'a>(named: Named<'a>, marks: &FieldAttrs) -> Known<'a> {
    Known {
        wire: serde_attr::wire(named.field, named.written),
        required: marks.required.is_some(),
        named,
    }
}
