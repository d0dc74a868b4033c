//! The parsed input of `#[derive(Request)]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

use super::field_attrs::RequestFieldAttrs;
use crate::serde_attr::Wire;
use crate::shape::NamedField;
use crate::types;

/// The arguments of one operation.
pub(super) struct Request<'a> {
    pub(super) name: Ident,
    pub(super) vis: &'a Visibility,
    pub(super) deprecation: Option<&'a Attribute>,
    /// `None` only after an error.
    pub(super) operation: Option<Path>,
    /// `None` only after an error.
    pub(super) client_method: Option<ClientMethod>,
    pub(super) builder: Ident,
    /// The builder's type parameter for asynchronous or blocking calls.
    pub(super) mode: Ident,
    pub(super) response: Type,
    pub(super) chunk: Option<Type>,
    pub(super) body: Option<BodyEncoding>,
    /// The response is a page of a list.
    pub(super) pages: bool,
    /// The response is a file.
    pub(super) download: bool,
    pub(super) sampling: Option<Type>,
    pub(super) args: Vec<Ident>,
    /// The method accepts the request as its argument.
    pub(super) by_value: Option<Span>,
    pub(super) aliases: Vec<LitStr>,
    /// The crate feature that enables the builder and the client's method.
    pub(super) feature: Option<LitStr>,
    pub(super) docs: String,
    /// The request implements `Default`.
    pub(super) default: bool,
    /// A function that validates the request as a whole.
    pub(super) validate_request: Option<Path>,
    /// A function that validates the response.
    pub(super) validate_response: Option<Path>,
    pub(super) fields: Vec<RequestField<'a>>,
    /// The map of unknown fields, if responses contain the request. More than one is an error.
    pub(super) extra: Vec<NamedField<'a>>,
}

impl Request<'_> {
    /// The parameters of the constructor in order: the fields in `args`, or with `by_value` those without a default.
    pub(super) fn required(&self) -> impl Iterator<Item = &RequestField<'_>> {
        let names = self.args.iter().enumerate();
        let once = names.filter(|(at, name)| !self.args.iter().take(*at).any(|n| n == *name));
        let listed = once.filter_map(|(_, name)| {
            self.fields
                .iter()
                .find(|field| field.source_ident() == name)
        });
        let others = self
            .fields
            .iter()
            .filter(|field| !self.is_arg(field) && self.is_required(field));
        listed.chain(others)
    }

    /// Returns true if the field is a parameter of the constructor.
    pub(super) fn is_required(&self, field: &RequestField<'_>) -> bool {
        let by_value = self.by_value.is_some() && field.role() == Role::Caller;
        let has_value = field.attrs.default.is_some() || types::is_option(field.ty());
        self.is_arg(field) || by_value && !has_value
    }

    /// The fields that get a setter.
    pub(super) fn setters(&self) -> impl Iterator<Item = &RequestField<'_>> {
        let fields = self.fields.iter();
        fields.filter(|field| self.is_optional(field))
    }

    pub(super) fn is_optional(&self, field: &RequestField<'_>) -> bool {
        field.role() == Role::Caller && !self.is_required(field)
    }

    pub(super) fn is_arg(&self, field: &RequestField<'_>) -> bool {
        self.args.contains(field.source_ident())
    }

    /// The `#[cfg]` of the builder and of the client's method. The request itself does not depend on the feature.
    pub(super) fn cfg_feature(&self) -> Option<TokenStream> {
        let feature = self.feature.as_ref()?;
        Some(quote!(#[cfg(feature = #feature)]))
    }

    /// `#[allow(deprecated)]` for generated code, if there are deprecated fields.
    pub(super) fn allow_deprecated(&self) -> Option<TokenStream> {
        let mut fields = self.fields.iter();
        fields
            .any(|field| field.deprecation().is_some())
            .then(|| quote!(#[allow(deprecated)]))
    }

    pub(super) fn stream_flags(&self) -> impl Iterator<Item = &RequestField<'_>> {
        self.fields
            .iter()
            .filter(|field| field.role() == Role::Stream)
    }
}

/// The client's method.
pub(super) struct ClientMethod {
    pub(super) client: Path,
    /// The blocking client on which the method is also defined.
    pub(super) blocking: Option<Path>,
    /// The trait that defines the method, if the client belongs to another crate.
    pub(super) extension: Option<Ident>,
    pub(super) method: Ident,
}

/// The encoding of the body.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum BodyEncoding {
    Json,
    Multipart,
    UrlEncoded,
    Text,
    Binary,
}

/// One field of the struct.
pub(super) struct RequestField<'a> {
    pub(super) named: NamedField<'a>,
    pub(super) forwarded: Vec<&'a Attribute>,
    pub(super) wire: Wire,
    pub(super) attrs: RequestFieldAttrs,
}

impl<'a> RequestField<'a> {
    pub(super) fn source_ident(&self) -> &'a Ident {
        self.named.source_ident
    }

    pub(super) fn deprecation(&self) -> Option<&Attribute> {
        let mut forwarded = self.forwarded.iter().copied();
        forwarded.find(|attr| attr.path().is_ident("deprecated"))
    }

    /// The fields that the setter of this field also sets.
    pub(super) fn also_sets(&self) -> &[Ident] {
        self.attrs.also_sets.as_deref().unwrap_or_default()
    }

    pub(super) fn ty(&self) -> &'a Type {
        &self.named.field.ty
    }

    pub(super) fn location(&self) -> Location<'_> {
        let RequestFieldAttrs {
            path,
            query,
            header,
            cookie,
            ..
        } = &self.attrs;
        let path = path.as_ref().map(Location::Path);
        let query = query.as_ref().map(Location::Query);
        let header = header.as_ref().map(Location::Header);
        let cookie = cookie.as_ref().map(Location::Cookie);
        path.or(query)
            .or(header)
            .or(cookie)
            .unwrap_or(Location::Body)
    }

    /// The name of the parameter, and the location that determines it.
    pub(super) fn key(&self) -> (String, Span) {
        match self.location() {
            Location::Query(name)
            | Location::Path(name)
            | Location::Header(name)
            | Location::Cookie(name) => (name.value(), name.span()),
            Location::Body => (self.wire.name.clone(), self.wire.span),
        }
    }

    pub(super) fn role(&self) -> Role {
        match (self.attrs.stream, self.attrs.skip) {
            (Some(_), _) => Role::Stream,
            (_, Some(_)) => Role::Skip,
            _ => Role::Caller,
        }
    }
}

/// The part of the request that contains a field.
pub(super) enum Location<'a> {
    Body,
    Query(&'a LitStr),
    Path(&'a LitStr),
    Header(&'a LitStr),
    Cookie(&'a LitStr),
}

/// The source of a field's value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// An argument or a setter.
    Caller,
    /// The choice between `send` and `stream`.
    Stream,
    /// Not sent; the service sets it where a response contains the request.
    Skip,
}
