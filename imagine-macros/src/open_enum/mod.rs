//! `#[derive(OpenEnum)]`.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::{DeriveInput, Ident, LitStr, Visibility};

use crate::report::{Errors, Target};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let model = parse::parse(input, &mut errors);
    if errors.is_empty() {
        validate(&model, &mut errors);
    }
    let target = Target {
        name: &model.name,
        generics: &input.generics,
    };
    errors.finish(&target, expand::expand(&model))
}

/// The input of `#[derive(OpenEnum)]`.
struct OpenEnum<'a> {
    name: Ident,
    vis: &'a Visibility,
    known: Vec<KnownVariant>,
}

/// A variant with a name on the wire.
struct KnownVariant {
    variant: Ident,
    wire: LitStr,
}

fn validate(model: &OpenEnum<'_>, errors: &mut Errors) {
    for (at, known) in model.known.iter().enumerate() {
        let value = known.wire.value();
        let mut before = model.known.iter().take(at);
        if value.is_empty() {
            let message =
                "a name must not be empty: the empty string is the default, a missing value";
            errors.at(&known.wire, message);
        } else if before.any(|other| other.wire.value() == value) {
            errors.at(&known.wire, &format!("duplicate name `{value}`"));
        }
    }
}
