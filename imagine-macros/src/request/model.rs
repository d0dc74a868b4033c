//! What a `#[derive(Request)]` says, once read.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

use super::field_attrs::FieldAttrs;
use crate::serde_attr::Wire;
use crate::shape::Named;
use crate::types;

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
    /// Whether the request implements `Default`.
    pub(super) default: bool,
    /// A function that validates the request as a whole.
    pub(super) validate_request: Option<Path>,
    /// A function that validates the response.
    pub(super) validate_response: Option<Path>,
    pub(super) fields: Vec<Argument<'a>>,
    /// The map of unknown fields, where the service repeats the request in an response.
    pub(super) extra: Vec<Named<'a>>,
}

impl Request<'_> {
    /// The fields that the constructor takes, in its order: those of `args`, or with `by_value` those without a default.
    pub(super) fn required(&self) -> impl Iterator<Item = &Argument<'_>> {
        let names = self.args.iter().enumerate();
        let once = names.filter(|(at, name)| !self.args.iter().take(*at).any(|n| n == *name));
        let listed =
            once.filter_map(|(_, name)| self.fields.iter().find(|field| field.written() == name));
        let others = self
            .fields
            .iter()
            .filter(|field| !self.is_arg(field) && self.is_required(field));
        listed.chain(others)
    }

    /// Whether the constructor takes the field.
    pub(super) fn is_required(&self, field: &Argument<'_>) -> bool {
        let by_value = self.by_value.is_some() && field.role() == Role::Argument;
        let has_value = field.attrs.default.is_some() || types::is_option(field.ty());
        self.is_arg(field) || by_value && !has_value
    }

    /// The fields that get a setter.
    pub(super) fn setters(&self) -> impl Iterator<Item = &Argument<'_>> {
        let fields = self.fields.iter();
        fields.filter(|field| self.is_optional(field))
    }

    pub(super) fn is_optional(&self, field: &Argument<'_>) -> bool {
        field.role() == Role::Argument && !self.is_required(field)
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
        let mut fields = self.fields.iter();
        fields
            .any(|field| field.deprecation().is_some())
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
    pub(super) attrs: FieldAttrs,
}

impl<'a> Argument<'a> {
    pub(super) fn written(&self) -> &'a Ident {
        self.named.written
    }

    pub(super) fn deprecation(&self) -> Option<&Attribute> {
        let mut carried = self.carried.iter().copied();
        carried.find(|attr| attr.path().is_ident("deprecated"))
    }

    /// The fields that a setter of this one sets as well.
    pub(super) fn also_sets(&self) -> &[Ident] {
        self.attrs.also_sets.as_deref().unwrap_or_default()
    }

    pub(super) fn ty(&self) -> &'a Type {
        &self.named.field.ty
    }

    pub(super) fn location(&self) -> Location<'_> {
        match (&self.attrs.path, &self.attrs.query) {
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
        match (self.attrs.stream, self.attrs.skip) {
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
