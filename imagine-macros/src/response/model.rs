//! What a `#[derive(Response)]` says, once read.

use proc_macro2::Span;
use syn::Ident;

use crate::serde_attr::Wire;
use crate::shape::Named;

/// The fields of one response.
pub(super) struct Response<'a> {
    pub(super) name: Ident,
    pub(super) known: Vec<Known<'a>>,
    /// The map of what has no field. There can be one; more are a mistake.
    pub(super) extra: Vec<Named<'a>>,
}

/// A field with a key of its own.
pub(super) struct Known<'a> {
    pub(super) named: Named<'a>,
    pub(super) wire: Wire,
    pub(super) required: bool,
}

/// What `#[response(..)]` says of a field, and where.
#[derive(Default)]
pub(super) struct FieldAttrs {
    pub(super) required: Option<Span>,
    pub(super) extra: Option<Span>,
}
