//! `#[derive(Response)]`.

mod expand;
mod model;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::report::{Errors, Target};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let model = parse::parse(input, &mut errors);
    if errors.is_empty() {
        validate::validate(&model, &mut errors);
    }
    let target = Target {
        name: &model.name,
        generics: &input.generics,
    };
    errors.finish(&target, expand::expand(&model))
}
