//! Holds a whole request against the contract.

use axum::http::{HeaderMap, Method};

use super::{Contract, OperationSpec, ParameterSpec, Place, Unreadable, Violation, violation};

/// What the contract looks at in a request.
#[derive(Clone, Copy, Debug)]
pub struct RequestParts<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path below the base, still encoded.
    pub path: &'a str,
    /// The query, decoded.
    pub query: &'a [(String, String)],
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

impl Contract {
    /// Holds a request against the contract, strictly, and names the operation it calls.
    ///
    /// Fields of the body and parameters of the query that the contract does not name are allowed.
    ///
    /// # Errors
    ///
    /// Lists everything in which the request differs from the contract.
    pub fn check_request(
        &self,
        request: &RequestParts<'_>,
    ) -> Result<&OperationSpec, Vec<Violation>> {
        let Some((operation, arguments)) = self.find(request.method, request.path) else {
            let message = format!("no operation is called by {}", request.method);
            return Err(vec![Violation::new("path", "operation", message)]);
        };
        let mut violations = self.check_parameters(operation, request.query, &arguments);
        violations.extend(self.check_headers(operation, request.headers));
        match self.read_payload(operation, request.headers, request.body) {
            Ok(payload) => violations.extend(self.check_payload(operation, &payload)),
            Err(unreadable) => violations.push(Unreadable::into_violation(unreadable)),
        }
        violation::none_of(violations)?;
        Ok(operation)
    }

    /// Everything that is wrong with the headers that are parameters.
    pub fn check_headers(&self, operation: &OperationSpec, headers: &HeaderMap) -> Vec<Violation> {
        let is_header = |parameter: &&ParameterSpec| parameter.place == Place::Header;
        let parameters = operation.parameters.iter().filter(is_header);
        let violations = parameters.map(|parameter| {
            let given = headers
                .get(&parameter.name)
                .and_then(|value| value.to_str().ok());
            let given = given.map(|text| (parameter.name.clone(), text.to_owned()));
            self.check_parameter(parameter, given.as_slice())
        });
        violations.flatten().collect()
    }

    /// Everything that is wrong with the query and the arguments of the path.
    pub fn check_parameters(
        &self,
        operation: &OperationSpec,
        query: &[(String, String)],
        arguments: &[(String, String)],
    ) -> Vec<Violation> {
        let of = |place, given| {
            operation
                .parameters
                .iter()
                .filter(move |parameter| parameter.place == place)
                .flat_map(move |parameter| self.check_parameter(parameter, given))
        };
        of(Place::Query, query)
            .chain(of(Place::Path, arguments))
            .collect()
    }

    fn check_parameter(
        &self,
        parameter: &ParameterSpec,
        given: &[(String, String)],
    ) -> Vec<Violation> {
        let location = format!("{}/{}", parameter.place, parameter.name);
        match given.iter().find(|(name, _)| *name == parameter.name) {
            Some((_, text)) => {
                let value = self
                    .definitions()
                    .read_text(parameter.schema.source(), text);
                parameter.schema.violations(&location, &value)
            }
            None if parameter.required => {
                vec![Violation::missing(location)]
            }
            None => Vec::new(),
        }
    }
}
