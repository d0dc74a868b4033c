//! A valid call, as the handlers see it.

use std::borrow::Cow;

use serde_json::Value;

use crate::clock;
use crate::contract::{FormPart, OperationSpec, Payload};

/// A call that kept to the contract.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'static OperationSpec,
    /// Seconds since 1970 at which it came.
    pub(crate) created: f64,
    payload: &'a Payload,
    query: &'a [(String, String)],
    number: u64,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        operation: &'static OperationSpec,
        payload: &'a Payload,
        query: &'a [(String, String)],
        number: u64,
    ) -> Self {
        Self {
            operation,
            created: clock::now(),
            payload,
            query,
            number,
        }
    }

    /// The JSON body, or null.
    pub(crate) fn body(&self) -> &'a Value {
        match self.payload {
            Payload::Json(body) => body,
            _ => &Value::Null,
        }
    }

    /// A text of the body, be it JSON or a form.
    pub(crate) fn field(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.payload {
            Payload::Json(body) => body.get(name)?.as_str().map(Cow::Borrowed),
            _ => self.part(name).map(|part| part.text().into()),
        }
    }

    /// A text of the body that the contract requires.
    pub(crate) fn text(&self, name: &str) -> Cow<'a, str> {
        self.field(name).unwrap_or_default()
    }

    /// Whether the body says yes to something.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.body().get(name).and_then(Value::as_bool) == Some(true)
    }

    /// A part of the form.
    pub(crate) fn part(&self, name: &str) -> Option<&'a FormPart> {
        match self.payload {
            Payload::Form(parts) => parts.iter().find(|part| part.name == name),
            _ => None,
        }
    }

    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&'a str> {
        self.query
            .iter()
            .find_map(|(own, value)| (own == name).then_some(value.as_str()))
    }

    /// An id of the answer that no other answer of this mock has.
    pub(crate) fn id(&self, prefix: &str) -> String {
        format!("{prefix}-{:06}", self.number)
    }
}
