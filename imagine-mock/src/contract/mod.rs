//! The contracts of the APIs: their operations and schemas, read from the OpenAPI documents.
//!
//! The mock routes and validates requests with them, and contract tests check the requests and responses of a client.
//! They do not use the SDK's types, so they cannot share an error in those types.
//!
//! ```
//! use imagine_mock::contract::Contract;
//! use serde_json::json;
//!
//! let contract = Contract::inference();
//! assert!(contract.check_response("ping", &json!({"message": "pong", "status": "ok"})).is_ok());
//! assert!(contract.check_response("ping", &json!({"message": "pong"})).is_err());
//! ```

mod definitions;
mod form;
mod openapi;
mod operation;
mod payload;
mod request;
mod schema;
mod style;
pub(crate) mod template;
pub(crate) mod unknown;
mod violation;

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

pub use self::definitions::Definitions;
pub use self::form::FormPart;
pub use self::openapi::ContractError;
pub use self::operation::{OperationSpec, ParameterLocation, ParameterSpec, PayloadSpec};
pub(crate) use self::operation::{PageStyle, Pagination};
pub(crate) use self::payload::{EVENT_STREAM, JSON};
pub use self::payload::{Payload, PayloadError};
pub use self::request::RequestParts;
pub(crate) use self::request::cookies;
pub use self::schema::Schema;
pub use self::violation::Violation;

/// The operations of an API with the schemas of their requests and responses.
#[derive(Debug)]
pub struct Contract {
    operations: Vec<OperationSpec>,
    definitions: Definitions,
}

impl Contract {
    /// Returns the contract of the operations that the mock offers in the shapes of OpenAI's API.
    ///
    /// It is written by hand and covers the documented fields that have an effect in the mock. Operations of both APIs
    /// have the same names as in the contract of the inference API.
    pub fn openai() -> &'static Self {
        static CONTRACT: LazyLock<Contract> =
            LazyLock::new(|| Contract::built_in(include_str!("openai.yaml")));
        &CONTRACT
    }

    #[expect(
        clippy::expect_used,
        reason = "the text is part of the binary, and tests load it"
    )]
    pub(crate) fn built_in(text: &str) -> Self {
        Self::from_openapi(text).expect("a built-in document is valid")
    }

    /// Loads an OpenAPI document, 3.0 or 3.1, in YAML or JSON. Each operation needs `x-imagine-retry`.
    ///
    /// # Errors
    ///
    /// Reports the first part that is missing, malformed or not supported, with its location in the document, or the
    /// first schema that does not compile.
    pub fn from_openapi(text: &str) -> Result<Self, ContractError> {
        let (operations, definitions) = openapi::load(text)?;
        Ok(Self {
            operations,
            definitions,
        })
    }

    /// Returns the operations in the order of their paths.
    pub fn operations(&self) -> impl Iterator<Item = &OperationSpec> {
        self.operations.iter()
    }

    /// Returns the operation with this id.
    pub fn operation(&self, id: &str) -> Option<&OperationSpec> {
        self.operations().find(|operation| operation.id == id)
    }

    /// Returns the operation for a method and a path below the base path, with the path arguments. Concrete paths take
    /// precedence over templated ones.
    pub fn find(
        &self,
        method: &Method,
        path: &str,
    ) -> Option<(&OperationSpec, Vec<(String, String)>)> {
        self.operations()
            .filter(|operation| operation.method == *method)
            .filter_map(|operation| Some((operation, template::match_path(&operation.path, path)?)))
            .min_by_key(|(operation, _)| template::order(&operation.path))
    }

    /// Returns the methods of all operations at a path below the base path.
    pub fn methods(&self, path: &str) -> Vec<&Method> {
        self.operations()
            .filter(|operation| template::match_path(&operation.path, path).is_some())
            .map(|operation| &operation.method)
            .collect()
    }

    /// Returns the named schemas that the operations refer to.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// Validates a buffered response.
    ///
    /// # Errors
    ///
    /// Lists all differences between the response and its schema.
    pub fn check_response(&self, id: &str, response: &Value) -> Result<(), Vec<Violation>> {
        self.check(id, response, "response", |operation| {
            operation.response.as_ref()
        })
    }

    /// Validates one event of a streamed response.
    ///
    /// # Errors
    ///
    /// Lists all differences between the event and its schema.
    pub fn check_event(&self, id: &str, event: &Value) -> Result<(), Vec<Violation>> {
        self.check(id, event, "event", |operation| operation.event.as_ref())
    }

    fn check(
        &self,
        id: &str,
        value: &Value,
        location: &str,
        schema: impl Fn(&OperationSpec) -> Option<&Schema>,
    ) -> Result<(), Vec<Violation>> {
        let Some(schema) = self.operation(id).and_then(schema) else {
            let message = format!("the contract has no {location} for an operation `{id}`");
            return Err(vec![Violation::new(location, "operation", message)]);
        };
        violation::into_result(schema.violations(location, value))
    }
}
