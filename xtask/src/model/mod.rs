//! The model of a shaped document, for the emitters.

mod authentication;
mod method;

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use authentication::Authentication;
pub(crate) use method::Method;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Location};
use crate::openapi::json::{Object, boolean, string};
use crate::openapi::lowered::SAMPLING;
use crate::openapi::operation::Operation;
use crate::openapi::{reach, schema};

/// The operations of a document, the structs of their arguments, and all types.
pub(crate) struct Model<'a> {
    pub(crate) operations: Vec<Operation>,
    pub(crate) methods: Vec<Method>,
    pub(crate) schemas: &'a Object,
    pub(crate) security_schemes: Option<&'a Object>,
    responses: BTreeSet<String>,
    parts: BTreeSet<String>,
}

/// The roles of a struct; it may have several.
pub(crate) struct TypeUsage<'a> {
    /// The method whose arguments it contains.
    pub(crate) method: Option<&'a Method>,
    /// True if it is part of a response or an event.
    pub(crate) response: bool,
    /// True if it is part of a method's arguments.
    pub(crate) part: bool,
    /// True if it contains sampling parameters, which several operations share.
    pub(crate) sampling: bool,
}

impl<'a> Model<'a> {
    /// Reads a document after the shaping rules.
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

    /// Returns the components that responses and events refer to directly.
    pub(crate) fn response_starts(&self) -> Vec<String> {
        let responses = self
            .operations
            .iter()
            .flat_map(|operation| [&operation.response, &operation.event]);
        responses.flatten().flat_map(reach::edges).collect()
    }

    /// Returns the roles of a component's struct.
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

    /// Returns the sampling schema that a method's arguments contain.
    pub(crate) fn sampling(&self, component: &str) -> Option<&str> {
        string(self.schemas.get(component)?, SAMPLING)
    }
}
