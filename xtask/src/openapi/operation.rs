//! Operations as the emitters need them.

use serde_json::Value;

use super::body::{self, Payload, Responses};
use super::json::{boolean, owned_strings, required_string, string};
use super::operations::{self, Site};
use super::pagination::{PAGINATION, Pagination};
use super::parameter::{self, Parameter};
use crate::diagnostic::Diagnostic;

/// An operation of a document with resolved references.
pub(crate) struct Operation {
    pub(crate) site: Site,
    pub(crate) summary: String,
    pub(crate) description: Option<String>,
    /// The provenance: documented, observed or reported.
    pub(crate) grade: Option<String>,
    pub(crate) retry: String,
    pub(crate) args: Vec<String>,
    /// True if the method takes all arguments as one value.
    pub(crate) by_value: bool,
    /// True if the service processes one such request of an account at a time.
    pub(crate) exclusive: bool,
    /// The paths of the functions that validate requests and responses.
    pub(crate) validate_request: Option<String>,
    pub(crate) validate_response: Option<String>,
    pub(crate) security: Security,
    pub(crate) deprecated: bool,
    pub(crate) python: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) payload: Option<Payload>,
    pub(crate) response: Option<Value>,
    /// The media type of the response.
    pub(crate) response_media: String,
    pub(crate) event: Option<Value>,
    /// The media type of the stream of events.
    pub(crate) stream_media: String,
    pub(crate) pagination: Option<Pagination>,
}

/// The security requirement of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Security {
    /// The requirement of the document.
    Inherited,
    /// No credentials.
    None,
    /// The scheme that the operation lists first.
    Scheme(String),
}

impl Security {
    fn read(node: &Value) -> Self {
        let Some(requirements) = node.get("security").and_then(Value::as_array) else {
            return Self::Inherited;
        };
        let first = requirements.first().and_then(Value::as_object);
        match first.and_then(|first| first.keys().next()) {
            Some(scheme) => Self::Scheme(scheme.clone()),
            None => Self::None,
        }
    }
}

impl Operation {
    /// Reads all operations of a document, in its order.
    pub(crate) fn all(doc: &Value) -> Result<Vec<Self>, Diagnostic> {
        operations::all(doc)?
            .into_iter()
            .map(|(site, node)| Self::read(site, node))
            .collect()
    }

    /// Reads one operation.
    pub(crate) fn read(site: Site, node: &Value) -> Result<Self, Diagnostic> {
        let Responses {
            response,
            media,
            event,
            event_media,
        } = Responses::read(node, &site.location)?;
        let responses = site.location.key("responses");
        if event.is_some() && response.is_none() {
            let help = "add `application/json` with the complete response";
            return Err(responses.unsupported("a stream without a complete response", help));
        }
        if site.method == "head" && response.is_some() {
            let help = "remove its content: a response to HEAD has none";
            return Err(responses.unsupported("a response to HEAD with a body", help));
        }
        let provenance = node.get("x-provenance");
        Ok(Self {
            summary: required_string(node, "summary", &site.location)?,
            description: string(node, "description").map(str::to_owned),
            grade: provenance
                .and_then(|known| string(known, "grade"))
                .map(str::to_owned),
            retry: required_string(node, "x-imagine-retry", &site.location)?,
            args: owned_strings(node.get("x-imagine-args")),
            by_value: boolean(node, "x-imagine-by-value"),
            exclusive: boolean(node, "x-imagine-exclusive"),
            validate_request: string(node, "x-imagine-validate-request").map(str::to_owned),
            validate_response: string(node, "x-imagine-validate-response").map(str::to_owned),
            security: Security::read(node),
            deprecated: boolean(node, "deprecated"),
            python: owned_strings(node.get("x-imagine-python")),
            parameters: parameter::parameters(node, &site)?,
            payload: body::payload(node, &site.location)?,
            response,
            response_media: media.unwrap_or_else(|| body::JSON.to_owned()),
            event,
            stream_media: event_media.unwrap_or_else(|| body::EVENTS.to_owned()),
            pagination: node.get(PAGINATION).and_then(Pagination::read),
            site,
        })
    }

    /// Returns true if the response is a file.
    pub(crate) fn is_download(&self) -> bool {
        self.response.is_some() && body::is_bytes(&self.response_media)
    }

    /// Iterates over the schemas of the operation.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Value> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.schema);
        let payload = self.payload.iter().map(|payload| &payload.schema);
        parameters
            .chain(payload)
            .chain(&self.response)
            .chain(&self.event)
    }

    /// Returns the uppercase method and the path.
    pub(crate) fn request_line(&self) -> String {
        format!("{} {}", self.site.method.to_uppercase(), self.site.path)
    }
}
