//! The specification of one operation.

use std::fmt;

use axum::http::Method;

use super::Schema;
use super::payload::is_json_lines;
use super::style::Style;

/// An operation with its request and response schemas.
#[derive(Debug)]
#[non_exhaustive]
pub struct OperationSpec {
    /// The name in the specification, for instance `chat`.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base path, with `{name}` for arguments.
    pub path: String,
    /// The retry class: `idempotent`, or `unstarted` if a client may retry only requests that did not start.
    pub retry: String,
    /// The authentication: `client` for the headers of the API, `none`, `bearer`, or the name of a header.
    pub authentication: String,
    /// True if the service processes one such request at a time for each account.
    pub exclusive: bool,
    /// The parameters outside the body.
    pub parameters: Vec<ParameterSpec>,
    /// The request body, if the operation has one.
    pub payload: Option<PayloadSpec>,
    /// The schema of the buffered response.
    pub response: Option<Schema>,
    /// The media type of the buffered response. The schema of a response that is not JSON is that of a string.
    pub response_media: String,
    /// The schema of an event of the streamed response, if the operation supports streams.
    pub event: Option<Schema>,
    /// The media type of the streamed response: `text/event-stream`, or a type of JSON lines.
    pub stream_media: String,
    /// The names of the events in the order of the variants of their schema. Empty if events have no names.
    pub event_names: Vec<String>,
    /// The model that clients send by default.
    pub default_model: Option<String>,
    /// The parameter and the properties that select and describe the pages of a list.
    pub(crate) pagination: Option<Pagination>,
}

impl OperationSpec {
    /// Returns true if the buffered response is a list of JSON lines.
    pub(crate) fn returns_lines(&self) -> bool {
        is_json_lines(&self.response_media)
    }
}

/// The pages of a list. Paths are the names of nested properties of the response.
#[derive(Debug)]
pub(crate) struct Pagination {
    pub(crate) style: PageStyle,
    /// The parameter, or the property of the body, that selects the page.
    pub(crate) parameter: String,
    /// The number of the first page.
    pub(crate) first: u64,
    pub(crate) items: Vec<String>,
    pub(crate) next: Option<Vec<String>>,
    pub(crate) has_more: Option<Vec<String>>,
    pub(crate) total: Option<Vec<String>>,
    pub(crate) pages: Option<Vec<String>>,
}

/// The ways to select a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PageStyle {
    Cursor,
    Page,
    Offset,
}

/// A parameter outside the body.
#[derive(Debug)]
#[non_exhaustive]
pub struct ParameterSpec {
    /// The wire name.
    pub name: String,
    /// The location in the request.
    pub location: ParameterLocation,
    /// True if the parameter is required.
    pub required: bool,
    /// The schema of the value.
    pub schema: Schema,
    pub(super) style: Style,
}

/// The location of a parameter in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// The query of the URL.
    Query,
    /// The path of the URL.
    Path,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl fmt::Display for ParameterLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Query => "query",
            Self::Path => "path",
            Self::Header => "header",
            Self::Cookie => "cookie",
        })
    }
}

/// A request body.
#[derive(Debug)]
#[non_exhaustive]
pub struct PayloadSpec {
    /// The media type.
    pub media_type: String,
    /// True if the body is required.
    pub required: bool,
    /// The schema of the body. That of a form is an object with one property for each part.
    pub schema: Schema,
}
