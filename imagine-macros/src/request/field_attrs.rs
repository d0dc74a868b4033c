//! Keys of `#[request(..)]` on a field.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Ident, Lit, LitStr, Result};

use crate::attr::{self, flag, list, set};
use crate::number::Range;
use crate::report::Errors;

const KNOWN: &[&str] = &[
    "default",
    "range",
    "length",
    "formats",
    "check",
    "also_sets",
    "query",
    "path",
    "header",
    "cookie",
    "style",
    "sampling",
    "stream",
    "skip",
    "inputs",
];

/// Keys that exclude each other, and the reason.
const CONTRADICTIONS: &[(&str, &str, &str)] = &[
    ("path", "query", "a field is sent in one parameter"),
    ("header", "query", "a field is sent in one parameter"),
    ("header", "path", "a field is sent in one parameter"),
    ("cookie", "query", "a field is sent in one parameter"),
    ("cookie", "path", "a field is sent in one parameter"),
    ("cookie", "header", "a field is sent in one parameter"),
    ("header", "stream", "the stream flag is part of the body"),
    ("cookie", "stream", "the stream flag is part of the body"),
    ("style", "path", "a path parameter has one style"),
    ("style", "header", "a header has one style"),
    ("style", "cookie", "a cookie has one style"),
    ("header", "skip", "a skipped field is never sent"),
    ("cookie", "skip", "a skipped field is never sent"),
    ("query", "stream", "the stream flag is part of the body"),
    ("path", "stream", "the stream flag is part of the body"),
    ("default", "stream", "`send` and `stream` set the value"),
    ("range", "stream", "`send` and `stream` set the value"),
    ("check", "stream", "`send` and `stream` set the value"),
    ("sampling", "stream", "`send` and `stream` set the value"),
    ("skip", "stream", "`send` and `stream` set the value"),
    ("query", "skip", "a skipped field is never sent"),
    ("path", "skip", "a skipped field is never sent"),
    ("default", "skip", "a skipped field is never sent"),
    ("range", "skip", "a skipped field has no value to check"),
    ("check", "skip", "a skipped field has no value to check"),
    ("also_sets", "stream", "`send` and `stream` set the value"),
    ("also_sets", "skip", "a skipped field has no setter"),
    (
        "sampling",
        "skip",
        "a skipped field has no value to overlay",
    ),
    (
        "query",
        "sampling",
        "sampling parameters are part of the body",
    ),
    (
        "path",
        "sampling",
        "sampling parameters are part of the body",
    ),
    (
        "path",
        "default",
        "a path parameter is an argument of the method",
    ),
];

/// The encoding of a list or an object outside of a JSON body.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Style {
    Comma,
    Space,
    Pipe,
    DeepObject,
    Members,
    Json,
}

impl Style {
    const NAMES: [(&'static str, Self); 6] = [
        ("comma", Self::Comma),
        ("space", Self::Space),
        ("pipe", Self::Pipe),
        ("deep_object", Self::DeepObject),
        ("members", Self::Members),
        ("json", Self::Json),
    ];

    fn parse(meta: &ParseNestedMeta<'_>) -> Result<Self> {
        let name: Ident = meta.value()?.parse()?;
        let known = Self::NAMES.iter().find(|(known, _)| name == known);
        known.map(|(_, style)| *style).ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name).join("`, `");
            Error::new_spanned(&name, format!("expected one of `{names}`"))
        })
    }
}

#[derive(Default)]
pub(super) struct RequestFieldAttrs {
    pub(super) default: Option<Lit>,
    pub(super) range: Option<Range>,
    pub(super) length: Option<Range>,
    pub(super) formats: Option<Vec<LitStr>>,
    pub(super) check: Option<Span>,
    /// Fields that the setter sets to the same value: other names of the parameter on some servers.
    pub(super) also_sets: Option<Vec<Ident>>,
    pub(super) query: Option<LitStr>,
    pub(super) path: Option<LitStr>,
    pub(super) header: Option<LitStr>,
    pub(super) cookie: Option<LitStr>,
    pub(super) style: Option<Style>,
    pub(super) sampling: Option<Span>,
    pub(super) stream: Option<Span>,
    pub(super) skip: Option<Span>,
    pub(super) inputs: Option<Span>,
}

impl RequestFieldAttrs {
    pub(super) fn parse(attrs: &[syn::Attribute], errors: &mut Errors) -> Self {
        let mut field_attrs = Self::default();
        let mut locations = Vec::new();
        attr::read(attrs, "request", errors, |meta| {
            field_attrs.read(meta)?;
            locations.push((meta.path.require_ident()?.to_string(), meta.path.span()));
            Ok(())
        });
        if let Some(error) = contradiction(&locations) {
            errors.push(error);
        }
        field_attrs
    }

    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let key = meta.path.require_ident()?.to_string();
        match key.as_str() {
            "default" => set(&mut self.default, meta.value()?.parse()?, meta),
            "range" => set(&mut self.range, Range::parse(meta)?, meta),
            "length" => set(&mut self.length, Range::parse(meta)?, meta),
            "formats" => set(&mut self.formats, list(meta)?, meta),
            "check" => flag(&mut self.check, meta),
            "also_sets" => set(&mut self.also_sets, list(meta)?, meta),
            "query" => set(&mut self.query, meta.value()?.parse()?, meta),
            "path" => set(&mut self.path, meta.value()?.parse()?, meta),
            "header" => set(&mut self.header, meta.value()?.parse()?, meta),
            "cookie" => set(&mut self.cookie, meta.value()?.parse()?, meta),
            "style" => set(&mut self.style, Style::parse(meta)?, meta),
            "sampling" => flag(&mut self.sampling, meta),
            "stream" => flag(&mut self.stream, meta),
            "skip" => flag(&mut self.skip, meta),
            "inputs" => flag(&mut self.inputs, meta),
            _ => Err(attr::unknown(meta, "`#[request(..)]` on a field", KNOWN)),
        }
    }
}

/// Returns the first contradiction, located at the later of the two keys.
fn contradiction(locations: &[(String, Span)]) -> Option<Error> {
    let at = |name: &str| locations.iter().position(|(key, _)| key == name);
    CONTRADICTIONS.iter().find_map(|(one, other, reason)| {
        let later = at(one)?.max(at(other)?);
        let (_, span) = locations.get(later)?;
        let message = format!("`{one}` and `{other}` exclude each other: {reason}");
        Some(Error::new(*span, message))
    })
}
