//! A parsed request for the evaluation of conditions.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::contract::{FormPart, ParameterLocation, ParameterSpec, Payload, cookies};
use crate::request_log::RecordedRequest;
use crate::rule::{Arguments, Called};
use crate::service::Target;

/// A parsed request.
#[derive(Clone, Copy)]
pub(crate) struct RequestView<'a> {
    pub(super) recorded: &'a RecordedRequest,
    /// The arguments of the path.
    arguments: &'a Arguments,
    payload: &'a Payload,
    /// The called operation, if a specification describes it.
    operation: Option<&'a Target>,
}

impl<'a> RequestView<'a> {
    pub(super) fn for_operation(
        recorded: &'a RecordedRequest,
        target: &'a Target,
        payload: &'a Payload,
    ) -> Self {
        Self {
            recorded,
            arguments: &target.arguments,
            payload,
            operation: Some(target),
        }
    }

    pub(super) fn without_operation(recorded: &'a RecordedRequest, payload: &'a Payload) -> Self {
        Self {
            recorded,
            arguments: const { &Arguments::new() },
            payload,
            operation: None,
        }
    }

    /// Returns the same request with the path arguments of a scope, which an operation of a specification does not
    /// need.
    pub(super) fn with_arguments<'b>(&self, arguments: &'b Arguments) -> RequestView<'b>
    where
        'a: 'b,
    {
        match self.operation {
            Some(_) => *self,
            None => RequestView { arguments, ..*self },
        }
    }

    /// Returns the parts that scopes compare.
    pub(super) fn called(&self) -> Called<'a> {
        self.recorded.called(self.operation.map(Target::called))
    }

    /// Returns the name of the called operation, if a specification describes it.
    pub(super) fn operation_id(&self) -> Option<&'static str> {
        self.operation.map(|target| target.operation.id.as_str())
    }

    /// Returns a field of the body. The value of an uploaded file is its file name.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        match self.payload {
            Payload::Json(body) => body.get(name).cloned(),
            Payload::Form(parts) => {
                let part = parts.iter().find(|part| part.name == name)?;
                Some(self.part_value(part))
            }
            _ => None,
        }
    }

    /// Returns a parameter outside the body.
    pub(super) fn parameter(&self, location: ParameterLocation, name: &str) -> Option<Value> {
        let headers = &self.recorded.headers;
        let values = match location {
            ParameterLocation::Query => Cow::Borrowed(self.recorded.query.as_slice()),
            ParameterLocation::Path => Cow::Borrowed(self.arguments.as_slice()),
            ParameterLocation::Header => {
                let value = headers.get(name)?.to_str().ok()?;
                Cow::Owned(vec![(name.to_owned(), value.to_owned())])
            }
            ParameterLocation::Cookie => Cow::Owned(cookies(headers)),
        };
        let is_spec = |spec: &&ParameterSpec| spec.location == location && spec.name == name;
        let spec = self.operation.and_then(|target| {
            let spec = target.operation.parameters.iter().find(is_spec)?;
            Some((target.api.contract(), spec))
        });
        match spec {
            Some((contract, spec)) => contract.parameter_value(spec, &values),
            None => find(&values, name).map(Value::from),
        }
    }

    /// Returns the body. A form is an object of its fields; an empty body and a file are null.
    pub(super) fn body(&self) -> Value {
        match self.payload {
            Payload::Json(body) => body.clone(),
            Payload::Form(parts) => {
                let fields = parts
                    .iter()
                    .map(|part| (part.name.clone(), self.part_value(part)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Payload::Text(text) => text.as_str().into(),
            Payload::Empty | Payload::Bytes(_) => Value::Null,
        }
    }

    fn part_value(&self, part: &FormPart) -> Value {
        if let Some(name) = &part.file_name {
            return name.as_str().into();
        }
        let string = part.text();
        let property = self.operation.and_then(|target| {
            let definitions = target.api.contract().definitions();
            let spec = target.operation.payload.as_ref()?;
            let property = definitions.property(spec.schema.source(), &part.name)?;
            Some(definitions.coerce(property, &string))
        });
        property.unwrap_or_else(|| string.into())
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find_map(|(own, value)| (own == name).then_some(value.as_str()))
}
