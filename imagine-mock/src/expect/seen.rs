//! A request as conditions look at it.

use serde_json::{Map, Value};

use crate::contract::{Contract, FormPart, OperationSpec, Payload, Place};
use crate::record::RecordedRequest;
use crate::simulate::Target;

/// A request that calls an operation, read.
pub(crate) struct Seen<'a> {
    pub(super) request: &'a RecordedRequest,
    target: &'a Target,
    payload: &'a Payload,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(
        request: &'a RecordedRequest,
        target: &'a Target,
        payload: &'a Payload,
    ) -> Self {
        Self {
            request,
            target,
            payload,
        }
    }

    /// The operation that is called.
    pub(super) fn operation(&self) -> &'static OperationSpec {
        self.target.operation
    }

    /// A field of the body. Of a file in a form it is the file's name.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        match self.payload {
            Payload::Json(body) => body.get(name).cloned(),
            Payload::Form(parts) => {
                let part = parts.iter().find(|part| part.name == name)?;
                Some(self.part(part))
            }
            Payload::Empty => None,
        }
    }

    /// A parameter outside the body.
    pub(super) fn parameter(&self, place: Place, name: &str) -> Option<Value> {
        let text = match place {
            Place::Query => first(&self.request.query, name)?,
            Place::Path => first(&self.target.arguments, name)?,
            Place::Header => self.request.headers.get(name)?.to_str().ok()?,
        };
        let mut specs = self.operation().parameters.iter();
        let spec = specs.find(|spec| spec.place == place && spec.name == name);
        Some(spec.map_or_else(
            || text.into(),
            |spec| {
                self.contract()
                    .definitions()
                    .read_text(spec.schema.source(), text)
            },
        ))
    }

    /// The whole body; a form as an object of its fields, and nothing as null.
    pub(super) fn body(&self) -> Value {
        match self.payload {
            Payload::Json(body) => body.clone(),
            Payload::Form(parts) => {
                let fields = parts
                    .iter()
                    .map(|part| (part.name.clone(), self.part(part)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Payload::Empty => Value::Null,
        }
    }

    fn part(&self, part: &FormPart) -> Value {
        if let Some(name) = &part.file_name {
            return name.as_str().into();
        }
        let text = part.text();
        let definitions = self.contract().definitions();
        let payload = self.operation().payload.as_ref();
        let property =
            payload.and_then(|spec| definitions.property(spec.schema.source(), &part.name));
        match property {
            Some(schema) => definitions.read_text(schema, &text),
            None => text.into(),
        }
    }

    fn contract(&self) -> &'static Contract {
        self.target.api.contract()
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find_map(|(own, value)| (own == name).then_some(value.as_str()))
}
