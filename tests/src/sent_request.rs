//! A sent request, independent of the transport.

use bytes::Bytes;
use http::{HeaderMap, Method};
use imagine_mock::contract::{FormPart, Payload, RequestParts};
use serde_json::Value;

use crate::Api;

/// A sent request.
#[derive(Clone, Debug)]
pub struct SentRequest {
    /// The method.
    pub method: Method,
    /// The encoded path below the base path.
    pub path: String,
    /// The decoded query.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl SentRequest {
    /// Parses a request below the base path.
    pub fn new(base: &str, head: http::request::Parts, body: Bytes) -> Self {
        let path = head.uri.path();
        let path = path
            .strip_prefix(base)
            .unwrap_or_else(|| panic!("{path} is not below {base}"));
        let query = head.uri.query().unwrap_or_default();
        Self {
            method: head.method,
            path: path.to_owned(),
            query: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            headers: head.headers,
            body,
        }
    }

    /// Returns the parts that a contract checks.
    pub fn parts(&self) -> RequestParts<'_> {
        RequestParts {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        }
    }

    /// Returns the id of the operation. Panics if the request violates the specification.
    pub fn operation(&self) -> &'static str {
        self.api()
            .called_operation(&self.parts())
            .unwrap_or_else(|violations| panic!("{} {}: {violations:?}", self.method, self.path))
    }

    /// Returns the API that has an operation at the path. Panics without one.
    pub fn api(&self) -> Api {
        Api::find_by_path(&self.method, &self.path)
            .unwrap_or_else(|| panic!("{} {} matches no operation", self.method, self.path))
    }

    /// Returns the key headers, in the form of [`Api::key_headers`].
    pub fn key_headers(&self) -> [Option<String>; 2] {
        ["authorization", "ch-api-key"].map(|name| self.header(name).map(str::to_owned))
    }

    /// Returns a header as a string.
    pub fn header(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().unwrap())
    }

    /// Returns the values of a query parameter.
    pub fn query(&self, name: &str) -> Vec<&str> {
        self.query
            .iter()
            .filter(|(parameter, _)| parameter == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Returns the parts of a multipart body.
    pub fn form(&self) -> Vec<FormPart> {
        let contract = self.api().contract();
        let (operation, _) = contract.find(&self.method, &self.path).unwrap();
        match contract.read_payload(operation, &self.headers, &self.body) {
            Ok(Payload::Form(parts)) => parts,
            other => panic!("no form: {other:?}"),
        }
    }
}
