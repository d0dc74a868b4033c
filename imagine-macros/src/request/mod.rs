//! `#[derive(Request)]`.

mod container;
mod expand;
mod field_attrs;
mod model;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::report::{Errors, Target};
use crate::shape;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    shape::no_parameters(input, "Request", &mut errors);
    let target = Target {
        name: &input.ident,
        generics: &input.generics,
    };
    // A request is `'static`, which a stub with the user's parameters would not be.
    if !errors.is_empty() {
        return errors.finish(&target, TokenStream::new());
    }
    let model = parse::parse(input, &mut errors);
    // Types of one name cannot stand beside each other, not even without bodies.
    if !validate::names(&model, &mut errors) {
        return errors.finish(&target, TokenStream::new());
    }
    if errors.is_empty() {
        validate::validate(&model, &mut errors);
    }
    errors.finish(&target, expand::expand(&model))
}
