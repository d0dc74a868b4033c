//! `#[derive(OpenUnion)]`.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::{DeriveInput, Ident, LitStr, Type};

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

/// The input of `#[derive(OpenUnion)]`.
struct OpenUnion<'a> {
    name: Ident,
    /// The field of an object that names its variant.
    tag: Option<LitStr>,
    /// True if the tags are names of events in a stream.
    events: bool,
    variants: Vec<TypedVariant<'a>>,
}

/// A variant with a value of a type.
struct TypedVariant<'a> {
    variant: Ident,
    ty: &'a Type,
    kinds: Vec<Ident>,
    tags: Vec<LitStr>,
    fields: Vec<LitStr>,
    required: Vec<LitStr>,
}

impl TypedVariant<'_> {
    /// Returns true if the variant is a struct.
    fn is_struct(&self) -> bool {
        !self.fields.is_empty()
    }
}

fn validate(model: &OpenUnion<'_>, errors: &mut Errors) {
    let mut seen = Vec::new();
    for tag in model.variants.iter().flat_map(|variant| &variant.tags) {
        if model.tag.is_none() && !model.events {
            errors.at(
                tag,
                "`tags` requires `tag = \"..\"` or `events` on the enum",
            );
        } else if seen.contains(&tag.value()) {
            errors.at(tag, &format!("duplicate tag `{}`", tag.value()));
        }
        seen.push(tag.value());
    }
}
