//! What the emitters want to know of a shaped document.

pub(crate) mod reach;
mod root;

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use root::{Root, Type};

use crate::error::{Fault, Place, Problem};
use crate::normalise::SAMPLING;
use crate::spec::operation::Operation;
use crate::spec::schema::{self, Object, flag, text};

/// The operations of a document, the structs that hold their arguments, and all its types.
pub(crate) struct Model<'a> {
    pub(crate) operations: Vec<Operation>,
    pub(crate) roots: Vec<Root>,
    pub(crate) schemas: &'a Object,
    answers: BTreeSet<String>,
    parts: BTreeSet<String>,
}

/// What a struct is for. It may be for several things.
pub(crate) struct Kind<'a> {
    pub(crate) root: Option<&'a Root>,
    pub(crate) answer: bool,
    pub(crate) part: bool,
    pub(crate) sampling: bool,
}

impl<'a> Model<'a> {
    /// Reads a document that the shaping rules have been applied to.
    pub(crate) fn read(doc: &'a Value) -> Result<Self, Fault> {
        let operations = Operation::all(doc)?;
        let roots = Root::all(doc)?;
        let schemas = schema::components(doc)
            .ok_or_else(|| Place::default().fault(Problem::Missing("components")))?;
        let mut model = Self {
            operations,
            roots,
            schemas,
            answers: BTreeSet::new(),
            parts: BTreeSet::new(),
        };
        model.answers = reach::reach(schemas, model.answer_starts());
        let arguments = model
            .roots
            .iter()
            .filter_map(|root| schemas.get(&root.component));
        model.parts = reach::reach(schemas, arguments.flat_map(reach::edges));
        Ok(model)
    }

    /// The components that answers and events consist of.
    pub(crate) fn answer_starts(&self) -> Vec<String> {
        let answers = self
            .operations
            .iter()
            .flat_map(|operation| [&operation.answer, &operation.event]);
        answers.flatten().flat_map(reach::edges).collect()
    }

    /// What the struct of a component is for.
    pub(crate) fn kind(&self, component: &str) -> Kind<'_> {
        Kind {
            root: self.roots.iter().find(|root| root.component == component),
            answer: self.answers.contains(component),
            part: self.parts.contains(component),
            sampling: self
                .schemas
                .get(component)
                .is_some_and(|schema| flag(schema, "x-imagine-sampling")),
        }
    }

    /// The sampling schema that the arguments of an operation contain.
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
        let sent = flag(model, "x-imagine-send-default")
            && model.get(crate::normalise::LOCATION).is_none();
        text(model, "default").filter(|_| sent)
    }
}
