//! Reads the attributes of `#[derive(Answer)]`.

use syn::{DeriveInput, Error, Field};

use super::model::{Answer, Known, Marks};
use crate::attr;
use crate::report::Errors;
use crate::serde_attr;
use crate::shape::{self, Named};

pub(super) fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Answer<'a> {
    shape::no_parameters(input, "Answer", errors);
    let misplaced = "`#[answer(..)]` belongs on a field";
    attr::refuse(&input.attrs, "answer", misplaced, errors);
    let containers = ["rename_all", "rename_all_fields", "transparent", "untagged"];
    let ignored = "`Answer` does not follow this key of serde; use `rename` on the fields";
    serde_attr::refuse(&input.attrs, &containers, ignored, errors);
    let mut answer = Answer {
        name: shape::quiet(&input.ident),
        known: Vec::new(),
        extra: Vec::new(),
    };
    for named in shape::named_fields(input, "Answer", errors) {
        let marks = marks(named.field, errors);
        refuse_serde(named.field, &marks, errors);
        if marks.extra.is_some() {
            answer.extra.push(named);
        } else {
            answer.known.push(known(named, &marks));
        }
    }
    answer
}

fn marks(field: &Field, errors: &mut Errors) -> Marks {
    let mut marks = Marks::default();
    attr::read(&field.attrs, "answer", errors, |meta| {
        if meta.path.is_ident("discriminating") {
            attr::mark(&mut marks.discriminating, meta)
        } else if meta.path.is_ident("extra") {
            attr::mark(&mut marks.extra, meta)
        } else {
            let known = ["discriminating", "extra"];
            Err(attr::unknown(meta, "`#[answer(..)]`", &known))
        }
    });
    if let (Some(place), Some(_)) = (marks.discriminating, marks.extra) {
        let message = "what has no field cannot make an answer what it is; drop one of the marks";
        errors.push(Error::new(place, message));
    }
    marks
}

/// serde writes the type as its attributes say. What the derive does not read the same way would be
/// lost on the way back.
fn refuse_serde(field: &Field, marks: &Marks, errors: &mut Errors) {
    let attrs = &field.attrs;
    let keys = ["alias", "with", "deserialize_with"];
    let message = "`Answer` does not follow this key of serde";
    serde_attr::refuse(attrs, &keys, message, errors);
    if marks.extra.is_none() {
        let message = "`Answer` flattens the field marked `#[answer(extra)]` alone";
        serde_attr::refuse(attrs, &["flatten"], message, errors);
    }
}

fn known<'a>(named: Named<'a>, marks: &Marks) -> Known<'a> {
    Known {
        wire: serde_attr::wire(named.field, named.written),
        discriminating: marks.discriminating.is_some(),
        named,
    }
}
