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
    shape::reject_generics(input, "Request", &mut errors);
    let target = Target {
        name: &input.ident,
        generics: &input.generics,
    };
    // No stubs: a request must be `'static`, and a generic stub would not be.
    if !errors.is_empty() {
        return errors.finish(&target, TokenStream::new());
    }
    let model = parse::parse(input, &mut errors);
    // No stubs: two types of the same name would cause a further error.
    if !validate::type_names(&model, &mut errors) {
        return errors.finish(&target, TokenStream::new());
    }
    if errors.is_empty() {
        validate::validate(&model, &mut errors);
    }
    errors.finish(&target, expand::expand(&model))
}
