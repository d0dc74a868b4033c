//! What a `#[derive(Request)]` says, once read.

use syn::{Expr, Ident, Lit, LitStr, Path, Type};

use crate::attr::Range;

/// The arguments of one operation.
pub(super) struct Request<'a> {
    pub(super) name: &'a Ident,
    pub(super) operation: Expr,
    pub(super) method: Ident,
    pub(super) builder: Ident,
    pub(super) client: Path,
    pub(super) answer: Type,
    pub(super) event: Option<Type>,
    pub(super) payload: Option<Payload>,
    pub(super) sampling: Option<Type>,
    pub(super) positional: Vec<Ident>,
    pub(super) aliases: Vec<LitStr>,
    pub(super) about: LitStr,
    pub(super) fields: Vec<Argument<'a>>,
    /// The map of unknown fields, where the service repeats the request in an answer.
    pub(super) extra: Option<&'a Ident>,
}

impl Request<'_> {
    /// The fields that the method of the client takes, in its order.
    pub(super) fn required(&self) -> impl Iterator<Item = &Argument<'_>> {
        self.positional
            .iter()
            .filter_map(|name| self.fields.iter().find(|field| field.ident == name))
    }

    /// The fields that get a setter.
    pub(super) fn optional(&self) -> impl Iterator<Item = &Argument<'_>> {
        self.fields
            .iter()
            .filter(|field| field.role == Role::Argument && !self.positional.contains(field.ident))
    }

    pub(super) fn stream_flag(&self) -> Option<&Argument<'_>> {
        self.fields.iter().find(|field| field.role == Role::Stream)
    }
}

/// How the fields of the body travel.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Payload {
    Json,
    Form,
}

/// One field of the struct.
pub(super) struct Argument<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a Type,
    pub(super) docs: Vec<&'a syn::Attribute>,
    pub(super) wire: String,
    pub(super) place: Place,
    pub(super) role: Role,
    pub(super) default: Option<Lit>,
    pub(super) range: Option<Range>,
    pub(super) sampling: bool,
}

/// Where in the request a field goes.
#[derive(Clone, PartialEq)]
pub(super) enum Place {
    Body,
    Query(LitStr),
    Path(LitStr),
}

/// Who decides the value of a field.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// The caller.
    Argument,
    /// The choice between `send` and `stream`.
    Stream,
    /// Nobody: the service sets it when it repeats the request.
    Skip,
}
