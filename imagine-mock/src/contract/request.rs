//! Validates complete requests.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Method};
use serde_json::Value;

use super::{
    Contract, OperationSpec, ParameterLocation, ParameterSpec, PayloadError, Violation, unknown,
    violation,
};

/// The parts of a request that the contract covers.
#[derive(Clone, Copy, Debug)]
pub struct RequestParts<'a> {
    /// The method.
    pub method: &'a Method,
    /// The percent-encoded path below the base path.
    pub path: &'a str,
    /// The decoded query parameters.
    pub query: &'a [(String, String)],
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

impl Contract {
    /// Validates a request strictly and returns the operation that it calls.
    ///
    /// Fields of the body and query parameters that the specification does not have are violations, because they may
    /// be misspelled. A schema with `additionalProperties` allows them.
    ///
    /// # Errors
    ///
    /// Lists all differences between the request and the contract.
    pub fn check_request(
        &self,
        request: &RequestParts<'_>,
    ) -> Result<&OperationSpec, Vec<Violation>> {
        let Some((operation, arguments)) = self.find(request.method, request.path) else {
            let message = format!(
                "no operation has this path and the method {}",
                request.method
            );
            return Err(vec![Violation::new("path", "operation", message)]);
        };
        let mut violations = self.check_parameters(operation, request.query, &arguments);
        violations.extend(self.unknown_parameters(operation, request.query));
        violations.extend(self.check_headers(operation, request.headers));
        match self.read_payload(operation, request.headers, request.body) {
            Ok(payload) => {
                violations.extend(self.check_payload(operation, &payload));
                violations.extend(self.unknown_fields(operation, &payload));
            }
            Err(error) => violations.push(PayloadError::into_violation(error)),
        }
        violation::into_result(violations)?;
        Ok(operation)
    }

    /// Returns all violations of the header parameters and the cookies.
    pub fn check_headers(&self, operation: &OperationSpec, headers: &HeaderMap) -> Vec<Violation> {
        let cookies = cookies(headers);
        let is_cookie =
            |parameter: &&ParameterSpec| parameter.location == ParameterLocation::Cookie;
        let cookie_parameters = operation.parameters.iter().filter(is_cookie);
        let cookie_violations =
            cookie_parameters.flat_map(|parameter| self.check_parameter(parameter, &cookies));
        let is_header =
            |parameter: &&ParameterSpec| parameter.location == ParameterLocation::Header;
        let parameters = operation.parameters.iter().filter(is_header);
        let violations = parameters.map(|parameter| {
            let value = headers
                .get(&parameter.name)
                .and_then(|value| value.to_str().ok());
            let pair = value.map(|value| (parameter.name.clone(), value.to_owned()));
            self.check_parameter(parameter, pair.as_slice())
        });
        violations.flatten().chain(cookie_violations).collect()
    }

    /// Returns all violations of the query parameters and the path arguments.
    pub fn check_parameters(
        &self,
        operation: &OperationSpec,
        query: &[(String, String)],
        arguments: &[(String, String)],
    ) -> Vec<Violation> {
        let check = |location, values| {
            operation
                .parameters
                .iter()
                .filter(move |parameter| parameter.location == location)
                .flat_map(move |parameter| self.check_parameter(parameter, values))
        };
        check(ParameterLocation::Query, query)
            .chain(check(ParameterLocation::Path, arguments))
            .collect()
    }

    /// Returns a violation for each query parameter that the operation does not have.
    fn unknown_parameters(
        &self,
        operation: &OperationSpec,
        query: &[(String, String)],
    ) -> Vec<Violation> {
        let parameters = operation.parameters.iter();
        let parameters: Vec<&ParameterSpec> = parameters
            .filter(|parameter| parameter.location == ParameterLocation::Query)
            .collect();
        let is_known = |name: &str| {
            let mut parameters = parameters.iter();
            parameters.any(
                |ParameterSpec {
                     name: own,
                     schema,
                     style,
                     ..
                 }| { style.reads(own, schema.source(), name, self.definitions()) },
            )
        };
        let unknown = query.iter().filter(|(name, _)| !is_known(name));
        unknown
            .map(|(name, _)| {
                let known = parameters.iter().map(|parameter| parameter.name.as_str());
                unknown::field("query", name, known)
            })
            .collect()
    }

    /// Reads a parameter from the decoded strings of all parameters at its location.
    pub(crate) fn parameter_value(
        &self,
        parameter: &ParameterSpec,
        values: &[(String, String)],
    ) -> Option<Value> {
        let ParameterSpec {
            name,
            schema,
            style,
            ..
        } = parameter;
        style.read(name, schema.source(), values, self.definitions())
    }

    fn check_parameter(
        &self,
        parameter: &ParameterSpec,
        values: &[(String, String)],
    ) -> Vec<Violation> {
        let ParameterSpec { name, schema, .. } = parameter;
        let location = format!("{}/{name}", parameter.location);
        match self.parameter_value(parameter, values) {
            Some(value) => schema.violations(&location, &value),
            None if parameter.required => {
                vec![Violation::missing(location)]
            }
            None => Vec::new(),
        }
    }
}

/// Returns the names and values of all cookies.
pub(crate) fn cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    let headers = headers.get_all(COOKIE).into_iter();
    let texts = headers.filter_map(|header| header.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';'));
    let pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
