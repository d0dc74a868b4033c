//! What the contract says of one operation.

use std::fmt;

use axum::http::Method;

use super::Schema;

/// An operation: how it is called, what it takes and what it answers.
#[derive(Debug)]
#[non_exhaustive]
pub struct OperationSpec {
    /// Its name in the specification, for instance `chat`.
    pub id: String,
    /// The method it is called with.
    pub method: Method,
    /// Its path below the base, with `{name}` for arguments.
    pub path: String,
    /// When a client may send it again: `idempotent` or `unstarted`.
    pub retry: String,
    /// How it takes the key: `client` like the others, `none`, `bearer`, or the name of a header.
    pub authentication: String,
    /// Whether the service processes one such request at a time for an account.
    pub exclusive: bool,
    /// Parameters outside the body.
    pub parameters: Vec<ParameterSpec>,
    /// The body, where it takes one.
    pub payload: Option<PayloadSpec>,
    /// The response that comes whole.
    pub response: Option<Schema>,
    /// One event of the response that comes as a stream, where there is one.
    pub event: Option<Schema>,
    /// The model that clients send when their caller names none.
    pub default_model: Option<String>,
}

/// A parameter outside the body.
#[derive(Debug)]
#[non_exhaustive]
pub struct ParameterSpec {
    /// Its name on the wire.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether a call without it is refused.
    pub required: bool,
    /// What it may be.
    pub schema: Schema,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the query of the URL.
    Query,
    /// In the path of the URL.
    Path,
    /// In a header.
    Header,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Query => "query",
            Self::Path => "path",
            Self::Header => "header",
        })
    }
}

/// The body of a request.
#[derive(Debug)]
#[non_exhaustive]
pub struct PayloadSpec {
    /// Its media type.
    pub media: String,
    /// Whether a call without it is refused.
    pub required: bool,
    /// What it may be; for a form, an object with one property for each part.
    pub schema: Schema,
}
