//! What a `#[derive(Request)]` says, once read.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

use super::field_attrs::FieldAttrs;
use crate::serde_attr::Wire;
use crate::shape::Named;

/// What a builder calls its own methods; a field of that name could have no setter.
const RESERVED_METHODS: &[&str] = &[
    "new",
    "with_extra_field",
    "with_extra_query",
    "with_field_omitted",
    "with_header",
    "with_timeout",
    "with_max_retries",
    "send",
    "send_with_response",
    "send_raw",
    "into_future",
    "sampling",
];

/// The arguments of one operation.
pub(super) struct Request<'a> {
    pub(super) name: Ident,
    pub(super) vis: &'a Visibility,
    pub(super) deprecation: Option<&'a Attribute>,
    /// Missing only where that has been reported.
    pub(super) operation: Option<Path>,
    /// Missing only where that has been reported.
    pub(super) entry: Option<Entry>,
    pub(super) builder: Ident,
    /// The builder's parameter for the way in which it is sent.
    pub(super) mode: Ident,
    pub(super) response: Type,
    pub(super) chunk: Option<Type>,
    pub(super) body: Option<BodyEncoding>,
    pub(super) sampling: Option<Type>,
    pub(super) args: Vec<Ident>,
    /// Whether the method takes all arguments as one value.
    pub(super) by_value: Option<Span>,
    pub(super) aliases: Vec<LitStr>,
    /// The feature of the crate without which there is no such call.
    pub(super) feature: Option<LitStr>,
    pub(super) docs: String,
    /// A function that rejects a request for what no single field tells.
    pub(super) validate_request: Option<Path>,
    /// A function that rejects a response that lacks what the operation promises.
    pub(super) validate_response: Option<Path>,
    pub(super) fields: Vec<Argument<'a>>,
    /// The map of unknown fields, where the service repeats the request in an response.
    pub(super) extra: Vec<Named<'a>>,
}

impl Request<'_> {
    /// The fields that the method of the client takes, in its order.
    pub(super) fn required(&self) -> impl Iterator<Item = &Argument<'_>> {
        let names = self.args.iter().enumerate();
        let once = names.filter(|(at, name)| !self.args.iter().take(*at).any(|n| n == *name));
        once.filter_map(|(_, name)| self.fields.iter().find(|field| field.written() == name))
    }

    /// The fields that get a setter.
    pub(super) fn setters(&self) -> impl Iterator<Item = &Argument<'_>> {
        let fields = self.fields.iter();
        fields.filter(|field| self.is_optional(field) && !self.has_method(field.written()))
    }

    pub(super) fn is_optional(&self, field: &Argument<'_>) -> bool {
        field.role() == Role::Argument && !self.is_arg(field)
    }

    /// Whether the builder has a method of this name that is no setter.
    pub(super) fn has_method(&self, name: &Ident) -> bool {
        let streams = self.chunk.is_some() && name == "stream";
        streams || RESERVED_METHODS.iter().any(|taken| name == taken)
    }

    pub(super) fn is_arg(&self, field: &Argument<'_>) -> bool {
        self.args.contains(field.written())
    }

    /// What stands before every item, so that the struct can be there without its call.
    pub(super) fn gate(&self) -> Option<TokenStream> {
        let feature = self.feature.as_ref()?;
        Some(quote!(#[cfg(feature = #feature)]))
    }

    /// Allows what is printed to name deprecated fields, if there are any.
    pub(super) fn allow_deprecated(&self) -> Option<TokenStream> {
        let mut carried = self.fields.iter().flat_map(|field| &field.carried);
        carried
            .any(|attr| attr.path().is_ident("deprecated"))
            .then(|| quote!(#[allow(deprecated)]))
    }

    pub(super) fn stream_flags(&self) -> impl Iterator<Item = &Argument<'_>> {
        self.fields
            .iter()
            .filter(|field| field.role() == Role::Stream)
    }
}

/// The method from which a call starts.
pub(super) struct Entry {
    pub(super) client: Path,
    /// The blocking client, if it gets the method too.
    pub(super) blocking: Option<Path>,
    /// The trait that holds the method, where the client is another crate's.
    pub(super) extension: Option<Ident>,
    pub(super) method: Ident,
}

/// How the fields of the body travel.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum BodyEncoding {
    Json,
    Multipart,
}

/// One field of the struct.
pub(super) struct Argument<'a> {
    pub(super) named: Named<'a>,
    pub(super) carried: Vec<&'a Attribute>,
    pub(super) wire: Wire,
    pub(super) marks: FieldAttrs,
}

impl<'a> Argument<'a> {
    pub(super) fn written(&self) -> &'a Ident {
        self.named.written
    }

    /// The fields that a setter of this one sets as well.
    pub(super) fn also_sets(&self) -> &[Ident] {
        self.marks.also_sets.as_deref().unwrap_or_default()
    }

    pub(super) fn ty(&self) -> &'a Type {
        &self.named.field.ty
    }

    pub(super) fn location(&self) -> Location<'_> {
        match (&self.marks.path, &self.marks.query) {
            (Some(name), _) => Location::Path(name),
            (_, Some(name)) => Location::Query(name),
            _ => Location::Body,
        }
    }

    /// The name in the part of the request where the field goes, and where it is decided.
    pub(super) fn key(&self) -> (String, Span) {
        match self.location() {
            Location::Query(name) | Location::Path(name) => (name.value(), name.span()),
            Location::Body => (self.wire.name.clone(), self.wire.span),
        }
    }

    pub(super) fn role(&self) -> Role {
        match (self.marks.stream, self.marks.skip) {
            (Some(_), _) => Role::Stream,
            (_, Some(_)) => Role::Skip,
            _ => Role::Argument,
        }
    }
}

/// Where in the request a field goes.
pub(super) enum Location<'a> {
    Body,
    Query(&'a LitStr),
    Path(&'a LitStr),
}

/// Who decides the value of a field.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// The connection.
    Argument,
    /// The choice between `send` and `stream`.
    Stream,
    /// Nobody: the service sets it when it repeats the request.
    Skip,
}
