//! `#[derive(Request)]`.

mod expand;
mod model;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use syn::{DeriveInput, Result};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let model = parse::parse(input)?;
    validate::validate(&model)?;
    Ok(expand::expand(&model))
}
