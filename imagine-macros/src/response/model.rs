//! The input of `#[derive(Response)]`, once read.

use proc_macro2::Span;
use syn::Ident;

use crate::serde_attr::Wire;
use crate::shape::Named;

/// The fields of one response.
pub(super) struct Response<'a> {
    pub(super) name: Ident,
    pub(super) known: Vec<Known<'a>>,
    /// The map of keys without a field. More than one is an error.
    pub(super) extra: Vec<Named<'a>>,
}

/// A field with a key of its own.
pub(super) struct Known<'a> {
    pub(super) named: Named<'a>,
    pub(super) wire: Wire,
    pub(super) required: Option<Required>,
    /// Whether serde's own `Deserialize` of the type reads the field.
    pub(super) serde: bool,
}

/// How far a key must be there.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Required {
    /// It must.
    Always,
    /// At least one of the keys of this kind must.
    Any,
}

/// The keys of `#[response(..)]` on a field, and their locations.
#[derive(Default)]
pub(super) struct FieldAttrs {
    pub(super) required: Option<Span>,
    pub(super) required_any: Option<Span>,
    pub(super) serde: Option<Span>,
    pub(super) extra: Option<Span>,
}
