//! What the emitters want to know of a shaped document.

mod authentication;
pub(crate) mod reach;
mod root;

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use authentication::Authentication;
pub(crate) use root::Root;

use crate::error::{Fault, Place, Problem};
use crate::normalise::{LOCATION, SAMPLING};
use crate::spec::json::{Object, flag, text};
use crate::spec::operation::Operation;
use crate::spec::schema;

/// The operations of a document, the structs that hold their arguments, and all its types.
pub(crate) struct Model<'a> {
    pub(crate) operations: Vec<Operation>,
    pub(crate) roots: Vec<Root>,
    pub(crate) schemas: &'a Object,
    pub(crate) security_schemes: Option<&'a Object>,
    responses: BTreeSet<String>,
    parts: BTreeSet<String>,
}

/// What a struct is for. It may be for several things.
pub(crate) struct Kind<'a> {
    /// It holds the arguments of a method.
    pub(crate) root: Option<&'a Root>,
    /// It is part of a response or an event.
    pub(crate) response: bool,
    /// It is part of the arguments of a method.
    pub(crate) part: bool,
    /// It holds parameters that several operations share.
    pub(crate) sampling: bool,
}

impl<'a> Model<'a> {
    /// Reads a document that the shaping rules have been applied to.
    pub(crate) fn read(doc: &'a Value) -> Result<Self, Fault> {
        let missing = || Place::default().fault(Problem::Missing("components"));
        let schemas = schema::components(doc).ok_or_else(missing)?;
        let (operations, roots) = (Operation::all(doc)?, Root::all(doc)?);
        let arguments = roots.iter().filter_map(|root| schemas.get(&root.component));
        let parts = reach::reach(schemas, arguments.flat_map(reach::edges));
        let mut model = Self {
            operations,
            roots,
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
    pub(crate) fn kind(&self, component: &str) -> Kind<'_> {
        let schema = self.schemas.get(component);
        Kind {
            root: self.roots.iter().find(|root| root.component == component),
            response: self.responses.contains(component),
            part: self.parts.contains(component),
            sampling: schema.is_some_and(|schema| flag(schema, "x-imagine-sampling")),
        }
    }

    /// The sampling schema that the arguments of a method contain.
    pub(crate) fn sampling(&self, component: &str) -> Option<&str> {
        text(self.schemas.get(component)?, SAMPLING)
    }

    /// The model that an operation asks unless told otherwise.
    pub(crate) fn default_model(&self, operation: &str) -> Option<&str> {
        let root = self.roots.iter().find(|root| root.operation == operation)?;
        let model = self
            .schemas
            .get(&root.component)?
            .pointer("/properties/model")?;
        let is_sent = flag(model, "x-imagine-send-default") && model.get(LOCATION).is_none();
        text(model, "default").filter(|_| is_sent)
    }
}
