//! A parsed request for the evaluation of conditions.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::contract::{Contract, FormPart, OperationSpec, ParameterLocation, Payload, cookies};
use crate::request_log::RecordedRequest;
use crate::service::Target;

/// A parsed request for an operation.
pub(crate) struct RequestView<'a> {
    pub(super) recorded: &'a RecordedRequest,
    target: &'a Target,
    payload: &'a Payload,
}

impl<'a> RequestView<'a> {
    pub(crate) fn new(
        recorded: &'a RecordedRequest,
        target: &'a Target,
        payload: &'a Payload,
    ) -> Self {
        Self {
            recorded,
            target,
            payload,
        }
    }

    /// Returns the called operation.
    pub(super) fn operation(&self) -> &'static OperationSpec {
        self.target.operation
    }

    /// Returns a field of the body. The value of an uploaded file is its file name.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        match self.payload {
            Payload::Json(body) => body.get(name).cloned(),
            Payload::Form(parts) => {
                let part = parts.iter().find(|part| part.name == name)?;
                Some(self.part_value(part))
            }
            Payload::Empty => None,
        }
    }

    /// Returns a parameter outside the body.
    pub(super) fn parameter(&self, location: ParameterLocation, name: &str) -> Option<Value> {
        let headers = &self.recorded.headers;
        let values = match location {
            ParameterLocation::Query => Cow::Borrowed(self.recorded.query.as_slice()),
            ParameterLocation::Path => Cow::Borrowed(self.target.arguments.as_slice()),
            ParameterLocation::Header => {
                let value = headers.get(name)?.to_str().ok()?;
                Cow::Owned(vec![(name.to_owned(), value.to_owned())])
            }
            ParameterLocation::Cookie => Cow::Owned(cookies(headers)),
        };
        let mut specs = self.operation().parameters.iter();
        let spec = specs.find(|spec| spec.location == location && spec.name == name);
        match spec {
            Some(spec) => self.contract().parameter_value(spec, &values),
            None => find(&values, name).map(Value::from),
        }
    }

    /// Returns the body. A form is an object of its fields, an empty body is null.
    pub(super) fn body(&self) -> Value {
        match self.payload {
            Payload::Json(body) => body.clone(),
            Payload::Form(parts) => {
                let fields = parts
                    .iter()
                    .map(|part| (part.name.clone(), self.part_value(part)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Payload::Empty => Value::Null,
        }
    }

    fn part_value(&self, part: &FormPart) -> Value {
        if let Some(name) = &part.file_name {
            return name.as_str().into();
        }
        let string = part.text();
        let definitions = self.contract().definitions();
        let payload = self.operation().payload.as_ref();
        let property =
            payload.and_then(|spec| definitions.property(spec.schema.source(), &part.name));
        match property {
            Some(schema) => definitions.coerce(schema, &string),
            None => string.into(),
        }
    }

    fn contract(&self) -> &'static Contract {
        self.target.api.contract()
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find_map(|(own, value)| (own == name).then_some(value.as_str()))
}
