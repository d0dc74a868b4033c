//! The derive macros behind `imagine-sdk`.
//!
//! The code generator turns the OpenAPI documents into plain structs and enums; these derives turn
//! those into what a caller touches:
//!
//! | derive | on | gives |
//! |---|---|---|
//! | [`Request`] | the arguments of an operation | a builder with one documented setter a field, and the client's method |
//! | [`Sampling`] | a struct of sampling parameters | `new()` and one documented setter a field |
//! | [`Answer`] | what a service answers | a tolerant, order-free, single-pass `Deserialize` |
//! | [`OpenEnum`] | a string enum | conversions that keep values this version does not name |
//!
//! Every macro goes the same way: `parse` reads the attributes, `model` holds what was read,
//! `validate` refuses what makes no sense at the place where it was written, `expand` prints code.

mod answer;
mod attr;
mod open_enum;
mod request;
mod sampling;
mod shape;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the builder of an operation from the struct of its arguments.
///
/// On the struct, `#[request(...)]` takes:
///
/// | key | meaning |
/// |---|---|
/// | `operation = PATH` | the static `Operation` |
/// | `method = NAME`, `builder = NAME`, `client = PATH` | the method, what it returns, and whose it is |
/// | `answer = TYPE`, `event = TYPE` | what is answered, whole and as a stream |
/// | `payload = json \| form` | how the fields travel; without it there is no body |
/// | `sampling = TYPE` | the struct that `.sampling()` overlays |
/// | `positional(a, b)` | arguments of the method, in this order |
/// | `alias("x")`, `about = "..."` | search aliases and documentation |
///
/// On a field: `default = LITERAL`, `range(min = .., max = ..)`, `sampling`, `stream`, `skip`,
/// `query = "wire name"`, `path = "wire name"`.
#[proc_macro_derive(Request, attributes(request))]
pub fn derive_request(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(request::derive(&input))
}

/// Derives `new()` and one setter a field for a struct whose fields are all optional.
///
/// A field may carry `#[sampling(range(min = .., max = ..))]`; the range is part of the documentation
/// and is checked by the request that the parameters are put on.
#[proc_macro_derive(Sampling, attributes(sampling))]
pub fn derive_sampling(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(sampling::derive(&input))
}

/// Derives a tolerant `Deserialize` for what a service answers.
///
/// `null` and absence read as the default, numbers may be written as text or with a fraction of zero,
/// a repeated key counts as its last value, and unknown keys are kept in the field marked
/// `#[answer(extra)]`. A field marked `#[answer(discriminating)]` must be there (it may be `null`).
#[proc_macro_derive(Answer, attributes(answer))]
pub fn derive_answer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(answer::derive(&input))
}

/// Derives the conversions of a string enum with a last variant `Other(String)`.
///
/// Every other variant names its wire form with `#[open(name = "...")]`.
#[proc_macro_derive(OpenEnum, attributes(open))]
pub fn derive_open_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(open_enum::derive(&input))
}

fn finish(expanded: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    expanded
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
