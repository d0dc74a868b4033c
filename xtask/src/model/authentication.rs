//! Authentication of operations.

use serde_json::Value;

use super::Model;
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::openapi::json::string;
use crate::openapi::operation::{Operation, Security};

/// The authentication of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Authentication {
    /// The client's scheme.
    Client,
    /// No credentials.
    None,
    /// A bearer token.
    Bearer,
    /// The header with this name, in lower case.
    Header(String),
}

impl Model<'_> {
    /// Returns the authentication of an operation: the first listed scheme, or the document's default.
    pub(crate) fn authentication(
        &self,
        operation: &Operation,
    ) -> Result<Authentication, Diagnostic> {
        let name = match &operation.security {
            Security::Inherited => return Ok(Authentication::Client),
            Security::None => return Ok(Authentication::None),
            Security::Scheme(name) => name,
        };
        let location = operation.site.location.key("security");
        let scheme = self.security_schemes.and_then(|schemes| schemes.get(name));
        let scheme: &Value = scheme
            .ok_or_else(|| location.diagnostic(DiagnosticKind::DanglingReference(name.clone())))?;
        let member = |key| string(scheme, key).map(str::to_ascii_lowercase);
        let is = |key, expected: &str| member(key).as_deref() == Some(expected);
        match member("name") {
            _ if is("type", "http") && is("scheme", "bearer") => Ok(Authentication::Bearer),
            Some(header) if is("type", "apikey") && is("in", "header") => {
                Ok(Authentication::Header(header))
            }
            _ => Err(location.unsupported("this security scheme", "use a header")),
        }
    }
}
