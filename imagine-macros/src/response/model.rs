//! The parsed input of `#[derive(Response)]`.

use proc_macro2::Span;
use syn::{Ident, LitStr};

use crate::serde_attr::Wire;
use crate::shape::NamedField;

/// The fields of one response.
pub(super) struct Response<'a> {
    pub(super) name: Ident,
    pub(super) known: Vec<KnownField<'a>>,
    /// The map of keys without a field. More than one is an error.
    pub(super) extra: Vec<NamedField<'a>>,
}

/// A field with its own key.
pub(super) struct KnownField<'a> {
    pub(super) named: NamedField<'a>,
    pub(super) wire: Wire,
    pub(super) required: Option<Required>,
    pub(super) decoding: Decoding,
    /// Other keys of the field, which only decoding accepts.
    pub(super) aliases: Vec<LitStr>,
}

/// The decoding of a field.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Decoding {
    /// By the `Lenient` of its type.
    Lenient,
    /// By the `Deserialize` of its type.
    Serde,
    /// As a string, or as the JSON text of another value.
    JsonText,
}

/// The condition under which a missing key is an error.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Required {
    /// The key is missing.
    Always,
    /// All keys with this condition are missing.
    Any,
}

/// The keys of `#[response(..)]` on a field, and their locations.
#[derive(Default)]
pub(super) struct ResponseFieldAttrs {
    pub(super) required: Option<Span>,
    pub(super) required_any: Option<Span>,
    pub(super) json_text: Option<Span>,
    pub(super) serde: Option<Span>,
    pub(super) extra: Option<Span>,
    pub(super) alias: Option<Vec<LitStr>>,
}
