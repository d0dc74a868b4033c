//! Keys of `#[request(..)]` on the struct.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::parse::Parse;
use syn::{Ident, LitStr, Path, Result, Type};

use super::model::BodyEncoding;
use crate::attr::{self, flag, list, set};
use crate::crate_path;

const KNOWN: &[&str] = &[
    "operation",
    "method",
    "builder",
    "client",
    "blocking",
    "extension",
    "response",
    "chunk",
    "body",
    "pages",
    "download",
    "sampling",
    "args",
    "by_value",
    "alias",
    "feature",
    "docs",
    "validate_request",
    "validate_response",
    "default",
    "crate",
];

#[derive(Default)]
pub(super) struct ContainerAttrs {
    pub(super) operation: Option<Path>,
    pub(super) method: Option<Ident>,
    pub(super) builder: Option<Ident>,
    pub(super) client: Option<Path>,
    pub(super) blocking: Option<Path>,
    pub(super) extension: Option<Ident>,
    pub(super) response: Option<Type>,
    pub(super) chunk: Option<Type>,
    pub(super) body: Option<BodyEncoding>,
    pub(super) pages: Option<Span>,
    pub(super) download: Option<Span>,
    pub(super) sampling: Option<Type>,
    pub(super) args: Option<Vec<Ident>>,
    pub(super) by_value: Option<Span>,
    pub(super) aliases: Option<Vec<LitStr>>,
    pub(super) feature: Option<LitStr>,
    pub(super) docs: Option<LitStr>,
    pub(super) validate_request: Option<Path>,
    pub(super) validate_response: Option<Path>,
    pub(super) default: Option<Span>,
    /// Detects duplicates; `crate_path::rename` reads the value.
    crate_path: Option<Path>,
}

impl ContainerAttrs {
    pub(super) fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let key = meta.path.require_ident()?.to_string();
        match key.as_str() {
            "operation" => set(&mut self.operation, value(meta)?, meta),
            "method" => set(&mut self.method, value(meta)?, meta),
            "builder" => set(&mut self.builder, value(meta)?, meta),
            "client" => set(&mut self.client, value(meta)?, meta),
            "blocking" => set(&mut self.blocking, value(meta)?, meta),
            "extension" => set(&mut self.extension, value(meta)?, meta),
            "response" => set(&mut self.response, value(meta)?, meta),
            "chunk" => set(&mut self.chunk, value(meta)?, meta),
            "body" => set(&mut self.body, body(meta)?, meta),
            "pages" => flag(&mut self.pages, meta),
            "download" => flag(&mut self.download, meta),
            "sampling" => set(&mut self.sampling, value(meta)?, meta),
            "args" => set(&mut self.args, list(meta)?, meta),
            "by_value" => flag(&mut self.by_value, meta),
            "feature" => set(&mut self.feature, value(meta)?, meta),
            "alias" => set(&mut self.aliases, list(meta)?, meta),
            "docs" => set(&mut self.docs, value(meta)?, meta),
            "validate_request" => set(&mut self.validate_request, value(meta)?, meta),
            "validate_response" => set(&mut self.validate_response, value(meta)?, meta),
            "default" => flag(&mut self.default, meta),
            "crate" => set(&mut self.crate_path, crate_path::read(meta)?, meta),
            _ => Err(attr::unknown(meta, "`#[request(..)]` on a struct", KNOWN)),
        }
    }

    /// Returns the required keys that are missing.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let required = [
            ("operation", self.operation.is_none()),
            ("method", self.method.is_none()),
            ("builder", self.builder.is_none()),
            ("client", self.client.is_none()),
            ("response", self.response.is_none()),
            ("docs", self.docs.is_none()),
        ];
        let missing = required.into_iter().filter(|(_, missing)| *missing);
        missing.map(|(key, _)| key).collect()
    }
}

fn value<T: Parse>(meta: &ParseNestedMeta<'_>) -> Result<T> {
    meta.value()?.parse()
}

fn body(meta: &ParseNestedMeta<'_>) -> Result<BodyEncoding> {
    let name: Ident = value(meta)?;
    match name.to_string().as_str() {
        "json" => Ok(BodyEncoding::Json),
        "multipart" => Ok(BodyEncoding::Multipart),
        "urlencoded" => Ok(BodyEncoding::UrlEncoded),
        "text" => Ok(BodyEncoding::Text),
        "binary" => Ok(BodyEncoding::Binary),
        _ => Err(syn::Error::new_spanned(
            name,
            "expected `json`, `multipart`, `urlencoded`, `text` or `binary`",
        )),
    }
}
