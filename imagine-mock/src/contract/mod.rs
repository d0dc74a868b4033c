//! The contracts of the APIs, read from the specifications alone.
//!
//! The mock routes and validates by them, and contract tests hold requests and answers of a client
//! against them. They know nothing of the SDK's types, so they do not share their mistakes.
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
mod load;
mod operation;
mod payload;
mod request;
mod schema;
mod template;
mod violation;

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

pub use self::definitions::Definitions;
pub use self::form::FormPart;
pub use self::load::ContractError;
pub use self::operation::{OperationSpec, ParameterSpec, PayloadSpec, Place};
pub use self::payload::{Payload, Unreadable};
pub use self::request::RequestParts;
pub use self::schema::Schema;
pub use self::violation::Violation;

/// Every operation of an API with the schemas of what it takes and answers.
#[derive(Debug)]
pub struct Contract {
    operations: Vec<OperationSpec>,
    definitions: Definitions,
}

impl Contract {
    /// The contract of the inference API, as it was when this crate was built.
    pub fn inference() -> &'static Self {
        static CONTRACT: LazyLock<Contract> =
            LazyLock::new(|| Contract::built_in(include_str!("../generated/inference.json")));
        &CONTRACT
    }

    /// The contract of the media API, as it was when this crate was built.
    pub fn media() -> &'static Self {
        static CONTRACT: LazyLock<Contract> =
            LazyLock::new(|| Contract::built_in(include_str!("../generated/media.json")));
        &CONTRACT
    }

    #[expect(
        clippy::expect_used,
        reason = "the texts are part of the program, and tests parse them"
    )]
    fn built_in(text: &str) -> Self {
        Self::parse(text).expect("a contract that is built in can be read")
    }

    /// Reads a contract in the form that `cargo xtask codegen` writes.
    ///
    /// # Errors
    ///
    /// Says what is missing from the text, or which schema cannot be compiled.
    pub fn parse(text: &str) -> Result<Self, ContractError> {
        let (operations, definitions) = load::load(text)?;
        Ok(Self {
            operations,
            definitions,
        })
    }

    /// The operations, in the order of the specification.
    pub fn operations(&self) -> impl Iterator<Item = &OperationSpec> {
        self.operations.iter()
    }

    /// The operation of this id.
    pub fn operation(&self, id: &str) -> Option<&OperationSpec> {
        self.operations().find(|operation| operation.id == id)
    }

    /// The operation that answers a method and a path below the base, with the path's arguments.
    pub fn find(
        &self,
        method: &Method,
        path: &str,
    ) -> Option<(&OperationSpec, Vec<(String, String)>)> {
        self.operations()
            .filter(|operation| operation.method == *method)
            .find_map(|operation| Some((operation, template::fit(&operation.path, path)?)))
    }

    /// The methods that some operation takes at a path below the base.
    pub fn methods(&self, path: &str) -> Vec<&Method> {
        self.operations()
            .filter(|operation| template::fit(&operation.path, path).is_some())
            .map(|operation| &operation.method)
            .collect()
    }

    /// The named schemas that the operations refer to.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// Holds a response that came whole against the contract.
    ///
    /// # Errors
    ///
    /// Lists everything in which the response differs from its schema.
    pub fn check_response(&self, id: &str, response: &Value) -> Result<(), Vec<Violation>> {
        self.check(id, response, "response", |operation| {
            operation.response.as_ref()
        })
    }

    /// Holds one event of a streamed response against the contract.
    ///
    /// # Errors
    ///
    /// Lists everything in which the event differs from its schema.
    pub fn check_event(&self, id: &str, event: &Value) -> Result<(), Vec<Violation>> {
        self.check(id, event, "event", |operation| operation.event.as_ref())
    }

    fn check(
        &self,
        id: &str,
        value: &Value,
        place: &str,
        schema: impl Fn(&OperationSpec) -> Option<&Schema>,
    ) -> Result<(), Vec<Violation>> {
        let Some(schema) = self.operation(id).and_then(schema) else {
            let message = format!("the contract has no {place} of an operation `{id}`");
            return Err(vec![Violation::new(place, "operation", message)]);
        };
        violation::none_of(schema.violations(place, value))
    }
}
