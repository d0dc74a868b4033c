//! A request as it went out, whatever took it.

use bytes::Bytes;
use http::{HeaderMap, Method};
use imagine_mock::contract::{FormPart, Payload, RequestParts};
use serde_json::Value;

use crate::Api;

/// A request as it went out.
#[derive(Clone, Debug)]
pub struct SentRequest {
    /// The method.
    pub method: Method,
    /// The path below the base, still encoded.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl SentRequest {
    /// Takes a request apart that was sent below `base`.
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

    /// What the contract looks at.
    pub fn parts(&self) -> RequestParts<'_> {
        RequestParts {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        }
    }

    /// The id of the operation that the request calls as its specification says. Panics with the
    /// differences if it does not.
    pub fn operation(&self) -> &'static str {
        match self.api().contract().check_request(&self.parts()) {
            Ok(operation) => &operation.id,
            Err(violations) => panic!("{} {}: {violations:?}", self.method, self.path),
        }
    }

    /// The API that has an operation at the path. Panics if none has.
    pub fn api(&self) -> Api {
        Api::find_by_path(&self.method, &self.path)
            .unwrap_or_else(|| panic!("{} {} calls nothing", self.method, self.path))
    }

    /// The keys in the request, as [`Api::key_headers`] gives those that it should have.
    pub fn key_headers(&self) -> [Option<String>; 2] {
        ["authorization", "ch-api-key"].map(|name| self.header(name).map(str::to_owned))
    }

    /// A header, as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().unwrap())
    }

    /// The values of a parameter of the query.
    pub fn query(&self, name: &str) -> Vec<&str> {
        self.query
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body, which must be a form.
    pub fn form(&self) -> Vec<FormPart> {
        let contract = self.api().contract();
        let (operation, _) = contract.find(&self.method, &self.path).unwrap();
        match contract.read_payload(operation, &self.headers, &self.body) {
            Ok(Payload::Form(parts)) => parts,
            other => panic!("no form: {other:?}"),
        }
    }
}
