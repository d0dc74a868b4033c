//! What the emitters want to know of a shaped document.

mod authentication;
mod method;
pub(crate) mod reach;

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use authentication::Authentication;
pub(crate) use method::Method;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::document::json::{Object, boolean, string};
use crate::document::operation::Operation;
use crate::document::schema;
use crate::normalize::{LOCATION, SAMPLING};

/// The operations of a document, the structs that hold their arguments, and all its types.
pub(crate) struct Model<'a> {
    pub(crate) operations: Vec<Operation>,
    pub(crate) methods: Vec<Method>,
    pub(crate) schemas: &'a Object,
    pub(crate) security_schemes: Option<&'a Object>,
    responses: BTreeSet<String>,
    parts: BTreeSet<String>,
}

/// What a struct is for. It may be for several things.
pub(crate) struct TypeUsage<'a> {
    /// It holds the arguments of a method.
    pub(crate) method: Option<&'a Method>,
    /// It is part of a response or an event.
    pub(crate) response: bool,
    /// It is part of the arguments of a method.
    pub(crate) part: bool,
    /// It holds parameters that several operations share.
    pub(crate) sampling: bool,
}

impl<'a> Model<'a> {
    /// Reads a document that the shaping rules have been applied to.
    pub(crate) fn read(doc: &'a Value) -> Result<Self, Diagnostic> {
        let missing = || Location::default().diagnostic(DiagnosticKind::Missing("components"));
        let schemas = schema::components(doc).ok_or_else(missing)?;
        let (operations, methods) = (Operation::all(doc)?, Method::all(doc)?);
        let arguments = methods
            .iter()
            .filter_map(|method| schemas.get(&method.component));
        let parts = reach::reach(schemas, arguments.flat_map(reach::edges));
        let mut model = Self {
            operations,
            methods,
            schemas,
            security_schemes: doc
                .pointer("/components/securitySchemes")
                .and_then(Value::as_object),
            responses: BTreeSet::new(),
            parts,
        };
        model.responses = reach::reach(schemas, model.response_starts());
        Ok(model)
    }

    /// The components that answers and events consist of.
    pub(crate) fn response_starts(&self) -> Vec<String> {
        let responses = self
            .operations
            .iter()
            .flat_map(|operation| [&operation.response, &operation.event]);
        responses.flatten().flat_map(reach::edges).collect()
    }

    /// What the struct of a component is for.
    pub(crate) fn usage(&self, component: &str) -> TypeUsage<'_> {
        let schema = self.schemas.get(component);
        TypeUsage {
            method: self
                .methods
                .iter()
                .find(|method| method.component == component),
            response: self.responses.contains(component),
            part: self.parts.contains(component),
            sampling: schema.is_some_and(|schema| boolean(schema, "x-imagine-sampling")),
        }
    }

    /// The sampling schema that the arguments of a method contain.
    pub(crate) fn sampling(&self, component: &str) -> Option<&str> {
        string(self.schemas.get(component)?, SAMPLING)
    }

    /// The model that an operation asks unless told otherwise.
    pub(crate) fn default_model(&self, operation: &str) -> Option<&str> {
        let method = self
            .methods
            .iter()
            .find(|method| method.operation == operation)?;
        let model = self
            .schemas
            .get(&method.component)?
            .pointer("/properties/model")?;
        let is_sent = boolean(model, "x-imagine-send-default") && model.get(LOCATION).is_none();
        string(model, "default").filter(|_| is_sent)
    }
}
