//! What `#[request(..)]` says on the struct.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::parse::Parse;
use syn::{Ident, LitStr, Path, Result, Type};

use super::model::Payload;
use crate::attr::{self, list, mark, set};

const KNOWN: &[&str] = &[
    "operation",
    "method",
    "builder",
    "client",
    "blocking",
    "extension",
    "answer",
    "event",
    "payload",
    "sampling",
    "positional",
    "whole",
    "alias",
    "feature",
    "about",
    "validate_request",
    "validate_response",
];

#[derive(Default)]
pub(super) struct Keys {
    pub(super) operation: Option<Path>,
    pub(super) method: Option<Ident>,
    pub(super) builder: Option<Ident>,
    pub(super) client: Option<Path>,
    pub(super) blocking: Option<Path>,
    pub(super) extension: Option<Ident>,
    pub(super) answer: Option<Type>,
    pub(super) event: Option<Type>,
    pub(super) payload: Option<Payload>,
    pub(super) sampling: Option<Type>,
    pub(super) positional: Option<Vec<Ident>>,
    pub(super) whole: Option<Span>,
    pub(super) aliases: Option<Vec<LitStr>>,
    pub(super) feature: Option<LitStr>,
    pub(super) about: Option<LitStr>,
    pub(super) validate_request: Option<Path>,
    pub(super) validate_response: Option<Path>,
}

impl Keys {
    pub(super) fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let key = meta.path.require_ident()?.to_string();
        match key.as_str() {
            "operation" => set(&mut self.operation, value(meta)?, meta),
            "method" => set(&mut self.method, value(meta)?, meta),
            "builder" => set(&mut self.builder, value(meta)?, meta),
            "client" => set(&mut self.client, value(meta)?, meta),
            "blocking" => set(&mut self.blocking, value(meta)?, meta),
            "extension" => set(&mut self.extension, value(meta)?, meta),
            "answer" => set(&mut self.answer, value(meta)?, meta),
            "event" => set(&mut self.event, value(meta)?, meta),
            "payload" => set(&mut self.payload, payload(meta)?, meta),
            "sampling" => set(&mut self.sampling, value(meta)?, meta),
            "positional" => set(&mut self.positional, list(meta)?, meta),
            "whole" => mark(&mut self.whole, meta),
            "feature" => set(&mut self.feature, value(meta)?, meta),
            "alias" => set(&mut self.aliases, list(meta)?, meta),
            "about" => set(&mut self.about, value(meta)?, meta),
            "validate_request" => set(&mut self.validate_request, value(meta)?, meta),
            "validate_response" => set(&mut self.validate_response, value(meta)?, meta),
            _ => Err(attr::unknown(meta, "`#[request(..)]` on a struct", KNOWN)),
        }
    }

    /// The required keys that are not there.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let required = [
            ("operation", self.operation.is_none()),
            ("method", self.method.is_none()),
            ("builder", self.builder.is_none()),
            ("client", self.client.is_none()),
            ("answer", self.answer.is_none()),
            ("about", self.about.is_none()),
        ];
        let missing = required.into_iter().filter(|(_, missing)| *missing);
        missing.map(|(key, _)| key).collect()
    }
}

fn value<T: Parse>(meta: &ParseNestedMeta<'_>) -> Result<T> {
    meta.value()?.parse()
}

fn payload(meta: &ParseNestedMeta<'_>) -> Result<Payload> {
    let name: Ident = value(meta)?;
    match name.to_string().as_str() {
        "json" => Ok(Payload::Json),
        "form" => Ok(Payload::Form),
        _ => Err(syn::Error::new_spanned(name, "expected `json` or `form`")),
    }
}
